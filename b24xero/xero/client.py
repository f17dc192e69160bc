"""One Xero login with one organisation: what is asked and what is written.

Every write has an Idempotency-Key and tells each element's outcome (summarizeErrors=false, facts §2.1). Of the two
verbs PUT creates only; POST with a name or number edits whoever has it, so it is only sent with ids (facts §3, §3.5).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from b24xero.domain.books import Books
from b24xero.domain.product import Item
from b24xero.errors import Forbidden, NotFound, Rejected, RetryLater
from b24xero.outbound import odd_rows
from b24xero.ratelimit import side_by_side
from b24xero.xero import items, paging, parse, parse_books
from b24xero.xero.addresses import BESIDE_A_REFERENCE, MOST_IDS, chunks, fitting, literal
from b24xero.xero.one_call import MANY_TIMEOUT, Calls, only
from b24xero.xero.paging import PAGE_SIZE, Page
from b24xero.xero.parse import XeroContact, XeroInvoice
from b24xero.xero.validation_errors import About
from b24xero.xero.wire import Json

log = logging.getLogger(__name__)

SALES = 'Type=="ACCREC"'


class Xero(Calls):
    """Calls of one login with one organisation. Nothing is renewed: a login without offline access ends.

    Everything that reads raises Disconnected, Forbidden, Rejected or RetryLater.
    """

    # -- reading ------------------------------------------------------------------------------------------------------

    def books(self) -> Books:
        """Organisation, accounts, tax rates, currencies, tracking, themes: six calls at the same time (facts §4)."""
        organisation, accounts, tax_rates, currencies, tracking, themes = side_by_side.ask(
            lambda: self._read(self._api.get_organisations, "Organisations"),
            lambda: self._listed(self._api.get_accounts, "Accounts"),
            lambda: self._listed(self._api.get_tax_rates, "TaxRates"),
            lambda: self._listed(self._api.get_currencies, "Currencies"),
            lambda: self._if_may(self._api.get_tracking_categories, "TrackingCategories", include_archived=True),
            lambda: self._if_may(self._api.get_branding_themes, "BrandingThemes"),
        )
        of = organisation[0] if organisation else {}
        return parse_books.books(of, accounts or (), tax_rates or (), currencies or (), tracking, themes)

    def _if_may(self, call: Callable[..., Any], name: str, **options: Any) -> list[Json] | None:
        """A list that an organisation may lack, a login not be let see, or Xero not tell now: nothing new is known of
        it, and what needs none of it goes on."""
        try:
            return self._listed(call, name, **options)
        except (Forbidden, NotFound, Rejected, RetryLater) as error:
            log.warning("list not read name=%s error=%s", name, error)
            return None

    def invoice(self, invoice_id: str) -> XeroInvoice | None:
        """The invoice as it stands now, or None when the organisation has none with this id."""
        try:
            found = self._read(self._api.get_invoice, "Invoices", invoice_id, unitdp=4)
        except NotFound:
            return None
        return parse.invoice(found[0]) if found else None

    def invoices_numbered(self, numbers: Sequence[str]) -> tuple[XeroInvoice, ...]:
        """Sales invoices with exactly these numbers, with their lines: of each number at most one that is not deleted
        (facts §3.5); some 50 numbers a call."""
        found: list[Json] = []
        # InvoiceNumbers is a list with commas, so a number that has one is searched for.
        for chunk in fitting([number for number in numbers if "," not in number]):
            found += self._read(
                self._api.get_invoices, "Invoices", invoice_numbers=chunk, page=1, page_size=PAGE_SIZE, unitdp=4,
            )  # fmt: skip
        for number in numbers:
            if "," in number:
                found += self._searched(number)
        wanted = {number.casefold() for number in numbers}
        sales = (parse.invoice(i) for i in found if i.get("Type") == "ACCREC")
        return tuple(i for i in sales if i.number.casefold() in wanted)

    def invoices_referring(self, references: Sequence[str]) -> tuple[XeroInvoice, ...]:
        """Sales invoices with exactly these references, deleted ones too, with their lines; some 40 of them a call."""
        found: list[Json] = []
        for chunk in fitting([reference for reference in references if literal(reference)], BESIDE_A_REFERENCE):
            terms = " OR ".join(f"Reference=={literal(reference)}" for reference in chunk)
            found += self._read(
                self._api.get_invoices, "Invoices", where=f"{SALES} AND ({terms})", page=1, page_size=PAGE_SIZE,
                unitdp=4,
            )  # fmt: skip
        for reference in references:
            if not literal(reference):
                found += self._searched(reference)
        wanted = {reference.casefold() for reference in references}
        return tuple(i for i in map(parse.invoice, found) if i.reference.casefold() in wanted)

    def _searched(self, term: str) -> Iterator[Json]:
        """Whatever has it in its number or reference, which may be many: every page."""
        search = partial(self._api.get_invoices, search_term=term, order="InvoiceID", unitdp=4)
        with odd_rows.none_may_be_missing("xero"):
            pages = paging.envelopes(
                lambda number: self._ask(search, "Invoices", page=number, page_size=PAGE_SIZE), "Invoices"
            )
            yield from (one for page in pages for one in page["Invoices"])

    def invoices_of(self, contact_ids: Sequence[str]) -> tuple[XeroInvoice, ...]:
        """Every sales invoice of these contacts, with its lines; a call for each 1,000 of 50 contacts."""
        with odd_rows.none_may_be_missing("xero"):
            pages = (
                page
                for chunk in chunks(contact_ids, MOST_IDS)
                for page in paging.invoice_pages(partial(self._invoices_of_page, chunk))
            )
            return tuple(invoice for page in pages for invoice in page.invoices)

    def _invoices_of_page(self, contact_ids: Sequence[str], number: int) -> Json | None:
        return self._ask(
            self._api.get_invoices, "Invoices", contact_i_ds=contact_ids, where=SALES, order="InvoiceID", unitdp=4,
            page=number, page_size=PAGE_SIZE, timeout=MANY_TIMEOUT,
        )  # fmt: skip

    def modified_since(self, moment: datetime | None, page_size: int = PAGE_SIZE) -> Iterator[Page]:
        """Sales invoices that were modified since a moment (None: all there are), voided and deleted ones too; a call
        each time the next page is wanted. Whether a row of the very second comes along is not documented.

        Pages are ordered by InvoiceID: the set only grows while it is read, so a row that is modified meanwhile comes
        twice or in the next reading, and never pushes another one out of sight, as it would when it moved to the end of
        an order by UpdatedDateUTC (facts §2.3).
        """
        since = {"if_modified_since": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")} if moment else {}
        return self._invoice_pages(page_size, 1, **since)

    def sales_invoices(self, first: int = 1) -> Iterator[Page]:
        """Every sales invoice there is, from this page on, 1,000 a call, in the order of ``modified_since``."""
        return self._invoice_pages(PAGE_SIZE, first)

    def invoices_dated(self, since: date, until: date) -> Iterator[Page]:
        """Sales invoices dated in a period, first and last day included, voided and deleted ones too: 1,000 a call, in
        their short form, which has neither lines nor what credited them (facts §2.3)."""
        within = f"Date>={_day(since)} AND Date<={_day(until)}"
        return self._invoice_pages(PAGE_SIZE, where=f"{SALES} AND {within}", summary_only=True)

    def open_invoices(self) -> Iterator[Page]:
        """Sales invoices that are drafts, await approval or await payment, 1,000 a call. One that is settled while
        they are read may push another one out of sight: look for those that did not come by their ids."""
        return self._invoice_pages(PAGE_SIZE, statuses=["DRAFT", "SUBMITTED", "AUTHORISED"])

    def invoices_by_ids(self, ids: Sequence[str]) -> Iterator[tuple[XeroInvoice, ...]]:
        """These invoices as they stand now, 50 a call; ids that the organisation does not have are left out."""
        for chunk in chunks(ids, MOST_IDS):
            found = self._listed(self._api.get_invoices, "Invoices", i_ds=chunk, page=1, unitdp=4, timeout=MANY_TIMEOUT)
            yield tuple(map(parse.invoice, found))

    def contacts_like(self, number: str, name: str, email: str) -> tuple[XeroContact, ...]:
        """Contacts with this ContactNumber, name or e-mail, archived ones too: one call.

        A literal with a double quote cannot be escaped (facts §2.3): such a name is looked for by its longest part
        without one. Whoever asks compares exactly.
        """
        conditions = [f'ContactNumber=="{number}"']
        if named := literal(name):
            conditions.append(f"Name=={named}")
        elif part := max(re.split(r'["\\]+', name), key=len).strip():
            conditions.append(f'Name.Contains("{part}")')
        if email and (quoted := literal(email)):
            conditions.append(f"EmailAddress=={quoted}")
        found = self._read(self._api.get_contacts, "Contacts", where=" OR ".join(conditions), include_archived=True)
        return tuple(map(parse.contact, found))

    def contact(self, contact_id: str) -> XeroContact | None:
        try:
            found = self._read(self._api.get_contact, "Contacts", contact_id)
        except NotFound:
            return None
        return parse.contact(found[0]) if found else None

    def contacts_by_ids(self, ids: Sequence[str]) -> tuple[XeroContact, ...]:
        """These contacts, archived ones too, 50 a call; ids that the organisation does not have are left out."""
        found: list[Json] = []
        for chunk in chunks(ids, MOST_IDS):
            found += self._read(self._api.get_contacts, "Contacts", i_ds=chunk, include_archived=True)
        return tuple(map(parse.contact, found))

    def all_contacts(self) -> tuple[XeroContact, ...]:
        """Every contact of the books, archived ones too, each once: 1,000 a call."""
        found: dict[str, XeroContact] = {}
        for answer in paging.envelopes(self._contact_page, "Contacts"):
            found |= {contact.id: contact for contact in map(parse.contact, answer["Contacts"])}
        return tuple(found.values())

    def item(self, item_id: str) -> Item | None:
        """The item as it stands now, or None when it was deleted."""
        try:
            found = self._read(self._api.get_item, "Items", item_id, unitdp=4)
        except NotFound:
            return None
        return items.item(found[0]) if found else None

    def items_coded(self, codes: Sequence[str]) -> tuple[Item, ...]:
        """Items with these codes, which Xero compares without regard to case: one call, however many they are."""
        wanted = {code.casefold() for code in codes}
        narrowed = {"where": said} if (said := items.condition(codes)) else {}
        found = self._read(self._api.get_items, "Items", unitdp=4, **narrowed) if wanted else []
        return tuple(one for one in map(items.item, found) if one.code.casefold() in wanted)

    # -- writing ------------------------------------------------------------------------------------------------------

    def create_contacts(
        self, payloads: Sequence[Json], key: str, about: Sequence[About]
    ) -> tuple[XeroContact | Rejected, ...]:
        """New contacts, at most 50, and an outcome for each, in their order; the refused ones never harm the others.

        Args:
            about: of each element, what a refusal of Xero's does not say itself.

        Raises:
            Rejected, NotFound, Disconnected, Forbidden, RetryLater: nothing of it was written.
            OutcomeUnknown: look for each before sending it again.
        """
        return self._write(self._api.create_contacts, "Contacts", parse.contact, payloads, key, about)

    def create_contact(self, payload: Json, key: str, about: About) -> XeroContact:
        """One alone: its refusal is raised."""
        return only(self.create_contacts([payload], key, [about]))

    def update_contacts(
        self, changes: Sequence[tuple[str, Json]], key: str, about: Sequence[About]
    ) -> tuple[XeroContact | Rejected, ...]:
        """Changes by ContactID, each contact once, otherwise as ``create_contacts``; fields left out stay. NotFound for
        all of them: Xero no longer has one of these contacts. Source: facts §5.1."""
        if len({contact_id for contact_id, _ in changes} - {""}) < len(changes):
            raise ValueError("each change needs a ContactID of its own")
        payloads = [{**payload, "ContactID": contact_id} for contact_id, payload in changes]
        return self._write(self._api.update_or_create_contacts, "Contacts", parse.contact, payloads, key, about)

    def create_items(self, payloads: Sequence[Json], key: str, about: Sequence[About]) -> tuple[Item | Rejected, ...]:
        """New items, as with ``create_contacts``; a code that is taken is refused (facts §5.2)."""
        return self._write(self._api.create_items, "Items", items.item, payloads, key, about, unitdp=4)

    def create_item(self, payload: Json, key: str, about: About) -> Item:
        return only(self.create_items([payload], key, [about]))

    def create_invoices(
        self, payloads: Sequence[Json], key: str, about: Sequence[About]
    ) -> tuple[XeroInvoice | Rejected, ...]:
        """New invoices, as with ``create_contacts``. NotFound for all of them: one is for a contact that Xero no longer
        has (facts §5.1); ``contacts_by_ids`` tells which."""
        return self._write(self._api.create_invoices, "Invoices", parse.invoice, payloads, key, about, unitdp=4)

    def create_invoice(self, payload: Json, key: str, about: About) -> XeroInvoice:
        return only(self.create_invoices([payload], key, [about]))

    def update_invoices(
        self, changes: Sequence[tuple[str, Json]], key: str, about: Sequence[About]
    ) -> tuple[XeroInvoice | Rejected, ...]:
        """Changes by InvoiceID, each invoice once, otherwise as ``create_invoices``. Fields left out stay, line items
        given are the full new set (facts §3.4)."""
        if len({invoice_id for invoice_id, _ in changes} - {""}) < len(changes):
            raise ValueError("each change needs an InvoiceID of its own")
        payloads = [{**payload, "InvoiceID": invoice_id} for invoice_id, payload in changes]
        call = self._api.update_or_create_invoices
        return self._write(call, "Invoices", parse.invoice, payloads, key, about, unitdp=4)

    def update_invoice(self, invoice_id: str, payload: Json, key: str, about: About) -> XeroInvoice:
        """One alone, to its own address, which can never be taken for a create."""

        def call(organisation_id: str, body: Json, *, summarize_errors: bool, **options: Any) -> Any:
            return self._api.update_invoice(organisation_id, invoice_id, body, **options)

        sent = [{**payload, "InvoiceID": invoice_id}]
        return only(self._write(call, "Invoices", parse.invoice, sent, key, [about], unitdp=4))

    # -- how a read and a write go ------------------------------------------------------------------------------------

    def _invoice_pages(self, page_size: int, first: int = 1, where: str = SALES, **options: Any) -> Iterator[Page]:
        def ask(number: int) -> Json | None:
            return self._ask(
                self._api.get_invoices, "Invoices", timeout=MANY_TIMEOUT, where=where, order="InvoiceID",
                page=number, page_size=page_size, unitdp=4, **options,
            )  # fmt: skip

        return paging.invoice_pages(ask, first)

    def _contact_page(self, number: int) -> Json | None:
        return self._ask(
            self._api.get_contacts, "Contacts", timeout=MANY_TIMEOUT, order="ContactID", include_archived=True,
            page=number, page_size=PAGE_SIZE,
        )  # fmt: skip


def _day(day: date) -> str:
    return f"DateTime({day:%Y,%m,%d})"
