"""Whether the settings, right as they are, will surprise somebody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import hints
from b24xero.checks.result import Around, Check, Verdict, Words, see_to, well


def look(around: Around) -> Verdict:
    told = hints.of(around.settings)
    return see_to("hint", hint=" ".join(told)) if told else well(address=around.settings.public_url)


CHECK = Check(
    "settings",
    _("Settings"),
    {
        "well": Words(_("b24xero is reached at %(address)s.")),
        "hint": Words(
            _("One of the settings will surprise somebody."), "%(hint)s", _("Change it, and start b24xero again.")
        ),
    },
    look,
    needs="",
)
