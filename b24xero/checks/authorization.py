"""Whether the authorization server of Bitrix24 is reached from here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict
from b24xero.checks.shared_words import NOTHING


def look(around: Around) -> Verdict:
    return network.reach(f"{around.settings.bitrix24_oauth_url}/rest/app.info", {"auth": NOTHING}).verdict


CHECK = Check(
    "authorization", _("Bitrix24 authorization server"), network.WORDS, look, needs="",asks=True)  # fmt: skip
