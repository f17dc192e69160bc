"""Xero, simulated: login, identity and accounting hosts as one strict, stateful WSGI callable.

Written from documentation and recorded traffic only; "facts §n" in the modules points at the collection of those that
the simulator was built from. Undocumented behaviour is a switch in ``state.Options``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from b24xero.simulator.xero.answers import Call, Refused
from b24xero.simulator.xero.api import Api
from b24xero.simulator.xero.controls import Controls
from b24xero.simulator.xero.gate import Gate
from b24xero.simulator.xero.idempotency import Idempotency
from b24xero.simulator.xero.limits import Limiter
from b24xero.simulator.xero.logins import Logins
from b24xero.simulator.xero.oauth import OAuth
from b24xero.simulator.xero.state import Ids, Options, Organisation
from b24xero.simulator.xero.tokens import Tokens
from b24xero.simulator.xero.webhooks import Subscription


class Time(Protocol):
    """The simulator's clock."""

    def now(self) -> datetime: ...


class Xero:
    """All of Xero for one app. Organisations and logins are added to it; requests and controls act on them."""

    def __init__(self, clock: Time, *, client: tuple[str, str], redirect_uris: list[str], limits: bool = True) -> None:
        self.clock = clock
        self.client = client
        self.redirect_uris = redirect_uris
        self.limits = limits
        self.seed: Callable[[Xero], None] | None = None
        self.forget()

    def forget(self) -> None:
        """Back to an empty Xero: no organisations, logins, tokens, counters."""
        self.live_with(Logins(Ids(), Options(), {}))

    def live_with(self, logins: Logins, tokens: Tokens | None = None) -> None:
        """Go on with these people and their organisations; nobody is logged in but by ``tokens``, and nothing was
        asked today."""
        self.logins = logins
        self.ids, self.options = logins.ids, logins.options
        self.organisations: dict[str, Organisation] = logins.organisations
        self.tokens = tokens or Tokens(self.ids, self.clock.now, self.client[0])
        self.oauth = OAuth(self.logins, self.tokens, self.client, self.redirect_uris)
        self.subscription = Subscription(self.ids)
        self.limiter = Limiter(self.clock.now, self.limits)
        self.gate = Gate(self.logins, self.tokens, lambda: self.options, self.ids.uuid)
        self.api = Api(self.gate, self.limiter, Idempotency(self.clock.now), self._call)

    def add_organisation(self, organisation: Organisation) -> Organisation:
        self.organisations[organisation.tenant_id] = organisation
        return organisation

    def add_login(self, key: str, label: str, email: str, organisations: list[Organisation]) -> None:
        self.logins.add(key, label, email, tuple(each.tenant_id for each in organisations))

    def call_for(self, organisation: Organisation) -> Call:
        """A call without a request, for acts of a person in Xero."""
        return self._call(Request({}), organisation)

    def controls(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        return Controls(self).by_name()

    def arriving(self, request: Request) -> AbstractContextManager[None]:
        """Calls of the API count as running from their arrival on (facts §6.1)."""
        tenant_id = request.headers.get("xero-tenant-id", "").lower()
        return self.limiter.running(tenant_id, request) if tenant_id else nullcontext()

    def __call__(self, request: Request) -> Response:
        """One request to any of the three hosts; every answer carries a correlation id."""
        try:
            response = self._route(request, [part for part in request.path.split("/") if part])
        except Refused as refused:
            response = refused.response
        response.headers["Xero-Correlation-Id"] = self.ids.uuid()
        return response

    def _route(self, request: Request, parts: list[str]) -> Response:
        """Paths without regard to case, as on the real hosts."""
        lower = [part.lower() for part in parts]
        if lower == ["identity", "connect", "authorize"]:
            return self.oauth.authorize(request)
        if lower == ["connect", "token"]:
            return self.oauth.token(request)
        if lower == ["connect", "revocation"]:
            return self.oauth.revoke(request)
        if lower[:1] == ["connections"]:
            access = self.gate.bearer(request, self.clock.now())
            return self.oauth.connections(request, parts[1:], access.grant.login.user_id)
        if lower[:2] == ["api.xro", "2.0"]:
            return self.api(request, parts[2:])
        return Response("Not found", status=404, content_type="text/html; charset=utf-8")

    def _call(self, request: Request, organisation: Organisation) -> Call:
        return Call(request, organisation, self.ids, self.options, self.clock.now(), request.args.to_dict())
