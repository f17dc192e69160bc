"""What the words of a problem consist of: a sentence, a link to what puts it right, its tone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from b24xero.web.common.look import Tone

# Where the link leads: to a part of Set-up, another page, the invoice in either system, or the page that one was on.
Place = Literal[
    "", "stages", "statuses", "accounts", "taxes", "setup", "connect", "sign-in", "bitrix24", "xero", "portal",
    "products", "automatic", "preview", "again", "run", "rules",
]  # fmt: skip


@dataclass(frozen=True)
class Words:
    """``tone`` bad: it stopped us; warn: somebody should look. ``bare`` is said where a value that the sentence names
    is not known."""

    sentence: LazyString
    fix: LazyString | str = ""
    place: Place = ""
    tone: Tone = "bad"
    bare: LazyString | str = ""


CHOOSE = _("Choose one in Set-up")
CHANGE = _("Change it in Set-up")
IN_BITRIX24 = _("Open in Bitrix24")
IN_XERO = _("Open in Xero")
AGAIN = _("Show again")
CONNECT = _("Connect to Xero")
