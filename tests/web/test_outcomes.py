"""Counts and outcomes in words: whole for translators, and as the contract has them in English."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from b24xero import i18n
from b24xero.db.models import SyncRun
from b24xero.runs import history
from b24xero.web.activity import outcomes
from b24xero.web.common import moments
from b24xero.web.common.language import NAMES, plurals
from tests.conftest import Vendors
from tests.matching.test_find_in_xero import by_hand, company, look, page
from tests.people import Person, parsed

KINDS = ("push", "pull", "items", "find", "link")
LINK = ("Link %(num)d invoice", "Link %(num)d invoices")


def in_language(app: Flask, language: str) -> Any:
    return app.test_request_context(headers={"Accept-Language": language.replace("_", "-")})


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_run_counts_is_said_after_its_number(kind: str, app: Flask) -> None:
    counted = history.counted(kind)
    with in_language(app, "en"):
        said = outcomes.counted(SyncRun(kind=kind, counts=dict.fromkeys(counted, 2)))
    words = {"review": "for review", "missing": "not found"}
    words |= {"unchanged": "stay in their stage"} if kind == "pull" else {}
    told = [outcome for outcome in counted if outcome != "asked"]  # which no run keeps, its entries tell
    assert said == ", ".join(f"2 {words.get(outcome, outcome)}" for outcome in told)


def test_what_did_not_occur_is_left_out(app: Flask) -> None:
    with in_language(app, "en"):
        assert outcomes.counted(SyncRun(kind="pull", counts={"moved": 3, "skipped": 0, "unchanged": 240})) == (
            "240 stay in their stage, 3 moved"
        )
        assert outcomes.counted(SyncRun(kind="pull", counts={})) == "nothing new"


@pytest.mark.parametrize("kind", [*KINDS, "product"])
def test_one_outcome_has_the_words_of_the_contract_whatever_it_is_said_of(kind: str, app: Flask) -> None:
    with in_language(app, "en"):
        for outcome in history.OUTCOMES:
            assert outcomes.of_one(kind, outcome) == (outcome, outcomes.WORDS[outcome][1])


def test_translators_are_asked_for_invoices_and_for_products() -> None:
    """English has one word; others have a gender and several plurals."""
    asked = {(message.id, message.context) for message in i18n.template()}
    for subject in ("invoices", "products"):
        assert (("%(num)d created", "%(num)d created"), subject) in asked
    for subject in ("one invoice", "one product"):
        assert ("created", subject) in asked


@pytest.mark.parametrize(
    ("words", "contexts"),
    [
        ("Stopped", {"a run"}),
        (("Stopped", "Stopped"), {"invoices, after their number"}),
        ("account", {"of a person", "in Xero’s books"}),
        ("Look again", {None, "search in Xero"}),
    ],
)
def test_one_english_word_with_two_meanings_is_asked_for_twice(words: object, contexts: set[str | None]) -> None:
    """From Python and from templates, with what the meaning is."""
    assert {message.context for message in i18n.template() if message.id == words} == contexts


# -- what app.js counts -----------------------------------------------------------------------------------------------

KINDS_OF_PLURAL = {
    "en": {"one", "other"}, "de": {"one", "other"}, "es": {"one", "many", "other"}, "fr": {"one", "many", "other"},
    "pl": {"one", "few", "many", "other"}, "pt_BR": {"one", "many", "other"}, "ru": {"one", "few", "many", "other"},
}  # fmt: skip


@pytest.mark.parametrize("language", NAMES)
def test_the_page_has_the_words_for_every_plural_of_its_language(language: str, app: Flask) -> None:
    with in_language(app, language):
        words = json.loads(plurals(*LINK))
    assert set(words) == KINDS_OF_PLURAL[language]
    assert all("{n}" in said and "%" not in said for said in words.values())


def test_the_words_are_those_of_the_catalogue(app: Flask) -> None:
    translated = i18n.read("pl").get(LINK)
    assert translated
    one, few, many = (said.replace("%(num)d", "{n}") for said in translated.string)
    with in_language(app, "pl"):
        assert json.loads(plurals(*LINK)) == {"one": one, "few": few, "many": many, "other": many}


def test_the_button_of_many_counts_in_the_readers_plurals(ready: Person, vendors: Vendors, app: Flask) -> None:
    by_hand(vendors, vendors.new_invoice(companyId=company(vendors)))
    look(app)
    ready.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ru"
    button = next(e for e in parsed(page(ready)).iter("button") if e.get("data-count"))
    assert set(json.loads(button.get("data-count"))) == KINDS_OF_PLURAL["ru"]


# -- durations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "seconds", "words"),
    [
        ("en", "0.82", "0.8 seconds"),
        ("en", "1", "1 second"),
        ("en", "9.96", "10 seconds"),
        ("en", "44.3", "44 seconds"),
        ("en", "723", "12 minutes"),
        ("de", "0.82", "0,8 Sekunden"),
        ("ru", "2", "2 секунды"),
        ("ru", "1260", "21 минута"),
    ],
)
def test_how_long_it_took_is_said_in_the_readers_plurals(language: str, seconds: str, words: str, app: Flask) -> None:
    with in_language(app, language):
        assert moments.seconds(Decimal(seconds)) == words
