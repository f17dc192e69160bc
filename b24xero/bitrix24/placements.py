"""Where the app may stand in the portal, and how an administrator binds and unbinds it there.

Binding is no write that could be done twice: what is bound is looked up first, and the portal refuses the same handler
a second time (facts §2.4). So an unclear answer is met by looking again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.session import Commands, Session
from b24xero.bitrix24.wire import ExpiredToken
from b24xero.errors import JobError, RetryLater, problem

# The app's own item in the menu, a tab in the invoice's card, an action in the menu of a row (facts §2.4). Of old
# invoices there is a menu of the row and no tab (source facts §3.6).
Name = Literal["menu", "tab", "row", "old_row"]
# absent: this portal does not offer it.
State = Literal["bound", "free", "absent", "refused"]
CODES: Mapping[Name, str] = {
    "menu": "LEFT_MENU",
    "tab": "CRM_SMART_INVOICE_DETAIL_TAB",
    "row": "CRM_SMART_INVOICE_LIST_MENU",
    "old_row": "CRM_INVOICE_LIST_MENU",
}
_UNINSTALLED = "ONAPPUNINSTALL"


@dataclass(frozen=True)
class Place:
    """``why`` it was refused."""

    name: Name
    state: State
    why: JobError | None = None


@dataclass(frozen=True)
class Addresses:
    """Where the portal posts to: when somebody opens a place, and when something happened."""

    handler: str
    events: str


def look(session: Session, handler: str) -> tuple[Place, ...]:
    """Where the app stands now; one call.

    Raises:
        Forbidden: not an administrator, or the portal has no such methods. Disconnected, RetryLater.
    """
    return _places(session.batch(_LOOK), handler)


def bind(session: Session, addresses: Addresses) -> tuple[Place, ...]:
    """Bind whatever is free, and ask to be told of an uninstallation; two calls. A refusal is no error but a state.

    Raises:
        OutcomeUnknown: some may be bound: look. Forbidden, Disconnected, RetryLater: nothing was bound.
    """
    answer = session.batch(_LOOK)
    found = _places(answer, addresses.handler)
    commands: dict[str, tuple[str, Params]] = {
        place.name: _bind(place.name, addresses.handler) for place in found if place.state == "free"
    }
    if not _is_told(answer, addresses.events):
        commands["told"] = ("event.bind", {"event": _UNINSTALLED, "handler": addresses.events})
    if not commands:
        return found
    done = session.batch(commands, writes=True)
    return tuple(_after(place, done) if place.name in commands else place for place in found)


def unbind(session: Session, handler: str) -> tuple[Place, ...]:
    """Take the app out of every place where it stands; three calls at most.

    Raises:
        OutcomeUnknown: some may be unbound: look. Forbidden, Disconnected, RetryLater.
    """
    bound = [place for place in look(session, handler) if place.state == "bound"]
    if bound:
        codes = {place.name: CODES[place.name] for place in bound}
        session.batch({name: _unbind(code, handler) for name, code in codes.items()}, writes=True)
    return look(session, handler)


def dead(session: Session, handler: str) -> tuple[tuple[str, str], ...]:
    """(code, handler) of what stands in the portal for this application and leads to another address than ours: only
    this application's own are told (facts §2.4). One call.

    Raises:
        Forbidden: not an administrator. Disconnected, RetryLater.
    """
    rows = _rows(session.call("placement.get", {})["result"])
    told = [(str(row.get("placement")), str(row.get("handler"))) for row in rows]
    return tuple((code, address) for code, address in told if code in CODES.values() and address != handler)


def of_older_address(session: Session, addresses: Addresses) -> tuple[tuple[str, str], ...]:
    """(code or event, address) of all that leads to another address than ours: places, and who is told of an
    uninstallation. One call.

    Raises:
        Forbidden: not an administrator. Disconnected, RetryLater.
    """
    return _older(session.batch(_LOOK), addresses)


def move(session: Session, addresses: Addresses) -> tuple[Place, ...]:
    """Bind at our address what stands at an older one, then take that out; three calls. A place that is refused at ours
    stays where it was.

    Raises:
        OutcomeUnknown: some may be moved: look. Forbidden, Disconnected, RetryLater.
    """
    answer = session.batch(_LOOK)
    older = _older(answer, addresses)
    codes = {code for code, _address in older}
    places = [place for place in _places(answer, addresses.handler) if CODES[place.name] in codes]
    binds: dict[str, tuple[str, Params]] = {
        place.name: _bind(place.name, addresses.handler) for place in places if place.state != "bound"
    }
    if _UNINSTALLED in codes and not _is_told(answer, addresses.events):
        binds["told"] = ("event.bind", {"event": _UNINSTALLED, "handler": addresses.events})
    done = session.batch(binds, writes=True) if binds else answer
    moved = tuple(_after(place, done) if place.name in binds else place for place in places)
    there = {CODES[place.name] for place in moved if place.state == "bound"}
    if "told" not in binds or done.get("told"):
        there.add(_UNINSTALLED)
    gone = {f"older{n}": _unbind(*one) for n, one in enumerate(older) if one[0] in there}
    if gone:
        session.batch(gone, writes=True)
    return moved


def _older(answer: Batch, addresses: Addresses) -> tuple[tuple[str, str], ...]:
    bound = [(str(row.get("placement")), str(row.get("handler"))) for row in _rows(answer.result("bound"))]
    places = [(code, at) for code, at in bound if code in CODES.values() and at != addresses.handler]
    events = [(_UNINSTALLED, at) for at in _told(answer.get("told")) if at != addresses.events]
    return (*places, *events)


def remove_dead(session: Session, handler: str) -> int:
    """Take those out; how many there were. Two calls.

    Raises:
        OutcomeUnknown: some may be gone: look. Forbidden, Disconnected, RetryLater.
    """
    found = dead(session, handler)
    if found:
        session.batch({f"dead{n}": _unbind(*one) for n, one in enumerate(found)}, writes=True)
    return len(found)


# Codes of the crm scope are listed for it, the menu's without any. Older portals may lack the methods (facts §1.7).
_LOOK: Commands = {
    "of_crm": ("placement.list", {"SCOPE": "crm"}),
    "of_all": ("placement.list", {}),
    "bound": ("placement.get", {}),
    "told": ("event.get", {}),
}


def _bind(name: Name, handler: str) -> tuple[str, Params]:
    title = {"TITLE": "Xero"}
    return "placement.bind", {"PLACEMENT": CODES[name], "HANDLER": handler, **title, "LANG_ALL": {"en": title}}


def _unbind(code: str, handler: str) -> tuple[str, Params]:
    """A place's, or an event's."""
    if code == _UNINSTALLED:
        return "event.unbind", {"event": code, "handler": handler}
    return "placement.unbind", {"PLACEMENT": code, "HANDLER": handler}


def _places(answer: Batch, handler: str) -> tuple[Place, ...]:
    bound = {row.get("placement") for row in _rows(answer.result("bound")) if row.get("handler") == handler}
    offered = {str(code) for name in ("of_crm", "of_all") for code in _list(answer.get(name))}
    # A portal that names no old ones has none, and nobody misses them.
    names = [name for name in CODES if name != "old_row" or CODES[name] in bound | offered]
    return tuple(Place(name, _state(CODES[name], bound, offered)) for name in names)


def _state(code: str, bound: set[Any], offered: set[str]) -> State:
    if code in bound:
        return "bound"
    return "free" if code in offered or not offered else "absent"


def _is_told(answer: Batch, address: str) -> bool:
    return address in _told(answer.get("told"))


def _told(answer: Any) -> list[str]:
    """The addresses that are told of an uninstallation."""
    rows = [row for row in _rows(answer) if str(row.get("event", "")).upper() == _UNINSTALLED]
    return [str(row.get("handler")) for row in rows]


def _after(place: Place, done: Batch) -> Place:
    if done.get(place.name):
        return Place(place.name, "bound")
    refusal = done.errors.get(place.name)
    if refusal is None or isinstance(refusal, ExpiredToken):
        refusal = RetryLater(problem("bitrix24_bad_answer"))
    return Place(place.name, "refused", refusal if isinstance(refusal, JobError) else None)


def _list(answer: Any) -> list[Any]:
    return list(answer.values()) if isinstance(answer, Mapping) else list(answer or [])


def _rows(answer: Any) -> list[Mapping[str, Any]]:
    return [row for row in _list(answer) if isinstance(row, Mapping)]
