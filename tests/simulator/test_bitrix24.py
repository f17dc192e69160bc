"""Items, rows and lists of the simulated portal, asked over a real socket."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from b24xero.simulator import world
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, MANAGER, OTHER_SELLER, SELLER, Asker, portal

EITHER = {"logic": "OR", "0": {"opportunity": 100}, "1": {"%title": "seat"}}
KITCHEN = {"productName": "Kitchen, stage 2", "price": 115, "quantity": 2, "taxRate": 15}


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    return served.fresh()


# -- shapes -------------------------------------------------------------------------------------------------------


def test_an_item_has_the_documented_fields_and_types(b24: Asker) -> None:
    company = b24.control("company", title="Brightwater Builders Ltd")["item"]["id"]
    made = b24.invoice(title="Kitchen, stage 2", companyId=company, rows=[KITCHEN])
    body = b24.call("crm.item.get", entityTypeId=31, id=made["id"])
    item = body["result"]["item"]
    assert item["entityTypeId"] == 31
    assert item["stageId"] == "DT31_7:N"
    assert (item["companyId"], item["contactId"], item["contactIds"], item["mycompanyId"]) == (
        company,
        0,
        [],
        0,
    )
    assert (item["xmlId"], item["previousStageId"], item["opened"]) == (None, None, "Y")
    assert (item["opportunity"], item["taxValue"], item["isManualOpportunity"]) == (230, 30, "N")
    assert isinstance(item["opportunity"], int)
    assert datetime.fromisoformat(item["updatedTime"]).utcoffset() is not None
    assert item["begindate"][10:] == "T02:00:00+02:00"
    assert "fm" not in item
    assert set(body) == {"result", "time"}
    assert set(body["time"]) == {"start", "finish", "duration", "processing", "date_start", "date_finish"}


def test_money_that_is_not_whole_is_a_json_number(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN | {"price": "10.35", "quantity": "1.5"}])
    assert made["opportunity"] == 15.53


def test_fields_describe_what_is_read_only_and_multiple(b24: Asker) -> None:
    fields = b24.result("crm.item.fields", entityTypeId=31)["fields"]
    assert fields["stageId"] == {
        "type": "crm_status", "isRequired": False, "isReadOnly": False, "isImmutable": False, "isMultiple": False,
        "isDynamic": False, "title": "Stage id", "upperName": "STAGE_ID",
    }  # fmt: skip
    assert fields["createdBy"]["isReadOnly"]
    assert not fields["accountNumber"]["isReadOnly"]
    assert fields["contactIds"]["isMultiple"]
    assert fields["ufCrm_SMART_INVOICE_1772717699"]["upperName"] == "UF_CRM_SMART_INVOICE_1772717699"


def test_a_company_shows_its_email_flat_and_as_multifield(b24: Asker) -> None:
    made = b24.control("company", title="Kōwhai & Stone", email="hello@kowhai.example", phone="+64 3 546 9077")
    item = b24.result("crm.item.get", entityTypeId=4, id=made["item"]["id"])["item"]
    assert (item["email"], item["emailWork"], item["emailHome"], item["hasEmail"]) == (
        "hello@kowhai.example", "hello@kowhai.example", "", "Y",
    )  # fmt: skip
    assert item["fm"][0] | {"id": 0} == {
        "id": 0, "typeId": "EMAIL", "valueType": "WORK", "value": "hello@kowhai.example",
    }  # fmt: skip


def test_fm_comes_in_lists_only_with_a_star(b24: Asker) -> None:
    b24.control("contact", name="Aroha", lastName="Ngata", email="aroha@post.example")
    assert "fm" not in b24.result("crm.item.list", entityTypeId=3)["items"][0]
    assert "fm" in b24.result("crm.item.list", entityTypeId=3, select=["*"])["items"][0]


def test_original_user_field_names_come_on_request(b24: Asker) -> None:
    made = b24.invoice()
    item = b24.result("crm.item.get", entityTypeId=31, id=made["id"], useOriginalUfNames="Y")["item"]
    assert "UF_CRM_SMART_INVOICE_1772717699" in item


# -- entity types and parameters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"entityTypeId": 5, "id": 1}, (400, "ENTITY_TYPE_NOT_SUPPORTED")),
        ({"entityTypeId": 0, "id": 1}, (400, "ENTITY_TYPE_NOT_SUPPORTED")),
        ({"entityTypeId": 177, "id": 1}, (400, "NOT_FOUND")),
        ({"entityTypeId": "invoice", "id": 1}, (400, "100")),
        ({"id": 1}, (400, "100")),
        ({"entityTypeId": 31}, (400, "100")),
        ({"entityTypeId": 31, "id": 4711}, (400, "NOT_FOUND")),
    ],
)
def test_bad_types_and_ids_get_the_vendors_errors(b24: Asker, params: dict[str, Any], wanted: Any) -> None:
    assert b24.error("crm.item.get", **params) == wanted


# -- lists --------------------------------------------------------------------------------------------------------


def titles(b24: Asker, user: int = ADMIN, **params: Any) -> list[str]:
    items = b24.result("crm.item.list", user, entityTypeId=31, select=["id", "title"], **params)["items"]
    return [item["title"] for item in items]


@pytest.fixture
def three(b24: Asker) -> list[int]:
    for title, opportunity in (("Kitchen, stage 2", 100), ("Window seat", 200), ("KITCHEN doors", 300)):
        b24.invoice(title=title, opportunity=opportunity)
    return list(b24.control("state")["invoices"])


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({"title": "kitchen, STAGE 2"}, ["Kitchen, stage 2"]),
        ({"=title": "kitchen%"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"%title": "itchen"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"%title": "kitchen%"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"%title": "wind_w"}, ["Window seat"]),
        ({"=%title": "%seat"}, ["Window seat"]),
        ({"%=title": "win%"}, ["Window seat"]),
        ({"!%title": "kitchen"}, ["Window seat"]),
        ({"!%=title": "win%"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"!=%title": "win%"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"!title": "window seat"}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"!=opportunity": 100}, ["Window seat", "KITCHEN doors"]),
        ({">opportunity": "100"}, ["Window seat", "KITCHEN doors"]),
        ({">=opportunity": 200, "<opportunity": 300}, ["Window seat"]),
        ({"<=opportunity": 200}, ["Kitchen, stage 2", "Window seat"]),
        ({"@opportunity": [100, 300]}, ["Kitchen, stage 2", "KITCHEN doors"]),
        ({"!@opportunity": [100, 300]}, ["Window seat"]),
        ({"@stageId": ["DT31_7:N"]}, ["Kitchen, stage 2", "Window seat", "KITCHEN doors"]),
        ({"xmlId": ""}, ["Kitchen, stage 2", "Window seat", "KITCHEN doors"]),
        ({"companyId": 0}, ["Kitchen, stage 2", "Window seat", "KITCHEN doors"]),
        ({"0": EITHER}, ["Kitchen, stage 2", "Window seat"]),
        ([EITHER], ["Kitchen, stage 2", "Window seat"]),
        ({"%title": "kitchen", "0": EITHER}, ["Kitchen, stage 2"]),
        ([], ["Kitchen, stage 2", "Window seat", "KITCHEN doors"]),
    ],
)  # fmt: skip
def test_filters_choose_as_documented(b24: Asker, three: list[int], chosen: Any, wanted: list[str]) -> None:
    assert titles(b24, filter=chosen) == wanted


@pytest.mark.parametrize(
    "chosen", [{"paid": "Y"}, {"STAGE_ID": "DT31_7:N"}, {"stageSemanticId": "S"}, {"><id": [1, 2]}]
)
def test_an_unknown_filter_field_is_refused(b24: Asker, chosen: dict[str, Any]) -> None:
    answer = b24.raw("crm.item.list", entityTypeId=31, filter=chosen)
    assert answer.status_code == 400
    assert answer.json()["error"] == "INVALID_ARG_VALUE"
    assert answer.json()["error_description"].startswith("Invalid filter")


def test_a_filter_that_is_no_map_is_an_ill_typed_parameter(b24: Asker) -> None:
    assert b24.error("crm.item.list", entityTypeId=31, filter="id=5") == (400, "100")


def test_an_unknown_select_field_is_ignored(b24: Asker, three: list[int]) -> None:
    items = b24.result("crm.item.list", entityTypeId=31, select=["id", "nonsense"])["items"]
    assert items[0] == {"id": three[0]}


def test_order_sorts_and_refuses_what_it_does_not_know(b24: Asker, three: list[int]) -> None:
    assert titles(b24, order={"opportunity": "desc"})[0] == "KITCHEN doors"
    assert b24.error("crm.item.list", entityTypeId=31, order={"id": "DOWN"}) == (400, "INVALID_ARG_VALUE")
    assert b24.error("crm.item.list", entityTypeId=31, order={"ID": "ASC"}) == (400, "INVALID_ARG_VALUE")


def test_times_are_filtered_by_the_servers_wall_clock(b24: Asker, three: list[int]) -> None:
    b24.server.clock.advance(3600)
    b24.control("edit", id=three[1], fields={"comments": "measured"})
    changed = b24.result("crm.item.get", entityTypeId=31, id=three[1])["item"]["updatedTime"]
    assert titles(b24, filter={">=updatedTime": changed}) == ["Window seat"]
    assert titles(b24, filter={">=updatedTime": changed[:19].replace("T", " ")}) == ["Window seat"]
    assert titles(b24, filter={">updatedTime": changed}) == []


def test_dates_are_filtered_as_days(b24: Asker) -> None:
    b24.invoice(title="old", begindate="2026-09-01")
    b24.invoice(title="new", begindate="2026-09-02")
    assert titles(b24, filter={">=begindate": "2026-09-02"}) == ["new"]
    assert titles(b24, filter={"begindate": "2026-09-01"}) == ["old"]


def test_pages_are_of_fifty_and_a_start_between_is_floored(b24: Asker) -> None:
    for number in range(120):
        b24.invoice(title=f"Shelf {number}")
    first = b24.call("crm.item.list", entityTypeId=31, select=["id"])
    assert (len(first["result"]["items"]), first["total"], first["next"]) == (50, 120, 50)
    floored = b24.call("crm.item.list", entityTypeId=31, select=["id"], start=75)
    assert (floored["result"]["items"][0]["id"], floored["next"]) == (51, 100)
    last = b24.call("crm.item.list", entityTypeId=31, select=["id"], start=100)
    assert (len(last["result"]["items"]), last["total"]) == (20, 120)
    assert "next" not in last
    beyond = b24.call("crm.item.list", entityTypeId=31, select=["id"], start=200)
    assert (beyond["result"]["items"], beyond["total"]) == ([], 120)


def test_start_minus_one_counts_nothing(b24: Asker, three: list[int]) -> None:
    body = b24.call("crm.item.list", entityTypeId=31, start=-1, filter={">id": three[0]}, order={"id": "ASC"})
    assert [item["id"] for item in body["result"]["items"]] == three[1:]
    assert "total" not in body
    b24.control("settings", total_at_minus_one="zero")
    assert b24.call("crm.item.list", entityTypeId=31, start=-1)["total"] == 0


# -- writing ------------------------------------------------------------------------------------------------------


def test_a_stage_move_leaves_its_traces(b24: Asker) -> None:
    made = b24.invoice(assignedById=MANAGER)
    b24.server.clock.advance(60)
    answer = b24.result("crm.item.update", MANAGER, entityTypeId=31, id=made["id"], fields={"stageId": "DT31_7:P"})
    item = answer["item"]
    assert (item["stageId"], item["previousStageId"], item["movedBy"], item["updatedBy"]) == (
        "DT31_7:P", "DT31_7:N", MANAGER, MANAGER,
    )  # fmt: skip
    assert item["movedTime"] == item["updatedTime"] > made["updatedTime"]


def test_an_update_that_changes_nothing_does_not_move_the_update_time(b24: Asker) -> None:
    made = b24.invoice(title="Bag shelves")
    b24.server.clock.advance(60)
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields={"title": "Bag shelves"})["item"]
    assert item["updatedTime"] == made["updatedTime"]


def test_unknown_and_read_only_fields_are_ignored_in_silence(b24: Asker) -> None:
    made = b24.invoice()
    fields = {"paid": "Y", "createdBy": SELLER, "id": 99, "xmlId": "xero:1"}
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields=fields)["item"]
    assert (item["id"], item["createdBy"], item["xmlId"]) == (made["id"], made["createdBy"], "xero:1")
    assert "paid" not in item


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"companyId": 999}, (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")),
        ({"opportunity": "much"}, (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")),
        ({"contactIds": 5}, (400, "100")),
        ("stageId", (400, "100")),
    ],
)
def test_bad_values_are_refused_and_nothing_is_written(b24: Asker, fields: Any, wanted: Any) -> None:
    made = b24.invoice()
    assert b24.error("crm.item.update", entityTypeId=31, id=made["id"], fields=fields) == wanted
    assert b24.control("state", id=made["id"])["item"] == made


@pytest.mark.parametrize("stage", ["DT31_7:X", "DT31_2:P"])
def test_an_unknown_or_foreign_stage_is_answered_with_success_and_the_old_stage_is_kept(b24: Asker, stage: str) -> None:
    made = b24.invoice(stageId="DT31_7:S")
    fields = {"stageId": stage, "title": "Saved all the same"}
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields=fields)["item"]
    assert (item["stageId"], item["title"]) == ("DT31_7:S", "Saved all the same")
    new = b24.result("crm.item.add", entityTypeId=31, fields={"title": "New", "stageId": stage})["item"]
    assert new["stageId"] == "DT31_7:N"


def test_a_date_that_cannot_be_read_or_is_empty_is_left_as_it_is(b24: Asker) -> None:
    made = b24.invoice(begindate="2026-09-18", closedate="2026-10-18")
    fields = {"begindate": "soon", "closedate": ""}
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields=fields)["item"]
    assert (item["begindate"], item["closedate"]) == (made["begindate"], made["closedate"])


def test_automation_moves_an_invoice_on_in_the_same_request(b24: Asker) -> None:
    made = b24.invoice(stageId="DT31_7:S")
    b24.control("robot", **{"from": "P", "to": "D"})
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields={"stageId": "DT31_7:P"})["item"]
    assert (item["stageId"], item["previousStageId"]) == ("DT31_7:D", "DT31_7:P")


def test_an_update_may_be_saved_although_it_answers_an_error(b24: Asker) -> None:
    made = b24.invoice(stageId="DT31_7:S")
    b24.control("settings", fails_after_save="The history could not be written")
    update = {"entityTypeId": 31, "id": made["id"], "fields": {"stageId": "DT31_7:P"}}
    assert b24.error("crm.item.update", **update) == (400, "0")
    assert b24.control("state", id=made["id"])["item"]["stageId"] == "DT31_7:P"


@pytest.mark.parametrize(
    ("zone", "now", "spelt"),
    [
        ("America/New_York", "2026-11-28T12:00:00+00:00", "2026-09-17T19:00:00-04:00"),
        ("America/New_York", "2026-09-28T12:00:00+00:00", "2026-09-17T20:00:00-04:00"),
        ("Europe/Berlin", "2026-11-28T12:00:00+00:00", "2026-09-18T01:00:00+02:00"),
        ("Pacific/Auckland", "2026-07-28T12:00:00+00:00", "2026-09-18T12:00:00+12:00"),
        ("UTC", "2026-07-28T12:00:00+00:00", "2026-09-18T00:00:00+00:00"),
    ],
)
def test_a_date_goes_out_as_local_midnight_plus_the_present_offset(b24: Asker, zone: str, now: str, spelt: str) -> None:
    b24.control("settings", zone=zone)
    b24.server.clock.advance((datetime.fromisoformat(now) - b24.server.clock.now()).total_seconds())
    assert b24.invoice(begindate="2026-09-18")["begindate"] == spelt


def test_a_date_that_is_written_back_as_it_was_read_west_of_greenwich_moves_a_day_back(b24: Asker) -> None:
    b24.control("settings", zone="America/New_York")
    made = b24.invoice(begindate="2026-09-18")
    fields = {"begindate": made["begindate"], "title": "Written back"}
    b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields=fields)
    found = b24.result("crm.item.list", entityTypeId=31, select=["id"], filter={"begindate": "2026-09-17"})["items"]
    assert [item["id"] for item in found] == [made["id"]]


def test_recurring_templates_are_items_like_any_other_and_say_so_where_the_field_is_there(b24: Asker) -> None:
    made = b24.invoice(title="Rent, every month", isRecurring="Y")
    asked = {"entityTypeId": 31, "select": ["id", "isRecurring"]}
    assert b24.result("crm.item.list", **asked)["items"] == [{"id": made["id"], "isRecurring": "Y"}]
    b24.control("settings", recurring_field=False)
    assert b24.result("crm.item.list", **asked)["items"] == [{"id": made["id"]}]
    refused = b24.error("crm.item.list", entityTypeId=31, filter={"=isRecurring": "Y"})
    assert refused == (400, "INVALID_ARG_VALUE")


def test_a_written_total_is_replaced_by_the_rows_unless_it_is_manual(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])
    update = {"entityTypeId": 31, "id": made["id"]}
    assert b24.result("crm.item.update", **update, fields={"opportunity": 5})["item"]["opportunity"] == 230
    manual = {"isManualOpportunity": "Y", "opportunity": 5}
    assert b24.result("crm.item.update", **update, fields=manual)["item"]["opportunity"] == 5
    automatic = {"isManualOpportunity": "N"}
    assert b24.result("crm.item.update", **update, fields=automatic)["item"]["opportunity"] == 230
    bare = b24.invoice(opportunity=70)
    assert bare["opportunity"] == 70


def test_add_gives_number_dates_and_defaults(b24: Asker) -> None:
    item = b24.result("crm.item.add", SELLER, entityTypeId=31, fields={"begindate": "2026-09-18"})["item"]
    assert item["title"] == f"Invoice #{item['id']}"
    assert (item["assignedById"], item["createdBy"], item["currencyId"]) == (SELLER, SELLER, "NZD")
    assert item["begindate"] == "2026-09-18T02:00:00+02:00"
    assert item["accountNumber"].startswith("INV-")


def test_a_written_datetime_is_shifted_to_the_portals_zone_first(b24: Asker) -> None:
    made = b24.invoice()
    fields = {"begindate": "2026-09-18T23:30:00+00:00", "closedate": "2026-10-02"}
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields=fields)["item"]
    assert (item["begindate"][:10], item["closedate"][:10]) == ("2026-09-19", "2026-10-02")


def test_contacts_of_an_invoice_are_kept_with_the_primary_first(b24: Asker) -> None:
    ann, bob = (b24.control("contact", name=name)["item"]["id"] for name in ("Ann", "Bob"))
    made = b24.invoice(contactIds=[bob, ann])
    assert made["contactId"] == bob
    item = b24.result("crm.item.update", entityTypeId=31, id=made["id"], fields={"contactId": ann})["item"]
    assert item["contactIds"][0] == ann


def test_delete_answers_an_empty_list_and_takes_the_rows_along(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])
    assert b24.result("crm.item.delete", entityTypeId=31, id=made["id"]) == []
    assert b24.error("crm.item.get", entityTypeId=31, id=made["id"]) == (400, "NOT_FOUND")
    rows = {"=ownerType": "SI", "=ownerId": made["id"]}
    assert b24.error("crm.item.productrow.list", filter=rows) == (400, "ACCESS_DENIED")
    owner = {"ownerType": "SI", "ownerId": made["id"]}
    assert b24.error("crm.item.productrow.set", **owner, productRows=[]) == (400, "OWNER_NOT_FOUND")


# -- who may what -------------------------------------------------------------------------------------------------


def test_a_seller_lists_only_own_invoices_and_the_total_says_so(b24: Asker) -> None:
    b24.invoice(title="mine", assignedById=SELLER)
    b24.invoice(title="theirs", assignedById=OTHER_SELLER)
    body = b24.call("crm.item.list", SELLER, entityTypeId=31)
    assert ([item["title"] for item in body["result"]["items"]], body["total"]) == (["mine"], 1)
    assert titles(b24, MANAGER) == titles(b24, AUDITOR) == ["mine", "theirs"]


def test_a_foreign_invoice_is_access_denied_with_http_400(b24: Asker) -> None:
    foreign = b24.invoice(assignedById=OTHER_SELLER, rows=[KITCHEN])["id"]
    rows = {"=ownerType": "SI", "=ownerId": foreign}
    denied = (400, "ACCESS_DENIED")
    assert b24.error("crm.item.get", SELLER, entityTypeId=31, id=foreign) == denied
    assert b24.error("crm.item.update", SELLER, entityTypeId=31, id=foreign, fields={"title": "x"}) == denied
    assert b24.error("crm.item.delete", SELLER, entityTypeId=31, id=foreign) == denied
    assert b24.error("crm.item.productrow.list", SELLER, filter=rows) == denied
    assert b24.error("crm.item.get", SELLER, entityTypeId=31, id=4711) == (400, "NOT_FOUND")


NO_SUCH_CURRENCY = {"currencyId": "no currency"}


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        (ADMIN, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        (MANAGER, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        (SELLER, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        (OTHER_SELLER, "ACCESS_DENIED"),
        (AUDITOR, "ACCESS_DENIED"),
    ],
)
def test_an_update_to_a_currency_that_is_none_tells_the_right_and_saves_nothing(
    b24: Asker, person: int, answer: str
) -> None:
    made = b24.invoice(assignedById=SELLER, rows=[KITCHEN])["id"]
    before = b24.control("state", id=made)
    b24.server.clock.advance(60)
    update = {"entityTypeId": 31, "id": made, "fields": NO_SUCH_CURRENCY}
    assert b24.error("crm.item.update", person, **update) == (400, answer)
    assert b24.control("state", id=made) == before
    command = f"crm.item.update?entityTypeId=31&id={made}&fields%5BcurrencyId%5D=no%20currency"
    batch = b24.result("batch", person, cmd={"right": command})
    assert batch["result_error"]["right"]["error"] == answer
    assert b24.control("state", id=made) == before


def test_an_update_is_refused_by_the_plan_before_the_right_and_by_the_right_before_its_values(b24: Asker) -> None:
    made = b24.invoice(assignedById=SELLER)["id"]
    b24.control("user", id=SELLER, may_move_stages=False)
    both = {"stageId": "DT31_7:P", **NO_SUCH_CURRENCY}
    assert b24.error("crm.item.update", AUDITOR, entityTypeId=31, id=made, fields=both) == (400, "ACCESS_DENIED")
    assert b24.error("crm.item.update", SELLER, entityTypeId=31, id=made, fields=both) == (400, "0")
    b24.control("settings", updates_restricted=True)
    for person in (AUDITOR, SELLER, ADMIN):
        refused = b24.error("crm.item.update", person, entityTypeId=31, id=made, fields=both)
        assert refused == (400, "UPDATE_DYNAMIC_ITEM_RESTRICTED")


def test_an_auditor_reads_everything_and_writes_nothing(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])["id"]
    assert b24.result("crm.item.get", AUDITOR, entityTypeId=31, id=made)["item"]["id"] == made
    denied = (400, "ACCESS_DENIED")
    assert b24.error("crm.item.update", AUDITOR, entityTypeId=31, id=made, fields={"stageId": "DT31_7:P"}) == denied
    assert b24.error("crm.item.add", AUDITOR, entityTypeId=31, fields={}) == denied
    rows = {"ownerType": "SI", "ownerId": made, "productRows": [KITCHEN]}
    assert b24.error("crm.item.productrow.set", AUDITOR, **rows) == denied


def test_a_person_without_the_stage_right_may_still_edit(b24: Asker) -> None:
    made = b24.invoice(assignedById=SELLER)["id"]
    b24.control("user", id=SELLER, may_move_stages=False)
    update = {"entityTypeId": 31, "id": made}
    assert b24.error("crm.item.update", SELLER, **update, fields={"stageId": "DT31_7:P"}) == (400, "0")
    assert b24.result("crm.item.update", SELLER, **update, fields={"title": "New"})["item"]["title"] == "New"


# -- rows ---------------------------------------------------------------------------------------------------------


def row_of(b24: Asker, **fields: Any) -> dict[str, Any]:
    made = b24.invoice()["id"]
    rows = b24.result("crm.item.productrow.set", ownerType="SI", ownerId=made, productRows=[fields])["productRows"]
    row: dict[str, Any] = rows[0]
    return row


def prices(row: dict[str, Any]) -> dict[str, Any]:
    names = ("priceExclusive", "priceNetto", "priceBrutto", "discountRate", "discountSum")
    return {name: row[name] for name in names}


def test_the_documented_percent_discount_is_reproduced(b24: Asker) -> None:
    row = row_of(b24, price=108, quantity=4, discountTypeId=2, discountRate=10, taxRate=20, taxIncluded="N")
    assert prices(row) == {
        "priceExclusive": 90, "priceNetto": 100, "priceBrutto": 120, "discountRate": 10, "discountSum": 10,
    }  # fmt: skip
    assert row | {"id": 0, "ownerId": 0} == {
        "id": 0, "ownerId": 0, "ownerType": "SI", "productId": 0, "productName": "", "price": 108,
        "priceAccount": 108, "priceExclusive": 90, "priceNetto": 100, "priceBrutto": 120, "quantity": 4,
        "discountTypeId": 2, "discountRate": 10, "discountSum": 10, "taxRate": 20, "taxIncluded": "N",
        "customized": "Y", "measureCode": 796, "measureName": "pcs", "sort": 10, "xmlId": "", "type": 1,
        "storeId": None,
    }  # fmt: skip


def test_an_absolute_discount_gives_its_rate(b24: Asker) -> None:
    row = row_of(b24, price=108, discountTypeId=1, discountSum=10, taxRate=20)
    assert prices(row) == {
        "priceExclusive": 90, "priceNetto": 100, "priceBrutto": 120, "discountRate": 10, "discountSum": 10,
    }  # fmt: skip


def test_a_discount_of_everything_does_not_divide_by_zero(b24: Asker) -> None:
    row = row_of(b24, price=0, discountTypeId=2, discountRate=100, discountSum=50, taxRate=15)
    assert (row["priceExclusive"], row["priceNetto"]) == (0, 50)


def test_no_vat_is_null_and_not_zero(b24: Asker) -> None:
    assert row_of(b24, price=10)["taxRate"] is None
    assert row_of(b24, price=10, taxRate=0)["taxRate"] == 0


def test_rows_change_the_total_one_by_one(b24: Asker) -> None:
    made = b24.invoice()["id"]
    owner = {"ownerType": "SI", "ownerId": made}

    def total() -> Any:
        return b24.result("crm.item.get", entityTypeId=31, id=made)["item"]["opportunity"]

    row = b24.result("crm.item.productrow.add", fields=owner | {"price": 50, "productName": "Hinge"})["productRow"]
    assert (total(), row["quantity"], row["discountTypeId"], row["taxIncluded"]) == (50, 1, 2, "N")
    b24.result("crm.item.productrow.update", id=row["id"], fields={"quantity": 3})
    assert total() == 150
    assert b24.result("crm.item.productrow.get", id=row["id"])["productRow"]["quantity"] == 3
    assert b24.result("crm.item.productrow.delete", id=row["id"]) == []
    assert total() == 0
    assert b24.error("crm.item.productrow.get", id=row["id"]) == (400, "NOT_FOUND")


def test_a_discount_can_be_taken_back(b24: Asker) -> None:
    row = row_of(b24, price=108, discountTypeId=2, discountRate=10, taxRate=20)
    back = b24.result("crm.item.productrow.update", id=row["id"], fields={"discountRate": 0})["productRow"]
    assert (back["discountSum"], back["priceNetto"]) == (0, 90)


def test_other_rows_move_the_update_time_though_the_totals_stay(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])
    b24.server.clock.advance(60)
    for rows, moved in (([KITCHEN], False), ([KITCHEN | {"productName": "Kitchen, stage 3"}], True)):
        b24.result("crm.item.productrow.set", ownerType="SI", ownerId=made["id"], productRows=rows)
        now = b24.control("state", id=made["id"])["item"]
        assert (now["updatedTime"] > made["updatedTime"]) == moved
        assert now["opportunity"] == made["opportunity"]


def test_rows_of_a_manual_total_leave_it_alone(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN], isManualOpportunity="Y", opportunity=99)
    assert made["opportunity"] == 99


def test_row_lists_want_both_owner_filters(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN, KITCHEN])["id"]
    both = {"=ownerType": "SI", "=ownerId": made}
    body = b24.call("crm.item.productrow.list", filter=both, order={"sort": "asc"})
    assert ([row["sort"] for row in body["result"]["productRows"]], body["total"]) == ([10, 20], 2)
    bad = (400, "INVALID_ARG_VALUE")
    assert b24.error("crm.item.productrow.list", filter={"=ownerId": made}) == bad
    assert b24.error("crm.item.productrow.list", filter={"=ownerType": "SI"}) == bad
    assert b24.error("crm.item.productrow.list") == bad
    assert b24.error("crm.item.productrow.list", filter=both | {"colour": 1}) == bad
    deal = {"=ownerType": "D", "=ownerId": made}
    assert b24.error("crm.item.productrow.list", filter=deal) == (400, "ENTITY_TYPE_NOT_SUPPORTED")


def test_rows_of_several_invoices_ask_for_the_right_to_the_first_invoice_alone(b24: Asker) -> None:
    mine = b24.invoice(rows=[KITCHEN] * 30, assignedById=SELLER)
    theirs = b24.invoice(rows=[KITCHEN] * 30, assignedById=OTHER_SELLER)
    assert mine["id"] == 1
    owners = {"=ownerType": "SI", "=ownerId": [theirs["id"], mine["id"]]}
    body = b24.call("crm.item.productrow.list", SELLER, filter=owners)
    assert (len(body["result"]["productRows"]), body["total"], body["next"]) == (50, 60, 50)
    assert b24.error("crm.item.productrow.list", OTHER_SELLER, filter=owners) == (400, "ACCESS_DENIED")
    b24.result("crm.item.delete", entityTypeId=31, id=mine["id"])
    assert b24.error("crm.item.productrow.list", filter=owners) == (400, "ACCESS_DENIED")


def test_an_empty_set_of_rows_deletes_them_all(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])["id"]
    b24.result("crm.item.productrow.set", ownerType="SI", ownerId=made, productRows=[])
    left = b24.control("state", id=made)
    assert (left["rows"], left["item"]["opportunity"], left["item"]["taxValue"]) == ([], 0, 0)


def test_an_invoices_number_is_its_alone_and_emptied_it_is_the_id(b24: Asker) -> None:
    first, second = b24.invoice(), b24.invoice()
    update = {"entityTypeId": 31, "id": second["id"]}
    taken = b24.error("crm.item.update", **update, fields={"accountNumber": first["accountNumber"]})
    assert taken == (400, "CRM_FIELD_ERROR_VALUE_NOT_UNIQUE")
    for sent, kept in (("A-7", "A-7"), ("A-7", "A-7"), ("", str(second["id"]))):
        item = b24.result("crm.item.update", **update, fields={"accountNumber": sent})["item"]
        assert item["accountNumber"] == kept
    made = b24.result("crm.item.add", entityTypeId=31, fields={"accountNumber": ""})["item"]
    assert made["accountNumber"].startswith("INV-")


def test_no_amount_is_told_in_the_currency_of_accounting(b24: Asker) -> None:
    told = {*b24.invoice(), *b24.result("crm.item.fields", entityTypeId=31)["fields"]}
    assert not told & {"opportunityAccount", "taxValueAccount", "accountCurrencyId"}


# -- copies -----------------------------------------------------------------------------------------------------------


def test_a_portal_is_copied_by_what_every_python_can_copy() -> None:
    """Python 3.14 pickles no iterator of itertools, and each world after the first is a pickled copy."""
    assert b"itertools" not in pickle.dumps(world.build("http://localhost").bitrix24.world)
