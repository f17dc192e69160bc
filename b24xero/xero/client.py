"""This file knows one Xero login with one organisation: what is asked and written, and what each failure means.

Every call goes through xero-python, whose traps are closed here (facts §9, dependencies §3): a client of its own for
each login, hidden retries off, time-outs on every call, an Idempotency-Key on every write, answers read as raw JSON
with Decimal, so that an unknown enum or a null never loses an answer.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import HTTPStatusException
from xero_python.rest import RESTClientObject

from b24xero.books import Books
from b24xero.errors import Disconnected, Forbidden, NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.timing import Pace, upstream
from b24xero.xero import answers
from b24xero.xero.answers import XeroContact, XeroInvoice
from b24xero.xero.refusals import problems

# Seconds to connect and to wait. A write that times out is looked for once, and all of it stays under the 30 seconds
# after which a hosting platform's router hangs up.
WRITE_TIMEOUT = (5, 15)
READ_TIMEOUT = (5, 10)
READ_AGAIN_AFTER = 0.5
LONGEST_WAIT = 5.0

Json = dict[str, Any]
About = Mapping[str, str]


class Xero:
    """Calls of one login with one organisation. Nothing is renewed: a login without offline access ends."""

    def __init__(self, api_url: str, access_token: str, organisation_id: str, pace: Pace | None = None) -> None:
        self._api = _accounting_api(f"{api_url}/api.xro/2.0", access_token)
        self._organisation_id = organisation_id
        self._pace = pace or Pace(0, 1)

    # -- reading ------------------------------------------------------------------------------------------------------

    def books(self) -> Books:
        """Organisation, accounts, tax rates, currencies: four calls (facts §4).

        Raises:
            Disconnected, Forbidden, RetryLater.
        """
        organisation = self._read(self._api.get_organisations, "Organisations")
        return answers.books(
            organisation[0] if organisation else {},
            self._read(self._api.get_accounts, "Accounts"),
            self._read(self._api.get_tax_rates, "TaxRates"),
            self._read(self._api.get_currencies, "Currencies"),
        )

    def invoice(self, invoice_id: str) -> XeroInvoice | None:
        """The invoice as it stands now, or None when the organisation has none with this id."""
        try:
            found = self._read(self._api.get_invoice, "Invoices", invoice_id, unitdp=4)
        except NotFound:
            return None
        return answers.invoice(found[0]) if found else None

    def invoices_numbered(self, number: str) -> tuple[XeroInvoice, ...]:
        """Sales invoices with exactly this number: at most one that is not deleted (facts §3.5)."""
        if "," in number:  # InvoiceNumbers is a list with commas
            found = self._read(self._api.get_invoices, "Invoices", search_term=number, page=1)
        else:
            found = self._read(self._api.get_invoices, "Invoices", invoice_numbers=[number], page=1)
        sales = (answers.invoice(i) for i in found if i.get("Type") == "ACCREC")
        return tuple(i for i in sales if i.number.casefold() == number.casefold())

    def invoices_referring(self, reference: str) -> tuple[XeroInvoice, ...]:
        """Sales invoices with exactly this reference, deleted ones too."""
        if literal := _literal(reference):
            where = f'Type=="ACCREC" AND Reference=={literal}'
            found = self._read(self._api.get_invoices, "Invoices", where=where, page=1)
        else:
            found = self._read(self._api.get_invoices, "Invoices", search_term=reference, page=1)
        return tuple(i for i in map(answers.invoice, found) if i.reference.casefold() == reference.casefold())

    def contacts_like(self, number: str, name: str, email: str) -> tuple[XeroContact, ...]:
        """Contacts with this ContactNumber, name or e-mail, archived ones too: one call.

        A literal with a double quote cannot be escaped (facts §2.3): such a name is looked for by its longest part
        without one. Whoever asks compares exactly.
        """
        conditions = [f'ContactNumber=="{number}"']
        if literal := _literal(name):
            conditions.append(f"Name=={literal}")
        elif part := max(re.split(r'["\\]+', name), key=len).strip():
            conditions.append(f'Name.Contains("{part}")')
        if email and (literal := _literal(email)):
            conditions.append(f"EmailAddress=={literal}")
        found = self._read(self._api.get_contacts, "Contacts", where=" OR ".join(conditions), include_archived=True)
        return tuple(map(answers.contact, found))

    def contact(self, contact_id: str) -> XeroContact | None:
        try:
            found = self._read(self._api.get_contact, "Contacts", contact_id)
        except NotFound:
            return None
        return answers.contact(found[0]) if found else None

    # -- writing ------------------------------------------------------------------------------------------------------

    def create_contact(self, payload: Json, key: str, about: About) -> XeroContact:
        """PUT creates only; POST would update whoever has the name (facts §5.1).

        Raises:
            Rejected, Disconnected, Forbidden, RetryLater (not sent), OutcomeUnknown (look before sending again).
        """
        body = {"Contacts": [payload]}
        call = self._api.create_contacts
        return answers.contact(self._write(call, "Contacts", about, body, summarize_errors=False, idempotency_key=key))

    def create_invoice(self, payload: Json, key: str, about: About) -> XeroInvoice:
        """PUT creates only; POST with a number edits whatever invoice has it (facts §3.5). Raises as above."""
        body = {"Invoices": [payload]}
        call = self._api.create_invoices
        written = self._write(
            call, "Invoices", about, body, summarize_errors=False, unitdp=4, idempotency_key=key
        )  # fmt: skip
        return answers.invoice(written)

    def update_invoice(self, invoice_id: str, payload: Json, key: str, about: About) -> XeroInvoice:
        """POST to the id; fields left out stay, line items given are the full new set (facts §3.4). Raises as above."""
        body = {"Invoices": [{**payload, "InvoiceID": invoice_id}]}
        written = self._write(
            self._api.update_invoice, "Invoices", about, invoice_id, body, unitdp=4, idempotency_key=key
        )  # fmt: skip
        return answers.invoice(written)

    # -- the wire -----------------------------------------------------------------------------------------------------

    def _read(self, call: Callable[..., Any], envelope: str, *args: Any, **options: Any) -> list[Json]:
        """A read, repeated once after a broken connection or a server error; not after a time-out."""
        options["_request_timeout"] = READ_TIMEOUT
        try:
            return _elements(self._call(call, *args, **options), envelope)
        except OutcomeUnknown as error:
            if isinstance(error.__cause__, urllib3.exceptions.TimeoutError):
                raise RetryLater(problem("xero_down"), 30) from error
            time.sleep(READ_AGAIN_AFTER)
        try:
            return _elements(self._call(call, *args, **options), envelope)
        except OutcomeUnknown as error:
            raise RetryLater(problem("xero_down"), 30) from error

    def _write(self, call: Callable[..., Any], envelope: str, about: About, *args: Any, **options: Any) -> Json:
        options["_request_timeout"] = WRITE_TIMEOUT
        try:
            elements = _elements(self._call(call, *args, **options), envelope)
        except _Invalid as refused:
            raise Rejected(problems(refused.body, about) or refused.problems) from refused
        if not elements:
            raise OutcomeUnknown(problem("xero_unclear"))
        element = elements[0]
        if _has_errors(element):
            raise Rejected(problems(element, about) or (problem("payload_refused"),))
        return element

    def _call(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        self._wait_for_a_place()
        with upstream():
            try:
                response = call(self._organisation_id, *args, _preload_content=False, **options)
                return _json(response.data)
            except HTTPStatusException as error:
                raise _translated(error) from error
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                raise RetryLater(problem("xero_down"), 30) from error
            except urllib3.exceptions.HTTPError as error:
                raise OutcomeUnknown(problem("xero_unclear")) from error

    def _wait_for_a_place(self) -> None:
        while wait := self._pace.wait_needed(time.monotonic()):
            if wait > LONGEST_WAIT:
                raise RetryLater(problem("xero_busy", seconds=round(wait)), wait)
            time.sleep(wait)


class _Invalid(Rejected):
    """A 400 with its body: a validation exception, or a request that Xero could not read at all."""

    def __init__(self, body: Any) -> None:
        super().__init__(problem("payload_refused"))
        self.body = body


def _has_errors(element: Json) -> bool:
    return bool(
        element.get("HasErrors")
        or element.get("HasValidationErrors")
        or element.get("StatusAttributeString") == "ERROR"
    )


def _elements(answer: Any, envelope: str) -> list[Json]:
    found = answer.get(envelope) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise OutcomeUnknown(problem("xero_bad_answer"))
    return [element for element in found if isinstance(element, dict)]


def _json(data: bytes) -> Any:
    try:
        return json.loads(data, parse_float=Decimal)
    except ValueError as error:
        raise OutcomeUnknown(problem("xero_bad_answer")) from error


def _translated(error: HTTPStatusException) -> Exception:
    """Our error for a status that is not 2xx (facts §1.6, §2.2, §6). Bodies may be empty, text or HTML anywhere."""
    headers = error.http_resp.urllib3_response.headers
    if error.status == 400:
        return _bad_request(error.http_resp.data)
    if error.status in (401, 403):
        if re.search(r"insuffici?ent_scope", headers.get("WWW-Authenticate", "")):
            return Forbidden(
                problem("xero_scope", scope="accounting.invoices, accounting.contacts, accounting.settings")
            )
        return Disconnected("xero")
    if error.status == 404:
        return NotFound(problem("gone_in_xero", number=""))
    if error.status == 429:
        return _limited(headers)
    if error.status in (405, 406, 412, 413, 415, 501):
        return Rejected(problem("payload_refused"))
    # Above 500 the write may have been carried out or not (facts §2.2).
    return OutcomeUnknown(problem("xero_unclear"))


def _bad_request(data: bytes) -> Exception:
    try:
        body = json.loads(data, parse_float=Decimal)
    except ValueError:
        return _Invalid({})
    message = str(body.get("Message", "")) if isinstance(body, dict) else ""
    if "used with a different request" in message:
        # The key was spent on another body, so something of ours may stand in Xero (facts §6.2).
        return OutcomeUnknown(problem("xero_unclear"))
    return _Invalid(body)


def _limited(headers: Mapping[str, str]) -> RetryLater:
    try:
        seconds = float(headers.get("Retry-After", "2"))
    except ValueError:
        seconds = 60.0
    if headers.get("X-Rate-Limit-Problem", "").lower() == "day":
        return RetryLater(problem("xero_day_limit", hours=max(1, round(seconds / 3600))), seconds)
    return RetryLater(problem("xero_busy", seconds=round(seconds)), seconds)


def _literal(value: str) -> str | None:
    """A literal for ``where``, or None when it cannot be written safely."""
    return None if not value or '"' in value or "\\" in value else f'"{value}"'


class _Rest(RESTClientObject):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's transport without its hidden retries: it would send a lost PUT three times more."""

    def __init__(self, configuration: Any) -> None:
        super().__init__(configuration)
        self.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(False)


def _accounting_api(base_url: str, access_token: str) -> Any:
    # Configuration(...) is a hidden singleton that would hand the first login's tokens to the second; the metaclass is
    # passed by. No expires_at: the SDK must never renew by itself.
    configuration = type.__call__(Configuration, oauth2_token=OAuth2Token())
    token = {"access_token": access_token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(configuration, oauth2_token_getter=lambda: token)
    client.rest_client = _Rest(configuration)
    return AccountingApi(client, base_url=base_url)


__all__: Sequence[str] = ("Xero", "XeroContact", "XeroInvoice")
