"""Whether the portal is reached from here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict


def look(around: Around) -> Verdict:
    return network.reach(f"{around.settings.bitrix24_portal_url}/rest/server.time").verdict


CHECK = Check("portal", _("Bitrix24 portal"), network.WORDS, look, needs="", asks=True)
