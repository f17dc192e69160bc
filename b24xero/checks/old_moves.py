"""Whether a move of an old invoice changed more of it than its status, and no administrator has seen it yet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Around, Check, Verdict, Words, broken, well
from b24xero.runs import history

MOST_NAMED = 3


def look(_around: Around) -> Verdict:
    moved = history.changed_by_moves()
    if not moved:
        return well("none")
    named = ", ".join(dict.fromkeys(entry.number for entry in moved[:MOST_NAMED]))
    return broken("changed", count=len(moved), numbers=named if len(moved) <= MOST_NAMED else f"{named}, …")


CHECK = Check(
    "old_moves",
    _("Moves of old invoices"),
    {
        "none": Words(_("None changed more of an invoice than its status.")),
        "changed": Words(
            _("Moves changed more than the status (%(count)s in all): %(numbers)s."),
            _(
                "Bitrix24 saves an old invoice as a whole with each move, and takes its sums and what is printed of the"
                " customer from what the settings and the customer say today."
            ),
            _(
                "Activity tells of each what it was and what it is now. Compare it with what the customer has, put it"
                " right in Bitrix24, then press “Seen to” here."
            ),
        ),
    },
    look,
)
