"""The whole simulated world: both vendors mounted on one server, seeded, with their controls."""

from __future__ import annotations

from dataclasses import dataclass

from b24xero.simulator import seeded
from b24xero.simulator.bitrix24 import Bitrix24
from b24xero.simulator.http import Clock, Server
from b24xero.simulator.xero import Xero

# The apps that the two vendors know. A demo or test configures the connector with these.
BITRIX24_CLIENT = ("local.5f1c0a7e2b9d41.40172638", "bitrix24-demo-secret")
XERO_CLIENT = ("0B24E0DE30DE40F2A6C1D52B7E0DE300", "xero-demo-secret")


@dataclass
class World:
    """The two vendors and the server that speaks for them."""

    server: Server
    bitrix24: Bitrix24
    xero: Xero


def build(
    app_url: str, *, limits: bool = True, seed: bool = True, precision: str = "new", invoices: str = "new"
) -> World:
    """A fresh world that sends browsers back to ``app_url`` (the connector's public address). ``precision``: how the
    portal rounds, "new" or "old". ``invoices``: which it has, "new", "old" or "both"."""
    clock = Clock()
    server = Server(clock)
    bitrix24 = Bitrix24(
        clock, client=BITRIX24_CLIENT, app_url=app_url, limits=limits, precision=precision, invoices=invoices
    )
    xero = Xero(clock, client=XERO_CLIENT, redirect_uris=[f"{app_url}/xero/callback"], limits=limits)
    server.mount("bitrix24", "bitrix24", bitrix24.portal)
    server.mount("bitrix24-oauth", "bitrix24", bitrix24.authorization)
    server.mount("bitrix24-api", "bitrix24", bitrix24.script)
    server.mount("xero", "xero", xero, xero.arriving)
    server.controls |= {f"bitrix24/{name}": control for name, control in bitrix24.controls().items()}
    server.controls |= {f"xero/{name}": control for name, control in xero.controls().items()}
    if seed:
        seeded.seed(bitrix24, xero, clock)
    return World(server, bitrix24, xero)


def settings(base: str) -> dict[str, str]:
    """The environment that points a connector at a world served at ``base``."""
    return {
        "BITRIX24_PORTAL_URL": f"{base}/bitrix24",
        "BITRIX24_OAUTH_URL": f"{base}/bitrix24-oauth",
        "BITRIX24_JS_URL": f"{base}/bitrix24-api/api/v1",
        "BITRIX24_CLIENT_ID": BITRIX24_CLIENT[0],
        "BITRIX24_CLIENT_SECRET": BITRIX24_CLIENT[1],
        "XERO_LOGIN_URL": f"{base}/xero",
        "XERO_IDENTITY_URL": f"{base}/xero",
        "XERO_API_URL": f"{base}/xero",
        "XERO_CLIENT_ID": XERO_CLIENT[0],
        "XERO_CLIENT_SECRET": XERO_CLIENT[1],
    }
