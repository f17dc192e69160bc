"""Counts what automatic sync asks of both systems."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from b24xero import hour_counts
from b24xero.db.transactions import writing
from b24xero.outbound import counts


@contextlib.contextmanager
def counted_for(organisation_id: int, now: datetime) -> Iterator[None]:
    """Around what it does for this organisation, whatever comes of it."""
    with counts.apart() as made:
        try:
            yield
        finally:
            if made:
                with writing():
                    hour_counts.add(organisation_id, {f"calls {vendor}": count for vendor, count in made.items()}, now)
