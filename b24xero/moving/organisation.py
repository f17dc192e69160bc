"""Another organisation of Xero in place of one: people go there, and what was linked with the old one stays with it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, update

from b24xero import service_login
from b24xero.db.models import ContactLink, Intent, InvoiceLink, ItemLink, Organisation, SyncRun, User, XeroLogin
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.moving.plan import Change, NotMoved, Plan
from b24xero.runs import lifecycle, lookup
from b24xero.writes import intents


def known() -> list[str]:
    """A line each: how it is named on the command line."""
    found = db.session.scalars(select(Organisation).order_by(Organisation.id)).all()
    return [f"{one.xero_id}  {one.name}{'' if one.is_set_up else '  (no set-up yet)'}" for one in found]


def named(name: str) -> Organisation:
    """By its id in Xero or its name.

    Raises:
        NotMoved: nobody has connected to such a one, or to several of this name.
    """
    query = select(Organisation).where((Organisation.xero_id == name) | (Organisation.name == name))
    found = db.session.scalars(query).all()
    if len(found) != 1:
        how = "Nobody has connected to it yet" if not found else "Several have this name: say its id"
        raise NotMoved(f"{name}: {how}. Known are:\n" + "\n".join(known()))
    return found[0]


def plan(old: Organisation, new: Organisation) -> Plan:
    """Asks nobody.

    Raises:
        NotMoved: it is the same one.
    """
    if old.id == new.id:
        raise NotMoved(f"{old.name} is both the old and the new one.")
    links = sum(_count(model.organisation_id == old.id) for model in (InvoiceLink, ContactLink, ItemLink))
    unclear = _count(Intent.organisation_id == old.id, Intent.state.in_(intents.OPEN))
    changes = (
        Change("people who work in", f"{old.name}: {_count(User.last_organisation_id == old.id)}", new.name),
        Change("Xero logins to the old one", str(_count(XeroLogin.organisation_id == old.id)), "ended"),
        Change("automatic sync of the old one", "on" if service_login.of(old) else "off", "off: its login is ended"),
        Change("runs of the old one", str(_count(*_under_way(old))), "stopped"),
        Change("invoices, customers, products linked", str(links), "stay, as the old one's history"),
        Change("writes whose outcome is open", str(unclear), "stay open" if unclear else "none"),
        Change("set-up of the old one", "saved" if old.is_set_up else "none", "stays"),
        Change(
            "set-up of the new one", "saved" if new.is_set_up else "none", "stays" if new.is_set_up else "to be made"
        ),
    )
    return Plan(changes, _by_hand(old, new, unclear))


def _by_hand(old: Organisation, new: Organisation, unclear: int) -> tuple[str, ...]:
    first = (f"Before: connect to {old.name} once more and press the {unclear} open ones, so that it is known what "
             "they came to.",) if unclear else ()  # fmt: skip
    return (
        *first,
        f"Connect to Xero and choose {new.name}. In Set-up take in the set-up of {old.name} as a file, look through "
        "accounts and tax rates, and save it.",
        f"“Find in Xero” links what stands in {new.name} already. Whatever else is pressed is created there, also what "
        f"{old.name} has.",
        f"In {old.name}: Settings > Connected apps > Disconnect. An app that Xero has not certified has two places.",
    )


def carry_out(old: Organisation, new: Organisation) -> None:
    """What is under way ends as by "Stop"; done twice, the second time finds nothing to do.

    Raises:
        RetryLater: Xero did not answer; its connection for automatic sync is left there, and all else is done.
    """
    for run in db.session.scalars(select(SyncRun).where(*_under_way(old))).all():
        lifecycle.ask_to_stop(run)
    with writing():
        db.session.execute(update(User).where(User.last_organisation_id == old.id).values(last_organisation_id=new.id))
        db.session.execute(delete(XeroLogin).where(XeroLogin.organisation_id == old.id))
    service_login.end(old)


def _under_way(old: Organisation) -> Sequence[ColumnElement[bool]]:
    return SyncRun.organisation_id == old.id, SyncRun.state.in_(lookup.ACTIVE)


def _count(*which: ColumnElement[bool]) -> int:
    found = db.session.scalar(select(func.count()).where(*which)) or 0
    db.session.commit()
    return found
