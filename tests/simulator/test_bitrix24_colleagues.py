"""What rules go by in the simulated portal: people, departments, industries, sections, fields of the list kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.bitrix24_portal import ADMIN, Asker, portal

LIST, OLD_LIST = "ufCrm_SMART_INVOICE_1772717700", "UF_CRM_1550507398"


@pytest.fixture
def b24() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


def test_people_are_listed_with_their_departments_whoever_is_dismissed_too(b24: Asker) -> None:
    b24.control("user", id=12, active=False)
    rows = b24.result("user.get", FILTER={"ID": [12, 15]})
    assert [(row["ID"], row["ACTIVE"], row["UF_DEPARTMENT"]) for row in rows] == [("12", False, [3]), ("15", True, [4])]
    assert [row["ID"] for row in b24.result("user.get", FILTER={"ACTIVE": "true"})] == ["1", "7", "15", "21"]


def test_departments_want_a_scope_of_their_own_and_have_texts_for_ids(b24: Asker) -> None:
    assert b24.error("department.get") == (401, "insufficient_scope")
    b24.control("settings", also_granted="department")
    rows = b24.result("department.get")
    assert [(row["ID"], row["NAME"], row.get("PARENT")) for row in rows] == [
        ("1", "Harbour Hill", None), ("3", "Nelson workshop", "1"), ("4", "Blenheim", "1"),
    ]  # fmt: skip
    assert [row["ID"] for row in b24.result("department.get", PARENT=1, sort="NAME", order="ASC")] == ["4", "3"]
    assert [row["ID"] for row in b24.result("department.get", FILTER={"ID": [3]})] == ["3"]


def test_industries_are_a_list_of_the_crm(b24: Asker) -> None:
    rows = b24.result("crm.status.list", filter={"ENTITY_ID": "INDUSTRY"})
    assert [(row["STATUS_ID"], row["NAME"]) for row in rows][1:] == [("NOTPROFIT", "Non-profit"), ("1", "Education")]


def test_sections_are_texts_and_so_is_that_of_a_product(b24: Asker) -> None:
    b24.bitrix24.world.sections = {5: {"NAME": "Services"}, 6: {"NAME": "Fitting", "SECTION_ID": "5"}}
    rows = b24.result("crm.productsection.list", select=["ID", "NAME", "SECTION_ID"], order={"NAME": "ASC"})
    assert rows == [
        {"ID": "6", "NAME": "Fitting", "SECTION_ID": "5"}, {"ID": "5", "NAME": "Services", "SECTION_ID": None},
    ]  # fmt: skip
    made = b24.control("product", name="Installation", iblockSectionId=6)["id"]
    (row,) = b24.result("crm.product.list", filter={"ID": [made]}, select=["ID", "SECTION_ID"])
    assert row == {"ID": str(made), "SECTION_ID": "6"}


def test_a_list_tells_its_values_until_it_is_gone(b24: Asker) -> None:
    field = b24.result("crm.item.fields", entityTypeId=31)["fields"][LIST]
    assert (field["type"], field["isDynamic"], field["title"]) == ("enumeration", True, "Kind of customer")
    assert field["items"][0] == {"ID": "45", "VALUE": "Retail"}
    old = b24.result("crm.invoice.fields")[OLD_LIST]
    assert (old["type"], old["formLabel"], old["items"][1]["VALUE"]) == ("enumeration", "Kind of customer", "Trade")
    made = b24.result("crm.item.add", ADMIN, entityTypeId=31, fields={"title": "A", LIST: 46})["item"]
    assert made[LIST] == 46
    assert b24.error("crm.item.update", ADMIN, entityTypeId=31, id=made["id"], fields={LIST: 99})[0] == 400
    b24.control("settings", list_field=False)
    assert LIST not in b24.result("crm.item.fields", entityTypeId=31)["fields"]
    assert LIST not in b24.result("crm.item.get", entityTypeId=31, id=made["id"])["item"]
    assert OLD_LIST not in b24.result("crm.invoice.fields")
