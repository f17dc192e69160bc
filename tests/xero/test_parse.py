"""What Xero answers, read tolerantly; and how its consent is asked for and named."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from b24xero.domain.books import Account, TaxRate
from b24xero.xero import oauth, parse, parse_books
from b24xero.xero.parse import XeroContact, business_day, money

D = Decimal
ID = "60aa0f3e-8a55-4d4b-8f6c-2f79a1c6d001"
LINE_1, LINE_2 = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"

# The answer of a create, in the keys that facts §3.2 list for it: no AmountCredited, no Payments.
CREATED: dict[str, Any] = {
    "Type": "ACCREC", "InvoiceID": ID, "InvoiceNumber": "INV-0042", "Reference": "Bathroom, upper floor",
    "Prepayments": [], "Overpayments": [], "AmountDue": D("24.15"), "AmountPaid": D("0.0"), "SentToContact": False,
    "HasErrors": False, "Contact": {"ContactID": "c-41", "Name": "Acme Plumbing"},
    "DateString": "2026-09-14T00:00:00", "Date": "/Date(1789344000000+0000)/",
    "DueDateString": "2026-09-28T00:00:00", "DueDate": "/Date(1790553600000+0000)/", "Status": "AUTHORISED",
    "LineAmountTypes": "Exclusive", "LineItems": [{"LineItemID": LINE_1}, {"LineItemID": LINE_2}],
    "Url": "https://acme.bitrix24.example/crm/type/31/details/42/", "SubTotal": D("21.0"), "TotalTax": D("3.15"),
    "Total": D("24.15"), "CurrencyCode": "NZD", "StatusAttributeString": "OK",
}  # fmt: skip


# -- invoices ---------------------------------------------------------------------------------------------------------


def test_a_created_invoice_is_read_whole() -> None:
    said = parse.invoice(CREATED)
    assert (said.id, said.number, said.status, said.currency) == (ID, "INV-0042", "AUTHORISED", "NZD")
    assert (said.total, said.due, said.settled) == (D("24.15"), D("24.15"), 0)
    assert (said.due_date, said.contact_id, said.reference) == (date(2026, 9, 28), "c-41", "Bathroom, upper floor")
    assert said.url == "https://acme.bitrix24.example/crm/type/31/details/42/"


def test_a_line_is_read_with_all_that_a_comparison_needs() -> None:
    line = {
        "LineItemID": LINE_1, "Description": "Consulting", "Quantity": D("2.0000"), "UnitAmount": D("10.5000"),
        "LineAmount": D("18.9"), "TaxAmount": D("2.84"), "AccountCode": "200", "TaxType": "OUTPUT2", "ItemCode": "HOUR",
        "DiscountRate": D("10.00"), "DiscountAmount": D("0.0"),
    }  # fmt: skip
    said = parse.invoice({**CREATED, "LineItems": [line, {"Description": "Thank you"}]})
    assert said.lines[0] == parse.XeroLine(
        LINE_1, "Consulting", D(2), D("10.5"), D("18.90"), D("2.84"), "200", "OUTPUT2", "HOUR", D(10), None
    )
    assert said.lines[1] == parse.XeroLine(description="Thank you")
    assert said.line_ids == (LINE_1,)


def test_the_content_of_an_invoice_is_read() -> None:
    said = parse.invoice(CREATED)
    assert (said.date, said.line_amount_types, said.contact_name) == (date(2026, 9, 14), "Exclusive", "Acme Plumbing")
    assert (said.sub_total, said.tax) == (D("21.0"), D("3.15"))


def test_a_row_of_a_list_without_lines_has_none() -> None:
    assert parse.invoice({key: value for key, value in CREATED.items() if key != "LineItems"}).lines == ()


def test_line_ids_stand_in_document_order() -> None:
    assert parse.invoice(CREATED).line_ids == (LINE_1, LINE_2)


def test_what_is_paid_and_what_is_credited_both_settle() -> None:
    said = parse.invoice({**CREATED, "AmountDue": D(4), "AmountPaid": D("10.15"), "AmountCredited": D(10)})
    assert said.settled == D("20.15")


def test_a_credit_shows_in_what_is_due_where_an_answer_does_not_tell_it() -> None:
    assert parse.invoice({**CREATED, "AmountDue": D("14.15")}).settled == D("10.00")


def test_a_voided_invoice_keeps_its_amount_due_and_nothing_of_it_is_settled() -> None:
    assert parse.invoice({**CREATED, "Status": "VOIDED"}).settled == 0


def test_without_an_amount_due_nothing_is_concluded_from_it() -> None:
    refused = {key: value for key, value in CREATED.items() if not key.startswith("Amount")}
    assert parse.invoice(refused).settled == 0


def test_amounts_stay_exact() -> None:
    raw = json.loads('{"Total": 100000000000.01, "AmountDue": 0.30}', parse_float=Decimal)
    said = parse.invoice(raw)
    assert (said.total, said.due) == (D("100000000000.01"), D("0.30"))


def test_a_status_that_nobody_knew_is_kept_as_it_is() -> None:
    assert parse.invoice({**CREATED, "Status": "ULTRA"}).status == "ULTRA"


def test_an_empty_answer_is_an_invoice_without_anything() -> None:
    said = parse.invoice({})
    assert (said.id, said.number, said.status, said.total, said.due_date, said.line_ids) == ("", "", "", 0, None, ())


@pytest.mark.parametrize("name", sorted(CREATED))
def test_a_null_reads_as_if_the_field_were_missing(name: str) -> None:
    missing = {key: value for key, value in CREATED.items() if key != name}
    assert parse.invoice({**CREATED, name: None}) == parse.invoice(missing)


def test_a_line_without_an_id_is_passed_over() -> None:
    assert parse.invoice(
        {**CREATED, "LineItems": [{"Description": "Consulting"}, {"LineItemID": LINE_2}]}
    ).line_ids == (LINE_2,)


# -- days and amounts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelt", "day"),
    [
        ("/Date(1789344000000+0000)/", date(2026, 9, 14)),
        ("/Date(1789344000000)/", date(2026, 9, 14)),
        ("/Date(-86400000+0000)/", date(1969, 12, 31)),
        ("2026-09-14T00:00:00", date(2026, 9, 14)),
        ("2026-09-14", date(2026, 9, 14)),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_a_business_day_is_the_day_that_is_written(spelt: Any, day: date | None) -> None:
    assert business_day(spelt) == day


@pytest.mark.parametrize(
    ("spelt", "amount"),
    [(D("24.15"), "24.15"), ("24.15", "24.15"), (21, "21"), (None, "0"), ("", "0"), ("n/a", "0"), (True, "0")],
)
def test_an_amount_is_read_however_it_is_spelt(spelt: Any, amount: str) -> None:
    assert money(spelt) == D(amount)


# -- contacts ---------------------------------------------------------------------------------------------------------


def test_a_contact_is_read_with_our_number() -> None:
    said = parse.contact(
        {"ContactID": "c-41", "Name": "Acme Plumbing", "EmailAddress": "ap@acme.example", "ContactNumber": "B24-CO-41",
         "ContactStatus": "ACTIVE"}
    )  # fmt: skip
    assert replace(said, content={}) == XeroContact("c-41", "Acme Plumbing", "ap@acme.example", "B24-CO-41")
    assert (said.content["name"], said.content["email"]) == ("Acme Plumbing", "ap@acme.example")


@pytest.mark.parametrize(("status", "archived"), [("ACTIVE", False), ("ARCHIVED", True), ("GDPRREQUEST", True)])
def test_only_an_active_contact_is_not_archived(status: str, archived: bool) -> None:
    assert parse.contact({"ContactID": "c-41", "ContactStatus": status}).archived is archived


def test_a_contact_without_a_status_is_taken_for_active() -> None:
    assert parse.contact({"ContactID": "c-41", "Name": "Acme Plumbing", "EmailAddress": None}).archived is False


def test_the_loser_of_a_merge_names_who_to_use_instead() -> None:
    assert parse.contact({"ContactID": "c-41", "MergedToContactID": "c-42"}).merged_into == "c-42"


def test_an_id_of_noughts_is_nobody() -> None:
    merged = parse.contact({"ContactID": "c-41", "MergedToContactID": "00000000-0000-0000-0000-000000000000"})
    assert merged.merged_into == ""


def test_a_contact_whose_id_is_null_has_none() -> None:
    assert parse.contact({"ContactID": None, "Name": "Acme Plumbing"}).id == ""


# -- books ------------------------------------------------------------------------------------------------------------


def test_only_what_may_stand_on_a_sales_line_comes_into_the_books() -> None:
    accounts = [
        {"Code": "090", "Name": "Business Bank Account", "Class": "ASSET", "Type": "BANK", "Status": "ACTIVE"},
        {"Name": "Bank without a code", "Class": "ASSET", "Type": "BANK", "Status": "ACTIVE"},
        {"Code": "200", "Name": "Sales", "Class": "REVENUE", "Type": "REVENUE", "Status": "ACTIVE"},
        {"Code": "888", "Name": "Old sales", "Class": "REVENUE", "Type": "REVENUE", "Status": "ARCHIVED"},
        {
            "Code": "610",
            "Name": "Accounts Receivable",
            "Class": "ASSET",
            "SystemAccount": "DEBTORS",
            "Status": "ACTIVE",
        },
    ]
    found = parse_books.books({}, accounts, [], [])
    assert found.accounts == (
        Account("200", "Sales", kind="REVENUE"), Account("888", "Old sales", live=False, kind="REVENUE"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, "865"), ({"Status": "ARCHIVED"}, ""), ({"Code": None}, ""), ({"SystemAccount": "GST"}, "")],
)
def test_the_rounding_account_is_known_by_what_it_is_for(changes: dict[str, Any], code: str) -> None:
    account = {"Code": "865", "Name": "Cents", "Class": "LIABILITY", "SystemAccount": "ROUNDING", "Status": "ACTIVE"}
    found = parse_books.books(
        {}, iter([{"Code": "860", "Name": "Rounding", "Class": "LIABILITY"}, account | changes]), [], []
    )
    assert found.rounding_account == code
    assert found.accounts == ()


def test_a_tax_rate_is_live_when_it_is_active_and_fits_revenue() -> None:
    rates = [
        {"TaxType": "OUTPUT2", "Name": "15% GST on Income", "EffectiveRate": D("15.0"), "Status": "ACTIVE",
         "CanApplyToRevenue": True},
        {"TaxType": "INPUT2", "Name": "15% GST on Expenses", "EffectiveRate": D("15.0"), "Status": "ACTIVE",
         "CanApplyToRevenue": False},
        {"TaxType": "OUTPUT", "Name": "12.5% GST on Income", "EffectiveRate": D("12.5"), "Status": "DELETED",
         "CanApplyToRevenue": True},
        {"TaxType": "NONE", "Name": "No GST", "EffectiveRate": 0, "Status": "ACTIVE"},
    ]  # fmt: skip
    found = parse_books.books({}, [], rates, [])
    assert found.live_tax_rates == (
        TaxRate("OUTPUT2", "15% GST on Income", D(15)), TaxRate("NONE", "No GST", D(0)),
    )  # fmt: skip
    assert found.tax_rate("OUTPUT") == TaxRate("OUTPUT", "12.5% GST on Income", D("12.5"), live=False)


def test_the_books_are_locked_until_the_later_of_two_dates() -> None:
    organisation = {
        "Name": "Harbour Trading Ltd", "ShortCode": "!Ab1cD", "BaseCurrency": "NZD",
        "Timezone": "NEWZEALANDSTANDARDTIME", "PeriodLockDate": "/Date(1782777600000+0000)/",
        "EndOfYearLockDate": "/Date(1774915200000+0000)/",
    }  # fmt: skip
    found = parse_books.books(organisation, [], [], [{"Code": "NZD"}, {"Code": "USD"}, {}])
    assert found.locked_until == date(2026, 6, 30)
    assert (found.short_code, found.base_currency, found.currencies) == ("!Ab1cD", "NZD", ("NZD", "USD"))


def test_books_that_are_not_locked_are_locked_until_none() -> None:
    assert parse_books.books({"Name": "Harbour Trading Ltd"}, [], [], []).locked_until is None


# -- consent ----------------------------------------------------------------------------------------------------------

APP = oauth.App(
    "client-1", "a secret of the tests", "https://connector.example/xero/callback", "https://login.xero.example",
    "https://identity.xero.example", "https://api.xero.example",
)  # fmt: skip


def asked(consent: oauth.Consent) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(consent.url).query, strict_parsing=True).items()}


def test_a_consent_asks_for_what_is_needed_and_for_nothing_that_outlives_the_login() -> None:
    consent = oauth.begin(APP)
    scopes = asked(consent)["scope"].split(" ")
    assert sorted(scopes) == [
        "accounting.contacts", "accounting.invoices", "accounting.settings", "email", "openid", "profile",
    ]  # fmt: skip
    assert consent.url.startswith("https://login.xero.example/identity/connect/authorize?")


def test_a_consent_names_the_app_and_its_way_back_and_never_its_secret() -> None:
    consent = oauth.begin(APP)
    query = asked(consent)
    assert (query["response_type"], query["client_id"]) == ("code", "client-1")
    assert query["redirect_uri"] == "https://connector.example/xero/callback"
    assert "secret" not in consent.url


def test_a_consent_proves_itself_by_the_hash_of_its_verifier() -> None:
    consent = oauth.begin(APP)
    digest = hashlib.sha256(consent.verifier.encode("ascii")).digest()
    assert asked(consent)["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert asked(consent)["code_challenge_method"] == "S256"
    assert 43 <= len(consent.verifier) <= 128
    assert consent.verifier not in consent.url


def test_the_state_of_a_consent_comes_along_and_no_two_are_alike() -> None:
    one, other = oauth.begin(APP), oauth.begin(APP)
    assert asked(one)["state"] == one.state
    assert one.state != other.state
    assert one.verifier != other.verifier
    assert len(one.state) >= 20


def token(payload: bytes) -> str:
    return f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.c2ln"


@pytest.mark.parametrize("name", ["Ann", "Zoë", "李", "Ann?", "Ann>>"])
def test_claims_are_read_whatever_their_length_and_letters(name: str) -> None:
    said = {"authentication_event_id": "e-1", "name": name}
    assert oauth.claims(token(json.dumps(said, ensure_ascii=False).encode())) == said


@pytest.mark.parametrize(
    "strange", ["", "opaque", "a.b", "a.%%%.c", "ключ.ключ.ключ", token(b"[1, 2]"), token(b"\xff"), token(b"{")]
)
def test_a_token_that_cannot_be_read_makes_no_claims(strange: str) -> None:
    assert oauth.claims(strange) == {}
