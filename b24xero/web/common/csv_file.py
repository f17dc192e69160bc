"""How lines of a file are written that a spreadsheet opens without being told anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

# By which a spreadsheet knows the letters' encoding.
BEGINNING = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def line(cells: Sequence[str | Decimal | int]) -> str:
    """One line. A text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection); a
    number is nobody's text, so a negative one stays a number."""
    written = io.StringIO()
    csv.writer(written).writerow([_safe(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
