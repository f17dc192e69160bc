"""The portal's page around the app, the places that it has, and its word that the app is taken away (facts §2, §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.bitrix24_portal import APP, SELLER, Asker, portal

TAB = {"PLACEMENT": "CRM_SMART_INVOICE_DETAIL_TAB", "HANDLER": f"{APP}/bitrix24/app"}


@pytest.fixture
def b24() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


def opened(b24: Asker, **query: str | int) -> tuple[str, dict[str, str]]:
    """Where the page posts to, and what."""
    page = b24.session.get(f"{b24.base}/bitrix24/open/", params=query)
    assert page.status_code == 200, page.text
    action = re.search(r'<form method="post" target="app" action="([^"]+)"', page.text)
    assert action
    fields = re.findall(r'<input name="([^"]+)" value="([^"]*)">', page.text)
    return unescape(action[1]), {name: unescape(value) for name, value in fields}


def test_the_page_posts_what_the_portal_posts(b24: Asker) -> None:
    address, form = opened(b24, user=SELLER, lang="de")
    assert address.startswith(f"{APP}/bitrix24/app?")
    assert parse_qs(urlsplit(address).query)["LANG"] == ["de"]
    assert (form["PLACEMENT"], form["PLACEMENT_OPTIONS"], form["AUTH_EXPIRES"]) == ("DEFAULT", "{}", "3600")
    assert opened(b24, user=1, install=1)[0].startswith(f"{APP}/bitrix24/install?")


def test_a_place_opens_when_it_is_bound_and_not_before(b24: Asker) -> None:
    address = f"{b24.base}/bitrix24/open/?user=1&placement={TAB['PLACEMENT']}&id=12"
    assert b24.session.get(address).status_code == 404
    b24.result("placement.bind", **TAB)
    _address, form = opened(b24, user=1, placement=TAB["PLACEMENT"], id=12)
    assert '"ID": "12"' in form["PLACEMENT_OPTIONS"]


@pytest.mark.parametrize("query", ["", "user=999", "user=x"])
def test_nobody_opens_nothing(b24: Asker, query: str) -> None:
    assert b24.session.get(f"{b24.base}/bitrix24/open/?{query}").status_code == 404


def test_placements_are_listed_by_scope_and_as_the_portal_has_them(b24: Asker) -> None:
    assert "LEFT_MENU" in b24.result("placement.list")
    assert "LEFT_MENU" not in b24.result("placement.list", SCOPE="crm")
    b24.control("settings", not_offered="LEFT_MENU")
    assert "LEFT_MENU" not in b24.result("placement.list")
    assert b24.error("placement.bind", PLACEMENT="LEFT_MENU", HANDLER="x") == (400, "ERROR_PLACEMENT_NOT_FOUND")


def test_who_asked_to_be_told_is_told_of_the_end_without_tokens(b24: Asker) -> None:
    asked = {"event": "OnAppUninstall", "handler": f"{APP}/bitrix24/install"}
    assert b24.result("event.bind", **asked) is True
    assert b24.error("event.bind", **asked) == (400, "ERROR_CORE")
    assert b24.error("event.bind", event="ONNOTHING", handler="x") == (400, "ERROR_EVENT_NOT_FOUND")
    b24.result("placement.bind", **TAB)
    (told,) = b24.control("uninstall")
    assert told["url"] == asked["handler"]
    assert told["form"]["event"] == "ONAPPUNINSTALL"
    assert told["form"]["auth[application_token]"]
    assert "auth[access_token]" not in told["form"]
    assert b24.control("state")["placements"] == []
