"""Many whole invoices in few calls: each is exactly the invoice that is read when it is asked for alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from b24xero.bitrix24 import invoices
from b24xero.bitrix24.client import Bitrix24
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import Needs
from b24xero.errors import Disconnected, Forbidden, NotFound, Rejected, RetryLater
from b24xero.simulator.bitrix24 import access, items, people, records, rest
from b24xero.simulator.bitrix24.call import Answer, Call
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, Portal, User
from b24xero.simulator.bitrix24.wire import RestError
from tests.conftest import Vendors

ADMIN, SELLER, AUDITOR = 1, 12, 21


class Token:
    """Somebody's token that is never renewed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def access(self) -> str:
        return self.text

    def renew(self, stale: str) -> str:
        raise Disconnected("bitrix24")

    def ended(self, error: Disconnected) -> None:
        """Nothing stands on it."""


@pytest.fixture
def portal(vendors: Vendors) -> Portal:
    return vendors.bitrix24.world


@pytest.fixture
def admin(vendors: Vendors) -> Bitrix24:
    return client(vendors, ADMIN)


def client(vendors: Vendors, user_id: int) -> Bitrix24:
    token = vendors.control("bitrix24/token", user_id=user_id)["access_token"]
    return Bitrix24(f"{vendors.base}/bitrix24", Token(token), (vendors.bitrix24.world.category_id,))


def assert_same(found: Invoice, alone: Invoice) -> None:
    for field in fields(Invoice):
        assert getattr(found, field.name) == getattr(alone, field.name), f"{field.name} of {alone.number}"
    assert found == alone


def assert_as_alone(bitrix24: Bitrix24, ids: Iterable[int]) -> dict[int, Invoice]:
    """What ``invoices`` gives, once it is the same as ``invoice`` gives for each."""
    wanted = list(ids)
    found = bitrix24.invoices(wanted)
    assert list(found) == wanted
    for id in wanted:
        assert_same(found[id], bitrix24.invoice(id))
    return found


def calls(vendors: Vendors) -> int:
    asked = vendors.calls("bitrix24")
    assert set(asked) <= {"POST /rest/batch"}
    return len(asked)


def commands(vendors: Vendors, method: str = "") -> list[str]:
    """Every command of every batch since ``forget_requests``."""
    bodies = [json.loads(seen["body"]) for seen in vendors.control("requests", vendor="bitrix24")]
    return [command for body in bodies for command in body["cmd"].values() if command.startswith(method)]


def new_company(portal: Portal, name: str, requisites: int = 1, addresses: int = 2) -> tuple[int, list[int]]:
    company = records.add_item(portal, COMPANY, {"title": name}, ADMIN)
    people.set_channels(portal, company, {"email": f"ap@{name.lower().replace(' ', '-')}.example"})
    kept = []
    for n in range(requisites):
        values = {"type": COMPANY, "entity_id": company["id"], "RQ_VAT_ID": f"{company['id']}-{n}", "SORT": 500 - n}
        kept.append(int(people.put_requisite(portal, values)["ID"]))
        for kind in ("6", "1", "4")[:addresses]:
            where = {"requisite_id": kept[-1], "TYPE_ID": kind, "ADDRESS_1": f"{n} High Street", "CITY": name}
            people.put_address(portal, where)
    return int(company["id"]), kept


def new_invoice(portal: Portal, rows: int = 1, **values: Any) -> int:
    item = records.add_item(portal, INVOICE, values, ADMIN)
    for n in range(rows):
        fresh = records.row_defaults(portal, item["id"])
        id = portal.number("row", 901)
        portal.rows[id] = fresh | {"id": id, "productName": f"Step {n + 1}", "price": 115, "sort": 10 * (n % 7)}
        portal.row_ids.setdefault(int(item["id"]), []).append(id)
    return int(item["id"])


# -- the same as alone ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_invoice_of_the_demo_world_is_the_same_as_alone(
    admin: Bitrix24, vendors: Vendors, portal: Portal
) -> None:
    ids = list(portal.items[INVOICE])
    assert len(ids) == 240
    vendors.forget_requests()
    found = admin.invoices(ids)
    assert calls(vendors) == 6
    assert list(found) == ids
    for id in ids:
        assert_same(found[id], admin.invoice(id))
    assert all(invoice.stage_name for invoice in found.values())
    assert sum(invoice.customer is None for invoice in found.values()) == 1
    assert {invoice.customer.kind for invoice in found.values() if invoice.customer} == {"company", "contact"}


def test_the_order_is_the_asked_one_and_nothing_is_asked_twice(
    admin: Bitrix24, vendors: Vendors, portal: Portal
) -> None:
    first, second, third = list(portal.items[INVOICE])[:3]
    vendors.forget_requests()
    assert list(admin.invoices([third, first, third, second, first])) == [third, first, second]
    assert calls(vendors) == 2
    asked = commands(vendors)
    assert len(asked) == len(set(asked))
    assert len(commands(vendors, "crm.item.productrow.list")) == 3


def test_for_nothing_nothing_is_asked(admin: Bitrix24, vendors: Vendors) -> None:
    vendors.forget_requests()
    assert admin.invoices([]) == {}
    assert list(invoices.groups(admin, (), (7,))) == []
    assert calls(vendors) == 0


def test_what_is_not_there_is_missing_and_costs_no_second_call(admin: Bitrix24, vendors: Vendors) -> None:
    vendors.forget_requests()
    assert admin.invoices([999_998, 999_999, 0]) == {}
    assert calls(vendors) == 1


def test_groups_are_read_when_they_are_asked_for(
    admin: Bitrix24, vendors: Vendors, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoices, "GROUP", 98)
    ids = crowd(portal, 120)
    vendors.forget_requests()
    parts = invoices.groups(admin, ids, (portal.category_id,))
    assert calls(vendors) == 0
    first = next(parts)
    assert list(first) == ids[: invoices.GROUP]
    assert calls(vendors) == 3
    vendors.control("bitrix24/move", id=ids[-1], stage="P")
    (second,) = parts
    assert list(second) == ids[invoices.GROUP :]
    assert second[ids[-1]].stage_name == "Paid"


# -- how many calls ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("count", "most"), [(1, 2), (49, 2), (50, 3), (240, 6), (1000, 22)])
def test_a_thousand_invoices_of_two_hundred_customers_cost_22_calls(
    admin: Bitrix24, vendors: Vendors, portal: Portal, count: int, most: int
) -> None:
    ids = crowd(portal, count)
    vendors.forget_requests()
    found = admin.invoices(ids)
    assert calls(vendors) == most
    assert list(found) == ids
    assert len({invoice.customer for invoice in found.values()}) == min(count, 200)
    assert {len(invoice.line_items) for invoice in found.values()} == ({50, 1, 0} if count > 1 else {50})
    for id in ids[:: max(1, count // 10)]:
        assert_same(found[id], admin.invoice(id))


def crowd(portal: Portal, count: int) -> list[int]:
    """So many invoices of 200 companies, each with its person, one requisite and two addresses. Most have no rows, for
    the simulator's sake: what they cost is the same."""
    empty(portal)
    customers = []
    for n in range(200):
        company, _ = new_company(portal, f"Joinery {n}")
        contact = records.add_item(portal, CONTACT, {"name": "Ana", "lastName": f"No. {n}"}, ADMIN)
        customers.append({"companyId": company, "contactIds": [contact["id"]]})
    return [new_invoice(portal, 0 if n % 10 else 1 if n % 300 else 50, **customers[n % 200]) for n in range(count)]


def empty(portal: Portal) -> None:
    for store in (portal.items[INVOICE], portal.rows, portal.requisites, portal.addresses):
        store.clear()


@pytest.mark.slow
def test_each_command_keeps_to_fifty_ids_and_each_call_to_fifty_commands(
    admin: Bitrix24, vendors: Vendors, portal: Portal
) -> None:
    empty(portal)
    for n in range(294):  # each with a customer of its own
        people_of = [records.add_item(portal, CONTACT, {"name": f"Person {n}"}, ADMIN)["id"]]
        new_invoice(portal, 0, companyId=new_company(portal, f"Company {n}", 1, 3)[0], contactIds=people_of)
    vendors.forget_requests()
    assert len(admin.invoices(portal.items[INVOICE])) == 294
    assert calls(vendors) == 7
    seen = vendors.control("requests", vendor="bitrix24")
    assert max(len(json.loads(one["body"])["cmd"]) for one in seen) == 50
    assert max(command.count("&") for command in commands(vendors)) < 70


# -- rights -----------------------------------------------------------------------------------------------------------


def test_a_seller_gets_their_own_invoices_and_no_others(admin: Bitrix24, vendors: Vendors, portal: Portal) -> None:
    own = [id for id, item in portal.items[INVOICE].items() if item["assignedById"] == SELLER]
    assert 0 < len(own) < 240
    seller = client(vendors, SELLER)
    assert list(seller.invoices(portal.items[INVOICE])) == own
    assert_as_alone(seller, own[:20])
    stranger = next(id for id in portal.items[INVOICE] if id not in own)
    with pytest.raises(Forbidden):
        seller.invoice(stranger)
    with pytest.raises(NotFound):
        seller.invoice(999_999)
    assert seller.invoices([stranger, 999_999]) == {}
    assert len(client(vendors, AUDITOR).invoices(portal.items[INVOICE])) == 240


def test_a_hidden_company_is_no_customer_and_its_person_neither(
    vendors: Vendors, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    employed = next(i for i in portal.items[INVOICE].values() if i["companyId"] and i["contactId"])
    hidden = employed["companyId"]

    def may_read(user: User, entity_type: int, item: dict[str, Any]) -> bool:
        return not (user.id == AUDITOR and entity_type == COMPANY and item["id"] == hidden)

    monkeypatch.setattr(access, "may_read", may_read)
    monkeypatch.setattr(items, "may_read", may_read)
    ids = list(portal.items[INVOICE])[:60] + [employed["id"]]
    found = assert_as_alone(client(vendors, AUDITOR), dict.fromkeys(ids))
    assert found[employed["id"]].customer is None
    assert found[employed["id"]].company_id == hidden
    assert client(vendors, ADMIN).invoices([employed["id"]])[employed["id"]].customer is not None


# -- long invoices ----------------------------------------------------------------------------------------------------


def test_further_pages_of_rows_come_with_the_customers(admin: Bitrix24, vendors: Vendors, portal: Portal) -> None:
    company, _ = new_company(portal, "Longview Joinery")
    ids = [new_invoice(portal, count, companyId=company) for count in (51, 0, 130, 50, 100, 1)]
    vendors.forget_requests()
    found = admin.invoices(ids)
    assert calls(vendors) == 2
    assert [len(found[id].line_items) for id in ids] == [51, 0, 130, 50, 100, 1]
    assert_as_alone(admin, ids)


# -- requisites -------------------------------------------------------------------------------------------------------


def test_a_link_is_asked_for_only_where_the_customer_leaves_a_choice(
    admin: Bitrix24, vendors: Vendors, portal: Portal
) -> None:
    single, (only,) = new_company(portal, "Single Ltd")
    double, (later, sooner) = new_company(portal, "Double Ltd", requisites=2)
    idle, (inactive,) = new_company(portal, "Idle Ltd")
    people.put_requisite(portal, {"id": inactive, "ACTIVE": "N"})
    wanted = {
        new_invoice(portal, companyId=company): (link, tax)
        for company, link, tax in (
            (single, only, f"{single}-0"),
            (single, 0, f"{single}-0"),
            (double, later, f"{double}-0"),
            (double, sooner, f"{double}-1"),
            (double, 0, f"{double}-1"),
            (idle, inactive, f"{idle}-0"),
            (idle, 0, ""),
        )
    }
    for id, (link, _) in wanted.items():
        if link:
            people.link_requisite(portal, id, link)
    vendors.forget_requests()
    found = admin.invoices(wanted)
    assert calls(vendors) == 3
    assert len(commands(vendors, "crm.requisite.link.get")) == 5
    assert [i.customer.tax_number for i in found.values() if i.customer] == [tax for _, tax in wanted.values()]
    assert_as_alone(admin, wanted)


def test_more_requisites_and_addresses_than_a_page_holds_are_read_to_the_end(
    admin: Bitrix24, vendors: Vendors, portal: Portal
) -> None:
    ids = []
    for n in range(45):
        company, requisites = new_company(portal, f"Several {n}", requisites=3, addresses=3)
        ids.append(new_invoice(portal, 1, companyId=company))
        people.link_requisite(portal, ids[-1], requisites[n % 3])
    vendors.forget_requests()
    found = admin.invoices(ids)
    assert calls(vendors) == 4  # invoices with rows, customers, their further pages, the links
    assert {id: found[id] for id in ids} == {id: admin.invoice(id) for id in ids}


# -- failures ---------------------------------------------------------------------------------------------------------


def refuse(monkeypatch: pytest.MonkeyPatch, method: str, code: str, about: Sequence[str]) -> None:
    """The portal answers this method with an error when its filter or id mentions one of these."""
    real = rest.METHODS[method]

    def run(call: Call) -> Answer:
        if any(word in str(call.params) for word in about):
            raise RestError(code, "Something about this one")
        return real.run(call)

    monkeypatch.setitem(rest.METHODS, method, replace(real, run=run))


def test_an_invoice_whose_rows_are_refused_is_missing_and_the_others_are_whole(
    admin: Bitrix24, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = list(portal.items[INVOICE])[:60]
    refuse(monkeypatch, "crm.item.productrow.list", "INVALID_ARG_VALUE", [f"'=ownerId': '{ids[5]}'"])
    found = admin.invoices(ids)
    assert list(found) == [*ids[:5], *ids[6:]]
    assert all(invoice.line_items for id, invoice in found.items() if portal.rows_of(id))
    with pytest.raises(Rejected):
        admin.invoice(ids[5])


def test_an_invoice_is_never_given_with_a_part_of_its_rows(
    admin: Bitrix24, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, short = new_invoice(portal, 120), new_invoice(portal, 2)
    refuse(monkeypatch, "crm.item.productrow.list", "INVALID_ARG_VALUE", ["'start': '100'"])
    assert list(admin.invoices([long, short])) == [short]


def test_refused_requisites_leave_a_customer_without_tax_number_as_alone(
    admin: Bitrix24, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, "crm.requisite.list", "", ["filter"])
    found = assert_as_alone(admin, list(portal.items[INVOICE])[:10])
    assert {invoice.customer.tax_number for invoice in found.values() if invoice.customer} == {""}


def test_a_refused_list_of_invoices_is_an_error_and_never_none_at_all(
    admin: Bitrix24, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, "crm.item.list", "INVALID_ARG_VALUE", [str(INVOICE)])
    with pytest.raises(Rejected):
        admin.invoices(list(portal.items[INVOICE])[:3])


def test_a_busy_portal_ends_the_reading(admin: Bitrix24, vendors: Vendors, portal: Portal) -> None:
    busy = json.dumps({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"})
    vendors.fault("answer", vendor="bitrix24", path="/rest/batch", skip=3, status=503, body=busy)
    with pytest.raises(RetryLater):
        admin.invoices(portal.items[INVOICE])


def test_departments_and_lists_cost_no_call_and_sections_one(admin: Bitrix24, vendors: Vendors, portal: Portal) -> None:
    ids = crowd(portal, 50)
    for row in portal.rows.values():
        row["productId"] = 1301
    needs = Needs(departments=True, lists=("ufCrm_SMART_INVOICE_1772717700",))
    vendors.forget_requests()
    found = admin.invoices(ids)
    assert calls(vendors) == 3
    ruled = admin.invoices(ids, needs=needs)
    assert calls(vendors) == 2 * 3
    assert {one.traits.departments for one in ruled.values()} == {(1,)}
    assert all(one.traits.lists == {"ufCrm_SMART_INVOICE_1772717700": ()} for one in ruled.values())
    assert {id: replace(one, traits=found[id].traits) for id, one in ruled.items()} == found
    sectioned = admin.invoices(ids, needs=replace(needs, sections=True))
    assert calls(vendors) == 2 * 3 + 4
    assert {one.traits.sections[1301] for one in sectioned.values() if one.traits.sections} == {0}
