"""Where b24xero stands in the portal, and whether something is left there of an older address of ours."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import connections, installation
from b24xero.bitrix24 import placements
from b24xero.checks.result import Around, Check, Verdict, Words, see_to, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOBODY
from b24xero.errors import Disconnected, JobError


def look(around: Around) -> Verdict:
    if around.user is None:
        return unknown("nobody")
    session = connections.bitrix24_for(around.user)
    try:
        dead = placements.dead(session, installation.addresses().handler)
        found = placements.look(session, installation.addresses().handler)
    except Disconnected:
        return unknown("nobody")
    except JobError:
        return unknown("no_answer")
    if dead:
        return see_to("dead", addresses=", ".join(sorted({handler for _code, handler in dead})), count=len(dead))
    standing = [place.name for place in found if place.state == "bound"]
    return well(count=len(standing)) if standing else see_to("none", address=around.settings.public_url)


CHECK = Check(
    "places",
    _("Places in Bitrix24"),
    {
        "well": Words(_("b24xero stands in %(count)s places of the portal.")),
        "none": Words(
            _("b24xero stands nowhere in the portal; people open it at %(address)s."),
            _("The page for the installation was not opened, or nothing was chosen there."),
            _("Open b24xero’s page for the installation in Bitrix24 and press “Show b24xero there”."),
        ),
        "dead": Words(
            _("%(count)s places in the portal lead to an older address: %(addresses)s."),
            _("PUBLIC_URL has changed since they were made."),
            _("Press “Remove”, then show b24xero in Bitrix24 anew."),
        ),
        "nobody": NOBODY,
        "no_answer": NO_ANSWER,
    },
    look,
    needs="user",
    asks=True,
)
