"""What the portal remembers: people, tokens, items, rows, stages and rates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from b24xero.simulator.bitrix24.settings import Settings as Settings
from b24xero.simulator.bitrix24.sums import PRECISIONS, Precision

CONTACT, COMPANY, REQUISITE, INVOICE = 3, 4, 8, 31
OLD_INVOICE = 5  # crm.invoice.*, in links of requisites
SCOPES = ("crm", "catalog", "placement", "user_basic")
INVOICE_STATUS = "INVOICE_STATUS"

Fields = dict[str, Any]


class HasNow(Protocol):
    """The simulator's clock: aware UTC."""

    def now(self) -> datetime: ...


@dataclass
class User:
    """A colleague. ``role``: admin, manager, seller (own invoices only) or auditor (reads all, changes nothing).
    ``departments``: their ids."""

    id: int
    name: str
    last_name: str
    email: str
    role: str
    active: bool = True
    app_access: bool = True
    may_move_stages: bool = True
    may_use_settings: bool = True
    may_use_catalog: bool = False
    may_add_products: bool = True
    may_read_leads: bool = True
    may_read_customers: bool = True
    may_set_prices: bool = True
    departments: tuple[int, ...] = (1,)

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.last_name}"


@dataclass
class Token:
    """An access token, a refresh token or an authorization code: whose, and until when."""

    user_id: int
    expires: datetime


@dataclass
class Stage:
    """A row of crm.status.list. ``semantics``: "" in progress, "S" success, "F" failure (facts §3.3)."""

    id: int
    entity: str
    status_id: str
    name: str
    sort: int
    system: bool
    color: str
    semantics: str = ""
    category_id: int | None = None
    name_init: str = ""


@dataclass
class VatRate:
    """``rate`` None means "No VAT", which is not 0 %."""

    id: int
    name: str
    rate: Decimal | None
    active: bool = True
    sort: int = 100


@dataclass
class Currency:
    """``amount`` is what one unit costs in the base currency."""

    code: str
    name: str
    amount: Decimal
    base: bool = False
    sort: int = 100
    decimals: int = 2


def default_users() -> dict[int, User]:
    users = (
        User(1, "Mere", "Tautahi", "mere@harbourhill.example", "admin", may_use_catalog=True),
        User(7, "Tom", "Hallam", "tom@harbourhill.example", "manager", may_use_catalog=True),
        User(12, "Anahera", "Pōtiki", "anahera@harbourhill.example", "seller", departments=(3,)),
        User(15, "Jack", "O'Brien", "jack@harbourhill.example", "seller", departments=(4,)),
        User(21, "Priya", "Raman", "priya@harbourhill.example", "auditor"),
    )
    return {user.id: user for user in users}


def default_departments() -> dict[int, Fields]:
    """The company itself has no parent."""
    return {
        1: {"ID": "1", "NAME": "Harbour Hill", "SORT": 500, "UF_HEAD": "1"},
        3: {"ID": "3", "NAME": "Nelson workshop", "SORT": 500, "PARENT": "1", "UF_HEAD": "12"},
        4: {"ID": "4", "NAME": "Blenheim", "SORT": 510, "PARENT": "1"},
    }


def default_currencies() -> list[Currency]:
    return [
        Currency("NZD", "New Zealand dollar", Decimal("1.0000"), base=True, sort=100),
        Currency("USD", "US dollar", Decimal("1.6500"), sort=200),
        Currency("AUD", "Australian dollar", Decimal("1.0900"), sort=300),
    ]


def default_vat() -> list[VatRate]:
    return [
        VatRate(1, "No VAT", None, sort=100),
        VatRate(3, "0 %", Decimal(0), sort=200),
        VatRate(5, "GST 15 %", Decimal(15), sort=300),
    ]


@dataclass
class Portal:
    """Everything that changes. ``client`` is (client_id, client_secret) of the one local application.

    ``row_ids``: the rows that an invoice has or had, so that no list walks through all rows. ``moves``: every change of
    a stage, whoever made it, in order. ``robots``: what the portal's automation does in the same request: an invoice
    that comes to a stage is moved on to another.
    """

    clock: HasNow
    client: tuple[str, str]
    app_url: str
    settings: Settings
    member_id: str = "a223c6b3710f85df22e9377d6c4f7553"
    category_id: int = 7
    base: str = ""
    users: dict[int, User] = field(default_factory=default_users)
    codes: dict[str, Token] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    items: dict[int, dict[int, Fields]] = field(default_factory=dict)
    rows: dict[int, Fields] = field(default_factory=dict)
    row_ids: dict[int, list[int]] = field(default_factory=dict)
    moves: list[Fields] = field(default_factory=list)
    robots: dict[str, str] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    vat: list[VatRate] = field(default_factory=default_vat)
    currencies: list[Currency] = field(default_factory=default_currencies)
    requisites: dict[int, Fields] = field(default_factory=dict)
    addresses: list[Fields] = field(default_factory=list)
    requisite_links: dict[int, Fields] = field(default_factory=dict)
    old_invoices: dict[int, Fields] = field(default_factory=dict)
    old_requisite_links: dict[int, Fields] = field(default_factory=dict)
    placements: list[Fields] = field(default_factory=list)
    handlers: list[Fields] = field(default_factory=list)
    happened: list[Fields] = field(default_factory=list)
    notices: list[Fields] = field(default_factory=list)
    installed: bool = False
    products: dict[int, Fields] = field(default_factory=dict)
    prices: dict[int, Fields] = field(default_factory=dict)
    sections: dict[int, Fields] = field(default_factory=dict)
    departments: dict[int, Fields] = field(default_factory=default_departments)
    list_values: dict[int, str] = field(default_factory=lambda: {45: "Retail", 46: "Trade", 47: "Public sector"})
    deliveries: dict[int, Decimal] = field(default_factory=dict)
    application_token: str = "51856fefc120afa4b628cc82d3935cce"
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.items = {INVOICE: {}, CONTACT: {}, COMPANY: {}}
        self.stages = self.stages or default_stages(self)

    # -- time ---------------------------------------------------------------------------------------------------

    @property
    def zone(self) -> tzinfo:
        if self.settings.zone:
            return ZoneInfo(self.settings.zone)
        return timezone(timedelta(hours=self.settings.offset_hours))

    def now(self) -> datetime:
        """Now to the second, in the server's offset: what every *Time field gets."""
        return self.clock.now().astimezone(self.zone).replace(microsecond=0)

    def utc(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    def today(self) -> date:
        return self.now().date()

    # -- small look-ups -----------------------------------------------------------------------------------------

    def number(self, kind: str, first: int = 1) -> int:
        """The next id of this kind; ``first`` counts only at the first call."""
        number = self._numbers.get(kind, first)
        self._numbers[kind] = number + 1
        return number

    def stage_entity(self) -> str:
        """``SMART_INVOICE_STAGE_{category}``, not ``DYNAMIC_31_STAGE_…`` (facts §3.3)."""
        return f"SMART_INVOICE_STAGE_{self.category_id}"

    def invoice_stages(self) -> list[Stage]:
        entity = self.stage_entity()
        return sorted((stage for stage in self.stages if stage.entity == entity), key=lambda stage: stage.sort)

    def old_statuses(self) -> list[Stage]:
        """Of old invoices, in their order, which is what they mean (source §3.3)."""
        return sorted((stage for stage in self.stages if stage.entity == INVOICE_STATUS), key=lambda stage: stage.sort)

    def stage_id(self, code: str) -> str:
        """``P`` → ``DT31_7:P``; a full id stays as it is."""
        return code if ":" in code else f"DT31_{self.category_id}:{code}"

    def rows_of(self, invoice_id: int) -> list[Fields]:
        own = [self.rows[row_id] for row_id in self.row_ids.get(invoice_id, ()) if row_id in self.rows]
        return sorted(own, key=lambda row: (row["sort"], row["id"]))

    @property
    def precision(self) -> Precision:
        return PRECISIONS[self.settings.precision]

    def decimals_of(self, currency: str) -> int:
        return next((known.decimals for known in self.currencies if known.code == currency), 2)

    def base_currency(self) -> Currency:
        return next(currency for currency in self.currencies if currency.base)

    def invoice_currency(self) -> str:
        """Of the shop, which every old invoice gets."""
        return self.settings.invoice_currency or self.base_currency().code

    # -- tokens -------------------------------------------------------------------------------------------------

    def issue(self, store: dict[str, Token], user_id: int, life: timedelta) -> str:
        text = secrets.token_hex(22)
        store[text] = Token(user_id, self.utc() + life)
        return text


def default_stages(portal: Portal) -> list[Stage]:
    """The four built-in stages of a new invoice pipeline, and a list of another kind beside them (facts §3.3)."""
    entity, category = portal.stage_entity(), portal.category_id

    def stage(code: str, name: str, sort: int, color: str, semantics: str = "", system: bool = True) -> Stage:
        status_id = portal.stage_id(code)
        number = portal.number("stage", 211)
        init = name if system else ""
        return Stage(number, entity, status_id, name, sort, system, color, semantics, category, init)

    return [
        stage("N", "New", 10, "#39A8EF"),
        stage("S", "Sent", 20, "#55D0E0", system=False),
        stage("P", "Paid", 50, "#7BD500", "S"),
        stage("D", "Unpaid", 60, "#FF5752", "F"),
        Stage(portal.number("stage"), "SOURCE", "CALL", "Call", 10, True, "", name_init="Call"),
        Stage(portal.number("stage"), "SOURCE", "EMAIL", "E-mail", 20, True, "", name_init="E-mail"),
        Stage(portal.number("stage"), "INDUSTRY", "IT", "Information technology", 10, True, "", name_init="IT"),
        Stage(portal.number("stage"), "INDUSTRY", "NOTPROFIT", "Non-profit", 20, True, "", name_init="Non-profit"),
        Stage(portal.number("stage"), "INDUSTRY", "1", "Education", 30, False, ""),
        *old_statuses(portal),
    ]


def old_statuses(portal: Portal) -> list[Stage]:
    """The four built-in statuses of old invoices; own ones are one letter (source §3.3)."""
    built_in = (("N", "Draft", 100, ""), ("S", "Sent to client", 110, ""), ("P", "Paid", 130, "S"))
    built_in += (("D", "Declined", 140, "F"),)  # type: ignore[assignment]
    return [
        Stage(portal.number("stage"), INVOICE_STATUS, code, name, sort, True, "", semantics, name_init=name)
        for code, name, sort, semantics in built_in
    ]


def granted(portal: Portal) -> tuple[str, ...]:
    """The scopes that were ticked for the application."""
    also = tuple(filter(None, portal.settings.also_granted.split(",")))
    return tuple(scope for scope in (*SCOPES, *also) if scope not in portal.settings.not_granted.split(","))
