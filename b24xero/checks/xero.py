"""Whether Xero is reached from here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict


def look(around: Around) -> Verdict:
    """The API refuses whoever has no token, and that is an answer; of its hosts the first that fails counts."""
    settings = around.settings
    api = network.reach(f"{settings.xero_api_url}/connections").verdict
    if api.state == "broken" or settings.xero_identity_url == settings.xero_api_url:
        return api
    identity = network.reach(f"{settings.xero_identity_url}/.well-known/openid-configuration").verdict
    return identity if identity.state == "broken" else api


CHECK = Check("xero", _("Xero"), network.WORDS, look, needs="", asks=True)
