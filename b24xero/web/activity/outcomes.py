"""The words of outcomes: as a label, of one invoice or product, after a number; and their look.

English has one word where others have several: it stands by itself, or agrees with what it is said of and how many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask_babel import LazyString, gettext, lazy_pgettext, npgettext
from flask_babel import lazy_gettext as _

from b24xero.db.models import SyncEntry, SyncRun
from b24xero.db.states import Counted, EntryKind, Outcome
from b24xero.domain.statuses import ON_PURPOSE, STAYS
from b24xero.runs import history
from b24xero.web.common import labels
from b24xero.web.common.look import StatusLook

# What happened and what runs count: the label, and the look of .status
WORDS: dict[Counted, tuple[LazyString, StatusLook]] = {
    "created": (_("created"), "ok"),
    "updated": (_("updated"), "ok"),
    "unchanged": (_("unchanged"), "info"),
    "moved": (_("moved"), "ok"),
    "skipped": (_("skipped"), "overdue"),
    "rejected": (_("rejected"), "problem"),
    "asked": (_("waiting for an answer"), "differs"),
    "failed": (_("failed"), "differs"),
    "found": (_("found"), "ok"),
    "linked": (_("linked"), "ok"),
    "sure": (_("sure"), "ok"),
    "review": (_("for review"), "info"),
    "missing": (_("not found"), "none"),
    "agreeing": (_("agree"), "ok"),
    "apart": (_("differ"), "differs"),
}
# Outcomes that leave something to put right or to try again.
OPEN: tuple[Outcome, ...] = ("skipped", "rejected", "failed")

# Why an update waits for another person, who may do what it asks.
_RIGHTS = frozenset({"pull_forbidden"})

_OF_AN_INVOICE: dict[Outcome, LazyString] = {
    "created": lazy_pgettext("one invoice", "created"),
    "updated": lazy_pgettext("one invoice", "updated"),
    "unchanged": lazy_pgettext("one invoice", "unchanged"),
    "moved": lazy_pgettext("one invoice", "moved"),
    "skipped": lazy_pgettext("one invoice", "skipped"),
    "rejected": lazy_pgettext("one invoice", "rejected"),
    "failed": lazy_pgettext("one invoice", "failed"),
    "found": lazy_pgettext("one invoice", "found"),
    "linked": lazy_pgettext("one invoice", "linked"),
}
_OF_A_PRODUCT: dict[Outcome, LazyString] = {
    "created": lazy_pgettext("one product", "created"),
    "linked": lazy_pgettext("one product", "linked"),
    "unchanged": lazy_pgettext("one product", "unchanged"),
    "skipped": lazy_pgettext("one product", "skipped"),
    "rejected": lazy_pgettext("one product", "rejected"),
    "failed": lazy_pgettext("one product", "failed"),
}

_OF_INVOICES: dict[Counted, Callable[[int], str]] = {
    "created": lambda n: npgettext("invoices", "%(num)d created", "%(num)d created", n),
    "updated": lambda n: npgettext("invoices", "%(num)d updated", "%(num)d updated", n),
    "unchanged": lambda n: npgettext("invoices", "%(num)d unchanged", "%(num)d unchanged", n),
    "moved": lambda n: npgettext("invoices", "%(num)d moved", "%(num)d moved", n),
    "skipped": lambda n: npgettext("invoices", "%(num)d skipped", "%(num)d skipped", n),
    "rejected": lambda n: npgettext("invoices", "%(num)d rejected", "%(num)d rejected", n),
    "failed": lambda n: npgettext("invoices", "%(num)d failed", "%(num)d failed", n),
    "found": lambda n: npgettext("invoices", "%(num)d found", "%(num)d found", n),
    "linked": lambda n: npgettext("invoices", "%(num)d linked", "%(num)d linked", n),
    "sure": lambda n: npgettext("invoices", "%(num)d sure", "%(num)d sure", n),
    "review": lambda n: npgettext("invoices", "%(num)d for review", "%(num)d for review", n),
    "asked": lambda n: npgettext("invoices", "%(num)d waits for an answer", "%(num)d wait for an answer", n),
    "missing": lambda n: npgettext("invoices", "%(num)d not found", "%(num)d not found", n),
    "agreeing": lambda n: npgettext("invoices", "%(num)d agrees", "%(num)d agree", n),
    "apart": lambda n: npgettext("invoices", "%(num)d differs", "%(num)d differ", n),
}
# An update says of what it did not move that it stays: what Xero said of it is news all the same.
_OF_NEWS: dict[Counted, Callable[[int], str]] = {
    **_OF_INVOICES,
    "unchanged": lambda n: npgettext("invoices", "%(num)d stays in its stage", "%(num)d stay in their stage", n),
}
_OF_PRODUCTS: dict[Counted, Callable[[int], str]] = {
    "created": lambda n: npgettext("products", "%(num)d created", "%(num)d created", n),
    "linked": lambda n: npgettext("products", "%(num)d linked", "%(num)d linked", n),
    "unchanged": lambda n: npgettext("products", "%(num)d unchanged", "%(num)d unchanged", n),
    "skipped": lambda n: npgettext("products", "%(num)d skipped", "%(num)d skipped", n),
    "rejected": lambda n: npgettext("products", "%(num)d rejected", "%(num)d rejected", n),
    "failed": lambda n: npgettext("products", "%(num)d failed", "%(num)d failed", n),
}


def of_one(kind: EntryKind, outcome: Outcome) -> tuple[str, StatusLook]:
    """What became of one invoice or product, and its look."""
    words = _OF_A_PRODUCT if kind in history.OF_PRODUCTS else _OF_AN_INVOICE
    label, look = WORDS[outcome]
    return str(words.get(outcome, label)), look


def of_entry(entry: SyncEntry) -> tuple[str, StatusLook]:
    """As ``of_one``, with what its problems and Xero's news tell more exactly."""
    words, look = of_one(entry.kind, entry.outcome)
    if history.is_asked(entry):
        words, look = gettext("waits for an answer"), WORDS["asked"][1]
    elif _only(entry, ON_PURPOSE):
        words, look = gettext("not sent on purpose"), "none"
    elif entry.outcome == "skipped" and _only(entry, STAYS | ON_PURPOSE):
        words, look = gettext("stays as it is"), "info"
    elif (entry.kind, entry.outcome) == ("pull", "skipped") and _only(entry, _RIGHTS):
        words = gettext("waits for somebody who may")
    elif (entry.kind, entry.outcome) == ("pull", "unchanged") and entry.facts.get("status") in labels.STATUSES:
        status = entry.facts["status"]
        words, look = str(labels.STATUSES[status]), cast(StatusLook, status)
    return words, look


def _only(entry: SyncEntry, codes: frozenset[str]) -> bool:
    return bool(entry.problems) and all(one.get("code") in codes for one in entry.problems)


def counted(run: SyncRun) -> str:
    """ "3 moved, 240 stay in their stage"; what did not occur is left out."""
    words = _OF_PRODUCTS if run.kind in history.OF_PRODUCTS else _OF_NEWS if run.kind == "pull" else _OF_INVOICES
    counts = history.counts(run)
    said = [words[outcome](n) for outcome in history.counted(run.kind) if (n := counts.get(outcome, 0))]
    return ", ".join(said) or gettext("nothing new")
