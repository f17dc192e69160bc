"""The login and identity hosts: authorize, token, revocation, connections (facts §1)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from binascii import Error as Base64Error
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from b24xero.simulator.xero import consent
from b24xero.simulator.xero.answers import PROVIDER, Refused, json_answer
from b24xero.simulator.xero.logins import Logins
from b24xero.simulator.xero.tokens import SCOPES, Code, Grant, Tokens


class OAuth:
    """One registered web app: its client, its redirect addresses, and the people who may say yes."""

    def __init__(self, logins: Logins, tokens: Tokens, client: tuple[str, str], redirect_uris: list[str]) -> None:
        self.logins = logins
        self.tokens = tokens
        self.client = client
        self.redirect_uris = redirect_uris

    # -- login.xero.com -----------------------------------------------------------------------------------------

    def authorize(self, request: Request) -> Response:
        """GET shows the consent page; its form comes back to the same address."""
        if request.method not in ("GET", "POST"):
            return Response(status=405)
        problem = self._request_problem(request.args)
        if problem:
            return consent.error_page(*problem)
        form = request.form if request.method == "POST" else MultiDict[str, str]()
        if form.get("action") == "cancel":
            return self._back(request, {"error": "access_denied"})
        if form.get("action") != "allow":
            return self._consent_page(request)
        return self._allowed(request, form.get("login", ""), form.getlist("organisation"))

    def _request_problem(self, args: MultiDict[str, str]) -> tuple[str, str] | None:
        """What is wrong with the authorization request; the first thing found."""
        scopes = args.get("scope", "").split()
        if args.get("client_id") != self.client[0]:
            return "unauthorized_client", "Unknown client or client not enabled"
        if args.get("redirect_uri") not in self.redirect_uris:
            return "invalid_request", "Invalid redirect_uri"
        if args.get("response_type") != "code":
            return "unsupported_response_type", "response_type must be code"
        if not scopes or not set(scopes) <= SCOPES:
            return "invalid_scope", "Invalid scope for client"
        if not args.get("state"):
            return "invalid_request", "state is missing"
        if args.get("code_challenge_method", "S256") != "S256":
            return "invalid_request", "Transform algorithm not supported"
        if "code_challenge_method" in args and not args.get("code_challenge"):
            return "invalid_request", "code challenge required"
        return None

    def _consent_page(self, request: Request, problem: str = "") -> Response:
        scopes = request.args["scope"].split()
        return consent.page(PROVIDER, self.logins.people, self.logins.organisations, scopes, problem)

    def _allowed(self, request: Request, login_key: str, tenant_ids: list[str]) -> Response:
        login = next((login for login in self.logins.people if login.key == login_key), None)
        if login is None or not tenant_ids:
            return self._consent_page(request, "Choose who signs in and at least one organisation.")
        if not set(tenant_ids) <= set(login.tenant_ids):
            return self._consent_page(request, f"{login.label} has no access to that organisation.")
        grant = self.grant(login.key, request.args["scope"].split(), tenant_ids)
        args = request.args
        code = self.tokens.new_code(grant, args["redirect_uri"], args.get("code_challenge", ""))
        return self._back(
            request, {"code": code, "scope": args["scope"]}, {"session_state": self.tokens.ids.opaque(64)}
        )

    def grant(self, login_key: str, scopes: list[str], tenant_ids: list[str]) -> Grant:
        """A finished consent: the organisations are connected under one new authentication event."""
        now, event_id = self.tokens.now(), self.tokens.ids.uuid()
        login = self.logins.at(login_key)
        for tenant_id in tenant_ids:
            self.logins.connect(login.user_id, tenant_id, event_id, now)
        return Grant(login, tuple(dict.fromkeys(scopes)), event_id, now)

    def _back(self, request: Request, first: dict[str, str], last: dict[str, str] | None = None) -> Response:
        """302 to the app, with the state as it came."""
        query = urlencode(first | {"state": request.args["state"]} | (last or {}))
        address = request.args["redirect_uri"]
        separator = "&" if "?" in address else "?"
        return Response(status=302, headers={"Location": f"{address}{separator}{query}", "Cache-Control": "no-store"})

    # -- identity.xero.com --------------------------------------------------------------------------------------

    def token(self, request: Request) -> Response:
        """The token endpoint; every answer, good or bad, is not to be stored."""
        if request.method != "POST":
            return Response(status=405)
        if request.mimetype != "application/x-www-form-urlencoded":
            return self._error("invalid_request")
        if not self._client_proves_itself(request):
            return self._error("invalid_client")
        kinds = {"authorization_code": self._exchange, "refresh_token": self._refresh}
        kind = request.form.get("grant_type", "")
        if kind == "client_credentials":  # only a Custom Connection may; this app is a web app
            return self._error("unauthorized_client")
        if kind not in kinds:
            return self._error("unsupported_grant_type")
        answer = kinds[kind](request.form)
        return self._error("invalid_grant") if answer is None else _no_store(json_answer(answer))

    def _exchange(self, form: MultiDict[str, str]) -> dict[str, Any] | None:
        """A code works once, within five minutes, for its redirect address and its PKCE verifier."""
        code = self.tokens.codes.get(form.get("code", ""))
        if code is None or code.used or self.tokens.now() >= code.expires:
            return None
        code.used = True
        if code.redirect_uri != form.get("redirect_uri") or not _verifies(code, form.get("code_verifier", "")):
            return None
        return self.tokens.issue(code.grant)

    def _refresh(self, form: MultiDict[str, str]) -> dict[str, Any] | None:
        return self.tokens.rotate(form.get("refresh_token", ""))

    def _client_proves_itself(self, request: Request) -> bool:
        """Basic, or client_id and client_secret in the body (facts §1.2)."""
        header = request.headers.get("Authorization", "")
        if header.lower().startswith("basic "):
            try:
                user, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
            except (Base64Error, UnicodeDecodeError):
                return False
            return (user, secret) == self.client
        return (request.form.get("client_id"), request.form.get("client_secret")) == self.client

    def _error(self, code: str) -> Response:
        return _no_store(json_answer({"error": code}, 400))

    def revoke(self, request: Request) -> Response:
        """Kills a refresh token and all of that user's connections to the app (facts §1.5)."""
        if request.method != "POST":
            return Response(status=405)
        if not self._client_proves_itself(request):
            return self._error("invalid_client")
        known = self.tokens.refresh.get(request.form.get("token", ""))
        if known is not None:
            user_id = known.grant.login.user_id
            for text, refresh in list(self.tokens.refresh.items()):
                if refresh.grant.login.user_id == user_id:
                    del self.tokens.refresh[text]
            for connection in self.logins.of_user(user_id):
                del self.logins.connections[connection.connection_id]
        return Response(status=200)

    # -- api.xero.com/connections -------------------------------------------------------------------------------

    def connections(self, request: Request, rest: list[str], user_id: str) -> Response:
        """GET lists this user's connections as a bare array; DELETE of one is 204, or 404 if unknown."""
        if request.method == "GET" and not rest:
            return self._list_connections(request, user_id)
        if request.method != "DELETE" or len(rest) != 1:
            return Response(status=405)
        connection = self.logins.connections.get(rest[0].lower())
        if connection is None or connection.user_id != user_id:
            return Response(status=404)
        del self.logins.connections[connection.connection_id]
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    def _list_connections(self, request: Request, user_id: str) -> Response:
        rows = [self.logins.row(connection) for connection in self.logins.of_user(user_id)]
        wanted = request.args.get("authEventId")
        if wanted is not None:
            try:
                wanted = str(uuid.UUID(wanted))
            except ValueError as error:
                raise Refused(Response(status=400)) from error
            rows = [row for row in rows if row["authEventId"] == wanted]
        return json_answer(rows)


def _verifies(code: Code, verifier: str) -> bool:
    """PKCE S256. A verifier without a challenge is as wrong as a challenge without a verifier."""
    if not code.challenge or not verifier:
        return not code.challenge and not verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
