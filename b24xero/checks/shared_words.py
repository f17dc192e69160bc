"""What several checks say, and what they ask with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Words

# Nothing that was ever given out: it is refused, and how it is refused tells whether our id and secret are right.
NOTHING = "b24xero-health"

NOBODY = Words(
    _("Not looked at: no administrator’s sign-in to Bitrix24 could be used."),
    _("Nobody who is an administrator there has signed in here lately."),
    _("Sign in as an administrator, then press “Check all now”."),
)
NO_ANSWER = Words(
    _("Not looked at, because no answer came."),
    _("See the check of the connection."),
    _("Put the connection right first."),
)
