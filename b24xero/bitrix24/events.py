"""Asks the portal to tell of changed invoices, and reads what it tells: that one may have changed, and no more.

Source: facts §8, more §2.1. A portal never repeats an event and slows down a handler that takes its time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.item_list import INVOICE
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Kind

_NAMES: Mapping[Kind, tuple[str, ...]] = {
    "smart": ("ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE"),
    "legacy": ("ONCRMINVOICEADD", "ONCRMINVOICEUPDATE", "ONCRMINVOICESETSTATUS"),
}
# Sent when it is asked for: whether the portal reaches us at all.
_TEST = "ONAPPTEST"
# Items of one kind alone, where the portal offers that.
_SUFFIX = f"_{INVOICE}"
_LONGEST = 512


@dataclass(frozen=True)
class Told:
    """``word``: the application's, by which the portal is known; ``nonce``: what ``bind`` had it say in a test."""

    kind: Literal["invoice", "test", "other"]
    word: str
    nonce: str = ""


def bind(session: Session, address: str, kinds: Collection[Kind], nonce: str) -> bool:
    """Have changes of these kinds told at this address and nowhere else, and have the portal say ``nonce`` there; three
    calls. Whether it took all of it.

    Raises:
        OutcomeUnknown: some may be bound: bind again. Forbidden, Disconnected, RetryLater.
    """
    answer = session.batch({"offered": ("events", {}), "bound": ("event.get", {})})
    offered = {str(name).upper() for name in _values(answer.get("offered"))}
    wanted = {_TEST, *(_offered(name, offered) for kind in kinds for name in _NAMES[kind])}
    bound = _ours(answer.get("bound"))
    new = {("event.bind", name, address) for name in wanted if (name, address) not in bound}
    old = {("event.unbind", name, at) for name, at in bound if (name, at) not in {(one, address) for one in wanted}}
    commands = _commands(new | old)
    if commands and session.batch(commands, writes=True).errors:
        return False
    session.call("event.test", {"any": nonce})
    return True


def unbind(session: Session) -> None:
    """Have none told any more, at whatever address; two calls.

    Raises:
        OutcomeUnknown: some may be unbound. Forbidden, Disconnected, RetryLater.
    """
    bound = _ours(session.call("event.get", {})["result"])
    if bound:
        session.batch(_commands({("event.unbind", name, at) for name, at in bound}), writes=True)


def _commands(wanted: set[tuple[str, str, str]]) -> dict[str, tuple[str, Params]]:
    return {
        f"event{n}": (method, {"event": name, "handler": address})
        for n, (method, name, address) in enumerate(sorted(wanted))
    }


def _offered(name: str, offered: Collection[str]) -> str:
    return name + _SUFFIX if name + _SUFFIX in offered else name


def _ours(answer: Any) -> set[tuple[str, str]]:
    """(event, address) of what is bound of those that are bound here: others of this application are its places'."""
    known = {_TEST, *(name + end for names in _NAMES.values() for name in names for end in ("", _SUFFIX))}
    rows = [row for row in _values(answer) if isinstance(row, Mapping)]
    bound = {(str(row.get("event", "")).upper(), str(row.get("handler", ""))) for row in rows}
    return {(name, address) for name, address in bound if name in known and address}


def _values(answer: Any) -> list[Any]:
    return list(answer.values()) if isinstance(answer, Mapping) else list(answer or [])


def read(posted: Mapping[str, str]) -> Told:
    """What was posted, by somebody of whom nothing is known yet. Of items the kind stands beside the id; where it is
    missing, asking is cheap."""
    name = posted.get("event", "").upper()
    word = posted.get("auth[application_token]", "")[:_LONGEST]
    if name == _TEST:
        return Told("test", word, posted.get("data[QUERY][any]", "")[:_LONGEST])
    if name in _NAMES["legacy"] or name.removesuffix(_SUFFIX) in _NAMES["smart"]:
        kind = posted.get("data[FIELDS][ENTITY_TYPE_ID]", "")
        return Told("invoice" if kind in ("", str(INVOICE)) or name in _NAMES["legacy"] else "other", word)
    return Told("other", word)
