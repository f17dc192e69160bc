"""Who writes an invoice to Xero, or decides what in Xero it is. Pure."""

from __future__ import annotations

from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, problem


def withheld(may_change: bool | None, set_up: SetUp) -> Problem | None:
    """Why this person does neither: who may not change it in Bitrix24 does not, unless the set-up lets everybody who
    may see it.

    Args:
        may_change: what Bitrix24 said of it and this person; None: it did not say.
    """
    if may_change or set_up.writers == "see":
        return None
    return problem("may_not_change" if may_change is False else "right_not_said")
