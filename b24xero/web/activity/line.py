"""How what happened is told: one line for an invoice or a run, and what the line opens to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from flask import url_for
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy import select

from b24xero import rights
from b24xero.db.models import InvoiceLink, Organisation, SyncEntry
from b24xero.db.states import EntryKind
from b24xero.domain.invoice_key import numberless
from b24xero.errors import Forbidden, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.runs import history
from b24xero.web.activity import outcomes, product_line, xero_words
from b24xero.web.common import formats, labels, moments, urls, who
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Fix, Note

# What was pressed, by the kind of a run or an entry
KINDS: dict[EntryKind, LazyString] = {
    "pull": _("Update from Xero"),
    "push": _("Create / Edit on Xero"),
    "find": _("Find in Xero"),
    "link": _("Link what was found in Xero"),
    "sheet": _("Month end"),
    **product_line.KINDS,
}

_SAID = {
    **product_line.SAID,
    ("push", "created"): lazy_gettext("Created in Xero as %(after)s."),
    ("push", "found"): lazy_gettext("Found in Xero, where it stood already as %(after)s, and linked again."),
    ("push", "updated"): lazy_gettext("Written to Xero, where it is %(after)s now."),
    ("push", "unchanged"): lazy_gettext("Xero had exactly this already, so nothing was sent."),
    ("push", "skipped"): lazy_gettext("Nothing was sent to Xero."),
    ("push", "rejected"): lazy_gettext("The invoice could not be written to Xero."),
    ("push", "failed"): lazy_gettext("This could not be finished."),
    ("pull", "moved"): lazy_gettext("Moved in Bitrix24 from “%(before)s” to “%(after)s”, as its status in Xero asks."),
    ("pull", "unchanged"): lazy_gettext("The invoice stays in stage “%(after)s”, which fits its status in Xero."),
    ("pull", "skipped"): lazy_gettext("The invoice was left where it is in Bitrix24."),
    ("pull", "rejected"): lazy_gettext("Bitrix24 refused to move the invoice, so it is where it was."),
    ("pull", "failed"): lazy_gettext("The invoice was not moved in Bitrix24."),
    ("link", "linked"): lazy_gettext("Linked with its invoice in Xero (%(after)s). Nothing was written to either."),
    ("link", "skipped"): lazy_gettext("The invoice was not linked, and nothing was changed."),
}

_ASKED = lazy_gettext("Nothing was sent to Xero yet: one answer is wanting, and nothing else stands against it.")


@dataclass(frozen=True)
class Line:
    """``status`` is the look of ``outcome``. Opened it tells ``said``, ``notes`` (why, and where it is put right) and
    ``facts``; ``again`` is the address that "Try again" posts to, empty where there is nothing to try. ``invoice``: the
    key of the one that it tells of; 0 for none."""

    key: str
    at: datetime
    status: StatusLook
    outcome: str
    subject: str
    about: str
    who: str
    said: str
    notes: tuple[Note, ...]
    facts: tuple[tuple[str, str], ...]
    links: tuple[Fix, ...]
    again: str = ""
    busy: bool = False
    invoice: int = 0


@dataclass(frozen=True)
class Around:
    """What all lines of an answer share: the organisations' names; the addresses in Xero of what is linked, by
    organisation and invoice; the organisation whose invoices this reader can try again now; the invoices that Bitrix24
    shows this reader: of others nothing is told but that something happened."""

    organisations: Mapping[int, str]
    visible: frozenset[int]
    in_xero: Mapping[tuple[int, int], str] = field(default_factory=dict)
    connected: int = 0


def around(entries: Iterable[SyncEntry], connected: Organisation | None, visible: frozenset[int]) -> Around:
    """Two questions to the database, however many lines there are."""
    wanted = {(entry.organisation_id, entry.bitrix24_id) for entry in entries}
    query = select(InvoiceLink.organisation_id, InvoiceLink.bitrix24_id, InvoiceLink.xero_id).where(
        InvoiceLink.organisation_id.in_({organisation for organisation, _id in wanted}),
        InvoiceLink.bitrix24_id.in_({id for _organisation, id in wanted}),
        InvoiceLink.xero_id.is_not(None),
    )
    found = {(o, id): xero_id for o, id, xero_id in db.session.execute(query) if xero_id}
    organisations = db.session.scalars(select(Organisation)).all()
    codes = {o.id: o.books.short_code for o in organisations}
    return Around(
        {o.id: o.name for o in organisations},
        visible,
        {key: urls.xero_invoice(codes[key[0]], found[key]) for key in wanted & found.keys()},
        connected.id if connected else 0,
    )


# -- one invoice ------------------------------------------------------------------------------------------------------


def visible(entries: Iterable[SyncEntry]) -> tuple[frozenset[int], tuple[Problem, ...]]:
    """The invoices of these entries that Bitrix24 shows this reader now; none, and why, where it does not say. Products
    are nobody's in particular, so nothing is asked of them."""
    ids = {entry.bitrix24_id for entry in entries if entry.kind not in history.OF_PRODUCTS}
    db.session.commit()
    try:
        return rights.visible(current_user, ids), ()
    except (RetryLater, Forbidden, Rejected) as error:
        return frozenset(), error.problems or (problem("bitrix24_forbidden"),)


def is_hidden(entry: SyncEntry, shared: Around) -> bool:
    """Of an invoice that Bitrix24 does not show this reader, or not any more."""
    return entry.kind not in history.OF_PRODUCTS and entry.bitrix24_id not in shared.visible


def hidden_subject() -> str:
    return gettext("An invoice you may not see")


def _hidden_line(entry: SyncEntry, shared: Around) -> Line:
    """That something happened, to whom and when; nothing of the invoice."""
    words, look = outcomes.of_one(entry.kind, entry.outcome)
    return Line(
        key=f"entry-{entry.id}",
        at=moments.here(entry.at),
        status=look,
        outcome=words,
        subject=hidden_subject(),
        about="",
        who=_who(entry),
        said=gettext("Bitrix24 does not show it to you any more, so nothing else of it is told here."),
        notes=(),
        facts=_pressed(entry, shared),
        links=_run_link(entry),
    )


def entry_line(entry: SyncEntry, shared: Around) -> Line:
    if is_hidden(entry, shared):
        return _hidden_line(entry, shared)
    words, look = outcomes.of_entry(entry)
    notes = entry_notes(entry, shared)
    return Line(
        key=f"entry-{entry.id}",
        at=moments.here(entry.at),
        status="differs" if _changed_more(entry) else look,
        outcome=words,
        subject=number_of(entry),
        about=_about(entry, notes),
        who=_who(entry),
        said=_said(entry),
        notes=notes,
        facts=_facts(entry, shared),
        links=_links(entry, shared),
        again=_again(entry, shared),
        invoice=0 if entry.kind in history.OF_PRODUCTS else entry.bitrix24_id,
    )


def entry_notes(entry: SyncEntry, shared: Around) -> tuple[Note, ...]:
    found = urls.Places(
        urls.bitrix24_invoice(entry.bitrix24_id),
        shared.in_xero.get((entry.organisation_id, entry.bitrix24_id), ""),
        urls.portal_url(),
        preview=url_for("preview.page", bitrix24_id=entry.bitrix24_id),
    )
    found = product_line.places_of() if entry.kind in history.OF_PRODUCTS else found
    return render.notes((Problem.from_json(stored) for stored in entry.problems), found)


def number_of(entry: SyncEntry) -> str:
    return entry.number or numberless(entry.bitrix24_id)


def _who(entry: SyncEntry) -> str:
    return who.did(entry) or gettext("somebody who is gone")


def spoken(entry: SyncEntry, value: str) -> str:
    """An update keeps the stage in the words of that moment, everything else Xero's status by its name."""
    return value if entry.kind in ("pull", *history.OF_PRODUCTS) else str(labels.STATUSES.get(value, value))


def _about(entry: SyncEntry, notes: tuple[Note, ...]) -> str:
    """What stands beside the number: the way it went, or else why it did not."""
    if notes and (entry.outcome in outcomes.OPEN or _changed_more(entry)):
        return notes[0].text
    if news := xero_words.told(entry):
        return news
    before, after = spoken(entry, entry.before), spoken(entry, entry.after)
    if before and after and before != after:
        return gettext("%(before)s → %(after)s", before=before, after=after)
    return after or before


def _changed_more(entry: SyncEntry) -> bool:
    """It was moved, but not that alone became another."""
    return any(stored.get("code") == "moved_but_changed" for stored in entry.problems)


def _said(entry: SyncEntry) -> str:
    values = {"before": spoken(entry, entry.before) or "…", "after": spoken(entry, entry.after) or "…"}
    if (entry.kind, entry.outcome) == ("pull", "moved") and not entry.before:
        return gettext("Moved in Bitrix24 to “%(after)s”, as its status in Xero asks.", after=values["after"])
    said = _ASKED if history.is_asked(entry) else _SAID.get((entry.kind, entry.outcome))
    return str(said) % values if said else ""


def _pressed(entry: SyncEntry, shared: Around) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Pressed"), str(KINDS.get(entry.kind, entry.kind))),
        (gettext("By"), _who(entry)),
        (gettext("Organisation"), shared.organisations.get(entry.organisation_id, "")),
        (gettext("When"), moments.moment(entry.at)),
    )


def _facts(entry: SyncEntry, shared: Around) -> tuple[tuple[str, str], ...]:
    facts = [*_pressed(entry, shared), *_write_facts(entry)]
    if news := xero_words.told(entry):
        facts.append((gettext("What Xero said"), news))
    if entry.milliseconds >= 100:
        facts.append((gettext("Took"), moments.seconds(Decimal(entry.milliseconds) / 1000)))
    return tuple(facts)


def _write_facts(entry: SyncEntry) -> list[tuple[str, str]]:
    """What was sent and what was answered, of a write."""
    known = entry.facts
    if "lines" not in known:
        return []
    total, answered = (formats.money(Decimal(known[name]), known["currency"]) for name in ("total", "xero_total"))
    lines = ngettext("%(num)d line", "%(num)d lines", int(known["lines"]))
    status = str(labels.STATUSES.get(entry.after, entry.after))
    return [
        (gettext("Sent"), ", ".join(part for part in (known["customer"], lines, total) if part)),
        (gettext("Xero answered"), ", ".join(part for part in (known["number"], status, answered) if part)),
    ]


def _links(entry: SyncEntry, shared: Around) -> tuple[Fix, ...]:
    if entry.kind in history.OF_PRODUCTS:
        return product_line.links(entry)
    links = [
        Fix(gettext("History of %(number)s", number=number_of(entry)), history_url(entry.bitrix24_id)),
        Fix(gettext("Open in Bitrix24"), urls.bitrix24_invoice(entry.bitrix24_id), outside=True),
    ]
    if address := shared.in_xero.get((entry.organisation_id, entry.bitrix24_id)):
        links.append(Fix(gettext("Open in Xero"), address, outside=True))
    elif entry.kind == "push":
        links.append(Fix(gettext("Why is this not in Xero?"), url_for("why.page", bitrix24_id=entry.bitrix24_id)))
    return (*_run_link(entry), *links)


def _run_link(entry: SyncEntry) -> tuple[Fix, ...]:
    if not entry.run_id:
        return ()
    return (Fix(gettext("Run %(id)s", id=entry.run_id), url_for("runs.show", run_id=entry.run_id)),)


def history_url(bitrix24_id: int) -> str:
    return url_for("activity.history", bitrix24_id=bitrix24_id)


def _again(entry: SyncEntry, shared: Around) -> str:
    """What was pressed, once more; only where it would reach the organisation that the line is about."""
    elsewhere = entry.organisation_id != shared.connected
    if entry.outcome not in outcomes.OPEN or entry.kind in ("link", *history.OF_PRODUCTS) or elsewhere:
        return ""
    endpoint = "invoices.push_invoice" if entry.kind == "push" else "runs.start_one"
    return url_for(endpoint, bitrix24_id=entry.bitrix24_id)


# -- a run ------------------------------------------------------------------------------------------------------------
