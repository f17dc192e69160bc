"""Whether what the rules of the set-up go by is still in Bitrix24."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero import connections
from b24xero.checks import organisations
from b24xero.checks.result import Around, Check, Verdict, Words, see_to, unknown, well
from b24xero.checks.shared_words import NO_ANSWER, NOBODY
from b24xero.errors import Disconnected, JobError


def look(around: Around) -> Verdict:
    listed = [rule for one in organisations.known() if one.is_set_up for rule in one.set_up.rules]
    if not listed:
        return well(count=0)
    if around.user is None:
        return unknown("nobody")
    try:
        choices = connections.bitrix24_for(around.user).portal_lists(for_rules=True).choices
    except Disconnected:
        return unknown("nobody")
    except JobError:
        return unknown("no_answer")
    lost = [rule.words for rule in listed if choices.knows(rule) is False]
    return see_to("lost", rules="; ".join(lost)) if lost else well(count=len(listed))


CHECK = Check(
    "rules",
    _("Rules of the set-up"),
    {
        "well": Words(_("What they go by is in Bitrix24 (rules: %(count)s).")),
        "lost": Words(
            _("These rules go by something that is gone from Bitrix24: %(rules)s."),
            _("It was removed there after the set-up was saved."),
            _("Open Set-up and change or remove them."),
        ),
        "nobody": NOBODY,
        "no_answer": NO_ANSWER,
    },
    look,
    asks=True,
)
