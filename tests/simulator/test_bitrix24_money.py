"""The portal's money in both precisions: what is rounded when, what a save changes, what is no row (source facts)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from b24xero.simulator import world
from b24xero.simulator.bitrix24.state import INVOICE
from tests.simulator.bitrix24_portal import Asker, portal

D = Decimal
HALF = {"price": "9.99", "quantity": "0.5", "taxRate": 19, "taxIncluded": "Y"}
ON_TOP = {"price": 10, "quantity": 3, "taxRate": 19, "taxIncluded": "N"}


@pytest.fixture
def b24() -> Iterator[Asker]:
    with portal(limits=False) as asker:
        yield asker


def sums(item: dict[str, Any]) -> tuple[str, str]:
    return str(item["opportunity"]), str(item["taxValue"])


def made(b24: Asker, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The invoice as the API answers it, money exactly as it is spelt."""
    number = b24.invoice(rows=list(rows), **fields)["id"]
    item: dict[str, Any] = b24.result("crm.item.get", entityTypeId=31, id=number)["item"]
    return item


def prices(row: dict[str, Any]) -> dict[str, Any]:
    names = ("priceExclusive", "priceNetto", "priceBrutto", "discountRate", "discountSum")
    return {name: row[name] for name in names}


def row_of(b24: Asker, **fields: Any) -> dict[str, Any]:
    (row,) = b24.result(
        "crm.item.productrow.set", ownerType="SI", ownerId=b24.invoice()["id"], productRows=[fields]
    )["productRows"]  # fmt: skip
    return dict(row)


@pytest.mark.parametrize(
    ("precision", "rows", "total", "tax"),
    [
        ("new", [HALF] * 3, "14.99", "2.4"),
        ("old", [HALF] * 3, "15", "2.4"),
        ("new", [ON_TOP] * 2, "60", "9.58"),
        ("old", [ON_TOP] * 2, "59.98", "9.58"),
        ("new", [ON_TOP], "30", "4.79"),
        ("old", [ON_TOP], "29.99", "4.79"),
    ],
)
def test_the_newest_box_rounds_once_and_an_older_one_each_row(
    b24: Asker, precision: str, rows: list[dict[str, Any]], total: str, tax: str
) -> None:
    b24.control("settings", precision=precision)
    assert sums(made(b24, *rows)) == (total, tax)


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("new", ["66666.66666667", "83333.33333334", "100000.00000001", "20", "16666.66666667"]),
        ("old", ["66666.67", "83333.34", "100000.01", "20", "16666.67"]),
    ],
)
def test_the_documented_row_keeps_eight_decimals_or_two(b24: Asker, precision: str, expected: list[str]) -> None:
    b24.control("settings", precision=precision)
    row = row_of(b24, price=80000, discountTypeId=2, discountRate=20, taxRate=20)
    assert [str(price) for price in prices(row).values()] == expected


@pytest.mark.parametrize(("precision", "rate"), [("new", "33.3333"), ("old", "33.33")])
def test_rates_have_four_decimals_or_two(b24: Asker, precision: str, rate: str) -> None:
    b24.control("settings", precision=precision)
    row = row_of(b24, price=2, discountTypeId=1, discountSum=1, quantity="1.23456")
    assert (str(row["discountRate"]), str(row["quantity"])) == (rate, "1.2346")


def test_a_bare_move_reckons_an_invoice_of_before_the_update_anew(b24: Asker) -> None:
    b24.control("settings", precision="old")
    old = made(b24, ON_TOP)
    b24.control("settings", precision="new")
    assert sums(b24.result("crm.item.get", entityTypeId=31, id=old["id"])["item"]) == ("29.99", "4.79")
    moved = b24.result("crm.item.update", entityTypeId=31, id=old["id"], fields={"stageId": "DT31_7:S"})["item"]
    assert sums(moved) == ("30", "4.79")
    (row,) = b24.result(
        "crm.item.productrow.list", filter={"=ownerType": "SI", "=ownerId": old["id"]}
    )["productRows"]  # fmt: skip
    assert (row["price"], str(row["priceExclusive"])) == (10, "8.40336134")


def test_an_update_that_changes_nothing_reckons_nothing_anew(b24: Asker) -> None:
    b24.control("settings", precision="old")
    old = made(b24, ON_TOP)
    b24.control("settings", precision="new")
    fields = {"stageId": old["stageId"], "opportunity": 1}
    same = b24.result("crm.item.update", entityTypeId=31, id=old["id"], fields=fields)["item"]
    assert (sums(same), same["updatedTime"]) == (sums(old), old["updatedTime"])


def test_a_total_typed_by_hand_stays_and_its_tax_is_the_rows(b24: Asker) -> None:
    by_hand = made(b24, ON_TOP, isManualOpportunity="Y", opportunity=50, taxValue=1)
    assert sums(by_hand) == ("50", "4.79")
    moved = b24.result("crm.item.update", entityTypeId=31, id=by_hand["id"], fields={"stageId": "DT31_7:S"})["item"]
    assert sums(moved) == ("50", "4.79")


def test_a_paid_delivery_is_part_of_the_total_and_of_no_row(b24: Asker) -> None:
    item = b24.control("delivery", id=made(b24, ON_TOP)["id"], amount="12.5")["item"]
    assert (item["opportunity"], item["taxValue"]) == (42.5, 4.79)
    moved = b24.result("crm.item.update", entityTypeId=31, id=item["id"], fields={"stageId": "DT31_7:S"})["item"]
    assert sums(moved) == ("42.5", "4.79")


def test_a_php_that_writes_seventeen_digits_spells_money_so(b24: Asker) -> None:
    b24.control("settings", serialize_precision=17)
    item = made(b24, {"price": "432.1", "productName": 'A "quoted" name'})
    assert str(item["opportunity"]) == "432.10000000000002"
    b24.control("settings", serialize_precision=-1)
    assert str(b24.result("crm.item.get", entityTypeId=31, id=item["id"])["item"]["opportunity"]) == "432.1"


def test_an_unknown_precision_is_refused(b24: Asker) -> None:
    answer = b24.session.post(f"{b24.base}/_control/bitrix24/settings", json={"precision": "newest"})
    assert answer.status_code == 400


def test_a_world_may_be_built_in_the_older_precision() -> None:
    def totals_of(precision: str) -> list[Any]:
        invoices = world.build("http://localhost:9", precision=precision).bitrix24.world.items[INVOICE]
        return [item["opportunity"] for item in invoices.values()]

    new, old = totals_of("new"), totals_of("old")
    assert len(new) == len(old) > 0
    assert all(abs(mine - theirs) < 1 for mine, theirs in zip(new, old, strict=True))
    assert world.build("http://localhost:9", precision="old").bitrix24.world.settings.precision == "old"
