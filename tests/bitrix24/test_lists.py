"""What lists of the portal hold besides what is wanted: templates, wildcards, pages that begin anew, other words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from b24xero.bitrix24.batch import Ref
from b24xero.bitrix24.client import Bitrix24
from b24xero.domain.queries import InvoiceQuery, ProductQuery
from b24xero.errors import Forbidden, Rejected
from b24xero.simulator import demo
from tests.bitrix24.test_stages import Tokens, calls, fault
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, MANAGER, SELLER, Asker, portal


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh()


def client(b24: Asker, user: int = ADMIN) -> Bitrix24:
    return Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, user), (7,))


# -- recurring templates ----------------------------------------------------------------------------------------------


def with_templates(b24: Asker) -> tuple[list[int], list[int]]:
    """Twelve invoices and three templates among them, all of today."""
    made = [b24.invoice(title=f"Rent {n}", isRecurring="Y" if n % 5 == 4 else "N")["id"] for n in range(15)]
    return [id for n, id in enumerate(made) if n % 5 != 4], made[4::5]


def test_a_page_is_full_and_its_total_right_although_templates_are_among_the_invoices(b24: Asker) -> None:
    invoices, _templates = with_templates(b24)
    bitrix24 = client(b24)
    first = bitrix24.invoice_page(InvoiceQuery(rows=10, sort="oldest"))
    second = bitrix24.invoice_page(InvoiceQuery(page=2, rows=10, sort="oldest"))
    assert [row.id for row in (*first.rows, *second.rows)] == invoices
    assert len(first.rows) == 10
    assert second.total == 12


def test_once_a_template_was_met_a_page_costs_its_two_calls_again(b24: Asker) -> None:
    with_templates(b24)
    bitrix24 = client(b24)
    bitrix24.invoice_page(InvoiceQuery(rows=25))
    calls(b24)
    assert bitrix24.invoice_page(InvoiceQuery(rows=25)).total == 12
    assert len(calls(b24)) == 1  # no customers to be named


def test_templates_are_asked_for_by_select_and_never_by_a_filter(b24: Asker) -> None:
    with_templates(b24)
    bitrix24 = client(b24)
    calls(b24)
    bitrix24.invoice_page(InvoiceQuery())
    bitrix24.matching_ids(InvoiceQuery(), 500)
    bitrix24.invoices_after(0, 50)
    bitrix24.recent_invoices(date(2020, 1, 1))
    asked = json.dumps(calls(b24))
    assert "isRecurring" in asked
    assert "isRecurring%5D" not in asked  # as a key in brackets


def test_templates_are_neither_matched_nor_sent_nor_looked_at(b24: Asker) -> None:
    invoices, templates = with_templates(b24)
    bitrix24 = client(b24)
    assert set(bitrix24.matching_ids(InvoiceQuery(), 500)) == set(invoices)
    assert list(bitrix24.invoices([*invoices, *templates])) == invoices
    stretch = bitrix24.invoices_after(0, 50)
    assert [row.id for row in stretch.rows] == invoices
    assert (stretch.left, stretch.last) == (0, max(*invoices, *templates))
    recent = bitrix24.recent_invoices(date(2020, 1, 1))
    assert ({invoice.id for invoice in recent.invoices}, recent.total) == (set(invoices), 12)


def test_a_stretch_that_is_all_templates_does_not_end_the_reading(b24: Asker) -> None:
    for n in range(60):
        b24.invoice(title=f"Rent {n}", isRecurring="Y" if n < 50 else "N")
    stretch = client(b24).invoices_after(0, 50)
    assert (stretch.rows, stretch.left, stretch.last) == ((), 10, 50)


def test_who_asks_for_a_template_alone_is_told_what_it_is(b24: Asker) -> None:
    _invoices, templates = with_templates(b24)
    with pytest.raises(Rejected) as raised:
        client(b24).invoice(templates[0])
    assert raised.value.problems[0].code == "recurring_template"


def test_a_portal_that_does_not_know_the_field_is_read_all_the_same(b24: Asker) -> None:
    made = b24.invoice(title="Rent")["id"]
    b24.control("settings", recurring_field=False)
    bitrix24 = client(b24)
    assert [row.id for row in bitrix24.invoice_page(InvoiceQuery()).rows] == [made]
    assert bitrix24.invoice(made).id == made


# -- many ids ---------------------------------------------------------------------------------------------------------


def test_a_thousand_ids_in_a_row_choose_and_leave_out_in_the_one_call_of_every_page(b24: Asker) -> None:
    made = [b24.invoice(title=f"Rent {n}")["id"] for n in range(8)]
    bitrix24 = client(b24)
    bitrix24.invoice_page(InvoiceQuery(rows=25))
    calls(b24)
    linked = tuple(range(made[0] - 1000, made[3])) + (made[6],)
    assert [row.id for row in bitrix24.invoice_page(InvoiceQuery(only_ids=linked, sort="oldest")).rows] == [
        *made[:3], made[6],
    ]  # fmt: skip
    left = bitrix24.invoice_page(InvoiceQuery(without_ids=linked, sort="oldest", search="Rent"))
    assert [row.id for row in left.rows] == [*made[3:6], made[7]]
    assert len(calls(b24)) == 3  # and one to find out whom the search means
    assert set(bitrix24.matching_ids(InvoiceQuery(only_ids=linked), 500)) == {*made[:3], made[6]}


# -- searching --------------------------------------------------------------------------------------------------------


def found(b24: Asker, words: str) -> set[str]:
    return {row.title for row in client(b24).invoice_page(InvoiceQuery(search=words)).rows}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("100%", {"100% wool"}),
        ("100% w", {"100% wool"}),
        ("_", {"Door_frame"}),
        ("%", {"100% wool", "Of a 50% discount house"}),
        ("r_f", {"Door_frame"}),
        ("50% di", {"Of a 50% discount house"}),
        ("door", {"Door_frame", "Doorframe"}),
    ],
)
def test_percent_and_underscore_in_a_search_are_themselves(b24: Asker, words: str, wanted: set[str]) -> None:
    house = b24.control("company", title="50% Discounts")["item"]["id"]
    b24.invoice(title="Of a 50% discount house", companyId=house)
    for title in ("100% wool", "100 wool", "Door_frame", "Doorframe", "Door-frame" if words != "door" else "Window"):
        b24.invoice(title=title)
    assert found(b24, words) == wanted


REFERENCES = [
    "$result[companies]", "Note $result[me][ID] on $total[page_0]", "$next[page_0] $time[a] $error[b]",
    "50% of $result[page_0][items][0][id]", "$result[a b][c]", "$RESULT[page_0]",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("words", REFERENCES)
def test_what_reads_as_a_reference_of_a_batch_is_searched_for_as_it_is(b24: Asker, words: str) -> None:
    house = b24.control("company", title=f"House {words}")["item"]["id"]
    ana = b24.control("contact", name="Ana", lastName=words)["item"]["id"]
    b24.invoice(title="Of the company", companyId=house)
    b24.invoice(title="Of the contact", contactId=ana)
    for title in (f"Its {words} in words", "Another", "1", "Array"):
        b24.invoice(title=title)
    assert found(b24, words) == {"Of the company", "Of the contact", f"Its {words} in words"}
    page = client(b24).invoice_page(InvoiceQuery(search=words, rows=100))
    assert (page.total, {stage.id for stage in page.stages}) == (3, {s.id for s in client(b24).portal_lists().stages})


@pytest.mark.parametrize("words", REFERENCES)
@pytest.mark.parametrize("catalog_methods", [True, False])
def test_products_are_searched_for_what_reads_as_a_reference(b24: Asker, words: str, catalog_methods: bool) -> None:
    for name, code in (("Plain", "P-1"), (f"Board {words}", "B-1"), ("Coded", words), ("Array", "A-1")):
        b24.control("product", name=name, code=code, price=10, currency="NZD")
    b24.control("settings", catalog_methods=catalog_methods)
    bitrix24 = client(b24)
    assert {p.name for p in bitrix24.product_page(ProductQuery(search=words)).rows} == {f"Board {words}", "Coded"}
    assert [p.name for p in bitrix24.look(words).with_code] == ["Coded"]


def test_a_stage_that_reads_as_a_reference_is_none(b24: Asker) -> None:
    b24.invoice(title="Shelves")
    assert client(b24).invoice_page(InvoiceQuery(stages=("$result[stages_7][0][STATUS_ID]",))).rows == ()


def test_what_refers_to_others_cannot_be_asked_for_alone(b24: Asker) -> None:
    both = {"filter": {"id": Ref("$result[item][item][id]"), "%title": "$result[x]"}}
    with pytest.raises(ValueError, match="looks like"):
        client(b24).batch({"list": ("crm.item.list", {"entityTypeId": 31, **both})})


def test_a_person_with_a_second_name_is_found_by_it_and_keeps_it(b24: Asker) -> None:
    ana = b24.control("contact", name="Ana", secondName="Lucía", lastName="Ortiz")["item"]["id"]
    made = b24.invoice(title="Shelves", contactId=ana)["id"]
    bitrix24 = client(b24)
    (row,) = bitrix24.invoice_page(InvoiceQuery(search="lucía ortiz")).rows
    assert row.customer_name == "Ana Lucía Ortiz"
    (in_stretch,) = bitrix24.invoices_after(0, 50).rows
    customer = bitrix24.invoice(made).customer
    assert customer is not None
    assert in_stretch.customer_name == customer.name == "Ana Lucía Ortiz"


# -- products ---------------------------------------------------------------------------------------------------------


def products(b24: Asker, count: int) -> None:
    for n in range(count):
        b24.control("product", name=f"Board {n:03}", code=f"B-{n}", price=10, currency="NZD")


@pytest.mark.parametrize("catalog_methods", [True, False])
def test_a_hundred_rows_show_each_product_once(b24: Asker, catalog_methods: bool) -> None:
    products(b24, 40)
    b24.control("settings", catalog_methods=catalog_methods)
    page = client(b24).product_page(ProductQuery(rows=100))
    assert (len(page.rows), page.total) == (40, 40)
    assert [p.name for p in page.rows] == [f"Board {n:03}" for n in range(40)]


@pytest.mark.parametrize("catalog_methods", [True, False])
def test_no_page_is_asked_for_that_cannot_be_there(b24: Asker, catalog_methods: bool) -> None:
    products(b24, 130)
    b24.control("settings", catalog_methods=catalog_methods)
    bitrix24 = client(b24)
    calls(b24)
    page = bitrix24.product_page(ProductQuery(page=2, rows=100))
    assert [p.name for p in page.rows] == [f"Board {n:03}" for n in range(100, 130)]
    asked = [command for call in calls(b24) for command in call["cmd"].values() if "product.list" in command]
    assert asked
    assert not any(command.endswith(("start=150", "start=200")) for command in asked)


@pytest.mark.parametrize("catalog_methods", [True, False])
def test_a_page_beyond_the_end_is_the_last_one(b24: Asker, catalog_methods: bool) -> None:
    products(b24, 60)
    b24.control("settings", catalog_methods=catalog_methods)
    page = client(b24).product_page(ProductQuery(page=9, rows=25))
    assert ([p.name for p in page.rows], page.first) == ([f"Board {n:03}" for n in range(50, 60)], 51)


def test_products_are_searched_with_percent_and_underscore_as_themselves(b24: Asker) -> None:
    for name, code in (("Oil 50%", "OIL-50"), ("Oil 500 ml", "OIL_500"), ("Wax", "WAX-1")):
        b24.control("product", name=name, code=code)
    bitrix24 = client(b24)
    assert [p.name for p in bitrix24.product_page(ProductQuery(search="50%")).rows] == ["Oil 50%"]
    assert [p.code for p in bitrix24.product_page(ProductQuery(search="L_5")).rows] == ["OIL_500"]


def test_who_is_no_administrator_sees_the_products_too(b24: Asker) -> None:
    products(b24, 3)
    bitrix24 = client(b24, MANAGER)
    calls(b24)
    page = bitrix24.product_page(ProductQuery())
    assert [(p.name, p.price) for p in page.rows] == [(f"Board {n:03}", 10) for n in range(3)]
    assert len(calls(b24)) == 2
    assert bitrix24.look("B-1").with_code[0].name == "Board 001"


def test_who_has_no_right_to_the_catalogue_is_told_so(b24: Asker) -> None:
    with pytest.raises(Forbidden):
        client(b24, SELLER).product_page(ProductQuery())
    with pytest.raises(Forbidden):
        client(b24, SELLER).look()


# -- what a refusal says ----------------------------------------------------------------------------------------------


def test_a_customers_address_that_is_not_shown_is_known_to_be_hidden(b24: Asker) -> None:
    demo_company = b24.control("company", title="Ruby Coast Cidery")["item"]["id"]
    requisite = b24.control("requisite", entity_id=demo_company)["ID"]
    b24.control("address", requisite_id=requisite, ADDRESS_1="4 Mill Lane", CITY="Nelson")
    made = b24.invoice(companyId=demo_company)["id"]
    b24.control("user", id=AUDITOR, may_read_leads=False)
    for user, hidden, city in ((ADMIN, False, "Nelson"), (AUDITOR, True, "")):
        bitrix24 = client(b24, user)
        for invoice in (bitrix24.invoice(made), bitrix24.invoices([made])[made]):
            assert invoice.customer is not None
            assert (invoice.customer.address_hidden, invoice.customer.address.city) == (hidden, city)


@pytest.mark.parametrize(("refused", "hidden"), [("contact_addresses", False), ("company_addresses", True)])
def test_a_refusal_of_a_contact_that_the_invoice_does_not_have_hides_no_address(
    b24: Asker, refused: str, hidden: bool
) -> None:
    made = b24.invoice(companyId=b24.control("company", title="Ruby Coast Cidery")["item"]["id"])["id"]
    bitrix24 = client(b24)
    calls(b24)
    bitrix24.invoice(made)
    (asked,) = calls(b24)
    answer = b24.call("batch", halt=0, cmd=asked["cmd"])
    answer["result"]["result_error"] = {refused: {"error": "", "error_description": "Access denied."}}
    answer["result"]["result"].pop(refused, None)
    fault(b24, "answer", status=200, body=json.dumps(answer, default=str))
    customer = bitrix24.invoice(made).customer
    assert customer is not None
    assert customer.address_hidden is hidden


def test_a_refusal_in_another_commands_words_is_asked_again_before_it_is_told(b24: Asker) -> None:
    b24.control("settings", exceptions_of="crm.requisite.link.get")
    gone = ("crm.item.get", {"entityTypeId": 31, "id": 4711})
    commands = {"link": ("crm.requisite.link.get", {"entityTypeId": 31, "entityId": 4711}), "item": gone}
    answer = client(b24).batch(commands)
    assert [type(answer.errors[name]).__name__ for name in commands] == ["Rejected", "NotFound"]


def test_demo_worlds_dates_are_the_same_in_every_zone() -> None:
    """Nothing of a portal's zone reaches a business date."""
    with portal() as asker:
        demo.seed_bitrix24(asker.bitrix24)
        read = {}
        for zone in ("Pacific/Auckland", "America/New_York", "UTC"):
            asker.control("settings", zone=zone)
            stretch = client(asker).invoices_after(0, 50)
            read[zone] = [(row.id, row.date, row.due_date) for row in stretch.rows]
    assert read["Pacific/Auckland"] == read["America/New_York"] == read["UTC"]
