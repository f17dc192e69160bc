"""The page "Health": each check with its state in words, for administrators alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from b24xero.bitrix24 import placements
from b24xero.db.models import CheckResult, utc_now
from b24xero.extensions import db
from b24xero.runs import workers
from tests.conftest import Vendors
from tests.people import Person, forms, parsed, text


def press(person: Person, label: str) -> str:
    page = person.client.get("/health").text
    form = next(form for form in forms(page, "/health") if form.says(label))
    assert person.client.post(form.action, data=form.values).status_code == 303
    return str(person.client.get("/health").text)


def lines(page: str) -> dict[str, str]:
    """Title → the whole line, without markup."""
    found = {}
    for line in parsed(page).findall(".//ul[@class='probe']/li"):
        title = "".join(line.find("strong").itertext())
        found[title] = " ".join("".join(line.itertext()).split())
    return found


def with_worker(app: Flask) -> None:
    with app.app_context():
        workers.beat("one", utc_now())


def test_what_costs_no_call_is_looked_at_with_each_page_and_nothing_is_asked(ready: Person, vendors: Vendors) -> None:
    ready.client.get("/health")
    vendors.forget_requests()
    page = ready.client.get("/health")
    assert vendors.calls("bitrix24") + vendors.calls("xero") == []
    told = lines(page.text)
    assert told["Worker"].startswith("BrokenWorker No worker has ever run here")
    assert "Likely cause: Only the web process was started." in told["Worker"]
    assert "systemctl restart b24xero-worker" in told["Worker"]
    assert "Bitrix24 portal" not in told
    assert next(iter(told)) == "Worker", "what is broken comes first"


def test_check_all_now_asks_both_and_is_remembered(ready: Person, app: Flask) -> None:
    with_worker(app)
    told = lines(press(ready, "Check all now"))
    assert len(told) == 24
    for title in ("Bitrix24 portal", "Bitrix24 authorization server", "Authorization server, from the portal",
                  "Application in Bitrix24", "Scopes in Bitrix24", "Xero", "App at Xero", "Clock", "Database",
                  "Keys", "Worker", "Set-up", "Registered addresses"):  # fmt: skip
        assert told[title].startswith("Well"), told[title]
    assert "just now" in told["Xero"]
    assert "just now" not in told["Worker"]
    # the demo's portal shows b24xero nowhere yet, and nobody has made a back-up
    assert told["Places in Bitrix24"].startswith("To see to")
    assert told["Back-up"].startswith("To see to")


def test_the_summary_says_the_worst(ready: Person, app: Flask, vendors: Vendors) -> None:
    assert "1 thing is broken" in text(ready.client.get("/health").text)
    with_worker(app)
    assert "to see to" in text(press(ready, "Check all now"))
    vendors.control("bitrix24/settings", not_granted="catalog,user_basic")
    told = lines(press(ready, "Check all now"))
    assert told["Scopes in Bitrix24"].startswith(
        "BrokenScopes in Bitrix24 The application lacks these scopes: catalog, "
    )


def test_places_of_an_older_address_are_removed_by_a_press(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.bitrix24.world.placements += [
        {"placement": code, "userId": 0, "handler": "https://old.example/bitrix24/app", "title": "Xero"}
        for code in placements.CODES.values()
    ]
    told = lines(press(ready, "Check all now"))
    assert (
        "4 places in the portal lead to an older address: https://old.example/bitrix24/app"
        in told["Places in Bitrix24"]
    )
    page = press(ready, "Remove")
    assert "4 places were removed." in text(page)
    assert vendors.bitrix24.world.placements == []


def test_what_could_not_be_looked_at_does_not_overwrite_what_is_known(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    press(ready, "Check all now")
    vendors.fault("answer", vendor="bitrix24", path="/rest/scope", status=502, body="<html>", times=5)
    told = lines(press(ready, "Check all now"))
    assert told["Scopes in Bitrix24"].startswith("Well")
    with app.app_context():
        row = db.session.get_one(CheckResult, "scopes")
        row.looked_at = utc_now() - timedelta(hours=2)
        db.session.commit()
    assert "2 h ago" in lines(ready.client.get("/health").text)["Scopes in Bitrix24"]


def test_a_manager_is_told_whom_to_ask(app: Flask, ready: Person) -> None:
    answer = Person(app, "Tom Hallam").sign_in().client.get("/health")
    assert answer.status_code == 403
    assert "Mere Tautahi" in text(answer.text)


# -- what everybody in the network could read --------------------------------------------------------------------------


def test_on_each_page_administrators_are_warned_of_a_portal_without_tls(app: Flask, ready: Person) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    warning = "Bitrix24 is reached without encryption"
    assert warning not in ready.client.get("/activity").text
    settings = app.extensions["b24xero.settings"]
    app.extensions["b24xero.settings"] = replace(settings, bitrix24_portal_url="http://192.168.1.20")
    for address in ("/activity", "/health", "/invoices", "/no-such-page"):
        assert warning in ready.client.get(address).text, address
        assert warning not in tom.client.get(address).text, address


def test_rules_that_go_by_something_gone_from_bitrix24_are_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    rule = {"rule-1-when": "list|ufCrm_SMART_INVOICE_1772717700|46", "rule-1-then": "account|260"}
    ready.save_set_up(**rule)
    assert "What they go by is in Bitrix24 (rules: 1)." in lines(press(ready, "Check all now"))["Rules of the set-up"]
    vendors.control("bitrix24/settings", list_field=False)
    told = lines(press(ready, "Check all now"))["Rules of the set-up"]
    assert "go by something that is gone from Bitrix24: Kind of customer: Trade → Account: 260" in told
