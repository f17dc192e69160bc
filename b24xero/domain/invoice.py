"""An invoice in neutral words: what Bitrix24 has and Xero gets, in neither one's spelling. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from decimal import Decimal
from typing import Literal

from b24xero.domain.traits import Traits

# What a stage of the portal means, never read from its name.
Meaning = Literal["process", "success", "failure"]


@dataclass(frozen=True)
class Address:
    """A postal address; unknown parts are empty strings."""

    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class Person:
    """Whom to write to at a company; ``id`` is Bitrix24's."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    id: int = 0

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


CustomerKind = Literal["company", "contact", "invoice"]


@dataclass(frozen=True)
class Customer:
    """Who owes the money: a company or a person of the portal. ``id`` is Bitrix24's, unique within its ``kind``.
    ``kind`` "invoice": an old invoice that names neither, so that its payer is who stands printed on it; ``id`` is the
    invoice's.

    ``address_hidden``: the portal does not show addresses to the person who asked, so none is known.
    ``requisite_id``: from where the tax number and the address are, as far as they are from one.
    """

    kind: CustomerKind
    id: int
    name: str
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    address: Address = Address()
    person: Person = Person()
    address_hidden: bool = False
    requisite_id: int = 0

    @property
    def billing_email(self) -> str:
        """Where its invoices go: a company without an e-mail has its contact person's. It is nothing to know a company
        by, since a person may stand for several."""
        return self.email or self.person.email

    @property
    def number(self) -> str:
        """Our own key of this customer in the books, e.g. ``B24-CO-41``: Xero keeps it unique (facts §5.1)."""
        return number_of(self.kind, self.id)


def number_of(kind: CustomerKind, id: int) -> str:
    """``Customer.number`` of whoever has this kind and id."""
    return f"B24-{_LETTERS[kind]}-{id}"


_LETTERS: dict[CustomerKind, str] = {"company": "CO", "contact": "C", "invoice": "I"}

# Which of Bitrix24's two sorts of invoices one is: an item of today, or one of before (crm.invoice.*). Ids of the one
# say nothing of the other.
Kind = Literal["smart", "legacy"]


@dataclass(frozen=True)
class LineItem:
    """One row. Prices are a unit's, exact as Bitrix24 gives them; ``total`` is the row's, tax included, to the cent.
    ``net`` (without tax) and ``tax`` are the row's before anything is rounded to the cent.

    ``list_*`` is before the discount, ``unit_*`` after it; ``*_net`` is without tax, ``*_gross`` with it.
    ``discount_rate`` is in percent of the list price, ``discount_sum`` a unit's without tax; None: no discount.
    ``tax_rate`` is in percent; None means "no VAT", which is not the same as 0. ``item_code``: of the Xero item that
    stands for the product, "" when there is none; ``item_account`` and ``item_tax_type``: what it sells under, as it
    was read at ``item_read_at``; ``item_gone``: Xero had it no more then.
    """

    id: int
    description: str
    quantity: Decimal
    list_net: Decimal
    list_gross: Decimal
    unit_net: Decimal
    unit_gross: Decimal
    tax_rate: Decimal | None
    tax_included: bool
    total: Decimal
    net: Decimal
    tax: Decimal
    discount_rate: Decimal | None = None
    discount_sum: Decimal | None = None
    product_id: int = 0
    item_code: str = ""
    item_account: str = ""
    item_tax_type: str = ""
    item_read_at: datetime | None = None
    item_gone: bool = False


@dataclass(frozen=True)
class Invoice:
    """One invoice of the portal. ``date`` and ``due_date`` are calendar days; ``total`` is what the customer reads.

    ``rows_total`` is what the rows make of it. ``delivery``: what a paid delivery adds, for which there is no row.
    ``former_totals``: what the same rows made as long as the portal rounded otherwise.
    ``may_change``: whether whoever asked for it may change it in Bitrix24; None: Bitrix24 did not say; True as well
    where it was not asked, because it does not matter.
    ``customer_gone``: its company, or else its contact, was deleted, so ``customer`` is None.
    ``stage_gone``: the portal has its stage no more.
    ``days_spelt_early``: the portal spells its days so that the first release of this program read them a day early.
    ``document_tax``: its tax hangs on the place of the customer, and no row says how much of it is the row's.
    ``traits``: what the rules of a set-up go by.
    """

    id: int
    number: str
    title: str
    date: Day
    due_date: Day | None
    currency: str
    total: Decimal
    tax: Decimal
    stage: str
    customer: Customer | None
    stage_name: str = ""
    stage_color: str = ""
    stage_meaning: Meaning = "process"
    line_items: tuple[LineItem, ...] = ()
    total_is_manual: bool = False
    company_id: int = 0
    contact_id: int = 0
    days_spelt_early: bool = False
    rows_total: Decimal = Decimal("0.00")
    delivery: Decimal = Decimal("0.00")
    former_totals: tuple[Decimal, ...] = ()
    kind: Kind = "smart"
    document_tax: bool = False
    may_change: bool | None = True
    customer_gone: bool = False
    stage_gone: bool = False
    traits: Traits = Traits()

    @property
    def whole_stage(self) -> Stage:
        """The stage that it is in, as far as the portal has it."""
        return Stage(self.stage, self.stage_name or self.stage, self.stage_color, self.stage_meaning)

    def as_row(self) -> InvoiceRow:
        """The same invoice as a line of the list."""
        return InvoiceRow(
            id=self.id,
            number=self.number,
            title=self.title,
            date=self.date,
            due_date=self.due_date,
            currency=self.currency,
            total=self.total,
            stage=self.stage,
            stage_name=self.stage_name,
            customer_name=self.customer.name if self.customer else "",
            company_id=self.company_id,
            contact_id=self.contact_id,
            kind=self.kind,
        )


@dataclass(frozen=True)
class InvoiceRow:
    """One line of the invoices page: no line items, the customer by name only."""

    id: int
    number: str
    title: str
    date: Day
    due_date: Day | None
    currency: str
    total: Decimal
    stage: str
    stage_name: str = ""
    customer_name: str = ""
    company_id: int = 0
    contact_id: int = 0
    kind: Kind = "smart"

    def whole(self, tax: Decimal, customer: Customer | None, line_items: tuple[LineItem, ...]) -> Invoice:
        """The invoice of this line, with what a list does not say."""
        return Invoice(
            id=self.id,
            number=self.number,
            title=self.title,
            date=self.date,
            due_date=self.due_date,
            currency=self.currency,
            total=self.total,
            tax=tax,
            stage=self.stage,
            customer=customer,
            line_items=line_items,
            company_id=self.company_id,
            contact_id=self.contact_id,
            kind=self.kind,
        )

    @property
    def facts(self) -> dict[str, str]:
        """What a list says of it that an edit would take to Xero, as it is kept with a write."""
        return {
            "number": self.number,
            "title": self.title,
            "date": self.date.isoformat(),
            "due_date": self.due_date.isoformat() if self.due_date else "",
            "currency": self.currency,
            "total": str(self.total),
            "customer": f"{self.company_id}/{0 if self.company_id else self.contact_id}",
        }


@dataclass(frozen=True)
class Stage:
    """A stage of the portal's invoices. ``meaning``: "process", "success" or "failure" (never read from the name)."""

    id: str
    name: str
    color: str
    meaning: Meaning
    system: bool = False


def is_old(stage: str) -> bool:
    """Whether it is a status of old invoices: a stage of today names its pipeline, "DT31_7:N"."""
    return ":" not in stage


def is_gone(stage: str, stages: Iterable[str]) -> bool:
    """Whether the portal has a stage no more, by the ids of those that it showed. Of a pipeline of which it showed none
    nothing is concluded: its stages may be hidden from this person (facts Bitrix24 §10.9)."""
    pipeline, colon, _ = stage.partition(":")
    known = set(stages)
    return bool(colon) and stage not in known and any(id.startswith(f"{pipeline}:") for id in known)


@dataclass(frozen=True)
class VatRate:
    """A tax rate of the portal; ``rate`` None is "no VAT"."""

    name: str
    rate: Decimal | None

    @property
    def key(self) -> str:
        return tax_key(self.rate)


def tax_key(rate: Decimal | None) -> str:
    """How a set-up names a rate: "15", "12.5", "0"; "none" for no VAT."""
    if rate is None:
        return "none"
    return format(rate.normalize(), "f") if rate else "0"
