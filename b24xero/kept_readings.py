"""What a person was last shown of many invoices, kept for a while so that the run that follows need not read it again.

It is that person's alone, and only saves calls: whether each invoice is still so, and still shown to this person, is
asked anew whenever it is used.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from sqlalchemy import delete

from b24xero.bitrix24.reading import Reading
from b24xero.db.models import KeptReading
from b24xero.db.transactions import writing
from b24xero.extensions import db

# From a summary to the press, with time to look through it.
HOLDS = timedelta(minutes=15)
# Fewer than this cost no call less.
MANY = 50


def of(user_id: int, now: datetime) -> Reading:
    """What is kept of this person's last reading; nothing, where it is too old."""
    row = db.session.get(KeptReading, user_id, populate_existing=True)
    db.session.commit()
    if row is None or now - row.read_at > HOLDS:
        return Reading()
    return Reading.from_json(zlib.decompress(row.content))


def keep(user_id: int, reading: Reading, now: datetime) -> None:
    """In place of the one before."""
    content = zlib.compress(reading.as_json().encode(), 1)
    with writing():
        db.session.merge(KeptReading(user_id=user_id, read_at=now, content=content))


def forget_old(now: datetime) -> int:
    """How many."""
    with writing():
        gone = db.session.execute(delete(KeptReading).where(KeptReading.read_at < now - HOLDS))
    return int(gone.rowcount)  # type: ignore[attr-defined]
