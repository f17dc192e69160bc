"""Who is responsible for an invoice, and a notice to them in Bitrix24.

Source: facts more §4 (``im.notify.system.add``, scope im), source §2.5: it starts with the name of the application, and
one of the same tag replaces the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.item_list import INVOICE, list_command, rows_of
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice_key import key_of, kind_of

_SEND = "im.notify.system.add"
# A page of either kind.
MOST = 50


@dataclass(frozen=True)
class Responsible:
    """By an invoice's key, the person's id in Bitrix24; ``may_tell``: the application may send notices."""

    may_tell: bool
    of: Mapping[int, int] = field(default_factory=dict)


def responsible(session: Session, keys: Collection[int]) -> Responsible:
    """Of at most ``MOST`` invoices, those that this person sees; one call.

    Raises:
        Disconnected, Forbidden, RetryLater.
    """
    smart = [key for key in keys if kind_of(key) == "smart"]
    legacy = [abs(key) for key in keys if kind_of(key) == "legacy"]
    commands: dict[str, tuple[str, Params]] = {"may": ("method.get", {"name": _SEND})}
    if smart:
        commands["smart"] = list_command(INVOICE, {"@id": smart}, ("id", "assignedById"), {"id": "ASC"}, 0)
    if legacy:
        condition = {"select": ["ID", "RESPONSIBLE_ID"], "filter": {"@ID": legacy}, "order": {"ID": "ASC"}}
        commands["legacy"] = ("crm.invoice.list", condition)
    answer = session.batch(commands)
    may = answer.get("may")
    found = {
        key_of("smart", parse.number(row.get("id"))): parse.number(row.get("assignedById"))
        for row in (answer.rows("smart", "items") if smart else ())
    } | {
        key_of("legacy", parse.number(row.get("ID"))): parse.number(row.get("RESPONSIBLE_ID"))
        for row in rows_of(answer.get("legacy"))
    }
    wanted = {key: who for key, who in found.items() if key in keys and who > 0}
    return Responsible(isinstance(may, Mapping) and may.get("isAvailable") is True, wanted)


def send(session: Session, messages: Mapping[int, str], tag: str) -> int:
    """One notice for each person, by their ids in Bitrix24, which takes the place of the former; one call. How many
    were taken.

    Raises:
        OutcomeUnknown: some may have been sent. Forbidden, Disconnected, RetryLater.
    """
    commands: dict[str, tuple[str, Params]] = {
        f"to{who}": (_SEND, {"USER_ID": who, "MESSAGE": message, "TAG": tag}) for who, message in messages.items()
    }
    answer = session.batch(commands, writes=True)
    return sum(bool(answer.get(name)) for name in commands)
