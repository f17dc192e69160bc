"""Bitrix24's half of the simulator: one self-hosted portal and the authorization server, strict and stateful."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from b24xero.simulator.bitrix24 import frame, oauth
from b24xero.simulator.bitrix24.controls import Controls
from b24xero.simulator.bitrix24.rest import Rest
from b24xero.simulator.bitrix24.state import HasNow, Portal, Settings
from b24xero.simulator.bitrix24.wire import RestError, answer

__all__ = ["Bitrix24"]


class Bitrix24:
    """One portal with one local application.

    ``client`` is (client_id, client_secret), ``app_url`` the connector's public address, where browsers are sent
    after signing in. ``limits`` turns on the cloud's leaky bucket; ``precision`` and ``invoices`` are of ``Settings``.
    Mount ``portal`` as ``/bitrix24`` and ``authorization`` as ``/bitrix24-oauth`` of the same server: each names the
    other's addresses.
    """

    def __init__(
        self,
        clock: HasNow,
        client: tuple[str, str],
        app_url: str,
        limits: bool = True,
        precision: str = "new",
        invoices: str = "new",
    ) -> None:
        self._given = (clock, client, app_url.rstrip("/"))
        anywhere = "." not in (urlsplit(app_url).hostname or "")  # a demo on localhost has its places, too
        self._built_with: dict[str, Any] = {
            "limits": limits, "precision": precision, "invoices": invoices, "handlers_anywhere": anywhere,
        }  # fmt: skip
        self.world = Portal(*self._given, Settings(**self._built_with))
        self.rest = Rest(self.world)

    def reset(self, *, keep_tokens: bool = False) -> None:
        """An empty portal: the five people, the built-in stages, currencies and rates, and nothing else."""
        old = self.world
        self.world = Portal(*self._given, Settings(**self._built_with))
        self.world.base = old.base
        if keep_tokens:
            self.world.access, self.world.refresh = old.access, old.refresh
        self.rest = Rest(self.world)

    def live_in(self, portal: Portal) -> None:
        """Go on with another portal of the same clock, client and addresses."""
        self.world = portal
        self.rest = Rest(portal)

    def portal(self, request: Request) -> Response:
        """``/oauth/authorize/`` and ``/open/`` for browsers, ``/rest/<method>`` for the app."""
        self.world.base = request.root_url.rstrip("/").rpartition("/")[0]
        path = request.path.strip("/")
        if path == "oauth/authorize":
            return oauth.authorize(self.world, request)
        if path.startswith("open"):
            return frame.page(self.world, path, request)
        if path.startswith("rest/"):
            return self.rest(path.removeprefix("rest/"), request)
        return Response("<html><body><h1>404 Not Found</h1></body></html>", status=404, mimetype="text/html")

    def authorization(self, request: Request) -> Response:
        """``/oauth/token/`` and ``/rest/app.info``."""
        self.world.base = request.root_url.rstrip("/").rpartition("/")[0]
        path = request.path.strip("/")
        if path == "oauth/token":
            return oauth.token(self.world, request)
        if path.removesuffix(".json") == "rest/app.info":
            return oauth.app_info(self.world, request)
        return answer(RestError("ERROR_METHOD_NOT_FOUND", "Method not found!").body(), 404)

    def script(self, request: Request) -> Response:
        """BX24.js, which the real portal's apps load from Bitrix24's cloud."""
        return frame.script(request.path)

    def controls(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """What a person in Bitrix24, or a test, may do from outside; see ``controls.py`` for the parameters."""
        return Controls(self).table()
