"""Whether Xero knows our app."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict, Words, broken, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOTHING
from b24xero.outbound import json_answer


def look(around: Around) -> Verdict:
    settings = around.settings
    form = {"grant_type": "authorization_code", "code": NOTHING, "redirect_uri": f"{settings.public_url}/xero/callback"}
    client = (settings.xero_client_id, settings.xero_client_secret)
    answer = network.reach(f"{settings.xero_identity_url}/connect/token", form, client).answer
    if answer is None or answer.status_code >= 500:
        return unknown("no_answer")
    try:
        said = json_answer.read(answer.content)
    except json_answer.Unreadable:
        return unknown("no_answer")
    error = str(said.get("error", "")) if isinstance(said, dict) else ""
    if error in ("invalid_client", "unauthorized_client"):
        return broken("refused", error=error)
    return well()


CHECK = Check(
    "xero_app",
    _("App at Xero"),
    {
        "well": Words(_("Xero accepts its id and secret.")),
        "refused": Words(
            _("Xero does not accept the app’s id or secret (%(error)s)."),
            _("They were copied from another app, or the secret was made anew and the old one deleted."),
            _("Copy both from the app at developer.xero.com to XERO_CLIENT_ID and XERO_CLIENT_SECRET."),
        ),
        "no_answer": NO_ANSWER,
    },
    look,
    needs="",
    asks=True,
)
