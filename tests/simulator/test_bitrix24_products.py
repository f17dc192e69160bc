"""Products of the simulated portal: the older way, old boxes, the rights of the catalogue's roles (facts §5, §6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.bitrix24_portal import ADMIN, SELLER, Asker, portal

STOOL = {"NAME": "Bar stool", "CODE": "HH-900", "PRICE": 349.5, "CURRENCY_ID": "NZD", "VAT_ID": 5, "VAT_INCLUDED": "N"}


@pytest.fixture
def b24() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


def test_the_older_way_makes_product_and_price_in_one_call(b24: Asker) -> None:
    made = b24.result("crm.product.add", fields=STOOL)
    assert made == 1267
    (row,) = b24.result("crm.product.list", filter={"CODE": "HH-900"}, select=["ID", "NAME", "PRICE", "CURRENCY_ID"])
    assert row == {"ID": "1267", "NAME": "Bar stool", "PRICE": "349.50", "CURRENCY_ID": "NZD"}
    assert b24.result("crm.product.get", id=1267)["VAT_ID"] == "5"
    prices = b24.result("catalog.price.list", filter={"@productId": [1267], "catalogGroupId": 1})["prices"]
    assert [(one["price"], one["currency"]) for one in prices] == [(349.5, "NZD")]


def test_the_older_way_takes_a_code_twice_and_ignores_filters_it_does_not_know(b24: Asker) -> None:
    assert b24.result("crm.product.add", fields=STOOL) != b24.result("crm.product.add", fields=STOOL)
    assert len(b24.result("crm.product.list", filter={"KODE": "x"})) == 2


@pytest.mark.parametrize("wrong", [{"NAME": ""}, {"CURRENCY_ID": "XXX"}, {"PRICE": "much"}, {"VAT_ID": "five"}])
def test_the_older_way_refuses_what_it_cannot_read(wrong: dict[str, str], b24: Asker) -> None:
    assert b24.error("crm.product.add", fields=STOOL | wrong) == (400, "")
    assert b24.result("crm.product.list") == []


def test_an_old_box_has_no_catalogue_methods(b24: Asker) -> None:
    asked = {"name": "catalog.product.add"}
    assert b24.result("method.get", **asked) == {"isExisting": True, "isAvailable": True}
    b24.control("settings", catalog_methods=False)
    assert b24.result("method.get", **asked) == {"isExisting": False, "isAvailable": False}
    assert b24.error("catalog.catalog.list") == (404, "ERROR_METHOD_NOT_FOUND")
    batch = b24.result("batch", halt=0, cmd={"lists": "catalog.catalog.list", "old": "crm.product.list"})
    assert batch["result_error"]["lists"]["error"] == "ERROR_METHOD_NOT_FOUND"
    assert batch["result"]["old"] == []


def test_a_service_is_of_another_type_under_another_name(b24: Asker) -> None:
    service = b24.result("catalog.product.service.add", fields={"iblockId": 23, "name": "Install"})["service"]
    assert (service["id"], service["type"]) == (1267, 7)


def test_each_right_of_the_catalogue_is_its_own(b24: Asker) -> None:
    b24.control("user", id=SELLER, may_use_catalog=True, may_add_products=False)
    assert b24.error("catalog.product.add", SELLER, fields={"iblockId": 23, "name": "Stool"}) == (400, "200040300040")
    assert b24.result("catalog.product.list", SELLER, select=["id", "iblockId"], filter={"iblockId": 23})
    b24.control("user", id=ADMIN, may_set_prices=False)
    made = b24.result("catalog.product.add", fields={"iblockId": 23, "name": "Stool"})["element"]["id"]
    price = {"productId": made, "catalogGroupId": 1, "price": 1, "currency": "NZD"}
    assert b24.error("catalog.price.add", fields=price) == (400, "200040300020")
    b24.control("user", id=SELLER, may_use_settings=False)
    assert b24.error("crm.product.add", SELLER, fields=STOOL) == (400, "")


def test_the_controls_make_and_show_products(b24: Asker) -> None:
    b24.control("product", name="Licence", code="LIC", price="2100", currency="USD")
    b24.control("product", name="Extra work")
    assert [(p["code"], p["price"] and p["price"]["currency"]) for p in b24.control("products")] == [
        ("LIC", "USD"),
        (None, None),
    ]
