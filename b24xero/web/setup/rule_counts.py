"""How many invoices each rule in Set-up fits, and how many it decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from b24xero.domain.ruled import first_fitting
from b24xero.setup.ruled_invoices import Ruling
from b24xero.web.common import formats
from b24xero.web.setup.rule_fields import RuleFields


@dataclass(frozen=True)
class Counted:
    """``fits``: by the number of the row, in words; ``said``: of which invoices."""

    fits: Mapping[int, str]
    said: str


def counted(ruling: Ruling, fields: RuleFields) -> Counted:
    numbered = [(row.number, rule) for row in fields.rows if (rule := fields.rule_of(row))]
    listed = [rule for _, rule in numbered]
    decides = Counter(place for one in ruling.found.invoices for place in first_fitting(one, listed))
    fits = {
        number: _words(sum(one.fits(rule) for one in ruling.found.invoices), decides[place])
        for place, (number, rule) in enumerate(numbered)
    }
    return Counted(fits, _said(ruling, any(rule.of_a_line for rule in listed)))


def _words(fits: int, decides: int) -> str:
    """A rule that fits and decides nothing stands behind another one."""
    if fits and not decides:
        return gettext("%(fits)s, but a rule above always decides", fits=formats.whole(fits))
    return formats.whole(fits)


def _said(ruling: Ruling, of_lines: bool) -> str:
    count, since = len(ruling.found.invoices), formats.day(ruling.since)
    said = ngettext(
        "Fits: of %(num)d invoice since %(since)s.", "Fits: of %(num)d invoices since %(since)s.", count, since=since
    )
    if of_lines and ruling.found.with_rows < count:
        said += " " + gettext("Lines were looked at in the newest %(count)s of them.",
                              count=formats.whole(ruling.found.with_rows))  # fmt: skip
    return said
