"""The time zone in which somebody reads moments: their browser's; before that is known, of the machine that serves.

Bitrix24 tells one of each person only where they chose it; most let it follow the browser, as here. Business dates are
plain days and never come here.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import has_request_context, request

from b24xero.web.common import cookies

# app.js says it with each request of its own, because the portal's frame has no cookies.
HEADER = "B24xero-Zone"
COOKIE = "zone"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,32}){0,2}")


def here(when: datetime) -> datetime:
    """The same moment on the reader's clock."""
    return when.astimezone(_told())


def _told() -> ZoneInfo | None:
    if not has_request_context():
        return None
    return _known(request.headers.get(HEADER) or request.cookies.get(cookies.named(COOKIE), ""))


@lru_cache(maxsize=128)
def _known(name: str) -> ZoneInfo | None:
    """Of what a browser says; None where it is no zone of this machine's."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is none
        return None
