"""What stands in the fields of both vendors is text in every page, file and header, whoever wrote it there."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero.db.models import User
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.mutation import Mutant, every, put
from tests.people import HTMX, Person, parsed
from tests.web.test_runs import post

MARK = "9f31"
HARM = (
    f"""</script></style>'"><img src=x onerror=x{MARK}()><a href="javascript:x{MARK}()" hx-on:load=x{MARK}()>"""
    "{{7*191777}}"
)
FORMULA = f'=HYPERLINK("http://evil.example/{MARK}")'
# What people type, in the vendors' spelling; and what looks like an address or a colour.
FIELDS = {
    "title", "name", "lastname", "accountnumber", "productname", "code", "description", "detailtext", "color", "city",
    "reference", "invoicenumber", "shortcode", "email", "url", "symbol", "errordescription", "organisationname",
    "tenantname", "emailaddress", "contactnumber", "measuretitle",
}  # fmt: skip
PAGES = (
    "/invoices", "/invoices?now=1", "/invoices?q=acme&now=1", "/invoices/{id}/card", "/invoices/{id}/preview",
    "/invoices/{id}/why", "/invoices/{id}/history", "/invoices/find", "/setup", "/setup/check", "/products?now=1",
    "/products/add", "/activity", "/access", "/bitrix24/install", "/xero/connect?why=needed", "/runs/1",
)  # fmt: skip


class Harmful(Mutant):
    """Both vendors with harm behind everything that people type there."""

    def answer(self, vendor: str, handler: Any, request: Any) -> Any:
        response = handler(request)
        if "json" in (response.mimetype or ""):
            body = json.loads(response.get_data())
            for path in list(every(body)):
                name = str(path[-1]).lower().replace("_", "")
                value = _at(body, path)
                if name in FIELDS and isinstance(value, str) and value and not value.startswith("#"):
                    put(body, path, (FORMULA if name == "accountnumber" else value) + HARM)
            response.set_data(json.dumps(body))
        return response


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


@pytest.fixture
def harmed(ready: Person, app: Flask, vendors: Vendors) -> tuple[Person, int]:
    """Everything has been looked at, pressed and updated in a world of harm. Mere, and the id of her invoice."""
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    harmful = Harmful()
    server = vendors.server
    for prefix, (vendor, handler) in list(server.vendors.items()):
        server.vendors[prefix] = (vendor, lambda request, v=vendor, h=handler: harmful.answer(v, h, request))
    with app.app_context():
        for user in db.session.scalars(select(User)):
            user.name = f"Mere {HARM}"[:100]
        db.session.commit()
    ready.connect()
    ready.press(vendors.new_invoice(accountNumber=f"{FORMULA}{HARM}"[:90]))
    post(ready, "/runs/pull")
    return ready, invoice_id


def harmless(answer: TestResponse) -> bool:
    """Whether nothing of it is more than text; and whether any of it is there at all."""
    found = False
    for element in parsed(answer.text).iter():
        said = [*element.attrib.items()]
        assert not [name for name, _value in said if name.startswith("on") and MARK in _value], answer.request.path
        assert "hx-on:load" not in element.attrib
        assert not (element.tag in ("script", "style") and MARK in "".join(element.itertext()))
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "style"):
            assert not str(element.get(name, "")).lower().lstrip().startswith("javascript:"), answer.request.path
        assert element.tag != "img"
        found = found or MARK in str(element.text) or any(MARK in value for _name, value in said)
    assert str(7 * 191777) not in answer.text
    for name, value in answer.headers:
        assert "\n" not in value, name
    return found


@pytest.mark.parametrize("extra", [{}, HTMX], ids=["a page", "a part"])
def test_nothing_that_somebody_typed_at_a_vendor_is_more_than_text(
    harmed: tuple[Person, int], extra: dict[str, str]
) -> None:
    mere, invoice_id = harmed
    shown = []
    for address in PAGES:
        answer = mere.client.get(address.format(id=invoice_id), headers=extra, follow_redirects=True)
        assert answer.status_code < 500 or answer.status_code == 503, address
        if harmless(answer):
            shown.append(address)
    assert len(shown) > len(PAGES) // 2


def test_no_cell_of_the_file_is_a_formula(harmed: tuple[Person, int]) -> None:
    mere, _invoice = harmed
    file = mere.client.get("/activity.csv").text
    assert MARK in file
    cells = [cell for row in csv.reader(file.removeprefix("\ufeff").splitlines()) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_the_words_of_a_refusal_are_text_too(harmed: tuple[Person, int], vendors: Vendors) -> None:
    mere, invoice_id = harmed
    said = json.dumps({"error": "SOMETHING", "error_description": HARM})
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=400, body=said, times=9,
                  headers={"Content-Type": "application/json"})  # fmt: skip
    assert harmless(mere.client.get(f"/invoices/{invoice_id}/card"))
    vendors.control("faults/clear")
    said = json.dumps({"Type": "ValidationException", "Message": HARM, "Elements": [
        {"ValidationErrors": [{"Message": HARM}]}]})  # fmt: skip
    vendors.fault("answer", vendor="xero", path="/Invoices", status=400, body=said, times=9,
                  headers={"Content-Type": "application/json"})  # fmt: skip
    answer = mere.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": mere.token()}, headers=HTMX)
    harmless(answer)
