"""Whether the lock date in Xero lets invoices of today in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import organisations
from b24xero.checks.result import Around, Check, Verdict, Words, broken, well


def look(around: Around) -> Verdict:
    locked = {one.name: one.books for one in organisations.known() if one.books.locked_until}
    ends = {name: books.locked_until for name, books in locked.items() if books.locked_until}
    if not ends:
        return well("none")
    until = max(ends.values())
    today = [name for name, end in ends.items() if end >= locked[name].day(around.now)]
    return broken("today", organisation=", ".join(today), until=until) if today else well(until=until)


CHECK = Check(
    "lock_date",
    _("Lock date in Xero"),
    {
        "none": Words(_("No period is locked.")),
        "well": Words(_("Locked until %(until)s: invoices dated later can be written.")),
        "today": Words(
            _("%(organisation)s is locked until %(until)s, so no invoice of today can be written."),
            _("The lock date was set too far."),
            _("An adviser moves it back in Xero: Accounting > Advanced > Financial settings."),
        ),
    },
    look,
)
