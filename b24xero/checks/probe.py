"""A report of what this portal and this organisation do where the vendors' pages leave it open, for sending to us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select

from b24xero import connections
from b24xero.bitrix24 import probe as bitrix24_probe
from b24xero.db.models import Bitrix24Login, User
from b24xero.domain.findings import Finding
from b24xero.errors import Disconnected, JobError
from b24xero.extensions import db
from b24xero.xero import probe as xero_probe
from b24xero.xero import sample

_NO_DEMO = "refused: the organisation is no demo company (IsDemoCompany); nothing was written"
_NOTHING = "skipped: a contact and an account for sales are needed; nothing was written"


class NobodyToAsk(Exception):
    """With the sentence that says whose login is missing."""


def whose(bitrix24_id: int | None) -> User:
    """The person whose logins are used: the one with this id in Bitrix24, else the only administrator.

    Raises:
        NobodyToAsk
    """
    signed_in = select(User).join(Bitrix24Login)
    if bitrix24_id is not None:
        one: User | None = db.session.scalar(signed_in.where(User.bitrix24_id == bitrix24_id))
        if one is None:
            raise NobodyToAsk(f"Nobody with the id {bitrix24_id} in Bitrix24 has signed in to b24xero.")
        return one
    found = db.session.scalars(signed_in.where(User.told_admin)).all()
    if not found:
        raise NobodyToAsk("No administrator has signed in to b24xero: sign in once, then ask again.")
    if len(found) > 1:
        ids = ", ".join(sorted(str(user.bitrix24_id) for user in found))
        raise NobodyToAsk(f"Several administrators have signed in: say whose login is to be used, one of {ids}.")
    return found[0]


def report(user: User, now: datetime, *, write: bool = False) -> Iterator[str]:
    """Line by line, as it is found. No name, no id, no amount, no secret: words and numbers of how things are spelt.

    Args:
        write: make a sample draft in Xero, if it is a demo company, and delete it.
    """
    yield f"b24xero probe of {now:%Y-%m-%d}"
    yield from _section("Bitrix24", lambda: bitrix24_probe.findings(connections.bitrix24_for(user)))
    yield from _section("Xero", lambda: xero_probe.findings(connections.xero_for(user)[0]))
    if write:
        yield from _section("Xero, sample draft", lambda: sample.findings(connections.xero_for(user)[0]))


def _section(title: str, ask: Callable[[], Iterator[Finding]]) -> Iterator[str]:
    yield f"\n{title}"
    try:
        for question, answer in ask():
            yield f"  {question}: {answer}"
    except Disconnected as error:
        system = "Bitrix24" if error.system == "bitrix24" else "Xero"
        yield f"  skipped: this person has no live login to {system}; sign in there in b24xero, then ask again"
    except sample.NoDemoCompany:
        yield f"  {_NO_DEMO}"
    except sample.NothingToUse:
        yield f"  {_NOTHING}"
    except JobError as error:
        yield f"  stopped: {error}"
