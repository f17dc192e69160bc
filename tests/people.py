"""People who use the app as a browser would: forms with their tokens, redirects through both vendors' pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from flask import Flask
from werkzeug.test import TestResponse

from b24xero.domain.invoice_key import written
from tests.markup import parsed, text

__all__ = ["HTMX", "Form", "Person", "forms", "parsed", "reviewed", "text"]

HTMX = {"HX-Request": "true"}
COOKIE = "b24xero"


class Form:
    """One form of a page: where it goes and what it would send."""

    def __init__(self, element: Any, page: str) -> None:
        self.action = urljoin(page, element.get("action") or "")
        self.method = (element.get("method") or "get").lower()
        self.values: dict[str, Any] = {}
        self.buttons = element.findall(".//button")
        for field in element.findall(".//input"):
            if field.get("type") in ("checkbox", "radio") and field.get("checked") is None:
                continue
            if field.get("name"):
                self.values[field.get("name")] = field.get("value", "on")
        for select in element.findall(".//select"):
            options = select.findall(".//option")
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            if select.get("name") and chosen:
                self.values[select.get("name")] = chosen[0].get("value", "".join(chosen[0].itertext()))

    def says(self, words: str) -> bool:
        return any(words in " ".join(button.itertext()) for button in self.buttons)


def forms(page: str, address: str) -> list[Form]:
    return [Form(element, address) for element in parsed(page).findall(".//form")]


def reviewed(page: str) -> dict[str, int]:
    """How many invoices each group of a review has: changed, created, refused, stays, same."""
    heads = [head for head in parsed(page).findall(".//h2[@id]") if head.find("span[@class='same']") is not None]
    return {head.get("id"): int("".join(head.find("span").itertext())) for head in heads}


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app = app
        self.name = name
        self.client = app.test_client()
        self.vendor = requests.Session()
        self._form_token = ("", "")

    def elsewhere(self, app: Flask) -> Person:
        """The same browser, answered by another process."""
        other = Person(app, self.name)
        cookie = self.client.get_cookie(COOKIE)
        assert cookie
        other.client.set_cookie(COOKIE, cookie.value, httponly=True, samesite="Lax")
        return other

    # -- signing in ---------------------------------------------------------------------------------------------

    def sign_in(self) -> Person:
        start = self.client.get("/login/bitrix24")
        back = self.at_bitrix24(start.headers["Location"])
        landed = self.client.get(_local(back))
        assert landed.status_code == 302, text(landed.text)
        return self

    def at_bitrix24(self, address: str) -> str:
        """Choose oneself on the portal's page; gives the address that the browser is sent back to."""
        page = self.vendor.get(address, timeout=10)
        form = forms(page.text, address)[0]
        button = next(b for b in form.buttons if self.name in "".join(b.itertext()))
        form.values["user"] = button.get("value")
        sent = self.vendor.post(form.action or address, data=form.values, allow_redirects=False, timeout=10)
        return str(sent.headers["Location"])

    # -- Xero ---------------------------------------------------------------------------------------------------

    def connect(self, organisations: int = 1, action: str = "allow") -> Person:
        start = self.client.get("/xero/connect")
        back = self.at_xero(start.headers["Location"], organisations, action)
        landed = self.client.get(_local(back))
        assert landed.status_code == 302, text(landed.text)
        return self

    def at_xero(self, address: str, organisations: int = 1, action: str = "allow") -> str:
        """Allow or cancel on the consent page; gives the address that the browser is sent back to."""
        page = self.vendor.get(address, timeout=10)
        form = forms(page.text, address)[0]
        keys = re.findall(r'name="organisation" value="([^"]+)"', page.text)
        values = {**form.values, "organisation": keys[:organisations], "action": action}
        sent = self.vendor.post(address, data=values, allow_redirects=False, timeout=10)
        return str(sent.headers["Location"])

    def save_set_up(self, **changes: str) -> Person:
        page = self.client.get("/setup")
        form = next(f for f in forms(page.text, "/setup") if f.says("Save set-up"))
        saved = self.client.post("/setup", data={**form.values, **changes})
        assert saved.status_code == 303, text(saved.text)
        return self

    # -- automatic sync -----------------------------------------------------------------------------------------

    def give_service_login(self, organisations: int = 1, action: str = "allow") -> TestResponse:
        """Where the administrator lands who has been to Xero for it."""
        started = self.client.get("/xero/service")
        landed = self.client.get(_local(self.at_xero(started.headers["Location"], organisations, action)))
        assert landed.status_code == 303
        return self.client.get(landed.headers["Location"])

    def turn_on(self, **values: Any) -> None:
        """Save the switches of automatic sync: ``moves_stages`` and ``stage``."""
        saved = self.client.post("/automatic", data={"csrf_token": self.token(), **values})
        assert saved.status_code == 303, text(saved.text)

    # -- invoices -----------------------------------------------------------------------------------------------

    def token(self) -> str:
        page = self.client.get("/invoices").text
        found = re.search(r'name="csrf-token" content="([^"]+)"|name="csrf_token"[^>]* value="([^"]+)"', page)
        assert found, page
        return found[1] or found[2]

    def form_token(self) -> str:
        """The same, as it stands in a page that was opened earlier in this session."""
        secret = self._secret()
        if not secret or self._form_token[0] != secret:
            token = self.token()
            self._form_token = (self._secret(), token)
        return self._form_token[1]

    def form_token_of(self, other: Person) -> None:
        """What somebody read in a page of this same session."""
        self._form_token = other._form_token

    def _secret(self) -> str:
        """What this session's forms are signed with."""
        cookie = self.client.get_cookie(COOKIE)
        if cookie is None:
            return ""
        signed = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(signed.loads(cookie.value).get("csrf_token", ""))

    def list(self, **query: Any) -> TestResponse:
        """The table as htmx asks for it."""
        return self.client.get("/invoices", query_string=query, headers=HTMX)

    def press(self, invoice_id: int, **values: str) -> TestResponse:
        """ "Create / Edit on Xero" of one row, as htmx sends it."""
        return self.client.post(
            f"/invoices/{written(invoice_id)}/push", data={"csrf_token": self.form_token(), **values}, headers=HTMX
        )  # fmt: skip


def _local(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
