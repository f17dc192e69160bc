"""Whether the portal reaches its authorization server."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import connections
from b24xero.checks.result import Around, Check, Verdict, Words, broken, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOBODY
from b24xero.errors import Disconnected, JobError


def look(around: Around) -> Verdict:
    """The portal asks the authorization server about tokens that it has not seen for an hour."""
    if around.user is None:
        return unknown("nobody")
    try:
        connections.bitrix24_for(around.user).call("server.time", {})
    except Disconnected:
        return unknown("nobody")
    except JobError as error:
        if {p.code for p in error.problems} & {"bitrix24_cannot_confirm"}:
            return broken("cannot_confirm", host=around.settings.bitrix24_oauth_url)
        return unknown("no_answer")
    return well()


CHECK = Check(
    "from_portal",
    _("Authorization server, from the portal"),
    {
        "well": Words(_("The portal confirms sign-ins.")),
        "cannot_confirm": Words(
            _("The portal cannot ask its authorization server, so it confirms nobody (CONNECTION_ERROR)."),
            _("A firewall around the portal’s own server closes the way out."),
            _("Whoever runs the portal lets its server open %(host)s, port 443."),
        ),
        "nobody": NOBODY,
        "no_answer": NO_ANSWER,
    },
    look,
    needs="user",
    asks=True,
)
