"""What becomes of one invoice element: the invoice it makes, or why it is refused (facts §3).

Wordings that the facts do not record are marked "assumed".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from b24xero.simulator.xero import contact_rules, invoice_lines, invoice_rows, invoice_status, money
from b24xero.simulator.xero.answers import Call, Outcome
from b24xero.simulator.xero.contacts import matching, save_contact
from b24xero.simulator.xero.kept_text import kept
from b24xero.simulator.xero.money import rounded
from b24xero.simulator.xero.records import NO_ID, Contact, Invoice, Json, Line
from b24xero.simulator.xero.state import Organisation, named

NO_CONTACT = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
NUMBER_TAKEN = "Invoice # must be unique."
UNKNOWN = "An existing Invoice with the specified InvoiceID could not be found"
# Xero's spelling of Windows' names (facts §4).
_ZONES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland", "GMTSTANDARDTIME": "Europe/London",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney", "EASTERNSTANDARDTIME": "America/New_York",
    "PACIFICSTANDARDTIME": "America/Los_Angeles", "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
    "UTC11": "Etc/GMT+11", "LINEISLANDSSTANDARDTIME": "Pacific/Kiritimati",
}  # fmt: skip


@dataclass
class Draft:
    """One element on its way: what it says, what was there before, and what is wrong so far."""

    call: Call
    element: Json
    before: Invoice | None
    by_person: bool = False
    errors: list[str] = field(default_factory=list)
    line_errors: list[list[str]] = field(default_factory=list)

    @property
    def books(self) -> Organisation:
        return self.call.organisation


def save_invoice(call: Call, element: Json, before: Invoice | None, by_person: bool = False) -> Outcome:
    """Make or change one invoice. A person in Xero (``by_person``) is not held up by payment and period locks."""
    draft = Draft(call, element, before, by_person)
    contacts = dict(call.organisation.contacts)
    if before is not None and element.get("Status") in ("VOIDED", "DELETED"):
        return _end(draft, before)
    after = _candidate(draft)
    _check(draft, after)
    if draft.errors:
        outcome = Outcome(invoice_rows.refused(call, after, draft.line_errors), _unique(draft.errors))
        call.organisation.contacts = contacts
        return outcome
    return Outcome(invoice_rows.written(call, _keep(draft, after)))


def _end(draft: Draft, before: Invoice) -> Outcome:
    """Voiding or deleting: id and status are enough, everything else in the element is left aside (facts §3.3)."""
    status = draft.element["Status"]
    problems = [invoice_status.move_problem(before, status)]
    if status == "VOIDED" and not draft.by_person:
        problems += invoice_status.lock_problems(draft.books, {before.day})
    errors = [problem for problem in problems if problem]
    after = replace(before, status=status, updated=draft.call.now)
    if errors:
        return Outcome(invoice_rows.refused(draft.call, after, []), errors)
    return Outcome(invoice_rows.written(draft.call, draft.books.put_invoice(after)))


def _keep(draft: Draft, after: Invoice) -> Invoice:
    """Ids and number for what is new; the contact is a customer from its first sales invoice on (facts §3.2)."""
    books, ids = draft.books, draft.call.ids
    lines = [replace(line, line_id=ids.uuid()) if line.line_id == NO_ID else line for line in after.lines]
    number = after.number or (books.next_free_number() if after.type == "ACCREC" else "")
    invoice_id = ids.uuid() if draft.before is None else after.invoice_id
    contact = books.contacts[after.contact_id]
    books.contacts[contact.contact_id] = replace(
        contact,
        is_customer=contact.is_customer or after.type == "ACCREC",
        is_supplier=contact.is_supplier or after.type == "ACCPAY",
    )
    return books.put_invoice(replace(after, invoice_id=invoice_id, number=number, lines=tuple(lines)))


# -- the candidate ----------------------------------------------------------------------------------------------


def _candidate(draft: Draft) -> Invoice:
    """The invoice as it would be, even if some of it is wrong: a refusal echoes it."""
    element = draft.element
    base = draft.before or _blank(draft)
    head = replace(
        base,
        type=element.get("Type", base.type),
        contact_id=_contact_id(draft, base),
        number=kept(draft.call, element.get("InvoiceNumber", base.number)),
        reference=kept(draft.call, element.get("Reference", base.reference)),
        url=element.get("Url", base.url),
        day=element.get("Date", base.day),
        due=element.get("DueDate", base.due),
        expected=element.get("ExpectedPaymentDate", base.expected),
        planned=element.get("PlannedPaymentDate", base.planned),
        status=element.get("Status", base.status),
        line_amount_types=element.get("LineAmountTypes", base.line_amount_types),
        theme_id=element.get("BrandingThemeID", base.theme_id),
        sent=element.get("SentToContact", base.sent),
        updated=draft.call.now,
    )
    return _summed(draft, _in_currency(draft, head, base))


def _blank(draft: Draft) -> Invoice:
    books = draft.books
    return Invoice(
        NO_ID, "", "", "", today(books, draft.call.now), draft.call.now,
        currency=books.base_currency, theme_id=books.default_theme_id, by_app=not draft.by_person,
    )  # fmt: skip


def today(books: Organisation, now: datetime) -> date:
    """The calendar day where the organisation is."""
    return now.astimezone(ZoneInfo(_ZONES.get(books.info["Timezone"], "UTC"))).date()


def _in_currency(draft: Draft, head: Invoice, base: Invoice) -> Invoice:
    """The day rate unless one was sent; six places (facts §3.1)."""
    currency = draft.element.get("CurrencyCode", base.currency)
    if currency == draft.books.base_currency:
        return replace(head, currency=currency, rate=Decimal(1))
    sent = draft.element.get("CurrencyRate")
    if sent is not None:
        return replace(head, currency=currency, rate=rounded(sent, 6))
    same = draft.before is not None and currency == base.currency
    return replace(head, currency=currency, rate=base.rate if same else draft.books.day_rate(currency))


def _summed(draft: Draft, head: Invoice) -> Invoice:
    before = draft.before
    document = invoice_lines.Document(
        draft.call, head.line_amount_types, head.type == "ACCREC", head.status in ("SUBMITTED", "AUTHORISED", "PAID"),
        {line.line_id: line for line in before.lines} if before else {},
        before.line_amount_types if before else "", draft.by_person,
    )  # fmt: skip
    if "LineItems" in draft.element:
        result = invoice_lines.build(document, draft.element["LineItems"])
        if before is None and draft.call.options.created_order == "reversed":
            result = invoice_lines.Result(result.lines[::-1], result.errors[::-1])
    elif before and before.line_amount_types != head.line_amount_types:
        result = invoice_lines.recalculated(document, head.lines)
    else:
        result = invoice_lines.Result(list(head.lines), [[] for _ in head.lines])
        if before and document.approving and before.status == "DRAFT":
            result = invoice_lines.build(document, [{"LineItemID": line.line_id} for line in head.lines])
    draft.errors += result.all_errors
    draft.line_errors = result.errors
    return with_totals(head, result.lines)


def with_totals(invoice: Invoice, lines: list[Line]) -> Invoice:
    sub_total, total_tax, total = money.totals(lines, invoice.line_amount_types)
    return replace(invoice, lines=tuple(lines), sub_total=sub_total, total_tax=total_tax, total=total)


# -- the contact ------------------------------------------------------------------------------------------------


def _contact_id(draft: Draft, base: Invoice) -> str:
    """Who the invoice is for. Other contact fields in the element change the contact as well (facts §3.1)."""
    sent = draft.element.get("Contact")
    if sent is None and base.contact_id:
        return base.contact_id
    identified = sent and (_real_id(sent) or sent.get("Name") or sent.get("ContactNumber"))
    if not sent or not identified:
        draft.errors.append(NO_CONTACT)
        return base.contact_id
    contact = matching(draft.call, sent)
    if contact and contact.status != "ACTIVE":
        if draft.before is None or contact.contact_id != base.contact_id:
            draft.errors.append(contact_rules.ARCHIVED)
        return contact.contact_id
    return _saved_contact(draft, sent, contact)


def _real_id(sent: Json) -> bool:
    return bool(sent.get("ContactID", NO_ID) != NO_ID)


def _saved_contact(draft: Draft, sent: Json, contact: Contact | None) -> str:
    """Known and nothing else said: as it is. Otherwise the contact is made or changed by its own rules."""
    telling = set(sent) - {"ContactID", "ContactNumber", "HasAttachments", "HasValidationErrors"}
    if contact and (not telling or (telling == {"Name"} and sent["Name"] == contact.name)):
        return contact.contact_id
    outcome = save_contact(draft.call, sent, contact)
    draft.errors += outcome.errors
    return str(outcome.row["ContactID"]) if not outcome.errors else contact.contact_id if contact else ""


# -- the checks -------------------------------------------------------------------------------------------------


def _check(draft: Draft, after: Invoice) -> None:
    before = draft.before
    if before is None:
        draft.errors += [invoice_status.first_status_problem(after.status)] if after.status else []
    else:
        draft.errors.append(invoice_status.move_problem(before, after.status))
        if before.type != after.type:
            draft.errors.append("The Type of an invoice cannot be changed")  # assumed
        if not draft.by_person:
            draft.errors.append(invoice_status.edit_problem(before, after))
    if not draft.by_person:
        draft.errors += invoice_status.lock_problems(draft.books, {after.day} | ({before.day} if before else set()))
    draft.errors += [*_head_errors(draft, after), *_number_errors(draft, after), *_currency_errors(draft, after)]
    draft.errors = [error for error in draft.errors if error]


def _head_errors(draft: Draft, after: Invoice) -> list[str]:
    errors = []
    if not after.type:
        errors.append("Invoice type must be specified")  # assumed
    if after.status in ("SUBMITTED", "AUTHORISED", "PAID"):
        if after.due is None:
            errors.append("Due Date must be specified")  # assumed
        if not after.lines:
            errors.append("One or more line items must be specified")  # assumed
    if after.total < 0:
        errors.append("The total of an invoice cannot be negative")  # assumed
    if after.url and not _is_absolute(after.url):
        errors.append("Url must be a valid absolute url")
    if len(after.reference) > 255:
        errors.append("The field Reference must be a string with a maximum length of 255.")  # assumed
    if named(draft.books.themes, "BrandingThemeID", after.theme_id) is None:
        errors.append("The BrandingThemeID could not be found")  # assumed
    if after.sent and after.status not in ("AUTHORISED", "PAID"):
        errors.append("SentToContact can only be set on approved invoices")  # assumed
    return errors


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _number_errors(draft: Draft, after: Invoice) -> list[str]:
    """Unique among sales invoices; voided ones keep theirs, deleted ones too unless the option says otherwise."""
    if after.type != "ACCREC" or not after.number:
        return []
    if len(after.number) > 255:
        return ["The field InvoiceNumber must be a string with a maximum length of 255."]  # assumed
    taken = [
        other
        for other in draft.books.sales_numbered(after.number)
        if other.invoice_id != after.invoice_id
        and not (other.status == "DELETED" and draft.call.options.deleted_frees_number)
    ]
    return [NUMBER_TAKEN] if taken else []


def _currency_errors(draft: Draft, after: Invoice) -> list[str]:
    books, sent = draft.books, draft.element.get("CurrencyRate")
    if not books.subscribes_to(after.currency):
        return [f"Organisation is not subscribed to currency {after.currency}"]
    if sent is not None and after.currency == books.base_currency and sent != 1:
        return ["A currency rate cannot be specified for the base currency"]  # assumed
    if sent is not None and sent <= 0:
        return ["The currency rate must be greater than zero"]  # assumed
    return []


def _unique(errors: list[str]) -> list[str]:
    return list(dict.fromkeys(errors))
