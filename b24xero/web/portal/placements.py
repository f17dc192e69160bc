"""How a place in the portal is told: what it is called there, and whether b24xero stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from b24xero.bitrix24.placements import Name, Place, State
from b24xero.web.common import urls
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Note

_NAMES: Mapping[Name, tuple[LazyString, LazyString]] = {
    "menu": (_("Left menu"), _("An entry “Xero” that opens the invoices.")),
    "tab": (_("Invoice card"), _("A tab “Xero” with status, amounts and the buttons.")),
    "row": (_("List of invoices"), _("An entry “Xero” in the menu of each row.")),
    "old_row": (_("List of old invoices"), _("An entry “Xero” in the menu of each row.")),
}
# state of a Place: the words, and the look of .status
_STATES: Mapping[State, tuple[LazyString, StatusLook]] = {
    "bound": (_("Shown"), "ok"),
    "free": (_("Not shown yet"), "none"),
    "absent": (_("This portal does not offer it"), "info"),
    "refused": (_("Refused"), "differs"),
}


@dataclass(frozen=True)
class PlaceView:
    """``notes`` say why the portal refused."""

    title: str
    about: str
    state: State
    words: str
    look: StatusLook
    notes: tuple[Note, ...] = ()


def views(found: tuple[Place, ...]) -> tuple[PlaceView, ...]:
    return tuple(_view(place) for place in found)


def _view(place: Place) -> PlaceView:
    title, about = _NAMES[place.name]
    words, look = _STATES[place.state]
    told = place.why.problems if place.why else ()
    notes = render.notes(told, urls.Places(portal=urls.portal_url()))
    return PlaceView(str(title), str(about), place.state, str(words), look, notes)
