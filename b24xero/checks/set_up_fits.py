"""Whether the saved set-up still fits the books."""

from __future__ import annotations

import logging

from flask_babel import lazy_gettext as _

from b24xero import connections
from b24xero.checks import organisations
from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, well
from b24xero.db.models import Organisation
from b24xero.domain import set_up
from b24xero.domain.rules import Rule
from b24xero.errors import JobError

log = logging.getLogger(__name__)


def look(around: Around) -> Verdict:
    """By what is kept of the books; of Bitrix24 what rules go by alone is asked, where there are any."""
    chosen = [one for one in organisations.known() if one.is_set_up]
    if not chosen:
        return see_to("missing")
    ill = [one.name for one in chosen if _has_gaps(one)]
    if ill:
        return broken("gaps", organisation=", ".join(ill))
    lost = [rule.words for one in chosen for rule in _lost_rules(one, around)]
    return see_to("rules", rules="; ".join(lost)) if lost else well(count=len(chosen))


def _has_gaps(organisation: Organisation) -> bool:
    books, chosen = organisation.books, organisation.set_up
    gaps = {p.code for p in set_up.gaps(chosen, (), (), books)} - {"time_zone_unknown"}
    live = {rate.type for rate in books.live_tax_rates}
    return bool(gaps) or bool(live and set(filter(None, chosen.taxes.values())) - live)


def _lost_rules(organisation: Organisation, around: Around) -> list[Rule]:
    """Those that go by something that is gone from Bitrix24, as far as it tells whoever asks."""
    listed = organisation.set_up.rules
    if not listed or around.user is None:
        return []
    try:
        choices = connections.bitrix24_for(around.user).portal_lists(for_rules=True).choices
    except JobError as error:
        log.info("rules not held against the portal organisation=%s error=%s", organisation.id, error)
        return []
    return [rule for rule in listed if choices.knows(rule) is False]


CHECK = Check(
    "set_up",
    _("Set-up"),
    {
        "well": Words(_("It fits the books as last read (organisations: %(count)s).")),
        "missing": Words(
            _("No set-up has been saved yet, so nothing can be written."),
            _("Nobody has connected to Xero and pressed “Save set-up”."),
            _("Open Set-up and save it."),
        ),
        "gaps": Words(
            _(
                "The set-up of %(organisation)s names an account, a tax rate, a tracking option or a theme that is gone "
                "from Xero."
            ),
            _("It was archived there after the set-up was saved."),
            _("Open Set-up: it shows what to choose anew."),
        ),
        "rules": Words(
            _("These rules go by something that is gone from Bitrix24: %(rules)s."),
            _("It was removed there after the set-up was saved."),
            _("Open Set-up and change or remove them."),
        ),
    },
    look,
)
