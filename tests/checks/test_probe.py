"""The report on a real portal and a real organisation: it finds what the simulator was told to be, and names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from b24xero.simulator import http, world
from b24xero.xero.sample import WORDS
from tests.conftest import APP_URL, Vendors
from tests.people import Person


@pytest.fixture
def vendors(request: pytest.FixtureRequest) -> Iterator[Vendors]:
    """The demo world, with a portal of either precision."""
    built = world.build(APP_URL, limits=False, precision=getattr(request, "param", "new"))
    with http.serving(built.server) as base:
        yield Vendors(base, built)


@pytest.fixture
def connected(mere: Person) -> Person:
    return mere.connect()


def probe(app: Flask, *arguments: str) -> str:
    ran = app.test_cli_runner().invoke(args=["probe", *arguments])
    assert ran.exit_code == 0, ran.output
    return str(ran.output)


def found(report: str) -> dict[str, str]:
    """Question → answer."""
    return dict(line.strip().split(": ", 1) for line in report.splitlines() if line.startswith("  ") and ": " in line)


# -- Bitrix24 ---------------------------------------------------------------------------------------------------------


def test_a_box_of_this_spring_keeps_eight_decimals_and_rounds_once(app: Flask, mere: Person) -> None:
    told = found(probe(app))
    assert "cut to 2: 0" in told["prices of rows"]
    assert "8 decimals: 0" not in told["prices of rows"]
    assert "once at the end" in told["totals rounded"]
    assert "each row" not in told["totals rounded"]


@pytest.mark.parametrize("vendors", ["old"], indirect=True)
def test_an_older_box_cuts_prices_and_rounds_each_row(app: Flask, mere: Person) -> None:
    told = found(probe(app))
    assert "8 decimals: 0" in told["prices of rows"]
    assert "cut to 2: 0" not in told["prices of rows"]
    assert "each row" in told["totals rounded"]
    assert "once" not in told["totals rounded"]


def test_a_number_in_seventeen_digits_is_seen(app: Flask, mere: Person, vendors: Vendors) -> None:
    assert found(probe(app))["numbers spelt in 17 digits"] == "0"
    vendors.control("bitrix24/settings", serialize_precision=17)
    assert found(probe(app))["numbers spelt in 17 digits"] != "0"


def test_a_server_west_of_greenwich_shows_its_days_on_the_evening_before(
    app: Flask, mere: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/settings", zone="America/Phoenix")
    told = found(probe(app))
    assert told["server's offset now"] == "-0700"
    assert told["a date is spelt"] == "YYYY-MM-DDT17:00:00-07:00"
    assert told["a moment is spelt"] == "YYYY-MM-DDThh:mm:ss-07:00"


def test_a_box_without_the_recurring_field_is_told(app: Flask, mere: Person, vendors: Vendors) -> None:
    told = found(probe(app))
    assert (told["field isRecurring"], told["filter =isRecurring"]) == ("there", "answers")
    vendors.control("bitrix24/settings", recurring_field=False)
    told = found(probe(app))
    assert (told["field isRecurring"], told["filter =isRecurring"]) == ("not there", "refused: INVALID_ARG_VALUE")


def test_which_invoices_there_are(app: Flask, mere: Person, vendors: Vendors) -> None:
    told = found(probe(app))
    assert (told["invoices of today"], told["old invoices"]) == ("1 pipeline", "not listed")
    vendors.control("bitrix24/settings", invoices="both")
    assert found(probe(app))["old invoices"] == "switched on"


def test_what_the_shop_keeps_of_old_invoices(app: Flask, mere: Person, vendors: Vendors) -> None:
    told = found(probe(app))
    assert (told["decimals of old sums"], told["currency of the old invoice saved last"]) == ("none", "none")
    company = vendors.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    vendors.control("bitrix24/old-invoice", UF_COMPANY_ID=company, rows=[{"PRICE": 5}])
    told = found(probe(app))
    assert (told["decimals of old sums"], told["old invoices looked at"]) == ("4", "1")
    assert told["currency of the old invoice saved last"] == "the base currency"
    vendors.control("bitrix24/currency", code="USD")
    assert found(probe(app))["currency of the old invoice saved last"] == "another"


def test_the_lists_beyond_their_ends(app: Flask, mere: Person) -> None:
    told = found(probe(app))
    assert told["crm.item.list past its end"] == "an empty page"
    assert told["crm.product.list past its end"] == "page 1 again"


def test_placements_that_are_not_offered_and_methods_that_are_not_there(
    app: Flask, mere: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/settings", not_offered="LEFT_MENU", catalog_methods=False)
    told = found(probe(app))
    assert told["placement LEFT_MENU"] == "not offered"
    assert told["placement CRM_SMART_INVOICE_DETAIL_TAB"] == "offered"
    assert "catalog.vat.list" in told["methods that this portal does not have, or not for this app"]
    assert told["catalog.vat.list"] == "refused: ERROR_METHOD_NOT_FOUND"


def test_codes_are_told_as_they_are_spelt(app: Flask, mere: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=1, may_use_catalog=False, may_read_leads=False)
    told = found(probe(app))
    assert told["catalog.vat.list"] == "refused: 200040300010"
    assert told["crm.address.list"] == 'refused: "" (no code)'
    vendors.control("bitrix24/settings", whole_numbers=True)
    assert found(probe(app))["catalog.vat.list"] == "refused: 200040300010 (a JSON int)"


def test_a_refusal_in_the_words_of_another_command_is_asked_again_alone(
    app: Flask, mere: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/user", id=1, may_use_catalog=False, may_read_leads=False)
    vendors.control("bitrix24/settings", exceptions_of="catalog.catalog.list")
    told = found(probe(app))
    assert told["catalog.catalog.list"] == "refused: ERROR_CORE"
    assert told["catalog.vat.list"] == "refused: 200040300010"


def test_somebody_who_is_no_administrator_is_asked_for_by_id(app: Flask, mere: Person) -> None:
    Person(app, "Tom Hallam").sign_in()
    told = found(probe(app, "7"))
    assert told["administrator"] == "no"
    assert told["catalog.catalog.list"] == "refused: 200040300010"
    assert told["crm.catalog.list"] == told["catalog.vat.list"] == "answers"


# -- whose logins -----------------------------------------------------------------------------------------------------


def refused(app: Flask, *arguments: str) -> str:
    ran = app.test_cli_runner().invoke(args=["probe", *arguments])
    assert ran.exit_code == 1
    return str(ran.output)


def test_without_an_administrator_nobody_is_asked(app: Flask, vendors: Vendors) -> None:
    Person(app, "Tom Hallam").sign_in()
    vendors.forget_requests()
    assert "No administrator has signed in to b24xero" in refused(app)
    assert "Nobody with the id 99" in refused(app, "99")
    assert vendors.calls("bitrix24") == []


def test_of_several_administrators_one_has_to_be_chosen(app: Flask, mere: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=7, admin=True)
    Person(app, "Tom Hallam").sign_in()
    assert "one of 1, 7" in refused(app)
    assert found(probe(app, "7"))["administrator"] == "yes"


def test_without_a_login_to_xero_its_half_is_skipped_and_said_to_be(app: Flask, mere: Person, vendors: Vendors) -> None:
    vendors.forget_requests()
    report = probe(app, "--write")
    assert report.count("skipped: this person has no live login to Xero") == 2
    assert found(report)["language of the portal"] == "en"
    assert vendors.calls("xero") == []


def test_a_login_that_bitrix24_knows_no_more_is_skipped_and_said_to_be(
    app: Flask, connected: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/tokens/revoke")
    report = probe(app)
    assert "skipped: this person has no live login to Bitrix24" in report
    assert found(report)["BaseCurrency"] == "NZD"


# -- Xero -------------------------------------------------------------------------------------------------------------


def test_the_organisation_its_items_and_its_lists(app: Flask, connected: Person) -> None:
    told = found(probe(app))
    assert told["Timezone"] == "NEWZEALANDSTANDARDTIME, known to us"
    assert told["PeriodLockDate"] == "/Date(…)/ at midnight UTC"
    assert told["items whose SalesDetails have AccountCode"] == told["items"]
    assert told["fields of an invoice in a list that are missing"] == "none"
    assert told["a page past the last"] == "an empty page"


@pytest.mark.parametrize(("modified_since", "comes"), [("exclusive", "is left out"), ("inclusive", "comes along")])
def test_whether_the_very_second_comes_along(
    app: Flask, connected: Person, vendors: Vendors, modified_since: str, comes: str
) -> None:
    vendors.control("xero/options", modified_since=modified_since)
    assert found(probe(app))["modified since the very second"].startswith(comes)


def test_a_time_zone_that_we_do_not_know_is_told(app: Flask, connected: Person, vendors: Vendors) -> None:
    books(vendors).info["Timezone"] = "SOMEWHERESTANDARDTIME"
    assert found(probe(app))["Timezone"] == "SOMEWHERESTANDARDTIME, NOT known to us"


def books(vendors: Vendors) -> Any:
    return next(iter(vendors.xero.organisations.values()))


# -- the sample draft -------------------------------------------------------------------------------------------------


def drafts(vendors: Vendors) -> list[str]:
    """The statuses of everything that was written for a try."""
    invoices = vendors.control("xero/invoices")
    return [one["Status"] for one in invoices if one.get("InvoiceNumber", "").startswith("B24XERO-PROBE")]


def test_the_sample_draft_shows_the_order_of_lines_and_is_deleted(
    app: Flask, connected: Person, vendors: Vendors
) -> None:
    told = found(probe(app, "--write"))
    assert told["new line sent in the middle"] == "stands first"
    assert told["lines of a create come back"] == "in the order sent"
    assert told["a line of 0.00"] == "comes back without its account"
    assert told["emoji and line ends"] == "emoji changed, line ends changed"
    assert told["number of a deleted draft"] == "is not free: number_taken"
    assert told["sample draft"] == "deleted again"
    assert drafts(vendors) == ["DELETED"]


def test_another_xero_is_found_to_be_another(app: Flask, connected: Person, vendors: Vendors) -> None:
    vendors.control(
        "xero/options", new_lines="as_sent", created_order="reversed", zero_lines_keep_account=True, keeps_text=True,
        deleted_frees_number=True,
    )  # fmt: skip
    told = found(probe(app, "--write"))
    assert told["new line sent in the middle"] == "stays where it was sent"
    assert told["lines of a create come back"] == "reversed"
    assert told["a line of 0.00"] == "keeps its account"
    assert told["emoji and line ends"] == "as they were sent"
    assert told["number of a deleted draft"] == "is free again"
    assert drafts(vendors) == ["DELETED", "DELETED"]


def test_books_that_somebody_keeps_are_never_written_to(app: Flask, connected: Person, vendors: Vendors) -> None:
    books(vendors).info["IsDemoCompany"] = False
    vendors.forget_requests()
    assert "refused: the organisation is no demo company" in probe(app, "--write")
    assert {call.partition(" ")[0] for call in vendors.calls("xero")} == {"GET"}


@pytest.mark.parametrize(
    "broken",
    [
        {"do": "answer_after", "method": "PUT", "path": "/Invoices", "status": 500},  # made, and its answer is lost
        {"do": "answer", "method": "POST", "path": "/Invoices/", "status": 500},
    ],
)
def test_a_draft_that_a_failure_left_is_looked_for_and_deleted(
    app: Flask, connected: Person, vendors: Vendors, broken: dict[str, Any]
) -> None:
    vendors.fault(vendor="xero", **broken)
    assert "stopped: xero_unclear" in probe(app, "--write")
    assert drafts(vendors) == ["DELETED"]


# -- what it must not do ----------------------------------------------------------------------------------------------


def test_it_only_reads(app: Flask, connected: Person, vendors: Vendors) -> None:
    before = vendors.control("bitrix24/state"), vendors.control("xero/state"), vendors.control("bitrix24/moves")
    vendors.forget_requests()
    probe(app)
    assert before == (
        vendors.control("bitrix24/state"), vendors.control("xero/state"), vendors.control("bitrix24/moves")
    )  # fmt: skip
    assert {call.partition(" ")[0] for call in vendors.calls("xero")} == {"GET"}
    assert len(vendors.calls("bitrix24")) <= 5
    assert len(vendors.calls("xero")) <= 6


def test_the_report_names_nobody_and_has_no_secret(app: Flask, connected: Person, vendors: Vendors) -> None:
    report = probe(app, "--write")
    portal = vendors.control("bitrix24/state")
    xero = vendors.control("xero/state")
    secret = {
        *(word for user in portal["users"] for word in (user["name"], user["last_name"], user["email"])),
        *(product["name"] for product in portal["products"]), portal["member_id"], vendors.base,
        *(organisation[name] for organisation in xero["organisations"] for name in ("name", "tenantId")),
        *(contact["Name"] for contact in vendors.control("xero/contacts")),
        *(invoice["InvoiceID"] for invoice in vendors.control("xero/invoices")),
        *vendors.bitrix24.world.access, *vendors.bitrix24.world.refresh, *vendors.xero.tokens.access,
    }  # fmt: skip
    assert [word for word in secret if word and word in report] == []
    assert WORDS not in report


def test_a_portal_that_answers_with_names_has_none_repeated(app: Flask, mere: Person, vendors: Vendors) -> None:
    body = '{"result": {"result": {"admin": true, "app": {"LICENSE": "Mere Tautahi", "LANGUAGE_ID": ["Mere"]}, '
    body += '"time": "by Mere"}, "result_error": {"kinds": {"error": "Mere has no right"}}}}'
    headers = {"Content-Type": "application/json"}
    vendors.fault("answer", vendor="bitrix24", path="rest/batch", status=200, body=body, headers=headers)
    report = probe(app)
    assert "Mere" not in report
    assert found(report)["licence"] == "(str, not repeated)"


def test_a_sign_in_of_an_hour_ago_is_renewed(app: Flask, mere: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/tokens/expire")
    assert found(probe(app))["administrator"] == "yes"
