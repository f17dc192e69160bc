"""How the lines of a document are read, priced and checked (facts §3.1, §3.4, §3.6, §3.7).

Wordings that the facts do not record are marked "assumed".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from b24xero.simulator.xero import money
from b24xero.simulator.xero.answers import Call
from b24xero.simulator.xero.codes import account_problem, applies, default_tax_type
from b24xero.simulator.xero.kept_text import kept
from b24xero.simulator.xero.money import ZERO, rounded
from b24xero.simulator.xero.records import NO_ID, Item, Json, Line

_PRICED = ("Quantity", "UnitAmount", "LineAmount", "DiscountRate", "DiscountAmount")


@dataclass
class Document:
    """What the lines need to know of the document around them."""

    call: Call
    line_amount_types: str
    is_sale: bool
    approving: bool
    known: dict[str, Line] = field(default_factory=dict)
    known_line_amount_types: str = ""
    by_person: bool = False


@dataclass
class Result:
    """The new set of lines, and each line's own errors in the same order."""

    lines: list[Line] = field(default_factory=list)
    errors: list[list[str]] = field(default_factory=list)

    @property
    def all_errors(self) -> list[str]:
        return [message for messages in self.errors for message in messages]


def build(document: Document, elements: list[Json]) -> Result:
    """The full new set: a known LineItemID is that line changed, none is a new line (facts §3.4). Beside known lines
    the new ones are put first, whatever their place in the request (more §0b); a person sees to the order itself."""
    built = [_line(document, element) for element in elements]
    if document.call.options.new_lines == "first" and not document.by_person:
        built.sort(key=lambda pair: pair[0].line_id != NO_ID)
    return Result([line for line, _ in built], [errors for _, errors in built])


def recalculated(document: Document, lines: tuple[Line, ...]) -> Result:
    """The same lines under another LineAmountTypes: tax is worked out anew. No errors can come of it."""
    result = Result()
    for line in lines:
        result.lines.append(replace(line, tax_amount=_tax(document, line)))
        result.errors.append([])
    return result


def _line(document: Document, element: Json) -> tuple[Line, list[str]]:
    errors: list[str] = []
    base = _base(document, element, errors)
    item = _item(document, element, base, errors)
    base = _described(document, element, _from_item(base, item))
    line = _priced(document, element, base, errors)
    line = _coded(document, line, errors)
    line = _taxed(document, element, line, errors)
    return line, [*errors, *_tracking_errors(document, line)]


def _base(document: Document, element: Json, errors: list[str]) -> Line:
    """The line that the id names. An id that this document does not have is refused (assumed wording)."""
    line_id = element.get("LineItemID", NO_ID)
    if line_id == NO_ID:
        return Line(NO_ID)
    if line_id not in document.known:
        errors.append(f"The LineItemID '{line_id}' could not be found on this document")
        return Line(NO_ID)
    return document.known[line_id]


def _item(document: Document, element: Json, base: Line, errors: list[str]) -> Item | None:
    """The item that is newly put on the line; an unknown code is refused (assumed wording)."""
    code = element.get("ItemCode", "")
    if not code or code == base.item_code:
        return None
    item = document.call.organisation.item_at(code)
    if item is None:
        errors.append(f"Item code '{code}' is not valid")
    return item


def _from_item(line: Line, item: Item | None) -> Line:
    """The item lends what the line does not say itself (facts §5.2)."""
    if item is None:
        return line
    return replace(
        line,
        description=line.description or item.description or item.name,
        unit_amount=line.unit_amount if line.unit_amount is not None else item.sales.get("UnitPrice"),
        account_code=line.account_code or item.sales.get("AccountCode", ""),
        tax_type=line.tax_type or item.sales.get("TaxType", ""),
    )


def _described(document: Document, element: Json, line: Line) -> Line:
    """Words and codes that were sent; what was not sent stays."""
    return replace(
        line,
        description=kept(document.call, element.get("Description", line.description)),
        item_code=element.get("ItemCode", line.item_code),
        account_code=element.get("AccountCode", line.account_code),
        account_id=element.get("AccountID", "" if "AccountCode" in element else line.account_id),
        tax_type=element.get("TaxType", line.tax_type),
        tracking=_tracking(document, element, line),
    )


def _tracking(document: Document, element: Json, line: Line) -> tuple[Json, ...]:
    """The whole list; one that names no category or no option is dropped without a word (more §4)."""
    if "Tracking" not in element:
        return line.tracking
    if document.call.options.drops_tracking:
        return ()
    return tuple(choice for choice in element["Tracking"] if _names_both(choice))


def _names_both(choice: Json) -> bool:
    category = choice.get("Name") or choice.get("TrackingCategoryID")
    return bool(category and (choice.get("Option") or choice.get("TrackingOptionID")))


def _priced(document: Document, element: Json, line: Line, errors: list[str]) -> Line:
    """Quantity, price, discount and line amount by the rules of §3.6."""
    line = _discounted(document, element, line, errors)
    if line.line_id != NO_ID and not any(key in element for key in _PRICED):
        return line
    places = document.call.unit_places
    quantity = element.get("Quantity", line.quantity)
    unit = rounded(element["UnitAmount"], places) if "UnitAmount" in element else line.unit_amount
    unit = None if "LineAmount" in element and "UnitAmount" not in element else unit
    if unit is None and "LineAmount" in element:
        return _from_line_amount(element["LineAmount"], quantity, places, line, errors)
    if unit is None and quantity is None:
        return line
    quantity = rounded(quantity, 4) if quantity is not None else Decimal(1)
    unit = unit if unit is not None else ZERO
    amount = money.line_amount(quantity, unit, line.discount_rate or ZERO, line.discount_amount or ZERO)
    if "LineAmount" in element and rounded(element["LineAmount"]) != amount:
        errors += _mismatch(element, amount)
    return replace(line, quantity=quantity, unit_amount=unit, line_amount=amount)


def _discounted(document: Document, element: Json, line: Line, errors: list[str]) -> Line:
    """One of the two discounts; a sent one replaces the other kind. Refusals are assumed wordings."""
    rate, amount = element.get("DiscountRate"), element.get("DiscountAmount")
    if rate and amount:
        errors.append("Only one of DiscountRate and DiscountAmount can be specified for a line item.")
    if amount and not document.is_sale:
        errors.append("DiscountAmount is only supported on ACCREC invoices.")
    if rate is not None and not 0 <= rate <= 100:
        errors.append("DiscountRate must be between 0 and 100.")
    if rate is not None:
        return replace(line, discount_rate=rounded(rate, 4), discount_amount=None)
    if amount is not None:
        return replace(line, discount_amount=rounded(amount), discount_rate=None)
    return line


def _from_line_amount(amount: Decimal, quantity: Decimal | None, places: int, line: Line, errors: list[str]) -> Line:
    """LineAmount alone: the quantity is 1 unless given, the unit price follows from it."""
    if line.discount_rate or line.discount_amount:
        errors.append("The UnitAmount should be used when specifying a discount for a line item.")
    amount, quantity = rounded(amount), rounded(quantity, 4) if quantity else Decimal(1)
    return replace(line, quantity=quantity, unit_amount=rounded(amount / quantity, places), line_amount=amount)


def _mismatch(element: Json, expected: Decimal) -> list[str]:
    sent = rounded(element["LineAmount"])
    errors = [f"The line total {sent} does not match the expected line total {expected}"]
    if element.get("DiscountRate"):
        errors.append("The UnitAmount should be used when specifying a discount for a line item.")
    return errors


def _coded(document: Document, line: Line, errors: list[str]) -> Line:
    """The account, by code or by id. A line of words alone needs none."""
    books = document.call.organisation
    if not line.account_code and line.account_id:
        row = next((row for row in books.accounts if row["AccountID"] == line.account_id), None)
        if row is None:
            errors.append("Account could not be found")
            return line
        line = replace(line, account_code=row.get("Code", ""))
    if not line.account_code:
        if document.approving and line.quantity is not None:
            errors.append("Account code must be specified")
        return line
    problem = account_problem(books, line.account_code)
    if problem:
        errors.append(problem)
    account = books.account(line.account_code)
    return replace(line, account_id=account["AccountID"], account_code=account["Code"]) if account else line


def _taxed(document: Document, element: Json, line: Line, errors: list[str]) -> Line:
    """TaxType from the account if none was sent; TaxAmount as sent, else worked out (facts §3.6 rule 5, §3.7)."""
    books = document.call.organisation
    tax_type = line.tax_type or default_tax_type(books, line.account_code)
    if not tax_type and line.quantity is not None and document.line_amount_types == "NoTax":
        tax_type = "NONE"
    line = replace(line, tax_type=tax_type)
    if not tax_type:
        if document.approving and line.account_code and line.quantity is not None:
            errors.append("The TaxType field is mandatory")
        return line
    usable = applies(books, tax_type, line.account_code) if line.account_code else books.tax_rate(tax_type)
    if not usable and not any("Account code" in message for message in errors):
        errors.append(f"The TaxType code '{tax_type}' cannot be used with account code '{line.account_code}'.")
    if document.approving and not line.description:
        errors.append("Description must be specified")  # assumed wording
    return replace(line, tax_amount=_tax_amount(document, element, line, errors))


def _tax_amount(document: Document, element: Json, line: Line, errors: list[str]) -> Decimal:
    """An override may be any amount up to the line's own; with NoTax there is none."""
    sent = element.get("TaxAmount")
    if sent is None or document.line_amount_types == "NoTax":
        known = document.known.get(line.line_id)
        return known.tax_amount if known and _same_tax(document, line, known) else _tax(document, line)
    if abs(sent) > abs(line.line_amount):
        errors.append(f"The tax amount {rounded(sent)} cannot exceed the line amount {line.line_amount}")  # assumed
    return rounded(sent)


def _same_tax(document: Document, line: Line, known: Line) -> bool:
    """Nothing that tax depends on has changed, so an earlier override stays."""
    same = (line.tax_type, line.line_amount) == (known.tax_type, known.line_amount)
    return same and document.line_amount_types == document.known_line_amount_types


def _tax(document: Document, line: Line) -> Decimal:
    row = document.call.organisation.tax_rate(line.tax_type) or {"EffectiveRate": 0}
    return money.line_tax(line.line_amount, Decimal(str(row["EffectiveRate"])), document.line_amount_types)


def _tracking_errors(document: Document, line: Line) -> list[str]:
    """At most two categories, all of them known (assumed wordings)."""
    errors = ["A line item can have at most 2 tracking categories"] if len(line.tracking) > 2 else []
    for choice in line.tracking:
        if tracking_option(document.call, choice) is None:
            name = choice.get("Name", choice.get("TrackingCategoryID", ""))
            errors.append(f"The tracking category '{name}' or its option could not be found")
    return errors


def tracking_option(call: Call, choice: Json) -> Json | None:
    """The category and option of a line as they go over the wire, or None."""
    for category in call.organisation.tracking:
        keys = (category["Name"], category["TrackingCategoryID"])
        if choice.get("Name") not in keys and choice.get("TrackingCategoryID") not in keys:
            continue
        for option in category["Options"]:
            if choice.get("Option") == option["Name"] or choice.get("TrackingOptionID") == option["TrackingOptionID"]:
                return {
                    "Name": category["Name"], "Option": option["Name"],
                    "TrackingCategoryID": category["TrackingCategoryID"],
                    "TrackingOptionID": option["TrackingOptionID"],
                }  # fmt: skip
    return None
