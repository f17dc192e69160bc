"""What a page says of rows that could not be read and were left out of it."""

from __future__ import annotations

from flask import g
from flask_babel import ngettext

from b24xero.outbound import odd_rows

_NAMES = {"bitrix24": "Bitrix24", "xero": "Xero"}


def notes() -> list[str]:
    """One sentence a system, told once a request: in the part that is swapped, or on top of the whole page."""
    if g.get("told_odd_rows"):
        return []
    g.told_odd_rows = True
    return [
        ngettext(
            "%(num)s row from %(system)s could not be read and is left out. Whoever runs b24xero finds it in the log.",
            "%(num)s rows from %(system)s could not be read and are left out. Whoever runs b24xero finds them in the "
            "log.",
            count, system=_NAMES[system],
        )
        for system, count in sorted(odd_rows.counted().items())
    ]  # fmt: skip
