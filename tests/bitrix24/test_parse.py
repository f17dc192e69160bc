"""What Bitrix24 spells, in neutral words: invoices, rows, customers, stages, tax rates."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.bitrix24 import parse
from b24xero.domain.invoice import Invoice, Stage, VatRate, tax_key
from b24xero.simulator.bitrix24.filters import date_at_server

D = Decimal

# crm.item.get as facts §3.1 shows it.
ITEM: dict[str, Any] = {
    "id": 128, "title": "Bathroom, upper floor", "createdTime": "2026-09-18T10:02:11+02:00",
    "updatedTime": "2026-09-21T09:41:03+02:00", "categoryId": 2, "stageId": "DT31_2:S",
    "begindate": "2026-09-18T02:00:00+02:00", "closedate": "2026-10-02T02:00:00+02:00", "companyId": 41,
    "contactId": 95, "contactIds": [95, 96], "opportunity": D("432.50"), "taxValue": 72, "currencyId": "EUR",
    "isManualOpportunity": "N", "accountNumber": "INV-2026/17", "entityTypeId": 31,
}  # fmt: skip

# crm.item.productrow.list as facts §3.4 show it.
ROW: dict[str, Any] = {
    "id": 901, "ownerId": 128, "ownerType": "SI", "productId": 77, "productName": "Consulting hour", "price": 108,
    "priceAccount": 108, "priceExclusive": 90, "priceNetto": 100, "priceBrutto": 120, "quantity": 4,
    "discountTypeId": 2, "discountRate": 10, "discountSum": 10, "taxRate": 20, "taxIncluded": "N", "sort": 10,
}  # fmt: skip


# -- invoices ---------------------------------------------------------------------------------------------------------


def test_an_invoice_is_read_as_documented() -> None:
    invoice = parse.invoice(ITEM, [ROW], None)
    assert (invoice.id, invoice.number, invoice.title) == (128, "INV-2026/17", "Bathroom, upper floor")
    assert (invoice.total, invoice.tax, invoice.currency, invoice.stage) == (D("432.50"), D(72), "EUR", "DT31_2:S")
    assert (invoice.company_id, invoice.contact_id, invoice.total_is_manual) == (41, 95, False)


@pytest.mark.parametrize(
    "spelt",
    [
        "2026-09-17T19:00:00-04:00",  # New York, asked in winter
        "2026-09-17T20:00:00-04:00",  # New York, asked in summer
        "2026-09-17T13:00:00-11:00",
        "2026-09-18T02:00:00+02:00",
        "2026-09-18T01:00:00+02:00",  # Berlin, asked in winter
        "2026-09-18T14:00:00+14:00",
        "2026-09-18T00:00:00Z",
        "2026-09-18T00:00:00+03:00",
        "2026-09-18",
    ],
)
def test_a_date_is_the_day_that_was_meant_whatever_the_servers_zone(spelt: str) -> None:
    invoice = parse.invoice({**ITEM, "begindate": spelt, "closedate": spelt}, [], None)
    assert (invoice.date, invoice.due_date) == (date(2026, 9, 18), date(2026, 9, 18))


ZONES = st.one_of(
    st.integers(-11 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
    st.sampled_from(
        ("America/New_York", "America/St_Johns", "America/Anchorage", "America/Sao_Paulo", "Atlantic/Azores", "UTC",
         "Europe/London", "Europe/Warsaw", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
         "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    ).map(ZoneInfo),
)  # fmt: skip


@settings(max_examples=500, deadline=None, database=None)
@given(ZONES, st.dates(date(2012, 1, 1), date(2035, 12, 31)), st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)))
def test_every_day_is_read_as_it_was_meant_in_every_zone_and_at_every_time_of_the_year(
    zone: tzinfo, day: date, now: datetime
) -> None:
    """As the portal spells it: local midnight and the offset of the present day, not of that one."""
    spelt = date_at_server(day, now.replace(tzinfo=UTC).astimezone(zone))
    assert parse.day(spelt) == day


def test_an_invoice_without_its_own_date_is_of_the_day_it_was_made_where_the_portal_stands() -> None:
    made = "2026-09-18T23:30:00-04:00"
    assert parse.invoice({**ITEM, "begindate": None, "createdTime": made}, [], None).date == date(2026, 9, 18)


@pytest.mark.parametrize(
    ("spelt", "early"), [("2026-09-17T19:00:00-04:00", True), ("2026-09-18T02:00:00+02:00", False)]
)
def test_it_is_known_where_the_first_release_read_a_day_early(spelt: str, early: bool) -> None:
    assert parse.invoice({**ITEM, "begindate": spelt}, [], None).days_spelt_early is early


@pytest.mark.parametrize("empty", [None, "", False, "0000-00-00", "30.09.2026"])
def test_a_due_date_that_is_not_there_is_none(empty: Any) -> None:
    assert parse.invoice({**ITEM, "closedate": empty}, [], None).due_date is None


def test_rows_stand_in_their_sort_and_then_in_the_order_they_were_made() -> None:
    rows = [{**ROW, "id": 9, "sort": 20}, {**ROW, "id": 12, "sort": 10}, {**ROW, "id": 10, "sort": 10}]
    assert [item.id for item in parse.invoice(ITEM, rows, None).line_items] == [10, 12, 9]


def test_a_total_typed_by_hand_is_known_as_such() -> None:
    assert parse.invoice({**ITEM, "isManualOpportunity": "Y"}, [], None).total_is_manual is True


def test_the_first_of_several_contacts_counts_and_the_old_field_where_there_is_no_list() -> None:
    assert parse.contact_id({"contactIds": [96, 95], "contactId": 95}) == 96
    assert parse.contact_id({"contactIds": [], "contactId": 95}) == 95
    assert parse.contact_id({"contactId": "95"}) == 95
    assert parse.contact_id({"contactIds": None, "contactId": None}) == 0


def test_a_line_of_the_list_says_the_same_as_the_invoice() -> None:
    assert parse.invoice_row(ITEM) == parse.invoice(ITEM, [ROW], None).as_row()
    assert parse.invoice_row(ITEM, "Acme Plumbing").customer_name == "Acme Plumbing"


def test_amounts_come_from_json_without_passing_through_a_float() -> None:
    item = json.loads('{"id": 1, "opportunity": 100000000000.01}', parse_float=Decimal)
    assert parse.invoice_row(item).total == D("100000000000.01")


def test_money_spelt_with_all_digits_of_a_float_is_cut() -> None:
    item = json.loads('{"id": 1, "opportunity": 432.10000000000002, "taxValue": 2.3999999999999999}', parse_float=D)
    row = json.loads('{"price": 9.9900000000000002, "quantity": 0.10000000000000001, "taxRate": 19}', parse_float=D)
    read = parse.invoice(item, [row], None)
    assert (read.total, read.tax) == (D("432.10"), D("2.40"))
    (line,) = read.line_items
    assert (line.unit_gross, line.quantity, line.unit_net) == (D("9.99"), D("0.1"), D("8.39495798"))


def made(total: str, tax: str, **changes: Any) -> Invoice:
    """Twice 3 × 10.00 with 19 % on top, as a box of eight decimals has it."""
    row = {"price": 10, "priceExclusive": D("8.40336134"), "quantity": 3, "taxRate": 19, "taxIncluded": "N"}
    item = {**ITEM, "opportunity": D(total), "taxValue": D(tax), **changes}
    return parse.invoice(item, [row, row], None)


def test_what_rows_make_is_known_in_each_rounding() -> None:
    assert (made("60.00", "9.58").rows_total, made("60.00", "9.58").delivery) == (D("60.00"), 0)
    assert D("59.98") in made("60.00", "9.58").former_totals


@pytest.mark.parametrize(
    ("total", "tax", "changes", "delivery"),
    [
        ("72.50", "9.58", {}, "12.50"),
        ("72.50", "9.58", {"isManualOpportunity": "Y"}, "0"),
        ("72.50", "11.58", {}, "0"),
        ("60.01", "9.58", {}, "0"),
        ("47.50", "9.58", {}, "0"),
    ],
    ids=["paid delivery", "typed by hand", "taxed by location", "a cent", "less"],
)
def test_a_delivery_is_what_a_total_has_beside_rows_and_their_own_tax(
    total: str, tax: str, changes: dict[str, Any], delivery: str
) -> None:
    read = made(total, tax, **changes)
    assert (read.delivery, read.rows_total) == (D(delivery), D("60.00"))


# -- rows -------------------------------------------------------------------------------------------------------------


def test_a_row_is_read_as_documented() -> None:
    item = parse.line_item(ROW)
    assert (item.id, item.description, item.quantity, item.product_id) == (901, "Consulting hour", D(4), 77)
    assert (item.list_net, item.list_gross, item.unit_net, item.unit_gross) == (D(100), D(120), D(90), D(108))
    assert (item.tax_rate, item.tax_included) == (D(20), False)
    assert (item.discount_rate, item.discount_sum) == (D(10), D(10))
    assert item.total == D("432.00")


def test_the_price_has_its_tax_in_it_even_where_tax_is_not_included() -> None:
    """A portal that does not give the derived prices gives ``price`` alone, and that is with tax (facts §3.4)."""
    item = parse.line_item({"price": 115, "quantity": 2, "taxRate": 15, "taxIncluded": "N"})
    assert (item.unit_gross, item.unit_net, item.total) == (D(115), D("100.00"), D("230.00"))


@pytest.mark.parametrize(("net", "total"), [(D("0.26"), "29.90"), (D("0.26086957"), "30.00")])
def test_tax_included_decides_from_which_price_a_rows_total_is_reckoned(net: Decimal, total: str) -> None:
    row = {"price": D("0.30"), "priceExclusive": net, "quantity": 100, "taxRate": 15}
    assert parse.line_item({**row, "taxIncluded": "Y"}).total == D("30.00")
    assert parse.line_item({**row, "taxIncluded": "N"}).total == D(total)


@pytest.mark.parametrize(("rate", "read"), [(None, None), ("", None), (0, D(0)), ("0", D(0)), ("12.50", D("12.5"))])
def test_no_vat_is_not_zero_percent(rate: Any, read: Decimal | None) -> None:
    assert parse.line_item({**ROW, "taxRate": rate}).tax_rate == read


def test_a_row_that_does_not_speak_of_tax_has_none() -> None:
    assert parse.line_item({"price": 10, "quantity": 1}).tax_rate is None


def test_without_a_discount_there_is_neither_rate_nor_sum() -> None:
    item = parse.line_item({**ROW, "discountSum": 0, "discountRate": 0})
    assert (item.discount_rate, item.discount_sum) == (None, None)


def test_a_row_that_was_given_away_keeps_the_zeros_of_the_portal() -> None:
    item = parse.line_item({**ROW, "price": 0, "priceExclusive": 0, "discountRate": 100, "discountSum": 100})
    assert (item.unit_net, item.list_net, item.total) == (D(0), D(100), D("0.00"))


# -- numbers and words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelt", "value"),
    [(5, "5"), (D("5.50"), "5.50"), ("432.50", "432.50"), ("1000.000000", "1000"), (None, "0"), ("", "0"), (False, "0"),
     ("n/a", "0"), ([], "0")],
)  # fmt: skip
def test_a_number_is_read_however_it_is_spelt(spelt: Any, value: str) -> None:
    assert parse.decimal(spelt) == D(value)


@pytest.mark.parametrize("rubbish", ["NaN", "Infinity"])
def test_a_number_that_is_none_counts_nothing(rubbish: str) -> None:
    assert parse.decimal(rubbish) == 0


@pytest.mark.parametrize(
    ("spelt", "value"), [(95, 95), ("95", 95), (" 95 ", 95), (0, 0), ("0", 0), (None, 0), ("", 0), (False, 0), ("x", 0)]
)
def test_an_id_is_read_however_it_is_spelt(spelt: Any, value: int) -> None:
    assert parse.number(spelt) == value


@settings(deadline=None, database=None)
@given(st.text(max_size=8) | st.sampled_from(["²", "--5", "٣", "5.0", "1e3"]))
def test_no_spelling_of_an_id_stops_the_reading(spelt: str) -> None:
    assert isinstance(parse.number(spelt), int)


@given(st.decimals(0, 100, places=4))
@settings(deadline=None, database=None)
def test_a_rate_has_one_key_however_many_noughts_it_ends_in(rate: Decimal) -> None:
    assert tax_key(rate) == tax_key(rate.normalize()) == tax_key(D(f"{rate}00"))


@pytest.mark.parametrize(
    ("rate", "key"),
    [(None, "none"), (D(0), "0"), (D("0.00"), "0"), (D("20.00"), "20"), (D("12.50"), "12.5"), (D(100), "100")],
)
def test_a_mapping_names_a_rate_as_people_write_it(rate: Decimal | None, key: str) -> None:
    assert tax_key(rate) == key


# -- stages and rates -------------------------------------------------------------------------------------------------

STATUSES: list[dict[str, Any]] = [
    {"ID": "215", "STATUS_ID": "DT31_2:P", "NAME": "Paid", "SORT": "30", "SYSTEM": "Y", "CATEGORY_ID": "2",
     "COLOR": "#7BD500", "SEMANTICS": "S", "EXTRA": {"SEMANTICS": "success", "COLOR": "#7BD500"}},
    {"ID": "211", "STATUS_ID": "DT31_2:N", "NAME": "New", "SORT": "10", "SYSTEM": "Y", "CATEGORY_ID": "2",
     "COLOR": "#39A8EF", "SEMANTICS": None, "EXTRA": {"SEMANTICS": "process", "COLOR": "#39A8EF"}},
    {"ID": "217", "STATUS_ID": "DT31_2:D", "NAME": "Unpaid", "SORT": "100", "SYSTEM": "Y", "CATEGORY_ID": "2",
     "COLOR": "#FF5752", "SEMANTICS": "F", "EXTRA": {"SEMANTICS": "failure", "COLOR": "#FF5752"}},
]  # fmt: skip


def test_stages_stand_in_the_portals_order_with_what_they_mean() -> None:
    assert parse.stages(STATUSES) == (
        Stage("DT31_2:N", "New", "#39A8EF", "process", system=True),
        Stage("DT31_2:P", "Paid", "#7BD500", "success", system=True),
        Stage("DT31_2:D", "Unpaid", "#FF5752", "failure", system=True),
    )


@pytest.mark.parametrize(
    ("semantics", "extra", "meaning"),
    [
        ("S", {}, "success"), ("F", [], "failure"), ("P", None, "process"), (None, {}, "process"), ("", [], "process"),
        (None, {"SEMANTICS": "success"}, "success"), ("", {"SEMANTICS": "apology"}, "failure"),
        (None, {"SEMANTICS": "failure"}, "failure"), (None, {"SEMANTICS": "process"}, "process"),
    ],
)  # fmt: skip
def test_what_a_stage_means_is_told_in_either_form(semantics: Any, extra: Any, meaning: str) -> None:
    (stage,) = parse.stages([{"STATUS_ID": "DT31_2:X", "NAME": "Won!", "SEMANTICS": semantics, "EXTRA": extra}])
    assert stage.meaning == meaning


def test_a_name_says_nothing_about_what_a_stage_means() -> None:
    (stage,) = parse.stages([{"STATUS_ID": "DT31_2:UC_A1B2C3", "NAME": "Paid", "SEMANTICS": None, "EXTRA": []}])
    assert stage.meaning == "process"


def test_pipelines_stay_together() -> None:
    rows = [
        {"STATUS_ID": f"DT31_{c}:{s}", "CATEGORY_ID": c, "SORT": s} for c, s in (("11", "10"), ("2", "20"), ("2", "10"))
    ]
    assert [stage.id for stage in parse.stages(rows)] == ["DT31_2:10", "DT31_2:20", "DT31_11:10"]


def test_both_spellings_of_the_portals_rates_are_read() -> None:
    catalog = [{"id": 3, "name": "VAT 20%", "rate": 20, "active": "Y"}, {"id": 1, "name": "No VAT", "rate": None}]
    legacy = [{"ID": "3", "NAME": "VAT 20%", "RATE": "20.00"}, {"ID": "1", "NAME": "No VAT", "RATE": None}]
    wanted = (VatRate("VAT 20%", D(20)), VatRate("No VAT", None))
    assert parse.vat_rates(catalog) == parse.vat_rates(legacy) == wanted


def test_no_vat_is_always_among_the_rates_and_is_not_the_zero_rate() -> None:
    found = parse.vat_rates([{"name": "VAT 0%", "rate": 0}, {"name": "VAT 15%", "rate": 15}])
    assert [rate.key for rate in found] == ["15", "0", "none"]


def test_a_rate_that_is_out_of_use_is_left_out_and_twins_count_once() -> None:
    found = parse.vat_rates(
        [{"name": "Old", "rate": 12, "active": "N"}, {"name": "GST", "rate": 15}, {"name": "GST too", "rate": "15.00"}]
    )
    assert [(rate.name, rate.key) for rate in found] == [("GST", "15"), ("No VAT", "none")]


YES, NO = ("Y", "y", True, 1, "1", "true", Decimal(1)), ("N", "n", False, 0, "0", "false", "", None)


@pytest.mark.parametrize("said", [*YES, *NO], ids=repr)
def test_yes_and_no_are_known_however_they_are_spelt(said: Any) -> None:
    assert parse.is_template({"isRecurring": said}) is (said in YES)
    row = {"id": 1, "price": 115, "quantity": 1, "taxRate": 15, "taxIncluded": said}
    assert parse.line_item(row).tax_included is (said in YES)
    item = {"id": 1, "opportunity": 120, "isManualOpportunity": said}
    assert parse.invoice(item, [row], None).total_is_manual is (said in YES)
