"""How one row is written for Xero: in which form, and as which line of the document. Pure.

Bitrix24 and Xero round differently (Bitrix24 facts §3.4, source facts §2.4, ``xero/totals.py``), so for every row the
first of these forms is taken whose amount in Xero is the amount that the row is to have:

1. price before the discount, with the discount as a rate (of at most two decimals, finer ones are unverified);
2. price before the discount, with the discount as an amount;
3. price after the discount, to four decimals;
4. the same price less than half a cent off, where that makes the amount and the quantity is kept;
5. quantity 1 at the row's amount, with "(quantity × price)" in the description: always right.

The row's amount is the one without tax where the document's prices are without tax, else the one with tax; to the cent,
or a cent beside it where the document needs that (``xero/rounding.py``). A LineAmount is never sent, since Xero refuses
one that disagrees with its own product (facts §3.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from b24xero.domain.books import Books, TaxRate
from b24xero.domain.invoice import Invoice, LineItem, tax_key
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, problem
from b24xero.xero.item_defaults import account_of, tax_type_of
from b24xero.xero.totals import CENT, NOTHING, Line, Totals, line_amount, line_tax, summed, to_cent, to_unit

Json = dict[str, Any]

LONGEST_DESCRIPTION = 4000
# Below it a number of four decimals has at most 15 digits, which JSON's floats carry exactly.
EXACT = Decimal(10) ** 11
# Words of ours that the customer reads in Xero: an invoice has no reader whose language we know.
ROUNDING = "Rounding"
DELIVERY = "Delivery"
# In place of a row's id.
NO_ROW, DELIVERY_ROW = 0, -1
HALF_A_CENT = Decimal("0.005")


@dataclass(frozen=True)
class WrittenLine:
    """One line as it will stand in Xero.

    ``row_id`` NO_ROW or DELIVERY_ROW: no row stands for it (rounding and the one line of an invoice without rows, or a
    paid delivery). ``form``: discount_rate, discount_amount, net_price, near_price, one_amount, rounding, delivery,
    no_rows. ``amount``, ``tax`` and ``total`` (with tax) are as Xero will show them, ``wanted`` is the row's total in
    Bitrix24, with tax. ``exact_amount`` and ``exact_tax``: what Bitrix24 has of them before it rounds to the cent.
    ``tracking``: ids of categories, each with the id of its option.
    """

    row_id: int
    form: str
    line: Line
    amount: Decimal
    tax: Decimal
    total: Decimal
    wanted: Decimal
    tax_type: str
    account: str
    description: str
    item_code: str = ""
    exact_amount: Decimal = NOTHING
    exact_tax: Decimal = NOTHING
    tracking: tuple[tuple[str, str], ...] = ()

    def taxed(self, tax: Decimal, *, inclusive: bool) -> WrittenLine:
        """The same line with this tax instead of the computed one."""
        total = self.amount if inclusive else self.amount + tax
        return replace(self, line=replace(self.line, tax_amount=tax), tax=tax, total=total)

    def body(self) -> Json:
        """As it travels."""
        line = self.line
        body: Json = {
            "Description": self.description,
            "Quantity": float(line.quantity),
            "UnitAmount": float(line.unit_price),
            "AccountCode": self.account,
            "TaxType": self.tax_type,
        }
        if self.item_code:
            body["ItemCode"] = self.item_code
        if self.tracking:
            # By both ids: any other shape may be dropped without a word (facts, more §4).
            body["Tracking"] = [
                {"TrackingCategoryID": category, "TrackingOptionID": option} for category, option in self.tracking
            ]
        if line.discount_rate is not None:
            body["DiscountRate"] = float(line.discount_rate)
        if line.discount_amount is not None:
            body["DiscountAmount"] = float(line.discount_amount)
        if line.tax_amount is not None:
            body["TaxAmount"] = float(line.tax_amount)
        return body


def totals_of(lines: Iterable[WrittenLine], *, inclusive: bool) -> Totals:
    return summed(((line.amount, line.tax) for line in lines), "Inclusive" if inclusive else "Exclusive")


# -- lines ------------------------------------------------------------------------------------------------------------


def drafted(invoice: Invoice, set_up: SetUp, books: Books, *, inclusive: bool) -> tuple[WrittenLine, ...]:
    """Every line as its row alone would have it, in the order of the rows; what no row stands for comes last."""
    if not invoice.line_items:
        return (whole_line(invoice, set_up, books),)
    lines = tuple(row_line(item, set_up, books, inclusive=inclusive) for item in invoice.line_items)
    return (*lines, delivery_line(invoice.delivery, set_up)) if invoice.delivery else lines


def row_line(
    item: LineItem, set_up: SetUp, books: Books, *, inclusive: bool, amount: Decimal | None = None
) -> WrittenLine:
    """A row in the first form that makes ``amount`` (None: the row's own). Its Xero item lends the line nothing by
    itself, because everything that it could lend is said here (facts §5.2), its account and tax rate where they go
    before the set-up's."""
    exact = item.net + item.tax if inclusive else item.net
    kept = to_cent(exact) if amount is None else amount
    fitting = (found for found in _forms(item, kept, inclusive=inclusive) if line_amount(found[1]) == kept)
    form, line = next(fitting, ("one_amount", _line(Decimal(1), kept)))
    key = tax_key(item.tax_rate)
    line = replace(line, tax_rate=_percent(key, set_up, books))
    shown, tax, total = _figures(line, inclusive=inclusive)
    return WrittenLine(
        row_id=item.id, form=form, line=line, amount=shown, tax=tax, total=total, wanted=item.total,
        tax_type=tax_type_of(item, set_up, books), account=account_of(item, set_up, books),
        description=_description(item, line, inclusive=inclusive), item_code=item.item_code,
        exact_amount=exact, exact_tax=item.tax,
    )  # fmt: skip


def whole_line(invoice: Invoice, set_up: SetUp, books: Books) -> WrittenLine:
    """The one line of an invoice without rows: its title at its total, with tax."""
    line = replace(_line(Decimal(1), to_cent(invoice.total)), tax_rate=_percent(set_up.no_rows, set_up, books))
    amount, tax, total = _figures(line, inclusive=True)
    return WrittenLine(
        row_id=NO_ROW, form="no_rows", line=line, amount=amount, tax=tax, total=total, wanted=invoice.total,
        tax_type=set_up.taxes[set_up.no_rows], account=set_up.sales_account,
        description=invoice.title[:LONGEST_DESCRIPTION] or "–",
    )  # fmt: skip


def rounding_line(rest: Decimal, set_up: SetUp, books: Books) -> WrittenLine:
    """The cents that rounding left, untaxed, on the organisation's rounding account (facts §3.6.5)."""
    return WrittenLine(
        row_id=NO_ROW, form="rounding", line=Line(Decimal(1), rest), amount=rest, tax=NOTHING, total=rest,
        wanted=NOTHING, tax_type=set_up.taxes[tax_key(None)], account=books.rounding_account,
        description=ROUNDING,
    )  # fmt: skip


def delivery_line(amount: Decimal, set_up: SetUp) -> WrittenLine:
    """A paid delivery is part of Bitrix24's total, and no row and no tax stands for it (source facts §1 #4, §2.4)."""
    amount = to_cent(amount)
    return WrittenLine(
        row_id=DELIVERY_ROW, form="delivery", line=_line(Decimal(1), amount), amount=amount, tax=NOTHING, total=amount,
        wanted=amount, tax_type=set_up.taxes[tax_key(None)], account=set_up.sales_account, description=DELIVERY,
        exact_amount=amount,
    )  # fmt: skip


def _figures(line: Line, *, inclusive: bool) -> tuple[Decimal, Decimal, Decimal]:
    """Amount, tax and total as Xero will show them."""
    amount, tax = line_amount(line), line_tax(line, "Inclusive" if inclusive else "Exclusive")
    return amount, tax, amount if inclusive else amount + tax


def _forms(item: LineItem, kept: Decimal, *, inclusive: bool) -> Iterable[tuple[str, Line]]:
    quantity = item.quantity
    listed = item.list_gross if inclusive else item.list_net
    unit = item.unit_gross if inclusive else item.unit_net
    if quantity != quantity.quantize(Decimal("0.0001")):
        return  # Xero keeps four decimals of a quantity (facts §3.6): finer ones are written as one amount
    # A surcharge, and a discount on a rebate, are no discounts of Xero's: only the price after them is written.
    if item.discount_sum is not None and 0 <= unit < listed:
        rate = item.discount_rate
        if rate is not None and 0 < rate <= 100 and rate == to_cent(rate):
            yield "discount_rate", replace(_line(quantity, listed), discount_rate=rate)
        amount = to_cent(quantity * to_unit(listed)) - kept
        if amount > 0 and abs(amount - quantity * (listed - unit)) <= 2 * CENT:
            yield "discount_amount", replace(_line(quantity, listed), discount_amount=_sent(amount))
    yield "net_price", _line(quantity, unit)
    if quantity and abs((near := to_unit(kept / quantity)) - unit) < HALF_A_CENT:
        yield "near_price", _line(quantity, near)


def _line(quantity: Decimal, unit_price: Decimal) -> Line:
    """As it arrives in Xero, so that what is predicted is made of the very figures that travel."""
    return Line(_sent(quantity), _sent(to_unit(unit_price)))


def _sent(value: Decimal) -> Decimal:
    """JSON has no decimals: a longer number arrives as the nearest float, by its shortest name."""
    return value if abs(value) < EXACT else Decimal(repr(float(value)))


def _description(item: LineItem, line: Line, *, inclusive: bool) -> str:
    words = item.description or "–"
    if line.quantity != item.quantity:
        price = item.unit_gross if inclusive else item.unit_net
        words = f"{words[: LONGEST_DESCRIPTION - 60]} ({_plain(item.quantity)} × {_plain(price)})"
    return words[:LONGEST_DESCRIPTION]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


# -- taxes ------------------------------------------------------------------------------------------------------------


def tax_problem(key: str, lines: int, set_up: SetUp, books: Books) -> Problem | None:
    """What stands against writing ``lines`` lines with the portal's rate ``key``."""
    tax_type = set_up.taxes.get(key)
    if not tax_type:
        return problem("tax_rate_unmapped", rate=key, lines=lines)
    rate = books.tax_rate(tax_type)
    if books.tax_rates and not (rate and rate.live):
        return problem("tax_rate_dead", rate=rate.name if rate else tax_type)
    if rate and _other_percentage(key, rate):
        return problem("tax_rate_mismatch", rate=key, tax=rate.name, percent=tax_key(rate.rate))
    return None


def _other_percentage(key: str, rate: TaxRate) -> bool:
    """With tax in the prices the totals would agree and only the tax in the books would be wrong, which nobody sees."""
    return rate.rate != _percent_of(key)


def _percent(key: str, set_up: SetUp, books: Books) -> Decimal:
    """What Xero will reckon with: its own rate, or the portal's where the books do not say."""
    mapped = books.tax_rate(set_up.taxes[key])
    return mapped.rate if mapped else _percent_of(key)


def _percent_of(key: str) -> Decimal:
    return Decimal(0 if key == "none" else key)
