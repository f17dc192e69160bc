"""How the tests of the simulated Xero reach it: over a real socket, as a plain client."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from b24xero.simulator.demo_xero import seed_xero
from b24xero.simulator.http import Clock, Server, serving
from b24xero.simulator.xero import Xero

CLIENT = ("0A1B2C3D4E5F60718293A4B5C6D7E8F9", "the-secret-of-the-tests")
REDIRECT = "http://localhost:8000/xero/callback"
SCOPE = "openid profile email offline_access accounting.contacts accounting.invoices accounting.settings.read"
VERIFIER = "a-verifier-that-is-long-enough-for-pkce-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Books:
    """One seeded Xero and a client that is signed in to its first organisation."""

    base: str
    xero: Xero
    clock: Clock
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""
    tenant_id: str = ""

    # -- consent ------------------------------------------------------------------------------------------------

    def authorize_url(self, **changes: str) -> str:
        """The address a browser is sent to; an empty change leaves the parameter out."""
        query = {
            "response_type": "code", "client_id": CLIENT[0], "redirect_uri": REDIRECT, "scope": SCOPE, "state": "xyz",
        } | changes  # fmt: skip
        return f"{self.base}/identity/connect/authorize?{urlencode({k: v for k, v in query.items() if v})}"

    def press(
        self, url: str, action: str = "allow", login: str = "accounts", organisations: Any = None
    ) -> requests.Response:
        chosen = list(self.xero.organisations) if organisations is None else organisations
        form = {"login": login, "organisation": chosen, "action": action}
        return requests.post(url, data=form, allow_redirects=False, timeout=60)

    def code(self, **changes: str) -> str:
        answer = self.press(self.authorize_url(**changes))
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def ask_token(self, client: tuple[str, str] | None = CLIENT, **form: str) -> requests.Response:
        return requests.post(f"{self.base}/connect/token", data=form, auth=client, timeout=60)

    def tokens(self, **changes: str) -> dict[str, Any]:
        code = self.code(**changes)
        answer = self.ask_token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
        return answer.json()  # type: ignore[no-any-return]

    # -- the accounting API -------------------------------------------------------------------------------------

    def sign_in(self, **changes: str) -> None:
        self.token = self.tokens(**changes)["access_token"]
        self.tenant_id = next(iter(self.xero.organisations))

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: str
    ) -> requests.Response:
        base = {"Authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant_id, "Accept": "application/json"}
        data = json.dumps(body) if body is not None else None
        if data is not None:
            base["Content-Type"] = "application/json"
        return self.session.request(
            method,
            f"{self.base}/api.xro/2.0/{path}",
            params=query,
            data=data,
            headers=base | (headers or {}),
            timeout=60,
        )

    def get(self, path: str, **query: str) -> Any:
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()[path.split("/")[0]]

    def put(self, name: str, element: dict[str, Any], **query: str) -> Any:
        """Create one, which must succeed."""
        answer = self.call("PUT", name, {name: [element]}, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()[name][0]

    def post(self, path: str, element: dict[str, Any], **query: str) -> Any:
        name = path.split("/")[0]
        answer = self.call("POST", path, {name: [element]}, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()[name][0]

    def refusals(self, method: str, path: str, element: dict[str, Any], **query: str) -> list[str]:
        """The messages of a 400 ValidationException."""
        name = path.split("/")[0]
        answer = self.call(method, path, {name: [element]}, **query)
        assert (answer.status_code, answer.json()["ErrorNumber"]) == (400, 10), answer.text
        return [each["Message"] for each in answer.json()["Elements"][0]["ValidationErrors"]]

    def invoice(self, **fields: Any) -> dict[str, Any]:
        """An invoice that Xero takes: Acme Plumbing, 2 × 10.50 + 15 %, approved."""
        today = self.clock.now().date().isoformat()
        line = {
            "Description": "Consulting",
            "Quantity": 2,
            "UnitAmount": 10.5,
            "AccountCode": "200",
            "TaxType": "OUTPUT2",
        }
        return {
            "Type": "ACCREC", "Contact": {"ContactID": self.acme()}, "Date": today, "DueDate": "2099-01-31",
            "LineAmountTypes": "Exclusive", "CurrencyCode": "NZD", "Status": "AUTHORISED", "LineItems": [line],
        } | fields  # fmt: skip

    def acme(self) -> str:
        """The id of Acme Plumbing, made when first needed."""
        books = self.xero.organisations[self.tenant_id]
        known = books.active_contact_named("Acme Plumbing")
        return known.contact_id if known else str(self.put("Contacts", {"Name": "Acme Plumbing"})["ContactID"])

    # -- from outside -------------------------------------------------------------------------------------------

    def control(self, name: str, /, **values: Any) -> Any:
        answer = requests.post(f"{self.base.removesuffix('/xero')}/_control/xero/{name}", json=values, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextlib.contextmanager
def opened(limits: bool = False) -> Iterator[Books]:
    """Xero alone on a server of its own, seeded as in the demo."""
    clock = Clock()
    server = Server(clock)
    xero = Xero(clock, client=CLIENT, redirect_uris=[REDIRECT], limits=limits)
    server.mount("xero", "xero", xero, xero.arriving)
    server.controls |= {f"xero/{name}": control for name, control in xero.controls().items()}
    seed_xero(xero)
    with serving(server) as base:
        books = Books(f"{base}/xero", xero, clock)
        with books.session:
            yield books
