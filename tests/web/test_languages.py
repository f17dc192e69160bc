"""Languages: whole catalogues, compiled; pages, numbers and dates in the reader's own; a way to another one."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.mofile import write_mo
from flask import Flask

from b24xero import i18n
from b24xero.web.common.language import NAMES
from tests.conftest import Vendors
from tests.people import HTMX, Person, parsed, text

OTHERS = [language for language in NAMES if language != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def test_there_is_a_catalogue_for_each_language_that_is_offered() -> None:
    assert i18n.languages() == sorted(OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    assert [message.id for message in i18n.untranslated(language)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_values(language: str) -> None:
    for message in i18n.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for words in told if message.id else ():
            found = set(PLACEHOLDER.findall(words))
            assert found <= wanted, words
            assert found == wanted or len(ids) > 1, words


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_the_readable_one(language: str) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, i18n.read(language))
    assert i18n.source_of(language).with_suffix(".mo").read_bytes() == fresh.getvalue(), (
        "compile it: flask --app wsgi messages"
    )


PAGES = ("/invoices", "/products", "/products/add", "/activity", "/setup", "/invoices/find", "/bitrix24/install")


@pytest.mark.parametrize("language", OTHERS)
def test_every_page_can_be_read(ready: Person, vendors: Vendors, language: str) -> None:
    said = {"Accept-Language": language.replace("_", "-")}
    pages = [*PAGES, f"/invoices/{vendors.new_invoice()}/preview"]
    for address in pages:
        answer = ready.client.get(address, headers=said)
        assert answer.status_code == 200, address
        assert parsed(answer.text).get("lang") == language.replace("_", "-")
    rows = ready.client.get("/invoices", headers={**said, **HTMX})
    assert "Create on Xero" not in text(rows.text)


def test_money_and_days_are_written_as_the_reader_writes_them(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(begindate="2026-11-20", rows=[
        {"productName": "Kitchen", "price": 1234.5, "quantity": 1, "taxRate": 15, "taxIncluded": "Y", "sort": 10},
    ])  # fmt: skip
    german = text(ready.client.get(f"/invoices/{invoice_id}/preview", headers={"Accept-Language": "de-AT"}).text)
    assert "1.234,50" in german
    assert "20.11.2026" in german
    english = text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert "1,234.50" in english


def test_a_choice_goes_before_the_browser_and_stays(ready: Person, app: Flask) -> None:
    token = ready.token()
    answer = ready.client.post("/language", data={"csrf_token": token, "language": "fr", "back": "/activity"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/activity")
    assert parsed(ready.client.get("/activity", headers={"Accept-Language": "de"}).text).get("lang") == "fr"


def test_a_language_that_there_is_not_is_refused(ready: Person) -> None:
    assert ready.client.post("/language", data={"csrf_token": ready.token(), "language": "xx"}).status_code == 400


def test_an_unknown_browser_reads_english(mere: Person) -> None:
    assert parsed(mere.client.get("/activity", headers={"Accept-Language": "eo"}).text).get("lang") == "en"
