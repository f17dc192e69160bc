"""What the decision on one invoice rests on, each part worked out when it is first asked for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import Drift, SetUp, Target
from b24xero.errors import Problem, problem
from b24xero.push import outright
from b24xero.push.choices import Choices
from b24xero.push.known import Current, Link
from b24xero.xero import drift, item_defaults, keep_edits, pairing, payload
from b24xero.xero.drift import Difference
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Foresight, Json, Written
from b24xero.xero.same_content import but_for_cents, tax_of

XeroNow = XeroInvoice | Literal["gone"] | None


# In place of a contact's id: it will be looked for, or created, when the invoice is written.
NOT_LINKED = "?"


@dataclass(frozen=True)
class Case:
    """Everything that the decision rests on, and what follows from it."""

    invoice: Invoice
    link: Link | None
    xero_now: XeroNow
    set_up: SetUp
    books: Books
    today: date
    url: str
    contact_id: str
    choices: Choices
    new_items: Collection[int]

    @property
    def target(self) -> Target | None:
        return self.set_up.stages.get(self.invoice.stage)

    @property
    def stage(self) -> str:
        return self.invoice.stage_name or self.invoice.stage

    @property
    def drift(self) -> Drift:
        """The person's word on edits by hand, else the set-up's."""
        return self.choices.drift or self.set_up.drift

    @cached_property
    def current(self) -> Current | None:
        """None: it is not in Xero."""
        if isinstance(self.xero_now, XeroInvoice):
            return Current.of(self.xero_now)
        known = self.link
        if known is None or not known.xero_id:
            return None
        return Current(
            known.xero_number or self.invoice.number, known.xero_status, known.xero_due, known.xero_settled,
            known.xero_due_date, known.xero_credits, known.xero_total,
        )  # fmt: skip

    @property
    def last_contact(self) -> str:
        """Whom it is for in Xero, as far as that is known."""
        if isinstance(self.xero_now, XeroInvoice):
            return self.xero_now.contact_id or NOT_LINKED
        last = (self.link.written if self.link else None) or {}
        return str(last.get("Contact", {}).get("ContactID", NOT_LINKED))

    @cached_property
    def foreseen(self) -> Foresight:
        """As the items' accounts are known now; as it was written without them, where that is all that differs."""
        now = self._foresee(self.invoice)
        plain = item_defaults.without_items(self.invoice)
        if self.was_found or self._is_as_written(now.written) or plain == self.invoice:
            return now
        before = self._foresee(plain)
        return before if self._is_as_written(before.written) else now

    def _foresee(self, invoice: Invoice) -> Foresight:
        # The person's choice, now or with the last write; empty: the set-up's.
        cents = self.choices.cents or (self.link.cents if self.link else "")
        return payload.foresee(invoice, self.set_up, self.books, self.url, cents=cents)

    def _is_as_written(self, written: Written | None) -> bool:
        kept = self._keeps_fingerprint(written) or self._differs_in_cents(written)
        return kept or self._is_same_but_early(written)

    @cached_property
    def against(self) -> tuple[Problem, ...]:
        customer = _customer_problems(self.invoice, new=self.contact_id == NOT_LINKED)
        return (*customer, *outright.below_zero(self.invoice), *self.foreseen.problems, *self._gone_items)

    @property
    def _gone_items(self) -> tuple[Problem, ...]:
        """Of products whose items were deleted in Xero. A line that has such an item there already keeps it, and one
        that is to be made anew stands against nothing."""
        stands = self.current is not None and self.current.xero_status != "DELETED"
        last = (self.link.written if self.link and stands else None) or {}
        there = {line.get("ItemCode") for line in last.get("LineItems", ())}
        gone = {
            row.item_code: row.description
            for row in self.invoice.line_items
            if row.item_gone and row.item_code not in there and row.product_id not in self.new_items
        }
        return tuple(problem("item_gone", product=name, code=code) for code, name in gone.items())

    @property
    def locked_in_xero(self) -> Problem | None:
        """Xero does not change or void an invoice whose date there lies in a locked period, whatever its new date."""
        until, last = self.books.locked_until, (self.link.written if self.link else None) or {}
        known = date.fromisoformat(last["Date"]) if last.get("Date") else None
        there = self.xero_now.date if isinstance(self.xero_now, XeroInvoice) else known
        if until is None or there is None or not self.books.locks(there) or self.current is None:
            return None
        number = self.current.number
        return problem("date_locked_in_xero", number=number, date=there.isoformat(), until=until.isoformat())

    @cached_property
    def body(self) -> Json | None:
        """The change of an invoice that Xero was asked for, before edits by hand are looked at. Without a customer
        that this person sees, nothing is said of the contact."""
        written, link, said = self.foreseen.written, self.link, self.xero_now
        if written is None or link is None or not isinstance(said, XeroInvoice):
            return None
        known = pairing.known_ids(written.body, written.row_ids, link.line_ids, link.written, said)
        body = written.to_update(self.contact_id, None, known)
        if "BrandingThemeID" in (link.written or {}) and "BrandingThemeID" not in body and self.books.usual_theme:
            body["BrandingThemeID"] = self.books.usual_theme
        if self.invoice.customer is None:
            del body["Contact"]
        return body

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        if self.body is None or self.link is None or not isinstance(self.xero_now, XeroInvoice):
            return ()
        now = self._as_it_was if self.differs_in_cents else self.body
        return drift.differences(self.link.written, now, self.xero_now, self.books)

    @cached_property
    def by_hand(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if difference.by_hand)

    @property
    def keeps(self) -> bool:
        """Edits by hand stay: so the person or the set-up chose, or it was said of these very edits before."""
        known = self.link.written if self.link else None
        return self.drift == "leave" or (self.drift == "ask" and drift.were_left(known, self.by_hand))

    @cached_property
    def not_kept(self) -> Problem | None:
        if self.body is None or not isinstance(self.xero_now, XeroInvoice):
            return None
        return keep_edits.why_not_kept(self.body, self.by_hand, self.xero_now, self.books)

    @property
    def was_found(self) -> bool:
        """It was in Xero before it was linked, so what was last written is not known."""
        return self.link is not None and self.link.written is None and self.link.fingerprint is None

    @cached_property
    def adopts(self) -> bool:
        """Found, it says exactly what would be written."""
        written = self.foreseen.written
        if not self.was_found or written is None or not isinstance(self.xero_now, XeroInvoice):
            return False
        body = {**written.body, "Contact": {"ContactID": self.contact_id}}
        return drift.is_written(body, self.xero_now, self.books)

    @property
    def makes_items(self) -> bool:
        return any(row.product_id in self.new_items for row in self.invoice.line_items)

    @property
    def is_same_but_early(self) -> bool:
        """Only its days differ from what the first release wrote, which read them a day early west of Greenwich."""
        return self._is_same_but_early(self.foreseen.written)

    def _is_same_but_early(self, written: Written | None) -> bool:
        before = (self.link.written if self.link else None) or {}
        if written is None or not self.invoice.days_spelt_early or not before or before.get(drift.DAYS):
            return False
        days: dict[str, str] = {name: str(before[name]) for name in ("Date", "DueDate") if name in before}
        early = {name: day for name, day in days.items() if written.body.get(name) == _day_after(day)}
        as_then = replace(written, body={**written.body, **early})
        return self.link is not None and as_then.fingerprint(self.contact_id) == self.link.fingerprint

    @property
    def is_same(self) -> bool:
        """Its content in Xero is the one that Bitrix24 says, edits by hand aside."""
        written = self.foreseen.written
        if written is None or self.makes_items:
            return False
        if self.was_found:
            return self.adopts
        return self._keeps_fingerprint(written) or self.differs_in_cents

    def _keeps_fingerprint(self, written: Written | None) -> bool:
        return bool(written and self.link and written.fingerprint(self.contact_id) == self.link.fingerprint)

    @cached_property
    def differs_in_cents(self) -> bool:
        """Nobody changed it, and yet it would be written otherwise: by a rounding, Bitrix24's or ours. What a person
        chose about the cents for this press is written, however little it changes."""
        return self._differs_in_cents(self.foreseen.written)

    def _differs_in_cents(self, written: Written | None) -> bool:
        link = self.link
        if not written or not link or not link.written or self._keeps_fingerprint(written) or self.choices.cents:
            return False
        now = {**written.body, "Contact": {"ContactID": self.contact_id}}
        return but_for_cents(link.written, now, (self.invoice.total, *self.invoice.former_totals), self.books)

    @property
    def _as_it_was(self) -> Json:
        """What was last written, its lines with the ids that they have."""
        last = (self.link.written if self.link else None) or {}
        ids = [line.get("LineItemID") for line in (self.body or {}).get("LineItems", ())]
        lines = last.get("LineItems", [])
        known = [{**line, "LineItemID": id} if id else line for line, id in zip(lines, ids, strict=False)]
        return {**last, "LineItems": [*known, *lines[len(known) :]]}

    @property
    def kept_total(self) -> Decimal | None:
        """What it has in Xero, where Bitrix24 makes another total of the same rows by now."""
        total = self.current.xero_total if self.current else None
        return total if total != self.invoice.total and total in self.invoice.former_totals else None

    @property
    def notes_on_cents(self) -> tuple[Problem, ...]:
        """Of one that would be written."""
        return self.foreseen.written.notes if self.foreseen.written else ()

    @property
    def notes_on_kept_cents(self) -> tuple[Problem, ...]:
        """Of one that stays as it was written, by what was written."""
        if self.kept_total is not None:
            return (payload.reckoned_anew(self.invoice, self.kept_total),)
        last = self.link.written if self.link else None
        return payload.notes_on_tax(self.invoice, tax_of(last, self.books)) if last else ()


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _customer_problems(invoice: Invoice, *, new: bool) -> tuple[Problem, ...]:
    if invoice.customer is None:
        if found := tuple(outright.no_customer(invoice)):
            return found
        return (problem("customer_gone" if invoice.customer_gone else "customer_hidden"),)
    return payload.contact_problems(invoice.customer, new=new)
