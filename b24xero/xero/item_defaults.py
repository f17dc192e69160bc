"""What a product's own item says of its line before the set-up does: sales account and tax rate. Pure.

An item's account goes before the set-up's while it is live. Its tax rate does where it has the percentage that the row
has: then the row says nothing against it, and the total stays (two rates of 0 % stand in other boxes of a tax return).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Invoice, LineItem, tax_key
from b24xero.domain.set_up import SetUp


def without_items(invoice: Invoice) -> Invoice:
    """As if nothing were known of what its products' items sell under."""
    rows = tuple(replace(row, item_account="", item_tax_type="", item_read_at=None) for row in invoice.line_items)
    return replace(invoice, line_items=rows)


def own_account(item: LineItem, set_up: SetUp, books: Books) -> Account | None:
    """Of revenue, or of another class where Xero takes the line's tax with it."""
    account = books.account(item.item_account) if item.item_account else None
    if account:
        return account if account.live else None
    tax_type = tax_type_of(item, set_up, books)
    others = (one for one in books.other_accounts if one.code == item.item_account and tax_type in one.takes)
    return next(others, None)


def account_of(item: LineItem, set_up: SetUp, books: Books) -> str:
    own = own_account(item, set_up, books)
    return own.code if own else set_up.sales_account


def own_tax_rate(item: LineItem, books: Books) -> TaxRate | None:
    rate = books.tax_rate(item.item_tax_type) if item.item_tax_type else None
    return rate if rate and rate.live and rate.rate == (item.tax_rate or Decimal(0)) else None


def tax_type_of(item: LineItem, set_up: SetUp, books: Books) -> str:
    own = own_tax_rate(item, books)
    return own.type if own else set_up.taxes.get(tax_key(item.tax_rate), "")
