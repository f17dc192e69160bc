"""What rules say of tracking, account and theme is written, refused where Xero has it no more, and never silently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from b24xero.domain.books import Account, Books, Theme, TrackingCategory, TrackingOption
from b24xero.domain.invoice import Invoice
from b24xero.domain.rules import Rule
from b24xero.domain.traits import Traits
from b24xero.xero import dimensions, parse_books
from b24xero.xero.lines import rounding_line
from tests.xero.test_payload import BOOKS as PLAIN
from tests.xero.test_payload import SET_UP, D, bill, codes, row, write

NORTH = {"TrackingCategoryID": "region", "TrackingOptionID": "north"}
REGION = TrackingCategory(
    "region", "Region",
    (TrackingOption("north", "North"), TrackingOption("south", "South"), TrackingOption("east", "East", live=False)),
)  # fmt: skip
BOOKS = replace(
    PLAIN, accounts=(*PLAIN.accounts, Account("210", "Fitting"), Account("260", "Other Revenue")), tracking=(REGION,),
    themes=(Theme("usual", "Standard"), Theme("schools", "Schools and trusts")),
)  # fmt: skip
TO_NORTH = Rule("responsible", "12", "tracking", "north", category="region", category_name="Region", to_name="North")
ON_FITTING = Rule("words", "installation", "account", "210")
FOR_SCHOOLS = Rule("industry", "1", "theme", "schools", to_name="Schools and trusts")
ROWS = (row("100", id=1, description="Installation"), row("50", id=2, description="Pump", item_account="260"))


def sent(*rules: Rule, invoice: Invoice | None = None, books: Books = BOOKS) -> dict[str, Any]:
    found = invoice or bill(*ROWS, traits=Traits(responsible=12, industry="1"))
    return write(found, replace(SET_UP, rules=rules), books).body


def test_each_line_has_what_the_rules_say_of_it() -> None:
    body = sent(TO_NORTH, ON_FITTING, FOR_SCHOOLS)
    assert body["BrandingThemeID"] == "schools"
    assert [(line["AccountCode"], line["Tracking"]) for line in body["LineItems"]] == [
        ("210", [NORTH]),
        ("260", [NORTH]),
    ]


def test_without_a_rule_that_fits_nothing_is_said() -> None:
    body = sent(TO_NORTH, FOR_SCHOOLS, invoice=bill(*ROWS, traits=Traits(responsible=1)))
    assert "BrandingThemeID" not in body
    assert ["Tracking" in line for line in body["LineItems"]] == [False, False]


def test_a_rule_about_the_invoice_stands_between_the_items_account_and_the_set_ups() -> None:
    on_fitting = replace(TO_NORTH, then="account", to="210", category="")
    assert [line["AccountCode"] for line in sent(on_fitting)["LineItems"]] == ["210", "260"]


def test_lines_for_which_there_is_no_row_go_by_the_invoice() -> None:
    traits = Traits(responsible=12)
    whole = bill(total=D("115"), traits=traits, title="Installation of a pump")
    body = write(whole, replace(SET_UP, no_rows="15", rules=(TO_NORTH, ON_FITTING)), BOOKS).body
    assert [(line["AccountCode"], line["Tracking"]) for line in body["LineItems"]] == [("210", [NORTH])]
    delivered = bill(row("100", id=1), delivery=D("10"), traits=traits)
    delivered = replace(delivered, total=delivered.total + 10)
    assert [line["Tracking"] for line in sent(TO_NORTH, invoice=delivered)["LineItems"]] == [[NORTH], [NORTH]]


def test_cents_of_rounding_stay_on_their_account_and_are_tracked_with_the_rest() -> None:
    under = replace(SET_UP, rules=(TO_NORTH, replace(TO_NORTH, then="account", to="210", category="")))
    found = dimensions.of(bill(*ROWS, traits=Traits(responsible=12)), under, BOOKS)
    (line,) = dimensions.applied((rounding_line(D("0.01"), under, BOOKS),), found)
    assert (line.account, line.tracking) == ("860", (("region", "north"),))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (replace(TO_NORTH, to="east"), "rule_option_gone"), (replace(TO_NORTH, to="west"), "rule_option_gone"),
        (replace(TO_NORTH, category="gone"), "rule_option_gone"),
        (replace(FOR_SCHOOLS, to="gone"), "rule_theme_gone"), (replace(ON_FITTING, to="888"), "rule_account_gone"),
        (replace(ON_FITTING, to="999"), "rule_account_gone"),
        (Rule("department", "3", "account", "210"), "rule_department_unknown"),
        (Rule("list", "45", "theme", "schools", field="ufCrm_1"), "rule_list_unknown"),
    ],
)  # fmt: skip
def test_what_a_rule_leads_to_no_more_or_bitrix24_does_not_say_stops_the_invoice(rule: Rule, code: str) -> None:
    found = bill(*ROWS, traits=Traits(responsible=12, industry="1"))
    assert codes(found, replace(SET_UP, rules=(rule,)), BOOKS) == [code]


def test_a_rule_that_fits_nothing_stops_nothing_though_it_leads_nowhere() -> None:
    assert sent(replace(TO_NORTH, value="1", to="east"))["LineItems"]


def test_of_books_that_were_read_without_tracking_nothing_is_concluded() -> None:
    older = Books.from_json({k: v for k, v in BOOKS.as_json().items() if k not in ("tracking", "themes")})
    assert (older.tracking, older.themes) == (None, None)
    assert sent(TO_NORTH, FOR_SCHOOLS, books=older)["BrandingThemeID"] == "schools"


def test_a_rule_takes_the_place_of_a_sales_account_that_is_gone() -> None:
    on_fitting = replace(TO_NORTH, then="account", to="210", category="")
    dead = replace(SET_UP, sales_account="888", rules=(on_fitting,))
    assert (
        write(bill(row("1"), traits=Traits(responsible=12)), dead, BOOKS).body["LineItems"][0]["AccountCode"] == "210"
    )
    assert codes(bill(row("1")), dead, BOOKS) == ["account_dead"]


def test_books_keep_categories_and_themes() -> None:
    assert Books.from_json(BOOKS.as_json()) == BOOKS
    assert BOOKS.usual_theme == "usual"


def test_xeros_lists_are_read_with_what_is_archived_and_the_usual_theme_first() -> None:
    option = {"TrackingOptionID": "north", "Name": "North", "Status": "ACTIVE"}
    archived = {"TrackingOptionID": "east", "Name": "East", "Status": "ARCHIVED"}
    tracking = [
        {"TrackingCategoryID": "region", "Name": "Region", "Status": "ACTIVE", "Options": [option, archived]},
        {"TrackingCategoryID": "old", "Name": "Old", "Status": "ARCHIVED"}, {"Name": "without id"},
    ]  # fmt: skip
    themes = [
        {"BrandingThemeID": "b", "Name": "Orange", "SortOrder": 2},
        {"BrandingThemeID": "a", "Name": "Standard", "SortOrder": 0},
    ]  # fmt: skip
    books = parse_books.books({}, (), (), (), tracking, themes)
    assert books.tracking == (
        TrackingCategory(
            "region", "Region", (TrackingOption("north", "North"), TrackingOption("east", "East", live=False))
        ),
        TrackingCategory("old", "Old", (), live=False),
    )
    assert [theme.name for theme in books.themes or ()] == ["Standard", "Orange"]
    assert parse_books.books({}, (), (), ()).tracking is None
