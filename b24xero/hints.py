"""What is no fault in the settings and will still surprise somebody; and what is registered at the vendors."""

from __future__ import annotations

import importlib.util
from urllib.parse import urlsplit

from b24xero.config import LOOPBACK, Settings


def callbacks(settings: Settings) -> dict[str, str]:
    """Where each address is to be registered → the address, letter for letter."""
    public = settings.public_url
    return {
        "Bitrix24, handler path": f"{public}/bitrix24/app",
        "Bitrix24, path for initial installation": f"{public}/bitrix24/install",
        "Xero, redirect URI": f"{public}/xero/callback",
    }


def of(settings: Settings) -> tuple[str, ...]:
    """One sentence each, with what to do."""
    return tuple(
        filter(
            None,
            (
                _number_of_this_machine(settings),
                _only_here(settings),
                _portal_without_https(settings),
                _reports_nowhere(settings),
            ),
        )
    )


def _number_of_this_machine(settings: Settings) -> str:
    parts = urlsplit(settings.public_url)
    if parts.scheme != "http" or parts.hostname == "localhost":
        return ""
    port = f":{parts.port}" if parts.port else ""
    return (
        f"PUBLIC_URL is {settings.public_url}: Xero takes plain http for the name localhost alone. "
        f"Set PUBLIC_URL=http://localhost{port}."
    )


def _only_here(settings: Settings) -> str:
    here, portal = urlsplit(settings.public_url).hostname, urlsplit(settings.bitrix24_portal_url).hostname
    if here not in LOOPBACK or portal in LOOPBACK:
        return ""
    return (
        f"PUBLIC_URL is {settings.public_url}, which browsers of this machine alone can open, and the portal is at "
        f"{settings.bitrix24_portal_url}: for everybody else set PUBLIC_URL to b24xero's https address."
    )


def _portal_without_https(settings: Settings) -> str:
    if settings.is_portal_readable:
        return (
            f"BITRIX24_PORTAL_URL is {settings.bitrix24_portal_url}: whoever is in that network can read the tokens of "
            "everybody. Give the portal a certificate (one of your own authority does: EXTRA_CA_FILE), write https://, "
            "and take ALLOW_HTTP_PORTAL away."
        )
    if not settings.is_https or settings.bitrix24_portal_url.startswith("https://"):
        return ""
    return f"BITRIX24_PORTAL_URL is {settings.bitrix24_portal_url}, this machine itself: is that the portal you mean?"


def _reports_nowhere(settings: Settings) -> str:
    if not settings.sentry_dsn or importlib.util.find_spec("sentry_sdk"):
        return ""
    return (
        "SENTRY_DSN is set, and the library that it needs is not installed, so no error is reported: install "
        "sentry-sdk into the environment of b24xero (.venv/bin/pip install 'sentry-sdk>=2,<3')."
    )
