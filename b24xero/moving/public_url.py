"""Another PUBLIC_URL: what stands in the portal for the older one is bound at the new one, and taken out there."""

from __future__ import annotations

from b24xero import connections, hints, installation
from b24xero.bitrix24.placements import CODES
from b24xero.db.models import User
from b24xero.moving.plan import Change, Plan

_NAMES = {code: f"place “{name}” in the portal" for name, code in CODES.items()}


def plan(user: User) -> Plan:
    """One call to the portal, with the sign-in of an administrator.

    Raises:
        Forbidden, Disconnected, RetryLater.
    """
    settings, ours = connections.settings(), installation.addresses()
    changes = [
        Change(_NAMES.get(code, "who is told of an uninstallation"), address, _ours(code, ours.handler, ours.events))
        for code, address in installation.of_older_address(user)
    ]
    told = hints.callbacks(settings)
    by_hand = [
        f"In Bitrix24, the card of the local application: {name.partition(', ')[2]} {address}"
        for name, address in told.items()
        if name.startswith("Bitrix24")
    ]
    by_hand += [
        f"At developer.xero.com, the app's configuration: add the redirect URI {told['Xero, redirect URI']}; take the "
        "older one away when everybody has the new address",
        f"Tell people the new address, {settings.public_url}: their browsers sign in there anew.",
    ]
    return Plan(tuple(changes), tuple(by_hand))


def _ours(code: str, handler: str, events: str) -> str:
    return handler if code in _NAMES else events


def carry_out(user: User) -> list[str]:
    """What became of each place, a line each. Done twice, the second time finds nothing to do.

    Raises:
        OutcomeUnknown, Forbidden, Disconnected, RetryLater.
    """
    return [
        f"place “{place.name}”: {place.state}{f' ({place.why})' if place.why else ''}"
        for place in installation.move(user)
    ]
