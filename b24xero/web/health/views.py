"""Health: each check with its state in words, "Check all now", and the end of places that lead to an older address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_required

from b24xero import connections, installation
from b24xero.checks import every, old_moves
from b24xero.checks.every import Looked
from b24xero.checks.result import ORDER, Around
from b24xero.db.models import utc_now
from b24xero.db.states import CheckState
from b24xero.runs import history
from b24xero.web.common import admins, automatic_tiles, formats
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Fix

bp = Blueprint("checks", __name__)

# The look of .status, and the words.
_STATES: dict[CheckState, tuple[StatusLook, LazyString]] = {
    "well": ("ok", _("Well")),
    "see_to": ("differs", _("To see to")),
    "broken": ("problem", _("Broken")),
    "unknown": ("none", _("Not looked at")),
}


@dataclass(frozen=True)
class CheckView:
    """``age``: when another system was asked; "" where it is looked at with each page."""

    name: str
    title: str
    look: StatusLook
    state: str
    fault: str
    cause: str
    fix: str
    age: str
    way: Fix | None
    press: Fix | None

    @property
    def ill(self) -> bool:
        return self.look in ("differs", "problem")


@bp.get("/health")
@login_required
def index() -> Response:
    """What costs no call is looked at now; of the rest it is told what was seen last, and when."""
    admins.need(gettext("Health"))
    now = utc_now()
    here = every.look(Around(connections.settings(), now), every.LOCAL)
    known = {one.check.name: one for one in (*every.kept(), *here)}
    found = [known[check.name] for check in every.CHECKS if check.name in known]
    shown = [_view(one) for one in every.by_urgency(found)]
    return make_response(
        render_template(
            "health/index.html",
            checks=shown,
            summary=_summary(found),
            counted=_counted(found),
            tiles=automatic_tiles.of(connections.current_organisation(current_user), now),
        )
    )


@bp.post("/health/check")
@login_required
def check() -> Response:
    """ "Check all now", with this administrator's own sign-in."""
    admins.need(gettext("Health"))
    every.keep(every.look(Around(connections.settings(), utc_now(), current_user)))
    return make_response(redirect(url_for("checks.index"), HTTPStatus.SEE_OTHER))


@bp.post("/health/places")
@login_required
def remove_places() -> Response:
    """Take out of the portal what leads to an older address of ours."""
    admins.need(gettext("Health"))
    removed = installation.remove_dead(current_user)
    flash(ngettext("%(num)d place was removed.", "%(num)d places were removed.", removed), "good")
    return check()


@bp.post("/health/moves")
@login_required
def saw_moves() -> Response:
    """What moves of old invoices changed beside the status was seen to."""
    admins.need(gettext("Health"))
    count = history.saw_moves()
    flash(ngettext("%(num)d move was seen to.", "%(num)d moves were seen to.", count), "good")
    every.keep(every.look(Around(connections.settings(), utc_now()), [old_moves.CHECK]))
    return make_response(redirect(url_for("checks.index"), HTTPStatus.SEE_OTHER))


# -- what is shown ----------------------------------------------------------------------------------------------------


def _view(one: Looked) -> CheckView:
    look, state = _STATES[one.verdict.state]
    fault, cause, fix = one.said(render.Spoken)
    ill = one.verdict.state != "well"
    return CheckView(
        name=one.check.name,
        title=str(one.check.title),
        look=look,
        state=str(state),
        fault=fault,
        cause=cause if ill else "",
        fix=fix if ill else "",
        age=formats.ago(one.at, utc_now()) if one.check.asks and one.at else "",
        way=_WAYS[one.check.name]() if ill and one.check.name in _WAYS else None,
        press=_PRESSES.get((one.check.name, one.verdict.code), lambda: None)(),
    )


_WAYS = {
    "set_up": lambda: Fix(gettext("Go to Set-up"), url_for("setup.index")),
    "places": lambda: Fix(gettext("b24xero in Bitrix24"), url_for("frame.install")),
    "old_moves": lambda: Fix(gettext("Show in Activity"), url_for("activity.index", outcome="moved")),
    "scopes": lambda: Fix(gettext("Open the portal"), connections.settings().bitrix24_portal_url, outside=True),
}


# What a press on Health itself puts right: its words, and where it goes.
_PRESSES: Mapping[tuple[str, str], Callable[[], Fix | None]] = {
    ("places", "dead"): lambda: Fix(gettext("Remove"), url_for("checks.remove_places")),
    ("old_moves", "changed"): lambda: Fix(gettext("Seen to"), url_for("checks.saw_moves")),
}


def _summary(found: list[Looked]) -> tuple[str, str]:
    """Tone and sentence. Checks that ask other systems count once they have been looked at."""
    states = [one.verdict.state for one in found]
    worst = min(states, key=ORDER.index)
    if worst == "broken":
        broken = states.count("broken")
        return "bad", ngettext("%(num)d thing is broken.", "%(num)d things are broken.", broken)
    if worst == "see_to":
        count = states.count("see_to")
        return "warn", ngettext(
            "It works, and %(num)d thing is to see to.", "It works, and %(num)d things are to see to.", count
        )  # fmt: skip
    if worst == "unknown" or len(found) < len(every.CHECKS):
        return "", gettext("What was looked at is well. Not everything was looked at: press “Check all now”.")
    return "good", gettext("Everything works.")


def _counted(found: list[Looked]) -> str:
    well = sum(one.verdict.state == "well" for one in found)
    said = gettext("%(well)s of %(all)s well", well=well, all=len(found))
    unseen = len(every.CHECKS) - len(found)
    left = ngettext("%(num)d not looked at yet", "%(num)d not looked at yet", unseen)
    return f"{said}, {left}" if unseen else said
