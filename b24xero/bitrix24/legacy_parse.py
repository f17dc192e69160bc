"""How Bitrix24 spells its old invoices (crm.invoice.*), and the same neutral objects made of them. Pure.

All values are texts. A row's ``PRICE`` is after the discount; ``VAT_INCLUDED`` says whether the tax is in it, and
``VAT_RATE`` is a coefficient: 0.15 for 15 % (source facts §3.1, §3.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from b24xero.bitrix24.flags import is_yes
from b24xero.bitrix24.parse import day, day_as_spelt, decimal, money, number, price, rate, text
from b24xero.bitrix24.row_sums import NOTHING, net_and_tax, share_of, to_cent, to_rate, to_row
from b24xero.bitrix24.rows import oddness
from b24xero.domain import email
from b24xero.domain.invoice import Address, Customer, Invoice, InvoiceRow, Kind, LineItem, Person

Old = Mapping[str, Any]

KIND: Kind = "legacy"
# What a row of a list is made of.
ROW_FIELDS = (
    "ID", "ACCOUNT_NUMBER", "ORDER_TOPIC", "DATE_BILL", "DATE_PAY_BEFORE", "DATE_INSERT", "STATUS_ID", "PRICE",
    "CURRENCY", "UF_COMPANY_ID", "UF_CONTACT_ID", "IS_RECURRING",
)  # fmt: skip


def as_item(invoice: Old) -> dict[str, Any]:
    """Whom it names, spelt as an item of today does."""
    return {"companyId": invoice.get("UF_COMPANY_ID"), "contactId": invoice.get("UF_CONTACT_ID")}


def is_readable(answer: Any, id: int) -> bool:
    """Whether it is that invoice, with all of its rows: of one that holds a row that cannot be read none is left
    (``rows``)."""
    if not isinstance(answer, Mapping) or number(answer.get("ID")) != id or oddness(answer):
        return False
    return isinstance(answer.get("PRODUCT_ROWS", []), list)


def is_template(invoice: Old) -> bool:
    """A recurring template is kept among the invoices and is none (source facts §3.2)."""
    return is_yes(invoice.get("IS_RECURRING"))


def invoice_row(invoice: Old, customer_name: str = "") -> InvoiceRow:
    return InvoiceRow(
        id=number(invoice["ID"]),
        number=text(invoice.get("ACCOUNT_NUMBER")),
        title=text(invoice.get("ORDER_TOPIC")),
        date=invoice_day(invoice),
        due_date=day(invoice.get("DATE_PAY_BEFORE")),
        currency=text(invoice.get("CURRENCY")),
        total=money(invoice.get("PRICE")),
        stage=text(invoice.get("STATUS_ID")),
        customer_name=customer_name,
        company_id=number(invoice.get("UF_COMPANY_ID")),
        contact_id=number(invoice.get("UF_CONTACT_ID")),
        kind=KIND,
    )


def invoice_day(invoice: Old) -> date:
    return day(invoice.get("DATE_BILL")) or day_as_spelt(invoice.get("DATE_INSERT")) or date.min


def invoice(old: Old, customer: Customer | None) -> Invoice:
    """``customer``: its company or contact as it stands in the CRM; None: whoever is printed on it, if anybody is."""
    row = invoice_row(old)
    total, items, former = _counted(old.get("PRODUCT_ROWS") or (), row.total)
    tax = money(old["TAX_VALUE"]) if old.get("TAX_VALUE") not in (None, "") else _tax_of(items)
    return replace(
        row.whole(tax, customer or printed_payer(old), items),
        rows_total=total,
        former_totals=former,
        document_tax=_is_taxed_as_a_whole(old, tax, items),
    )


def _is_taxed_as_a_whole(old: Old, tax: Decimal, items: Sequence[LineItem]) -> bool:
    """The portal is in document tax mode: it tells a location, or a tax although no row has a rate. Which taxes made
    it, nothing tells (more §1.4)."""
    untaxed = bool(items) and not any(item.tax_rate for item in items)
    return text(old.get("PR_LOCATION")) != "" or (tax > 0 and untaxed)


# -- rows -------------------------------------------------------------------------------------------------------------


def line_item(row: Old) -> LineItem:
    """One row. The discount is a unit's, in the price as it is written: with tax where that is in it."""
    percent = None if row.get("VAT_RATE") in (None, "") else to_rate(decimal(row["VAT_RATE"]) * 100)
    unit, off, included = price(row.get("PRICE")), price(row.get("DISCOUNT_PRICE")), is_yes(row.get("VAT_INCLUDED"))
    factor, quantity = 1 + share_of(percent), rate(row.get("QUANTITY"))
    net, gross = _both(unit, factor, included=included)
    list_net, list_gross = _both(unit + off, factor, included=included)
    without_tax, tax = net_and_tax(gross, net, quantity, percent, included=included)
    return LineItem(
        id=number(row.get("ID")),
        description=text(row.get("PRODUCT_NAME")),
        quantity=quantity,
        list_net=list_net,
        list_gross=list_gross,
        unit_net=net,
        unit_gross=gross,
        tax_rate=percent,
        tax_included=included,
        total=to_cent(without_tax + tax),
        net=without_tax,
        tax=tax,
        discount_rate=to_rate(off / (unit + off) * 100) if off and unit + off else None,
        discount_sum=(list_net - net) if off else None,
        product_id=number(row.get("PRODUCT_ID")),
    )


def _both(unit: Decimal, factor: Decimal, *, included: bool) -> tuple[Decimal, Decimal]:
    """A unit's price without tax and with it."""
    return (to_row(unit / factor), unit) if included else (unit, to_row(unit * factor))


def _counted(rows: Iterable[Old], total: Decimal) -> tuple[Decimal, tuple[LineItem, ...], tuple[Decimal, ...]]:
    """What the rows make of the invoice, the rows, and what they made as long as the portal rounded otherwise.

    A box of spring 2026 keeps eight decimals of a row and rounds the sum; one before rounded each row's amount, and its
    tax on top where that is not in the price, to the cent. An answer does not say which made it, so the total is
    compared with both (source facts §3.5).
    """
    items = tuple(map(line_item, rows))
    if not items:
        return NOTHING, (), ()
    exact = sum((item.net + item.tax for item in items), NOTHING)
    # Some columns of the shop keep four decimals, and what they say is rounded a second time when it is read.
    newest = dict.fromkeys((to_cent(exact), to_cent(to_rate(exact))))
    older = sum((_each_rounded(item) for item in items), NOTHING)
    if total in newest:
        return total, items, tuple({older} - {total})
    if total == older:
        return total, tuple(replace(item, total=_each_rounded(item)) for item in items), tuple(newest)
    return to_cent(exact), items, tuple(dict.fromkeys((*newest, older)))


def _each_rounded(item: LineItem) -> Decimal:
    if item.tax_included:
        return to_cent(item.net + item.tax)
    return to_cent(item.net) + to_cent(item.tax)


def _tax_of(items: Iterable[LineItem]) -> Decimal:
    return sum((to_cent(item.tax) for item in items), NOTHING)


# -- who pays ---------------------------------------------------------------------------------------------------------


def printed_payer(old: Old) -> Customer | None:
    """Who stands printed on it, by the kind of payer: of a company or a contact that is deleted or hidden, by its id;
    of neither, by the invoice's (source facts §3.1)."""
    details = old.get("INVOICE_PROPERTIES")
    said = {code: text(value) for code, value in details.items()} if isinstance(details, Mapping) else {}
    company = bool(said.get("COMPANY"))
    name = said.get("COMPANY") or said.get("FIO", "")
    if not name:
        return None
    kind, id = _named(old)
    where = said.get("COMPANY_ADR") if company else said.get("ADDRESS")
    reached = email.first_good([said.get("EMAIL", "")])
    person = _person(said.get("CONTACT_PERSON", "") if company else name, "" if company else reached)
    return Customer(
        kind=kind,
        id=id,
        name=name,
        email=reached,
        phone=said.get("PHONE", ""),
        tax_number=said.get("INN", ""),
        address=Address(lines=(where,)) if where else Address(),
        person=person,
    )


def _named(old: Old) -> tuple[Any, int]:
    company, contact = number(old.get("UF_COMPANY_ID")), number(old.get("UF_CONTACT_ID"))
    if company:
        return "company", company
    return ("contact", contact) if contact else ("invoice", number(old.get("ID")))


def _person(name: str, address: str) -> Person:
    first, _, last = name.rpartition(" ")
    return Person(first, last, address) if first else Person(name, "", address)
