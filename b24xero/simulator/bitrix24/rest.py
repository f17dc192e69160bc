"""The way of a REST call: limit, method, token, scope, person, the work, envelope (facts §0)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from b24xero.simulator.bitrix24 import (
    batch,
    catalog,
    colleagues,
    customers,
    events,
    items,
    legacy_invoices,
    legacy_products,
    notices,
    placements,
    reference,
    rows,
)
from b24xero.simulator.bitrix24.call import Answer, Call, Method
from b24xero.simulator.bitrix24.limiter import Limiter
from b24xero.simulator.bitrix24.oauth import well_formed
from b24xero.simulator.bitrix24.state import Portal, Token, User, granted
from b24xero.simulator.bitrix24.wire import Json, RestError, answer, parameters, plain

METHODS: dict[str, Method] = {
    name: method
    for module in (
        items,
        rows,
        reference,
        colleagues,
        customers,
        catalog,
        legacy_products,
        legacy_invoices,
        placements,
        events,
        notices,
    )
    for name, method in module.METHODS.found.items()
}
METHODS["batch"] = Method("", lambda call: Answer(None), legacy=True, batch=False)
METHODS["methods"] = Method("", lambda call: Answer(sorted(METHODS)), legacy=True)
METHODS["method.get"] = Method("", lambda call: _method_get(call), legacy=True)


class Rest:
    """The dispatcher of ``/rest/<method>``."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.limiter = Limiter()

    def __call__(self, name: str, request: Request) -> Response:
        started = self.portal.utc()
        try:
            result = self._answer(name, request)
        except RestError as error:
            body = error.body(whole_numbers=self.portal.settings.whole_numbers)
            if self.portal.settings.language and body["error_description"]:
                body["error_description"] = self.portal.settings.language
            return answer(body, error.status)
        body = {"result": plain(result.result)}
        if result.total is not None:
            body["total"] = result.total
        if result.next is not None:
            body["next"] = result.next
        body["time"] = self._time(started, operating=self.portal.settings.limits)
        return answer(body, digits=self.portal.settings.serialize_precision)

    def _answer(self, name: str, request: Request) -> Answer:
        if self.portal.settings.limits and not self.limiter.lets_in(self.portal.utc()):
            raise RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503)
        if "/" in name:  # /rest/{user}/{code}/{method}: there is no webhook on this portal
            raise RestError("INVALID_CREDENTIALS", "Invalid request credentials", 401)
        method = name.lower().removesuffix(".json")
        if not exists(self.portal, method):
            raise RestError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404)
        params = parameters(request)
        token = self._token(_carried(params, request))
        self._scope(method)
        call = Call(self.portal, self._person(token), _for_method(METHODS[method], params))
        if method == "batch":
            return batch.run_batch(call, self._run_in_batch, lambda: self._time(self.portal.utc()))
        self._operating(method)
        try:
            return METHODS[method].run(call)
        except RestError as error:
            raise batch.exception_of(call, method, error) or error from error

    def _token(self, text: str) -> Token:
        """Token, then licence, app and expiry; every refusal is a 401 (source §1 #14, §2.1)."""
        if not well_formed(text):
            raise RestError("NO_AUTH_FOUND", "Wrong authorization data", 401)
        token = self.portal.access.get(text)
        if token is None:
            raise RestError("invalid_token", "Unable to get application by token", 401)
        if self.portal.settings.app == "no_licence":
            raise RestError("ACCESS_DENIED", "REST is available only on commercial plans", 401)
        if self.portal.settings.app == "not_installed":
            raise RestError("APPLICATION_NOT_FOUND", "Application not found", 401)
        if self.portal.settings.no_way_out:
            raise RestError("CONNECTION_ERROR", "Error connecting to authorization server", 401)
        if token.expires <= self.portal.utc():
            raise RestError("expired_token", "The access token provided has expired.", 401)
        return token

    def _scope(self, method: str, description: str = "The request requires higher privileges") -> None:
        if METHODS[method].scope not in ("", *granted(self.portal)):
            raise RestError("insufficient_scope", description, 401)

    def _operating(self, method: str) -> None:
        """Only the method whose time is used up is blocked; members of a batch count one by one (facts §7.2)."""
        settings = self.portal.settings
        if method != settings.blocked_method.lower():
            return
        if settings.blocked_after <= 0:
            raise RestError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429)
        settings.blocked_after -= 1

    def _person(self, token: Token) -> User:
        user = self.portal.users.get(token.user_id)
        if user is None or not user.active:
            raise RestError("authorization_error", "Unable to authorize user", 401)
        if not user.app_access:
            raise RestError("user_access_error", "The user does not have access to the application.", 401)
        return user

    def _run_in_batch(self, call: Call, method: str, params: dict[str, Any]) -> Answer:
        if not exists(self.portal, method):
            raise RestError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404)
        if not METHODS[method].batch:
            raise RestError("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
        self._scope(method, description="")
        self._operating(method)
        inner = Call(call.portal, call.user, _for_method(METHODS[method], params))
        found = METHODS[method].run(inner)
        return Answer(plain(found.result), found.total, found.next)

    def _time(self, started: datetime, *, operating: bool = False) -> dict[str, Json]:
        """``operating*`` only where the load limiter is on (facts §0)."""
        finished, zone = self.portal.utc(), self.portal.zone
        duration = (finished - started).total_seconds()
        body: dict[str, Json] = {
            "start": started.timestamp(), "finish": finished.timestamp(), "duration": duration,
            "processing": duration, "date_start": started.astimezone(zone), "date_finish": finished.astimezone(zone),
        }  # fmt: skip
        if operating:
            reset = finished + timedelta(minutes=10)
            body |= {"operating_reset_at": int(reset.timestamp()), "operating": duration}
        return body


def _carried(params: dict[str, Any], request: Request) -> str:
    """``auth`` (documented), ``access_token`` or a Bearer header; JSON, form or query (facts §0)."""
    bearer = request.headers.get("Authorization", "")
    header = bearer[len("Bearer ") :] if bearer.startswith("Bearer ") else ""
    return str(params.get("auth") or params.get("access_token") or header)


def _for_method(method: Method, params: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in params.items() if name not in ("auth", "access_token")}
    return {name.lower(): value for name, value in kept.items()} if method.legacy else kept


def _method_get(call: Call) -> Answer:
    """Only the lower-case name is known to exist (facts §6)."""
    name = str(call.need("name"))
    known = exists(call.portal, name)
    return Answer({"isExisting": known, "isAvailable": known and METHODS[name].scope in ("", *granted(call.portal))})


def exists(portal: Portal, method: str) -> bool:
    """An old box has no catalog.* and no rows of items at all; crm.invoice.* is there whatever is switched on
    (source §3)."""
    if method.startswith("catalog.") and not portal.settings.has_catalog:
        return False
    if method.startswith("crm.item.productrow.") and not portal.settings.has_new_invoices:
        return False
    return method in METHODS
