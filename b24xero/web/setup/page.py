"""What the Set-up page shows: its steps, what is open, when it was saved, the form in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext

from b24xero.bitrix24.client import PortalLists
from b24xero.bitrix24.legacy_statuses import Statuses
from b24xero.db.models import Organisation, utc_now
from b24xero.domain import set_up
from b24xero.domain.books import Books
from b24xero.domain.invoice import Stage
from b24xero.domain.set_up import SetUp
from b24xero.domain.suggested_set_up import suggest
from b24xero.errors import Problem, problem
from b24xero.web.common import formats
from b24xero.web.common.look import Tone
from b24xero.web.messages import render
from b24xero.web.setup import form as setup_form
from b24xero.web.setup.check import Check
from b24xero.web.setup.form import SetUpForm

_STATUS_GAPS = {"stage_without_status", "stage_vanished"}
# Told here, and not for the form to put right.
_NOT_HERE = {"time_zone_unknown"}


@dataclass(frozen=True)
class Step:
    anchor: str
    words: str
    done: bool
    current: bool = False


@dataclass(frozen=True)
class Said:
    """A box over the form. ``again``: a link to what was saved; ``asks``: whether nothing is to be sent at all."""

    tone: Tone
    title: str
    text: str = ""
    notes: Sequence[render.Note] = ()
    again: bool = False
    asks: bool = False


def asked_for_nothing() -> Said:
    """Before a set-up is saved under which nothing is ever sent."""
    words = gettext(
        "So every invoice stays in Bitrix24 alone, whatever anybody presses. Choose what becomes of the stages that "
        "customers see, or say that it is meant so."
    )
    return Said("warn", gettext("Every stage says “Do not send”. Not saved yet"), words, asks=True)


@dataclass(frozen=True)
class Page:
    """What the page is about; ``notes`` say what could not be read afresh."""

    organisation: Organisation
    lists: PortalLists
    books: Books
    connected: bool
    notes: tuple[render.Note, ...] = ()

    @property
    def saved(self) -> SetUp | None:
        stored = self.organisation.stored_set_up
        return SetUp.from_json(stored) if stored is not None else None

    @property
    def gaps(self) -> tuple[Problem, ...]:
        if self.saved is None:
            return ()
        lists = self.lists
        return set_up.gaps(self.saved, lists.stages, lists.vat_rates, self.books, self.old_stages, lists.choices)

    @property
    def unsound(self) -> tuple[Problem, ...]:
        """Why Bitrix24 would not move any old invoice."""
        known = Statuses(self.lists.old_statuses)
        return (problem("old_statuses_unsound"),) if known.ordered and not known.work else ()

    @property
    def old_stages(self) -> tuple[Stage, ...]:
        return tuple(status.stage for status in self.lists.old_statuses)

    def form(self) -> SetUpForm | None:
        """What was saved, or what is suggested; nothing where nothing is known of the organisation yet."""
        if self.saved is not None:
            return setup_form.shown(self.saved, self.lists, self.books, suggested=False)
        if not self.connected:
            return None
        suggested = suggest(self.lists.stages, self.lists.vat_rates, self.books, self.old_stages)
        return setup_form.shown(suggested, self.lists, self.books, suggested=True)

    def shown(
        self, form: SetUpForm | None, said: Said | None = None, check: Check | None = None, *, acted: bool = False
    ) -> str:
        """``acted``: a rule was just added, moved or taken away."""
        return render_template("setup/index.html", acted=acted, **self._values(form, said, check))

    def checked(self, form: SetUpForm | None, check: Check) -> str:
        """The check alone, for htmx."""
        return render_template("setup/_checked.html", **self._values(form, None, check))

    def _values(self, form: SetUpForm | None, said: Said | None, check: Check | None) -> dict[str, object]:
        return {
            "organisation": self.organisation,
            "stages": self.lists.all_stages,
            "has_new": bool(self.lists.stages) or not self.lists.old_statuses,
            "connected": self.connected,
            # A form on its way is never lost, though its Xero login ended meanwhile.
            "editable": self.connected or said is not None or check is not None,
            "form": form,
            "said": said,
            "asks": said is not None and said.asks,
            "check": check,
            "gaps": (*self.notes, *render.notes((*self.unsound, *self.gaps))),
            "steps": steps(self.saved, self.gaps, self.connected),
            "saved_words": saved_words(self.organisation),
        }


def saved_words(organisation: Organisation) -> str:
    if organisation.mapping_saved_at is None:
        return ""
    when = formats.ago(organisation.mapping_saved_at, utc_now())
    return gettext("Last saved %(when)s by %(name)s.", when=when, name=organisation.mapping_saved_by)


def steps(saved: SetUp | None, gaps: tuple[Problem, ...], connected: bool) -> list[Step]:
    """Where one is; the first step that is not done is the current one."""
    open_codes = {gap.code for gap in gaps}
    parts = [
        ("connect", gettext("Connect"), connected),
        ("statuses", gettext("Statuses"), saved is not None and not open_codes & _STATUS_GAPS),
        ("accounts", gettext("Account and taxes"), saved is not None and not open_codes - _STATUS_GAPS - _NOT_HERE),
        ("check", gettext("Check and save"), saved is not None),
    ]
    current = next((anchor for anchor, _words, done in parts if not done), "")
    return [Step(anchor, words, done, anchor == current) for anchor, words, done in parts]
