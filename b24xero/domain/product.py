"""Products of the portal and items of the books in neutral words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, get_args

from b24xero.domain.invoice import tax_key

Kind = Literal["product", "service"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FOURTH = Decimal("0.0001")


@dataclass(frozen=True)
class Vat:
    """A tax rate of the catalogue; ``rate`` in percent, None is "no VAT"."""

    id: int
    name: str
    rate: Decimal | None

    @property
    def key(self) -> str:
        return tax_key(self.rate)


@dataclass(frozen=True)
class Measure:
    id: int
    name: str


@dataclass(frozen=True)
class Catalogue:
    """What the portal offers for a new product. ``old``: it has only the older way to its products, without measures.
    ``currencies`` begins with the portal's base currency; empty where this person may not read them."""

    id: int
    old: bool
    price_type: int = 1
    vats: tuple[Vat, ...] = ()
    measures: tuple[Measure, ...] = ()
    currencies: tuple[str, ...] = ()

    def vat(self, id: int) -> Vat | None:
        return next((vat for vat in self.vats if vat.id == id), None)


@dataclass(frozen=True)
class Product:
    """A product of the portal. ``price`` None: it has none; ``tax_included``: the price has the tax in it.
    ``mark``: what whoever made it wrote on it for itself."""

    id: int
    name: str
    code: str
    description: str = ""
    price: Decimal | None = None
    currency: str = ""
    vat: Vat | None = None
    tax_included: bool = False
    mark: str = ""

    @property
    def tax_key(self) -> str:
        return self.vat.key if self.vat else "none"

    @property
    def net_price(self) -> Decimal | None:
        """Without tax, to the four decimals that an item's price may have (Xero facts §5.2)."""
        if self.price is None or not self.tax_included or self.vat is None or not self.vat.rate:
            return self.price
        return (self.price / (1 + self.vat.rate / 100)).quantize(FOURTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Item:
    """An item of the books: what is sold, in the organisation's base currency."""

    id: str
    code: str
    name: str = ""
    description: str = ""
    price: Decimal | None = None
    account: str = ""
    tax_type: str = ""


@dataclass(frozen=True)
class Draft:
    """What a person typed, letter by letter. ``vat`` and ``measure`` are ids; ``decimal_sign`` is what the person's
    language has before decimals, "" where it has both."""

    name: str = ""
    code: str = ""
    description: str = ""
    price: str = ""
    currency: str = ""
    vat: str = ""
    measure: str = ""
    kind: str = "product"
    account: str = ""
    decimal_sign: str = "."

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Draft:
        """Only what is known of a draft, white space and characters that nobody sees put in order."""
        known = {field.name for field in fields(cls)}
        typed = {name: str(value) for name, value in stored.items() if name in known}
        lines = typed.pop("description", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        description = "\n".join(_visible(line).rstrip() for line in lines).strip()
        return cls(description=description, **{name: " ".join(_visible(v).split()) for name, v in typed.items()})


@dataclass(frozen=True)
class NewProduct:
    """A draft that keeps every rule: ready for both catalogues."""

    name: str
    code: str
    description: str
    price: Decimal
    currency: str
    vat_id: int
    measure_id: int
    kind: Kind
    account: str
    tax_key: str
    tax_type: str


@dataclass(frozen=True)
class NewItem:
    """What an item is made of."""

    code: str
    name: str
    description: str
    price: Decimal | None
    account: str
    tax_type: str


def _visible(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
