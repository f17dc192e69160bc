"""How many calls of Xero are left today."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import connections
from b24xero.checks import organisations
from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, unknown, well
from b24xero.ratelimit import shared_pace


def look(around: Around) -> Verdict:
    days = {one.name: shared_pace.read(connections.xero_budget(one)).today(around.now.timestamp())
            for one in organisations.known()}  # fmt: skip
    known = {name: today for name, today in days.items() if today}
    if not known:
        return unknown("unheard")
    name, today = min(known.items(), key=lambda item: item[1].left)
    told = {"left": today.left, "limit": today.limit, "organisation": name}
    if today.left <= 0:
        return broken("used", **told)
    return see_to("few", **told) if today.left < today.kept else well(**told)


CHECK = Check(
    "budget",
    _("Calls of Xero"),
    {
        "well": Words(_("%(organisation)s: %(left)s of %(limit)s are left today.")),
        "unheard": Words(_("Xero has not told yet how many are left."), "", _("It does with the next press.")),
        "few": Words(
            _("%(organisation)s: only %(left)s of %(limit)s are left today, kept for single presses."),
            _("Long runs, or another app of the organisation, have used them."),
            _("Wait until Xero renews them, within 24 hours."),
        ),
        "used": Words(
            _("%(organisation)s: all %(limit)s calls of today are used up."),
            _("Long runs, or another app of the organisation, have used them."),
            _("Wait until Xero renews them, within 24 hours."),
        ),
    },
    look,
)
