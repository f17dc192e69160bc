"""The demo company in Bitrix24: Harbour & Hill Joinery, about 240 invoices of the last 100 days.

Deterministic: the same random seed gives the same invoices, dated back from the clock's today. The customers stand in
``demo_customers``. Some invoices are there for what is odd about them: see ``ODD_ONES``.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from b24xero.simulator import demo_old_invoices
from b24xero.simulator.bitrix24 import Bitrix24, people, records
from b24xero.simulator.bitrix24.catalog import new_product
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, Fields, Portal, Stage
from b24xero.simulator.demo_customers import COMPANIES, PEOPLE, PLACES, Company, Person
from b24xero.simulator.demo_wares import EXPORT_TITLES, EXPORTS, TITLES, WARES, Ware
from b24xero.simulator.demo_xero import seed_xero

__all__ = ["ODD_ONES", "seed_bitrix24", "seed_xero"]

INVOICES = 240
FIRST_NUMBER = 173  # INV-0173 … INV-0412
DAYS = 100
MANAGERS_AND_SELLERS = (7, 12, 12, 12, 15, 15, 15)

# The place in the series (0 is the oldest) of the invoices that a test or a demonstration looks for.
ODD_ONES = {
    "no rows": 31, "no customer": 77, "manual total": 118, "mixed inclusive and exclusive": 140, "free text only": 151,
    "same company name, first": 160, "same company name, second": 161, "same person name, first": 170,
    "same person name, second": 171, "longest name": 180, "emoji": 190, "zero total": 200,
}  # fmt: skip
_MIXED = (9, 64, 140, 203)
GOODS, WORK = 1, 2  # sections of products


def seed_bitrix24(bitrix24: Bitrix24) -> None:
    """Fills an empty portal. Nothing here goes through the REST API, so no token and no limit is touched."""
    portal = bitrix24.world
    portal.number("invoice number", FIRST_NUMBER - 1)
    _add_stages(portal)
    _add_products(portal)
    companies = [_add_company(portal, company) for company in COMPANIES]
    contacts = [_add_person(portal, person, companies) for person in PEOPLE]
    _Series(portal, companies, contacts).write()
    if portal.settings.has_old_invoices:
        demo_old_invoices.seed(portal)


def _add_stages(portal: Portal) -> None:
    for code, name, sort, color in (
        ("UC_DEPOSI", "Deposit received", 30, "#FFA900"),
        ("UC_ONHOLD", "On hold, site not ready", 40, "#A77BD8"),
    ):
        number, entity = portal.number("stage"), portal.stage_entity()
        status_id = portal.stage_id(code)
        portal.stages.append(Stage(number, entity, status_id, name, sort, False, color, "", portal.category_id))


def _add_products(portal: Portal) -> None:
    portal.sections = {GOODS: {"NAME": "Goods"}, WORK: {"NAME": "Work on site"}}
    for number, ware in enumerate(ware for ware in (*WARES, *EXPORTS) if ware.product):
        vat = 5 if ware.tax else 3
        code = ware.code or f"HH-{101 + number}"
        fields = {"iblockId": 23, "name": ware.name, "code": code, "vatId": vat, "measure": 5}
        fields["iblockSectionId"] = WORK if _is_work(ware.name) else GOODS
        new_product(portal, fields, 1, number=ware.product, price=Decimal(ware.price))


def _is_work(name: str) -> bool:
    return any(word in name.casefold() for word in ("install", "hour", "fitting", "delivery", "labour"))


# -- customers ----------------------------------------------------------------------------------------------------


def _add_company(portal: Portal, company: Company) -> int:
    at = portal.now() - timedelta(days=400)
    fields = {"title": company.name, "currencyId": company.currency, "assignedById": 7}
    fields["industry"] = "1" if any(word in company.name for word in ("School", "College", "Kindergarten")) else None
    item = records.add_item(portal, COMPANY, fields, 1, at)
    people.set_channels(portal, item, {"email": company.email, "phone": company.phone})
    item["updatedTime"] = at
    requisite = {"type": COMPANY, "entity_id": item["id"], "RQ_COMPANY_NAME": company.name}
    requisite |= {"RQ_VAT_ID": company.tax_number or None, "RQ_EMAIL": company.email or None, "NAME": "Main"}
    kept = people.put_requisite(portal, requisite)
    _add_addresses(portal, kept["ID"], company.street, company.city, "6")
    return int(item["id"])


def _add_addresses(portal: Portal, requisite: str, street: str, city: str, kind: str) -> None:
    """A street address, and for companies (``kind`` 6, legal) a postal one as well."""
    place = PLACES[city]
    where = {"CITY": city, "POSTAL_CODE": place.postcode, "PROVINCE": place.region, "COUNTRY": place.country}
    people.put_address(portal, {"requisite_id": requisite, "TYPE_ID": "1", "ADDRESS_1": street, **where})
    if kind == "6":
        people.put_address(portal, {"requisite_id": requisite, "TYPE_ID": "6", "ADDRESS_1": street, **where})


def _add_person(portal: Portal, person: Person, companies: list[int]) -> int:
    at = portal.now() - timedelta(days=380)
    names = [company.name for company in COMPANIES]
    employer = companies[names.index(person.company)] if person.company else 0
    fields: Fields = {
        "name": person.first_name, "lastName": person.last_name, "honorific": person.honorific or None,
        "companyId": employer, "assignedById": 7,
    }  # fmt: skip
    item = records.add_item(portal, CONTACT, fields, 1, at)
    people.set_channels(portal, item, {"email": person.email, "phone": person.phone})
    item["updatedTime"] = at
    if employer:
        portal.items[COMPANY][employer]["contactIds"].append(item["id"])
    else:
        whose = {"RQ_FIRST_NAME": person.first_name, "RQ_LAST_NAME": person.last_name}
        kept = people.put_requisite(portal, {"type": CONTACT, "entity_id": item["id"], **whose})
        _add_addresses(portal, kept["ID"], person.street, person.city, "1")
    return int(item["id"])


# -- invoices -----------------------------------------------------------------------------------------------------


class _Series:
    """Writes the invoices one after the other, oldest first, from one stream of chance."""

    def __init__(self, portal: Portal, companies: list[int], contacts: list[int]) -> None:
        self.portal, self.companies, self.contacts = portal, companies, contacts
        self.chance = random.Random(20261122)
        self.odd = {place: name for name, place in ODD_ONES.items()}

    def write(self) -> None:
        for place in range(INVOICES):
            self._invoice(place)

    def _invoice(self, place: int) -> None:
        dated = self.portal.today() - timedelta(days=round(DAYS * (INVOICES - 1 - place) / (INVOICES - 1)))
        at = self._moment(dated)
        customer = self._customer(place)
        currency = COMPANIES[self.companies.index(customer["companyId"])].currency if customer["companyId"] else "NZD"
        seller = self.chance.choice(MANAGERS_AND_SELLERS)
        fields: Fields = customer | {
            "title": self._title(place, currency), "currencyId": currency, "assignedById": seller,
            "begindate": dated, "closedate": dated + timedelta(days=self.chance.choice((7, 14, 14, 20, 30))),
        }  # fmt: skip
        item = records.add_item(self.portal, INVOICE, fields, seller, at)
        rows = self._rows(place, currency)
        records.replace_rows(self.portal, item["id"], rows)
        item |= {"isManualOpportunity": "N"} | records.computed(self.portal, item)
        self._be_odd(place, item)
        self._move(item, dated, at)
        self._link_requisite(item)

    def _moment(self, dated: date) -> datetime:
        """Some working hour of that day, never in the future."""
        hour = time(self.chance.randint(8, 17), self.chance.randint(0, 59), tzinfo=self.portal.zone)
        return min(datetime.combine(dated, hour), self.portal.now())

    def _title(self, place: int, currency: str) -> str:
        titles = TITLES if currency == "NZD" else EXPORT_TITLES
        return self.chance.choice(titles).format(n=place % 4 + 1)

    def _customer(self, place: int) -> Fields:
        """Four in five go to a company (with its own person, if it has one); the rest to private people."""
        wanted = self._wanted_customer(self.odd.get(place, ""))
        if wanted is not None:
            return wanted
        if self.chance.random() < 0.2:
            private = [index for index, person in enumerate(PEOPLE) if not person.company]
            return self._person(self.chance.choice(private))
        return self._company(self.chance.randrange(len(COMPANIES)))

    def _company(self, index: int) -> Fields:
        company = self.companies[index]
        employed = self.portal.items[COMPANY][company]["contactIds"]
        return {"companyId": company, "contactIds": list(employed[:1])}

    def _person(self, index: int) -> Fields:
        return {"companyId": 0, "contactIds": [self.contacts[index]]}

    def _wanted_customer(self, name: str) -> Fields | None:
        company_names = [company.name for company in COMPANIES]
        coastline = [index for index, known in enumerate(company_names) if known == "Coastline Builders Ltd"]
        sarah = [index for index, person in enumerate(PEOPLE) if person.name == "Sarah Mitchell"]
        longest = max(range(len(COMPANIES)), key=lambda index: len(company_names[index]))
        emoji = next(index for index, known in enumerate(company_names) if "🌻" in known)
        plain, marae = (company_names.index(name) for name in ("Brightwater Builders Ltd", "Whakatū Marae Komiti"))
        return {
            "no customer": {"companyId": 0, "contactIds": []},
            "no rows": self._company(marae),
            "same company name, first": self._company(coastline[0]),
            "same company name, second": self._company(coastline[1]),
            "same person name, first": self._person(sarah[0]),
            "same person name, second": self._person(sarah[1]),
            "longest name": self._company(longest),
            "emoji": self._company(emoji),
            "mixed inclusive and exclusive": self._company(plain),
            "manual total": self._company(plain),
        }.get(name)

    # -- rows ---------------------------------------------------------------------------------------------------

    def _rows(self, place: int, currency: str) -> list[Fields]:
        odd = self.odd.get(place, "")
        if odd == "no rows":
            return []
        wares: tuple[Ware, ...] = WARES if currency == "NZD" else EXPORTS
        if odd == "free text only":
            wares = tuple(ware for ware in WARES if not ware.product)
        most = min(8, len(wares))
        chosen = self.chance.sample(wares, self.chance.choice([n for n in (1, 1, 2, 2, 3, 3, 4, 5, 6, 8) if n <= most]))
        whole_inclusive = self.chance.random() < 0.12
        rows = [self._row(ware, "Y" if whole_inclusive else "N") for ware in chosen]
        if place in _MIXED:
            rows = [self._row(WARES[0], "N"), self._row(WARES[14], "Y"), self._row(WARES[15], "Y"), *rows[:2]]
        return rows

    def _row(self, ware: Ware, included: str) -> Fields:
        """A row as the portal keeps it: ``price`` is after discount and with tax, always (facts §3.4)."""
        taxed = ware.tax is not None and (ware.tax > 0)
        row: Fields = {
            "productId": ware.product, "productName": ware.name,
            "quantity": Decimal(self.chance.choice(ware.quantities)),
            "taxRate": None if ware.tax is None else Decimal(ware.tax), "taxIncluded": included if taxed else "N",
            "measureCode": ware.measure[0], "measureName": ware.measure[1],
        }  # fmt: skip
        netto = Decimal(ware.price)
        kind = self.chance.random()
        if kind < 0.12:
            rate = Decimal(self.chance.choice(("5", "10", "12.5", "33.33")))
            netto, row = netto * (100 - rate) / 100, row | {"discountTypeId": 2, "discountRate": rate}
        elif kind < 0.2:
            off = (netto / 20).quantize(Decimal("0.01"))
            netto, row = netto - off, row | {"discountTypeId": 1, "discountSum": off}
        return row | {"price": netto * (100 + (ware.tax or 0)) / 100}

    # -- what is odd, and where it stands -----------------------------------------------------------------------

    def _be_odd(self, place: int, item: Fields) -> None:
        odd = self.odd.get(place, "")
        if odd == "no rows":
            item |= {"opportunity": Decimal("1150.00"), "title": "Deposit for the marae kitchen"}
        elif odd == "manual total":
            item |= {
                "isManualOpportunity": "Y",
                "opportunity": Decimal("2500.00"),
                "title": "Shop front, agreed price",
            }
        elif odd == "zero total":
            rows = [row | {"price": Decimal(0)} for row in self._rows(0, "NZD")[:1]]
            records.replace_rows(self.portal, item["id"], rows)
            item |= records.computed(self.portal, item) | {"title": "Repair under guarantee"}

    def _move(self, item: Fields, dated: date, at: datetime) -> None:
        """Where an invoice of that age usually stands; recent ones are new or sent."""
        age = (self.portal.today() - dated).days
        codes, weights = ("N", "S", "UC_DEPOSI", "UC_ONHOLD", "P", "D"), (25, 50, 12, 4, 7, 2)
        if age > 30:
            weights = (3, 18, 8, 3, 60, 8)
        code = self.chance.choices(codes, weights)[0]
        if code == "N":
            return
        moved = min(at + timedelta(days=self.chance.randint(0, max(0, age - 1)), hours=1), self.portal.now())
        change: dict[str, Any] = {"stageId": self.portal.stage_id(code)}
        records.change_item(self.portal, INVOICE, item, change, item["assignedById"], moved)

    def _link_requisite(self, item: Fields) -> None:
        entity = (str(COMPANY), str(item["companyId"])) if item["companyId"] else (str(CONTACT), str(item["contactId"]))
        for row in self.portal.requisites.values():
            if (row["ENTITY_TYPE_ID"], row["ENTITY_ID"]) == entity:
                people.link_requisite(self.portal, item["id"], int(row["ID"]))
                return
