"""Who is let in to api.xero.com: bearer, organisation, scope (facts §1.6, §1.7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from werkzeug.wrappers import Request

from b24xero.simulator.xero.answers import Refused, json_answer
from b24xero.simulator.xero.logins import Logins
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Options, Organisation
from b24xero.simulator.xero.tokens import Access, Tokens

_TITLES = {401: "Unauthorized", 403: "Forbidden"}
# resource -> the scopes that open it; reading is also opened by their ".read" forms
_SCOPES = {
    "invoices": ("accounting.invoices",), "creditnotes": ("accounting.invoices",),
    "items": ("accounting.invoices", "accounting.settings"), "payments": ("accounting.payments",),
    "contacts": ("accounting.contacts",), "attachments": ("accounting.attachments",),
    "organisation": ("accounting.settings",), "accounts": ("accounting.settings",),
    "taxrates": ("accounting.settings",), "currencies": ("accounting.settings",),
    "brandingthemes": ("accounting.settings",), "trackingcategories": ("accounting.settings",),
}  # fmt: skip


class Gate:
    """The checks before anything is looked at, in the vendor's order."""

    def __init__(
        self, logins: Logins, tokens: Tokens, options: Callable[[], Options], new_id: Callable[[], str]
    ) -> None:
        self.logins = logins
        self.tokens = tokens
        self.options = options
        self.new_id = new_id

    def bearer(self, request: Request, now: datetime) -> Access:
        """The living access token of the request."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        access = self.tokens.access.get(token.strip())
        if kind.lower() != "bearer" or access is None:
            raise self._problem(401, "AuthenticationUnsuccessful")
        if now >= access.expires:
            raise self._problem(401, f"TokenExpired: token expired at {access.expires:%m/%d/%Y %H:%M:%S}")
        return access

    def organisation(self, request: Request, access: Access) -> Organisation:
        """The organisation of the xero-tenant-id header, if this user connected it and still is connected."""
        tenant_id = request.headers.get("xero-tenant-id", "").lower()
        if self.logins.connection_of(access.grant.login.user_id, tenant_id) is None:
            raise self._problem(403, "AuthenticationUnsuccessful")
        return self.logins.organisations[tenant_id]

    def scope(self, request: Request, access: Access, rest: list[str]) -> None:
        """Attachments of an invoice need their own scope; unknown resources have none."""
        names = [part.lower() for part in rest]
        resource = "attachments" if "attachments" in names[1:] else names[0] if names else ""
        needed = _SCOPES.get(resource)
        if needed is None:
            return
        if resource == "items" and request.method != "GET" and self.options().items_need_settings:
            needed = ("accounting.settings",)
        if request.method == "GET":
            needed += tuple(f"{scope}.read" for scope in needed)
        if not set(needed) & set(access.grant.scopes):
            raise self._insufficient()

    def _insufficient(self) -> Refused:
        """The misspelling is the vendor's (facts §1.6)."""
        refused = self._problem(self.options().insufficient_scope_status, "AuthorizationUnsuccessful")
        refused.response.headers["WWW-Authenticate"] = 'Bearer error="insufficent_scope"'
        return refused

    def _problem(self, status: int, detail: str) -> Refused:
        body: Json = {
            "Type": None, "Title": _TITLES[status], "Status": status, "Detail": detail, "Instance": self.new_id(),
            "Extensions": {},
        }  # fmt: skip
        return Refused(json_answer(body, status))
