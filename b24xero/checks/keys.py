"""Whether the keys open what was encrypted with them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import maintenance
from b24xero.checks.result import Around, Check, Verdict, Words, see_to, well


def look(around: Around) -> Verdict:
    lost = maintenance.lost_secrets()
    return see_to("lost", count=lost) if lost else well(count=len(around.settings.token_keys))


CHECK = Check(
    "keys",
    _("Keys"),
    {
        "well": Words(_("Every stored sign-in can be opened (keys in use: %(count)s).")),
        "lost": Words(
            _("Stored sign-ins that no key opens: %(count)s."),
            _("TOKEN_KEYS was changed, or a back-up was restored without its keys."),
            _("Put the old key behind the new one in TOKEN_KEYS; without it those people sign in again."),
        ),
    },
    look,
)
