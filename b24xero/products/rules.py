"""The rules that a new product or item keeps, and how it is spelt for both catalogues. Pure.

The limits are the vendors': Xero's facts §5.2 (code, name, description, currency), Bitrix24's facts §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from b24xero.domain.books import Books
from b24xero.domain.product import FOURTH, KINDS, Catalogue, Draft, Item, NewItem, NewProduct, Product, Vat
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, Rejected, problem
from b24xero.products import parse_amount
from b24xero.xero.kept_text import same_words

LONGEST_NAME = 255
LONGEST_CODE = 30
LONGEST_DESCRIPTION = 4000
# Xero takes so much of a name; a longer one goes on in the description.
XERO_NAME = 50
# No largest price is documented [U]; this one is far above what is sold, and exact in every number on the way.
LARGEST_PRICE = Decimal("9999999999.9999")


class NotRight(Rejected):
    """Fields that a person must put right, each with its problem. ``offered``: what may be chosen."""

    def __init__(self, by_field: Mapping[str, Problem], offered: Catalogue) -> None:
        super().__init__(by_field.values())
        self.by_field = dict(by_field)
        self.offered = offered


# -- the rules --------------------------------------------------------------------------------------------------------


def checked(draft: Draft, catalogue: Catalogue, books: Books, set_up: SetUp) -> NewProduct:
    """The product that a draft describes.

    Raises:
        NotRight: with every field that is wrong at once.
    """
    vat = catalogue.vat(_id(draft.vat))
    price = _price(draft)
    kind = next((kind for kind in KINDS if kind == draft.kind), None)
    wrong = {
        "name": _name_problem(draft.name),
        "code": _code_problem(draft.code),
        "description": _description_problem(draft),
        "price": price if isinstance(price, Problem) else None,
        "currency": _currency_problem(draft.currency, catalogue, books),
        "vat": _vat_problem(vat, set_up, books),
        "measure": _measure_problem(draft.measure, catalogue),
        "kind": None if kind else problem("product_choice_gone"),
        "account": _account_problem(draft.account, books),
    }
    found = {field: one for field, one in wrong.items() if one}
    if found or isinstance(price, Problem) or vat is None or kind is None:
        raise NotRight(found, catalogue)
    return NewProduct(
        name=draft.name, code=draft.code, description=draft.description, price=price, currency=draft.currency,
        vat_id=vat.id, measure_id=max(0, _id(draft.measure)), kind=kind, account=draft.account,
        tax_key=vat.key, tax_type=set_up.taxes[vat.key],
    )  # fmt: skip


def _id(value: str) -> int:
    """-1 for what is none: 0 is the id of "no VAT" where the portal has none for it."""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else -1


def _name_problem(name: str) -> Problem | None:
    if not name:
        return problem("product_name_missing")
    return problem("product_name_too_long", length=len(name), limit=LONGEST_NAME) if len(name) > LONGEST_NAME else None


def _code_problem(code: str) -> Problem | None:
    if not code:
        return problem("product_code_missing")
    return problem("product_code_too_long", length=len(code), limit=LONGEST_CODE) if len(code) > LONGEST_CODE else None


def _description_problem(draft: Draft) -> Problem | None:
    length = len(xero_words(draft.name, draft.description)[1])
    if length <= LONGEST_DESCRIPTION:
        return None
    return problem("product_description_too_long", length=length, limit=LONGEST_DESCRIPTION)


def price_of(draft: Draft) -> Decimal | None:
    """The price that was typed; None where none can be read."""
    price = _price(draft)
    return None if isinstance(price, Problem) else price


def _price(draft: Draft) -> Decimal | Problem:
    """What could mean two things ("1,234") is asked again, with both."""
    text = draft.price.replace("\u2212", "-")
    if not text:
        return problem("product_price_missing")
    amount = parse_amount.read(text.removeprefix("-").strip(), draft.decimal_sign)
    if amount is None:
        return problem("product_price_unreadable", example="1234.50")
    if isinstance(amount, parse_amount.TwoReadings):
        # All four decimals: with three it would be the same question again.
        decimals = amount.decimals.quantize(FOURTH)
        return problem("product_price_two_ways", price=draft.price, thousands=amount.thousands, decimals=decimals)
    if text.startswith("-") and amount:
        return problem("product_price_negative")
    if amount > LARGEST_PRICE:
        return problem("product_price_too_large")
    return amount if amount == amount.quantize(FOURTH) else problem("product_price_too_fine")


def _currency_problem(currency: str, catalogue: Catalogue, books: Books) -> Problem | None:
    if currency != books.base_currency and currency not in catalogue.currencies:
        return problem("product_choice_gone")
    if currency != books.base_currency:
        return problem("product_currency_not_base", currency=currency, base=books.base_currency)
    return problem("product_currency_not_in_bitrix24", currency=currency) if _unknown(currency, catalogue) else None


def _unknown(currency: str, catalogue: Catalogue) -> bool:
    return bool(catalogue.currencies) and currency not in catalogue.currencies


def _vat_problem(vat: Vat | None, set_up: SetUp, books: Books) -> Problem | None:
    if vat is None:
        return problem("product_choice_gone")
    return tax_problem(vat.key, vat.name, set_up, books)


def tax_problem(key: str, name: str, set_up: SetUp, books: Books) -> Problem | None:
    """Why an item cannot have this tax rate; None when it can."""
    tax_type = set_up.taxes.get(key)
    if not tax_type:
        return problem("product_tax_unmapped", rate=name)
    rate = books.tax_rate(tax_type)
    if books.tax_rates and not (rate and rate.live):
        return problem("tax_rate_gone", rate=name, tax=rate.name if rate else tax_type)
    return None


def _measure_problem(measure: str, catalogue: Catalogue) -> Problem | None:
    if not measure or not catalogue.measures:
        return None
    return None if _id(measure) in [known.id for known in catalogue.measures] else problem("product_choice_gone")


def _account_problem(code: str, books: Books) -> Problem | None:
    account = books.account(code)
    return None if account and account.live else problem("product_account_gone")


# -- the item of a product --------------------------------------------------------------------------------------------


def xero_words(name: str, description: str) -> tuple[str, str]:
    """Name and description of an item: a name over 50 characters is cut, and goes on whole in the description."""
    if len(name) <= XERO_NAME:
        return name, description or name
    return name[:XERO_NAME].rstrip(), f"{name}\n{description}".strip()


def item_of(new: NewProduct) -> NewItem:
    name, description = xero_words(new.name, new.description)
    return NewItem(new.code, name, description, new.price, new.account, new.tax_type)


def item_for(product: Product, set_up: SetUp, books: Books) -> NewItem:
    """The item of a product that is there already.

    Raises:
        Rejected: with all that stands against it.
    """
    found = [one for one in _standing_against(product, set_up, books) if one]
    if found:
        raise Rejected(found)
    name, description = xero_words(product.name, product.description)
    description = description[:LONGEST_DESCRIPTION]
    tax_type = set_up.taxes[product.tax_key]
    return NewItem(product.code, name, description, product.net_price, set_up.sales_account, tax_type)


def _standing_against(product: Product, set_up: SetUp, books: Books) -> tuple[Problem | None, ...]:
    return (
        product_code_problem(product),
        product_currency_problem(product, books),
        tax_problem(product.tax_key, product.vat.name if product.vat else "none", set_up, books),
        problem("sales_account_gone", code=set_up.sales_account)
        if _account_problem(set_up.sales_account, books)
        else None,
    )


def product_code_problem(product: Product) -> Problem | None:
    if not product.code:
        return problem("product_without_code")
    if len(product.code) > LONGEST_CODE:
        return problem("product_code_too_long", length=len(product.code), limit=LONGEST_CODE)
    return None


def product_currency_problem(product: Product, books: Books) -> Problem | None:
    """Items are in the organisation's base currency alone (Xero facts §5.2)."""
    if product.price is None or not books.base_currency or product.currency == books.base_currency:
        return None
    return problem("product_in_other_currency", currency=product.currency, base=books.base_currency)


_OF_ITEMS = {
    "payload_refused": "item_refused", "account_dead": "item_account_refused",
    "account_missing": "item_account_refused", "tax_rate_dead": "item_tax_refused",
}  # fmt: skip


def of_items(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What Xero refuses, said of items and not of invoices."""
    return tuple(Problem(_OF_ITEMS.get(one.code, one.code), one.values) for one in problems)


def differences(product: Product, item: Item) -> tuple[Problem, ...]:
    """In what a product and its item disagree, where both say something."""
    found = []
    price = product.net_price
    if price is not None and item.price is not None and price.quantize(FOURTH) != item.price.quantize(FOURTH):
        found.append(problem("item_price_differs", amount=item.price, currency=product.currency))
    if item.name and not same_words(xero_words(product.name, "")[0].casefold(), item.name.casefold()):
        found.append(problem("item_name_differs", name=item.name))
    if item.code.casefold() != product.code.casefold():
        found.append(problem("item_code_differs", code=item.code))
    return tuple(found)
