"""Another portal, after a trial one: all that was of the old one goes, since its ids mean others in the new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select, update

from b24xero import connections
from b24xero.db.models import Backup, Bitrix24Login, Organisation, Portal, User
from b24xero.db.transactions import writing
from b24xero.errors import JobError
from b24xero.extensions import db
from b24xero.moving.plan import Change, NotMoved, Plan
from b24xero.runs import workers

# What is of Xero or of this installation alone.
STAYS = frozenset(
    {"organisation", "call_budget", "call_count", "paid_delay", "worker_process", "check_result", "backup"}
)
_FRESH = timedelta(hours=1)
_WORDS = {
    "user": "people", "invoice_link": "invoices that are linked", "contact_link": "customers that are linked",
    "item_link": "products that are linked", "sync_entry": "entries of Activity", "sync_run": "runs",
    "service_login": "logins of automatic sync",
    "month_end_sheet": "month-end sheets", "intent": "writes on record", "bitrix24_login": "sign-ins to Bitrix24",
}  # fmt: skip


def plan() -> Plan:
    """Asks nobody."""
    settings = connections.settings()
    member_id = db.session.scalar(select(Portal.member_id))
    changes = [Change("the portal", f"pinned ({member_id})" if member_id else "none", settings.bitrix24_portal_url)]
    changes += [Change(_WORDS[name], str(n), "gone") for name, n in _counts().items() if name in _WORDS]
    for organisation in db.session.scalars(select(Organisation).order_by(Organisation.id)):
        is_now = "saved" if organisation.is_set_up else "none"
        changes.append(Change(f"set-up for {organisation.name}", is_now, "none: its stages are the old portal's"))
    db.session.commit()
    by_hand = (
        "Before: open Set-up with the old portal and save it as a file. In the new one it is taken in, stages by their "
        "names.",
        "In the new portal: make the local application (docs/guide/bitrix24.md); set BITRIX24_PORTAL_URL, "
        "BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET to it.",
        "In the old portal: delete its local application.",
        "What was sent from the old portal stays in Xero: void there what was a trial.",
        "After: start web and worker, sign in as an administrator of the new portal, take the set-up in and save it.",
    )
    return Plan(tuple(changes), by_hand)


def carry_out(now: datetime) -> int:
    """In one transaction; how many rows went.

    Raises:
        NotMoved: a worker runs, there is no fresh back-up, or the settings still name the old portal.
    """
    if workers.alive(now):
        raise NotMoved("A worker is running: stop web and worker first.")
    if not _has_fresh_backup(now):
        raise NotMoved("No back-up was made within the last hour: flask --app wsgi backup FILE, then ask again.")
    if _is_the_old_one():
        portal = connections.settings().bitrix24_portal_url
        raise NotMoved(f"{portal} is the portal that b24xero is pinned to: set BITRIX24_PORTAL_URL to the new one.")
    rows = sum(_counts().values())
    with writing():
        for table in _gone():
            db.session.execute(delete(table))
        nothing = {"stored_set_up": None, "mapping_saved_at": None, "mapping_saved_by": None}
        db.session.execute(update(Organisation).values(**nothing, watermark=None, swept_at=None))
    return rows


def _gone() -> list[Table]:
    """Those that point at others first."""
    return [table for table in reversed(db.metadata.sorted_tables) if table.name not in STAYS]


def _counts() -> dict[str, int]:
    found = {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in _gone()}
    db.session.commit()
    return found


def _has_fresh_backup(now: datetime) -> bool:
    made = db.session.scalar(select(func.max(Backup.made_at)))
    db.session.commit()
    return made is not None and now - made < _FRESH


def _is_the_old_one() -> bool:
    """Whether somebody's sign-in, which is of the pinned portal, is taken by the one that the settings name."""
    for user in _signed_in():
        try:
            connections.bitrix24_for(user).identity()
        except JobError:
            continue  # another portal does not know it, and one that is away cannot tell
        return True
    return False


def _signed_in() -> list[User]:
    query = select(User).join(Bitrix24Login).order_by(Bitrix24Login.renewed_at.desc()).limit(3)
    found = list(db.session.scalars(query))
    db.session.commit()
    return found
