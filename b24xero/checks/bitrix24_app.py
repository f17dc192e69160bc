"""Whether Bitrix24 knows our application."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict, Words, broken, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOTHING
from b24xero.outbound import json_answer


def look(around: Around) -> Verdict:
    settings = around.settings
    form = {
        "grant_type": "refresh_token", "refresh_token": NOTHING,
        "client_id": settings.bitrix24_client_id, "client_secret": settings.bitrix24_client_secret,
    }  # fmt: skip
    reached = network.reach(f"{settings.bitrix24_oauth_url}/oauth/token/", form)
    if reached.answer is None or reached.verdict.state == "broken":
        return unknown("no_answer")
    try:
        said = json_answer.read(reached.answer.content)
    except json_answer.Unreadable:
        return unknown("no_answer")
    error = str(said.get("error", "")).lower() if isinstance(said, dict) else ""
    if error in ("invalid_client", "wrong_client"):
        return broken("refused", error=error)
    if error in ("not_installed", "payment_required"):
        return broken("inactive", error=error)
    return well()


CHECK = Check(
    "bitrix24_app",
    _("Application in Bitrix24"),
    {
        "well": Words(_("Bitrix24 accepts its id and secret.")),
        "refused": Words(
            _("Bitrix24 does not accept the application’s id or secret (%(error)s)."),
            _("They were copied from another application, or the secret was made anew."),
            _("Copy both from the local application to BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET."),
        ),
        "inactive": Words(
            _("The application is not installed in the portal, or its plan does not allow it (%(error)s)."),
            _("It was taken away, or the portal’s subscription has ended."),
            _("An administrator opens the application once in Bitrix24."),
        ),
        "no_answer": NO_ANSWER,
    },
    look,
    needs="",
    asks=True,
)
