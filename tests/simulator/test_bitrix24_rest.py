"""The dispatcher of the simulated portal: parameters, envelope, batch, look-ups, limits, controls, demo world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from b24xero.simulator import demo
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, MANAGER, SELLER, Asker, portal

KITCHEN = {"productName": "Kitchen, stage 2", "price": 115, "quantity": 2, "taxRate": 15}


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    return served.fresh()


# -- the way of a call --------------------------------------------------------------------------------------------


def test_an_unknown_method_is_refused_before_the_token_is_looked_at(b24: Asker) -> None:
    answer = b24.session.post(f"{b24.base}/bitrix24/rest/crm.item.lists", json={})
    assert answer.status_code == 404
    assert answer.json() == {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}


def test_method_names_are_lower_cased(b24: Asker) -> None:
    assert b24.result("CRM.Item.List", entityTypeId=31)["items"] == []


def test_a_webhook_address_is_refused(b24: Asker) -> None:
    answer = b24.session.post(f"{b24.base}/bitrix24/rest/1/abcdef/profile", json={})
    assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize("carrier", ["form", "query", "multipart"])
def test_php_brackets_are_read_like_json(b24: Asker, carrier: str) -> None:
    first, second = b24.invoice(title="A")["id"], b24.invoice(title="B")["id"]
    pairs = {
        "auth": b24.token(), "entityTypeId": "31", "filter[>id]": str(first), "select[]": "id", "order[id]": "DESC",
        "filter[0][logic]": "OR", "filter[0][0][title]": "B", "filter[0][1][@id][]": "99",
    }  # fmt: skip
    address = f"{b24.base}/bitrix24/rest/crm.item.list"
    answer = {
        "form": lambda: b24.session.post(address, data=pairs),
        "query": lambda: b24.session.get(address, params=pairs),
        "multipart": lambda: b24.session.post(address, files={name: (None, value) for name, value in pairs.items()}),
    }[carrier]()
    assert answer.json()["result"]["items"] == [{"id": second}]


def test_a_broken_json_body_counts_as_empty(b24: Asker) -> None:
    headers = {"Content-Type": "application/json"}
    answer = b24.session.post(f"{b24.base}/bitrix24/rest/profile", data='{"auth": ', headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "NO_AUTH_FOUND")


def test_legacy_parameter_names_have_no_case_and_universal_ones_do(b24: Asker) -> None:
    made = b24.control("company", title="Fyfe Family Trust")["item"]["id"]
    assert b24.result("crm.company.get", ID=made)["TITLE"] == "Fyfe Family Trust"
    assert b24.error("crm.item.get", ENTITYTYPEID=4, ID=made) == (400, "100")


def test_descriptions_may_be_in_another_language(b24: Asker) -> None:
    b24.control("settings", language="Zugriff verweigert")
    answer = b24.raw("crm.item.get", entityTypeId=31, id=1).json()
    assert answer == {"error": "NOT_FOUND", "error_description": "Zugriff verweigert"}


# -- batch --------------------------------------------------------------------------------------------------------


def command(method: str, **params: Any) -> str:
    return f"{method}?{urlencode(params)}"


def test_a_batch_answers_each_command_under_its_key(b24: Asker) -> None:
    made = b24.invoice(rows=[KITCHEN])["id"]
    rows = command("crm.item.productrow.list", **{"filter[=ownerType]": "SI", "filter[=ownerId]": made})
    cmd = {
        "item": command("crm.item.get", entityTypeId=31, id=made),
        "rows": rows,
        "gone": command("crm.item.get", entityTypeId=31, id=4711),
    }
    result = b24.result("batch", halt=0, cmd=cmd)
    assert set(result) == {"result", "result_error", "result_total", "result_next", "result_time"}
    assert result["result"]["item"]["item"]["id"] == made
    assert result["result_error"] == {"gone": {"error": "NOT_FOUND", "error_description": "Item not found"}}
    assert result["result_total"] == {"rows": 1}
    assert result["result_next"] == []
    assert set(result["result_time"]) == {"item", "rows"}


def test_later_commands_read_earlier_results(b24: Asker) -> None:
    company = b24.control("company", title="Ruby Coast Cidery")["item"]["id"]
    made = b24.invoice(title="Tasting bar", companyId=company)["id"]
    cmd = {
        "item": command("crm.item.get", entityTypeId=31, id=made),
        "company": command("crm.item.get", entityTypeId=4, id="$result[item][item][companyId]"),
        "same": command("crm.item.list", entityTypeId=31, **{"filter[%title]": "$result[item][item][title]"}),
        "inside": command(
            "crm.item.list", entityTypeId=31, **{"filter[title]": "Tasting $result[same][items][0][xmlId]bar"}
        ),
        "first": command("crm.item.get", entityTypeId=31, id="$result[same][items][0][id]"),
    }
    result = b24.result("batch", cmd=cmd)["result"]
    assert result["company"]["item"]["title"] == "Ruby Coast Cidery"
    assert result["same"]["items"][0]["id"] == result["first"]["item"]["id"] == made
    assert result["inside"]["items"][0]["id"] == made


def test_a_reference_may_be_a_whole_list(b24: Asker) -> None:
    ann, bob = (b24.control("contact", name=name)["item"]["id"] for name in ("Ann", "Bob"))
    b24.control("contact", name="Cid")
    made = b24.invoice(contactIds=[bob, ann])["id"]
    cmd = [
        command("crm.item.get", entityTypeId=31, id=made),
        command("crm.item.list", entityTypeId=3, **{"filter[@id]": "$result[0][item][contactIds]"}),
    ]
    result = b24.result("batch", cmd=cmd)["result"]
    assert [item["name"] for item in result["1"]["items"]] == ["Ann", "Bob"]


def test_a_reference_to_nothing_is_the_last_thing_that_exists(b24: Asker) -> None:
    cmd = {
        "gone": command("crm.item.get", entityTypeId=31, id=4711),
        "company": command("crm.item.get", entityTypeId=4, id="$result[gone][item][companyId]"),
    }
    errors = b24.result("batch", cmd=cmd)["result_error"]
    assert (errors["gone"]["error"], errors["company"]["error"]) == ("NOT_FOUND", "100")


def test_references_are_read_in_every_value_and_into_every_section(b24: Asker) -> None:
    for title in ("Of 2 rows", "Of 3 rows", "Of $total[list] rows"):
        b24.invoice(title=title)
    cmd = {
        "list": command("crm.item.list", entityTypeId=31, **{"filter[%title]": "rows"}),
        "typed": command("crm.item.list", entityTypeId=31, **{"filter[%title]": "Of $total[list] rows"}),
        "gone": command("crm.item.get", entityTypeId=31, id=4711),
        "told": command("crm.item.list", entityTypeId=31, **{"filter[%title]": "$error[gone][error]"}),
    }
    result = b24.result("batch", cmd=cmd)["result"]
    assert [item["title"] for item in result["typed"]["items"]] == ["Of 3 rows"]
    assert result["told"]["items"] == []


def test_an_exception_of_old_code_speaks_for_every_refusal_after_it_in_the_batch(b24: Asker) -> None:
    b24.control("settings", exceptions_of="crm.requisite.link.get")
    cmd = {
        "before": command("crm.item.get", entityTypeId=31, id=4711),
        "link": command("crm.requisite.link.get", entityTypeId=31, entityId=4711),
        "works": "profile",
        "after": command("crm.item.get", entityTypeId=31, id=4711),
    }
    answer = b24.result("batch", cmd=cmd)
    told = {name: error["error"] for name, error in answer["result_error"].items()}
    assert told == {"before": "NOT_FOUND", "link": "ERROR_CORE", "after": "ERROR_CORE"}
    assert list(answer["result"]) == ["works"]
    assert b24.error("crm.item.get", entityTypeId=31, id=4711) == (400, "NOT_FOUND")


def test_an_older_portal_spells_numbers_of_errors_as_numbers(b24: Asker) -> None:
    assert b24.raw("crm.item.get").json()["error"] == "100"
    b24.control("settings", whole_numbers=True)
    assert b24.raw("crm.item.get").json()["error"] == 100


def test_without_a_licence_for_rest_every_call_is_refused_as_one_of_the_token(b24: Asker) -> None:
    b24.control("settings", app="no_licence")
    assert b24.error("profile") == (401, "ACCESS_DENIED")


def test_halt_stops_at_the_first_error(b24: Asker) -> None:
    cmd = {"a": "profile", "b": "crm.item.get?entityTypeId=31&id=4711", "c": "profile"}
    result = b24.result("batch", halt=1, cmd=cmd)
    assert (set(result["result"]), set(result["result_error"])) == ({"a"}, {"b"})
    assert set(b24.result("batch", halt=0, cmd=cmd)["result"]) == {"a", "c"}


def test_a_batch_takes_fifty_commands_and_no_batch_inside(b24: Asker) -> None:
    assert len(b24.result("batch", cmd=["profile"] * 50)["result"]) == 50
    assert b24.error("batch", cmd=["profile"] * 51) == (400, "ERROR_BATCH_LENGTH_EXCEEDED")
    errors = b24.result("batch", cmd={"in": "batch?cmd[a]=profile", "no": "crm.nothing"})["result_error"]
    assert errors["in"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"
    assert errors["no"]["error"] == "ERROR_METHOD_NOT_FOUND"


def test_the_sections_of_an_empty_batch_are_empty_lists(b24: Asker) -> None:
    sections = ("result", "result_error", "result_total", "result_next", "result_time")
    assert b24.result("batch", cmd={}) == {section: [] for section in sections}


def test_fifty_moves_in_one_batch_keep_to_the_persons_rights(b24: Asker) -> None:
    mine, theirs = b24.invoice(assignedById=SELLER)["id"], b24.invoice(assignedById=MANAGER)["id"]
    cmd = {
        str(number): f"crm.item.update?entityTypeId=31&id={number}&fields[stageId]=DT31_7%3AP"
        for number in (mine, theirs)
    }
    result = b24.result("batch", SELLER, halt=0, cmd=cmd)
    assert result["result"][str(mine)]["item"]["stageId"] == "DT31_7:P"
    assert result["result_error"][str(theirs)]["error"] == "ACCESS_DENIED"


# -- look-ups -----------------------------------------------------------------------------------------------------


def test_people_know_who_they_are(b24: Asker) -> None:
    assert b24.result("user.admin") is True
    assert b24.result("user.admin", MANAGER) is False
    current = b24.result("user.current", SELLER)
    assert (current["ID"], current["ACTIVE"], current["EMAIL"]) == ("12", True, "anahera@harbourhill.example")


def test_methods_and_scopes_are_known(b24: Asker) -> None:
    assert b24.result("scope") == ["crm", "catalog", "placement", "user_basic"]
    assert b24.result("method.get", name="crm.item.list") == {"isExisting": True, "isAvailable": True}
    assert b24.result("method.get", name="crm.Item.list") == {"isExisting": False, "isAvailable": False}
    assert "crm.item.list" in b24.result("methods")


def test_the_servers_time_is_in_its_offset(b24: Asker) -> None:
    assert b24.result("server.time").endswith("+02:00")
    b24.control("settings", offset_hours=12)
    assert b24.result("server.time").endswith("+12:00")


def test_invoices_have_one_category_with_a_number_that_is_not_zero(b24: Asker) -> None:
    categories = b24.result("crm.category.list", entityTypeId=31)["categories"]
    assert [(category["id"], category["isDefault"]) for category in categories] == [(7, "Y")]
    assert b24.error("crm.category.list", entityTypeId=5) == (400, "ENTITY_TYPE_NOT_SUPPORTED")


def test_stages_come_flat_and_as_strings(b24: Asker) -> None:
    b24.control("stage/add", code="UC_HOLD", name="On hold", sort=40)
    params = {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": "SMART_INVOICE_STAGE_7"}}
    rows = b24.result("crm.status.list", **params)
    assert [row["STATUS_ID"] for row in rows] == ["DT31_7:N", "DT31_7:S", "DT31_7:UC_HOLD", "DT31_7:P", "DT31_7:D"]
    assert rows[3] == {
        "ID": "213", "ENTITY_ID": "SMART_INVOICE_STAGE_7", "STATUS_ID": "DT31_7:P", "NAME": "Paid",
        "NAME_INIT": "Paid", "SORT": "50", "SYSTEM": "Y", "CATEGORY_ID": "7", "COLOR": "#7BD500",
        "SEMANTICS": "S",
    }  # fmt: skip
    assert rows[0]["SEMANTICS"] is None
    everything = b24.result("crm.status.list", filter={"entityId": "SMART_INVOICE_STAGE_7"})
    assert len(everything) > len(rows)
    kinds = {"ENTITY_ID": ["SMART_INVOICE_STAGE_7", "SOURCE"]}
    assert b24.error("crm.status.list", filter=kinds) == (400, "ERROR_ARGUMENT")


def test_one_call_finds_the_category_of_invoices(b24: Asker) -> None:
    types = {row["ID"]: row for row in b24.result("crm.status.entity.types")}
    found = types["SMART_INVOICE_STAGE_7"]
    assert (found["ENTITY_TYPE_ID"], found["CATEGORY_ID"], found["IS_ENABLED"]) == (31, 7, True)


def test_stages_can_be_renamed_and_deleted_and_writing_a_gone_one_changes_nothing(b24: Asker) -> None:
    b24.control("stage/add", code="UC_HOLD", name="On hold")
    made = b24.invoice(stageId="DT31_7:UC_HOLD")["id"]
    b24.control("stage/edit", code="UC_HOLD", name="Waiting")
    b24.control("stage/delete", code="UC_HOLD")
    assert b24.result("crm.item.get", entityTypeId=31, id=made)["item"]["stageId"] == "DT31_7:UC_HOLD"
    other = b24.invoice()["id"]
    fields = {"stageId": "DT31_7:UC_HOLD"}
    kept = b24.result("crm.item.update", entityTypeId=31, id=other, fields=fields)["item"]
    assert kept["stageId"] == "DT31_7:N"


def test_currencies_are_strings_and_their_total_is_zero(b24: Asker) -> None:
    body = b24.call("crm.currency.list")
    assert [row["CURRENCY"] for row in body["result"]] == ["NZD", "USD", "AUD"]
    assert (body["result"][0]["BASE"], body["result"][0]["AMOUNT"], body["total"]) == ("Y", "1.0000", 0)
    assert b24.result("crm.currency.base.get") == "NZD"


def test_both_vat_lists_tell_no_vat_from_zero(b24: Asker) -> None:
    legacy = b24.result("crm.vat.list")
    assert [(row["NAME"], row["RATE"]) for row in legacy] == [("No VAT", None), ("0 %", "0.00"), ("GST 15 %", "15.00")]
    vats = b24.result("catalog.vat.list", filter={"active": "Y"})["vats"]
    assert [(vat["id"], vat["rate"]) for vat in vats] == [(1, None), (3, 0), (5, 15)]


def test_rights_to_leads_and_to_the_catalogue_are_asked_for(b24: Asker) -> None:
    b24.control("user", id=AUDITOR, may_read_leads=False)
    assert b24.error("crm.address.list", AUDITOR) == (400, "")
    assert b24.error("catalog.vat.list", SELLER) == (400, "200040300010")


def test_the_list_of_catalogues_is_for_administrators_and_the_crms_own_for_everybody(b24: Asker) -> None:
    assert b24.error("catalog.catalog.list", MANAGER) == (400, "200040300010")
    assert [row["ID"] for row in b24.result("crm.catalog.list", MANAGER)] == ["23"]


def test_beyond_its_end_a_legacy_list_answers_page_1_again(b24: Asker) -> None:
    for n in range(60):
        b24.control("product", name=f"Product {n}")
    asked = {"select": ["id", "iblockId"], "filter": {"iblockId": 23}, "order": {"id": "asc"}}
    first, beyond = (b24.raw("catalog.product.list", **asked, start=start).json() for start in (0, 100))
    assert (beyond["result"], beyond["total"]) == (first["result"], 60)
    legacy = [b24.raw("crm.product.list", start=start).json()["result"] for start in (0, 100)]
    assert legacy[0] == legacy[1]
    assert b24.result("crm.item.list", entityTypeId=31, start=100)["items"] == []


# -- customers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def cidery(b24: Asker) -> int:
    made = b24.control("company", title="Ruby Coast Cidery", email="cellar@rubycoast.example", currencyId="NZD")
    return int(made["item"]["id"])


def test_legacy_customers_are_strings_and_empty_channels_are_absent(b24: Asker, cidery: int) -> None:
    row = b24.result("crm.company.get", id=cidery)
    assert (row["ID"], row["TITLE"], row["HAS_EMAIL"], row["HAS_PHONE"]) == (str(cidery), "Ruby Coast Cidery", "Y", "N")
    assert row["EMAIL"][0] | {"ID": ""} == {
        "ID": "", "VALUE_TYPE": "WORK", "VALUE": "cellar@rubycoast.example", "TYPE_ID": "EMAIL",
    }  # fmt: skip
    assert "PHONE" not in row
    assert b24.error("crm.company.get", id=4711) == (400, "")
    assert b24.error("crm.company.get") == (400, "")


def test_a_legacy_list_ignores_unknown_filters_and_brings_everything(b24: Asker, cidery: int) -> None:
    b24.control("company", title="Fyfe Family Trust")
    assert len(b24.result("crm.company.list", filter={"NAMES": "x"})) == 2
    exact = b24.result("crm.company.list", filter={"EMAIL": "cellar@rubycoast.example"}, select=["ID", "EMAIL"])
    assert [(row["ID"], row["EMAIL"][0]["VALUE"]) for row in exact] == [(str(cidery), "cellar@rubycoast.example")]
    assert "EMAIL" not in b24.result("crm.company.list", select=["*"])[0]


def test_requisites_addresses_and_the_invoices_link(b24: Asker, cidery: int) -> None:
    kept = b24.control("requisite", entity_id=cidery, RQ_VAT_ID="118-340-762")
    b24.control("address", requisite_id=int(kept["ID"]), ADDRESS_1="74 Aporo Rd", CITY="Motueka")
    rows = b24.result("crm.requisite.list", filter={"ENTITY_TYPE_ID": 4, "ENTITY_ID": cidery})
    assert [(row["RQ_VAT_ID"], row["RQ_INN"]) for row in rows] == [("118-340-762", None)]
    several = b24.result("crm.requisite.list", filter={"ENTITY_TYPE_ID": 4, "@ENTITY_ID": [cidery, 99]})
    assert several == rows
    by_requisite = b24.result("crm.address.list", filter={"ENTITY_TYPE_ID": 8, "ENTITY_ID": kept["ID"]})
    by_anchor = b24.result("crm.address.list", filter={"ANCHOR_TYPE_ID": 4, "ANCHOR_ID": cidery})
    assert by_requisite == by_anchor
    assert (by_anchor[0]["CITY"], by_anchor[0]["COUNTRY_CODE"]) == ("Motueka", None)
    made = b24.invoice(companyId=cidery)["id"]
    assert b24.error("crm.requisite.link.get", entityTypeId=31, entityId=made) == (400, "")


# -- products -----------------------------------------------------------------------------------------------------


def test_a_product_is_added_found_and_priced(b24: Asker) -> None:
    catalogs = b24.result("catalog.catalog.list")["catalogs"]
    iblock = next(row["iblockId"] for row in catalogs if row["productIblockId"] is None)
    fields = {"iblockId": iblock, "name": "Bar stool", "code": "HH-900", "vatId": 5, "vatIncluded": "N"}
    element = b24.result("catalog.product.add", fields=fields)["element"]
    assert (element["id"], element["type"], element["active"], element["quantity"]) == (1267, 1, "Y", None)
    assert b24.error("catalog.product.add", fields=fields) == (400, "0")
    price = {"productId": 1267, "catalogGroupId": 1, "price": 349.5, "currency": "NZD"}
    assert b24.result("catalog.price.add", fields=price)["price"]["price"] == 349.5
    assert b24.error("catalog.price.add", fields=price) == (400, "0")
    modified = {"product": {"id": 1267, "prices": [{"catalogGroupId": 1, "price": 360, "currency": "NZD"}]}}
    assert b24.result("catalog.price.modify", fields=modified)["prices"][0]["price"] == 360
    listed = b24.result(
        "catalog.product.list", select=["id", "iblockId", "code"], filter={"iblockId": iblock, "code": "HH-900"}
    )
    assert listed["products"] == [{"id": 1267, "iblockId": iblock, "code": "HH-900"}]
    assert b24.result("catalog.priceType.list", filter={"base": "Y"})["priceTypes"][0]["id"] == 1
    prices = b24.result("catalog.price.list", filter={"@productId": [1267], "catalogGroupId": 1})["prices"]
    assert [one["price"] for one in prices] == [360]


def test_product_lists_want_iblock_and_ids_and_the_right(b24: Asker) -> None:
    assert b24.error("catalog.product.list", select=["name"], filter={"iblockId": 23}) == (400, "0")
    assert b24.error("catalog.product.list", select=["id", "iblockId"]) == (400, "0")
    assert b24.error("catalog.product.add", SELLER, fields={}) == (400, "200040300010")
    assert b24.error("catalog.product.add") == (400, "100")
    assert b24.error("catalog.product.add", fields={"name": "Stool", "iblockId": 99}) == (400, "200040300000")


# -- placements ---------------------------------------------------------------------------------------------------


def test_an_admin_binds_a_placement_once(b24: Asker) -> None:
    tab = {"PLACEMENT": "CRM_SMART_INVOICE_DETAIL_TAB", "HANDLER": "https://conn.example/tab", "TITLE": "Xero"}
    assert b24.result("placement.bind", **tab) is True
    assert b24.error("placement.bind", **tab) == (400, "ERROR_CORE")
    bound = b24.result("placement.get")
    assert [(row["placement"], row["title"], row["options"]) for row in bound] == [(tab["PLACEMENT"], "Xero", [])]
    assert b24.result("placement.unbind", **tab) == {"count": 2}


def test_placement_errors_are_the_documented_ones(b24: Asker) -> None:
    assert b24.error("placement.bind", MANAGER, PLACEMENT="LEFT_MENU", HANDLER="x") == (403, "ACCESS_DENIED")
    unknown = {"PLACEMENT": "CRM_DYNAMIC_31_DETAIL_TAB", "HANDLER": "https://conn.example/tab"}
    assert b24.error("placement.bind", **unknown) == (400, "ERROR_PLACEMENT_NOT_FOUND")
    assert b24.error("placement.bind", PLACEMENT="LEFT_MENU") == (400, "ERROR_ARGUMENT")
    b24.control("settings", handlers_anywhere=False)
    for handler in ("http://localhost:8000/tab", "localhost", "http://localhost"):
        refused = b24.error("placement.bind", PLACEMENT="LEFT_MENU", HANDLER=handler)
        assert refused == (400, "ERROR_WRONG_HANDLER_URL")
    b24.control("settings", handlers_anywhere=True)
    assert b24.result("placement.bind", PLACEMENT="LEFT_MENU", HANDLER="http://localhost:8000/tab") is True


# -- limits -------------------------------------------------------------------------------------------------------


def test_the_bucket_holds_fifty_and_drains_two_a_second() -> None:
    with portal(limits=True) as b24:
        token = b24.token()
        statuses = [b24.raw("profile").status_code for _ in range(70)]
        assert statuses[:50] == [200] * 50
        assert 503 in statuses[50:]
        assert b24.error("nonsense") == (503, "QUERY_LIMIT_EXCEEDED")
        b24.server.clock.advance(5)
        batch = b24.call("batch", cmd=["profile"] * 50)
        assert "operating" in batch["time"]
        answers = [b24.session.post(f"{b24.base}/bitrix24/rest/profile", json={"auth": token}) for _ in range(9)]
        assert [answer.status_code for answer in answers] == [200] * 9


# -- controls and the demo world ----------------------------------------------------------------------------------


def test_controls_refuse_what_does_not_exist(b24: Asker) -> None:
    for name, values in (
        ("edit", {"id": 4711, "fields": {}}),
        ("invoice", {"colour": "red"}),
        ("invoice", {"stageId": "DT31_7:NO"}),
        ("user", {"id": 1, "colour": "red"}),
        ("settings", {"colour": "red"}),
        ("stage/delete", {"code": "P"}),
        ("vat/delete", {"id": 4711}),
    ):
        answer = b24.session.post(f"{b24.base}/_control/bitrix24/{name}", json=values)
        assert answer.status_code == 400, name


def test_people_act_in_bitrix24_through_controls(b24: Asker) -> None:
    made = b24.invoice(title="Bookcase", rows=[KITCHEN])["id"]
    b24.control("edit", id=made, fields={"accountNumber": "INV-9999", "isManualOpportunity": "Y", "opportunity": 7})
    b24.control("reassign", id=made, user_id=SELLER)
    moved = b24.control("move", id=made, stage="P", by=MANAGER)["item"]
    assert (moved["stageId"], moved["movedBy"], moved["assignedById"]) == ("DT31_7:P", MANAGER, SELLER)
    assert [item["id"] for item in b24.control("find", accountNumber="INV-9999")] == [made]
    assert b24.control("rows", id=made, rows=[])["item"]["opportunity"] == 7
    rate = b24.control("vat/add", name="GST 12.5 %", rate=12.5)
    assert b24.control("vat/edit", id=rate["id"], active=False)["active"] is False
    b24.control("vat/delete", id=rate["id"])
    b24.control("delete", id=made)
    assert b24.control("state")["invoices"] == []


def test_reset_keeps_the_tokens_on_request(b24: Asker) -> None:
    b24.invoice()
    b24.token()
    b24.control("reset", keep_tokens=True)
    assert b24.result("crm.item.list", entityTypeId=31)["items"] == []


def test_the_demo_world_is_the_same_each_time_and_holds_its_odd_invoices() -> None:
    with portal() as first, portal() as second:
        for asker in (first, second):
            demo.seed_bitrix24(asker.bitrix24)
        names = ("accountNumber", "title", "opportunity", "taxValue", "stageId", "companyId", "contactIds")
        worlds = [
            [
                {name: item[name] for name in names}
                for start in range(0, 250, 50)
                for item in asker.result("crm.item.list", ADMIN, entityTypeId=31, start=start)["items"]
            ]
            for asker in (first, second)
        ]
        assert worlds[0] == worlds[1]
        assert len(worlds[0]) == 240
        numbers = [item["accountNumber"] for item in worlds[0]]
        assert (numbers[0], numbers[-1]) == ("INV-0173", "INV-0412")
        odd = {name: first.control("state", id=place + 1) for name, place in demo.ODD_ONES.items()}
        assert odd["no rows"]["rows"] == []
        assert (odd["no customer"]["item"]["companyId"], odd["no customer"]["item"]["contactIds"]) == (0, [])
        assert odd["manual total"]["item"]["isManualOpportunity"] == "Y"
        included = {row["taxIncluded"] for row in odd["mixed inclusive and exclusive"]["rows"]}
        assert included == {"Y", "N"}
        assert all(row["productId"] == 0 for row in odd["free text only"]["rows"])
        assert odd["zero total"]["item"]["opportunity"] == 0
        company = odd["longest name"]["item"]["companyId"]
        assert len(first.result("crm.item.get", entityTypeId=4, id=company)["item"]["title"]) > 110
        link = first.result("crm.requisite.link.get", entityTypeId=31, entityId=odd["emoji"]["item"]["id"])
        assert link["REQUISITE_ID"].isdigit()
