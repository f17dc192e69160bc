"""What the words of a problem consist of: a sentence, a link to what puts it right, its tone.

``place`` says where the link leads: stages, statuses, accounts, taxes, setup (parts of Set-up), connect, sign-in,
bitrix24 and xero (the invoice there), portal, products, automatic, preview (of the invoice), again (the page that one
was on).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Words:
    """``tone`` bad: it stopped us; warn: somebody should look. ``bare`` is said where a value that the sentence names
    is not known."""

    sentence: LazyString
    fix: LazyString | str = ""
    place: str = ""
    tone: str = "bad"
    bare: LazyString | str = ""


CHOOSE = _("Choose one in Set-up")
CHANGE = _("Change it in Set-up")
IN_BITRIX24 = _("Open in Bitrix24")
IN_XERO = _("Open in Xero")
AGAIN = _("Show again")
CONNECT = _("Connect to Xero")
