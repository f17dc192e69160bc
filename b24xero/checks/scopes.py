"""Whether the application in Bitrix24 may do all that b24xero needs, scope by scope."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import connections
from b24xero.checks.result import Around, Check, Verdict, Words, broken, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOBODY
from b24xero.errors import Disconnected, JobError

NEEDED = ("crm", "catalog", "placement", "user_basic")
# Each is also in a wider one.
_ALSO_IN = {"user_basic": {"user", "user_brief"}}


def look(around: Around) -> Verdict:
    if around.user is None:
        return unknown("nobody")
    try:
        granted = set(connections.bitrix24_for(around.user).call("scope", {})["result"] or ())
    except Disconnected:
        return unknown("nobody")
    except JobError:
        return unknown("no_answer")
    missing = [name for name in NEEDED if not granted & {name, *_ALSO_IN.get(name, ())}]
    if missing:
        return broken("missing", missing=", ".join(missing))
    return well(scopes=", ".join(NEEDED))


CHECK = Check(
    "scopes",
    _("Scopes in Bitrix24"),
    {
        "well": Words(_("All that are needed are granted: %(scopes)s.")),
        "missing": Words(
            _("The application lacks these scopes: %(missing)s."),
            _("They were not ticked when the local application was made."),
            _("Tick them in the local application, save it, and open it once in Bitrix24."),
        ),
        "nobody": NOBODY,
        "no_answer": NO_ANSWER,
    },
    look,
    needs="user",
    asks=True,
)
