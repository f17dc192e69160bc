"""What was counted for a person's page, kept for some minutes: the next page shows it at once, a press renews it.

It lies in this process alone, by person and period: nobody is ever shown what somebody else may see. What is too old,
or was counted by another process, is not there; the page's list counts anew in any case.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from flask import current_app

from b24xero.db.models import User
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import Counted, InvoicePage
from b24xero.reconciliation.worklist import Worklist
from b24xero.web.invoices.asking import Asking

KEPT_SECONDS = 600.0
# So many people's counts are kept, of at most a thousand rows each.
MOST_PEOPLE = 50
_KEPT = "b24xero.counted"

# Whose, and of what: the person, the organisation, the kind and the days.
Key = tuple[int, int, str, str]


@dataclass(frozen=True)
class _Kept:
    counted: Counted
    found: Worklist
    at: float = field(default_factory=time.monotonic)


def keep(user: User, asking: Asking, page: InvoicePage, found: Worklist | None) -> None:
    """Of a page that counted; one of a person takes the place of the one before."""
    if page.beside and found:
        others = {key: one for key, one in _kept().items() if key[0] != user.id}
        _put({**others, _key(user, asking): _Kept(page.beside, found)})


def last(user: User, asking: Asking) -> Worklist | None:
    """As it was counted last."""
    kept = _kept().get(_key(user, asking))
    return kept.found if kept else None


def renewed(user: User, asking: Asking, row: InvoiceRow | None) -> Worklist | None:
    """As it was counted last, with this one invoice as it is now. None where nothing is kept, or where not all were
    looked at: what the portal told by number alone cannot be renewed from here."""
    kept = _kept().get(_key(user, asking))
    if kept is None or row is None or not kept.counted.whole:
        return None
    counted = replace(kept.counted, rows=tuple(row if one.id == row.id else one for one in kept.counted.rows))
    found = asking.worklist(InvoicePage((), counted.total, 0, counted.stages, counted))
    if found:
        _put({**_kept(), _key(user, asking): replace(kept, counted=counted, found=found)})
    return found


def _put(kept: dict[Key, _Kept]) -> None:
    current_app.extensions[_KEPT] = dict(list(kept.items())[-MOST_PEOPLE:])


def _key(user: User, asking: Asking) -> Key:
    query = asking.query_of_days
    return (
        user.id,
        asking.organisation.id if asking.organisation else 0,
        "/".join(query.kinds),
        f"{query.since}/{query.until}",
    )


def _kept() -> dict[Key, _Kept]:
    """Those that are young enough."""
    oldest = time.monotonic() - KEPT_SECONDS
    found: dict[Key, _Kept] = current_app.extensions.get(_KEPT, {})
    return {key: one for key, one in found.items() if one.at > oldest}
