"""A portal alone on a real socket, and the small client with which its tests ask it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import requests

from b24xero.simulator.bitrix24 import Bitrix24
from b24xero.simulator.http import Clock, Server, serving

CLIENT = ("local.5f1c0a7e2b9d41.40172638", "secret")
APP = "http://localhost:9"
ADMIN, MANAGER, SELLER, OTHER_SELLER, AUDITOR = 1, 7, 12, 15, 21


class Asker:
    """Asks one simulated portal, as any of its people."""

    def __init__(self, base: str, bitrix24: Bitrix24, server: Server) -> None:
        self.base, self.bitrix24, self.server = base, bitrix24, server
        self.session = requests.Session()
        self.tokens: dict[int, str] = {}

    def control(self, name: str, /, **values: Any) -> Any:
        answer = self.session.post(f"{self.base}/_control/bitrix24/{name}", json=values)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def token(self, user: int = ADMIN) -> str:
        if user not in self.tokens:
            self.tokens[user] = self.control("token", user_id=user)["access_token"]
        return self.tokens[user]

    def raw(self, method: str, user: int = ADMIN, /, **params: Any) -> requests.Response:
        body = {"auth": self.token(user), **params}
        return self.session.post(f"{self.base}/bitrix24/rest/{method}", json=body)

    def call(self, method: str, user: int = ADMIN, /, **params: Any) -> Any:
        """The whole envelope of a call that must succeed; money as Decimal."""
        answer = self.raw(method, user, **params)
        assert answer.status_code == 200, answer.text
        body = answer.json(parse_float=Decimal)
        assert "error" not in body, body
        return body

    def result(self, method: str, user: int = ADMIN, /, **params: Any) -> Any:
        return self.call(method, user, **params)["result"]

    def error(self, method: str, user: int = ADMIN, /, **params: Any) -> tuple[int, Any]:
        """(HTTP status, error code) of a call that must fail."""
        answer = self.raw(method, user, **params)
        body = answer.json()
        assert "error" in body, body
        return answer.status_code, body["error"]

    def fresh(self, **settings: Any) -> Asker:
        """The same server with an empty portal."""
        self.control("reset")
        self.control("settings", **settings)
        self.tokens.clear()
        return self

    def invoice(self, **values: Any) -> dict[str, Any]:
        item: dict[str, Any] = self.control("invoice", **values)["item"]
        return item


@contextlib.contextmanager
def portal(limits: bool = False) -> Iterator[Asker]:
    clock = Clock()
    server = Server(clock)
    bitrix24 = Bitrix24(clock, client=CLIENT, app_url=APP, limits=limits)
    server.mount("bitrix24", "bitrix24", bitrix24.portal)
    server.mount("bitrix24-oauth", "bitrix24", bitrix24.authorization)
    server.controls |= {f"bitrix24/{name}": control for name, control in bitrix24.controls().items()}
    with serving(server) as base, contextlib.closing(requests.Session()) as session:
        asker = Asker(base, bitrix24, server)
        asker.session = session
        yield asker
