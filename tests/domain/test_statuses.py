"""Where an invoice stands in Xero, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from b24xero.domain.credits import KINDS, Credit
from b24xero.domain.set_up import STATUSES
from b24xero.domain.statuses import standing

TODAY = date(2026, 9, 28)


@dataclass(frozen=True)
class Link:
    """What Xero last said of INV-0042."""

    xero_status: str | None = "AUTHORISED"
    xero_due: Decimal | None = Decimal("24.15")
    xero_settled: Decimal | None = Decimal("0.00")
    xero_due_date: str | None = "2026-09-28"
    xero_credits: list[dict[str, str]] | None = None


# -- where it stands --------------------------------------------------------------------------------------------------

SETTLED = Decimal("10.00")
NOTHING = Decimal("0.00")


def took(*kinds: str) -> list[dict[str, str]]:
    """What documents took off: kind and amount by turns."""
    pairs = zip(kinds[::2], kinds[1::2], strict=True)
    return [Credit(kind, Decimal(amount)).as_json() for kind, amount in pairs]


@pytest.mark.parametrize(
    ("link", "stands"),
    [
        (Link(None, None, None, None), "none"),
        (Link(""), "none"),
        (Link("DRAFT"), "draft"),
        (Link("DRAFT", xero_due_date="2026-01-01"), "draft"),
        (Link("SUBMITTED"), "approval"),
        (Link("SUBMITTED", xero_due_date="2026-01-01"), "approval"),
        (Link("AUTHORISED"), "awaiting"),
        (Link("AUTHORISED", xero_due_date="2026-09-29"), "awaiting"),
        (Link("AUTHORISED", xero_due_date="2026-09-27"), "overdue"),
        (Link("AUTHORISED", xero_due_date=None), "awaiting"),
        (Link("AUTHORISED", xero_due=None, xero_settled=None), "awaiting"),
        (Link("AUTHORISED", xero_settled=SETTLED), "part"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_due_date=None), "part"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_due_date="2026-09-27"), "overdue"),
        (Link("AUTHORISED", NOTHING, SETTLED, "2026-09-27"), "part"),
        (Link("AUTHORISED", NOTHING, NOTHING, "2026-09-27"), "awaiting"),
        (Link("PAID", NOTHING, Decimal("24.15"), "2026-09-27"), "paid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=[]), "paid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=took("credit_note", "10.00")), "credited"),
        (Link("PAID", NOTHING, SETTLED, "2026-01-01", took("prepayment", "10.00")), "prepaid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=took("overpayment", "10.00")), "overpaid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=took("credit_note", "4.00")), "paid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=took("credit_note", "4", "prepayment", "6")), "prepaid"),
        (Link("PAID", NOTHING, SETTLED, xero_credits=took("prepayment", "5", "credit_note", "5")), "credited"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_credits=took("credit_note", "10.00")), "part_credited"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_credits=took("prepayment", "10.00")), "part_prepaid"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_credits=took("overpayment", "10.00")), "part_overpaid"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_credits=took("credit_note", "4.00")), "part"),
        (Link(xero_settled=SETTLED, xero_due_date="2026-09-27", xero_credits=took("credit_note", "10")), "overdue"),
        (Link("VOIDED", xero_due_date="2026-01-01"), "void"),
        (Link("VOIDED", xero_settled=SETTLED), "void"),
        (Link("DELETED", xero_due_date="2026-01-01"), "deleted"),
    ],
)
def test_where_an_invoice_stands(link: Link, stands: str) -> None:
    assert standing(link, TODAY) == stands


def test_an_invoice_is_not_overdue_on_the_day_it_is_due() -> None:
    assert standing(Link(xero_due_date=TODAY.isoformat()), TODAY) == "awaiting"


def test_wherever_an_invoice_stands_set_up_has_a_row_for_it() -> None:
    statuses = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
    credits = (None, *(took(kind, "10.00") for kind in KINDS))
    stands = {
        standing(Link(status, due, settled, day, by), TODAY)
        for status, due, settled, day, by in product(
            statuses, (NOTHING, SETTLED), (NOTHING, SETTLED), ("2026-01-01", None), credits
        )
    }
    assert stands == set(STATUSES)
