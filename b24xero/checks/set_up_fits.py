"""Whether the saved set-up still fits the books."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks import organisations
from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, well
from b24xero.db.models import Organisation
from b24xero.domain import set_up


def look(_around: Around) -> Verdict:
    """By what is kept of the books; what changed in Bitrix24 is seen when Set-up is opened."""
    chosen = [one for one in organisations.known() if one.is_set_up]
    if not chosen:
        return see_to("missing")
    ill = [one.name for one in chosen if _has_gaps(one)]
    return broken("gaps", organisation=", ".join(ill)) if ill else well(count=len(chosen))


def _has_gaps(organisation: Organisation) -> bool:
    books, chosen = organisation.books, organisation.set_up
    gaps = {p.code for p in set_up.gaps(chosen, (), (), books)} - {"time_zone_unknown"}
    live = {rate.type for rate in books.live_tax_rates}
    return bool(gaps) or bool(live and set(filter(None, chosen.taxes.values())) - live)


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
                "The set-up of %(organisation)s names an account, a tax rate, a tracking option or a theme that is "
                "gone from Xero."
            ),
            _("It was archived there after the set-up was saved."),
            _("Open Set-up: it shows what to choose anew."),
        ),
    },
    look,
)
