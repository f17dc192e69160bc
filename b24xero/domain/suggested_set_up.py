"""The set-up that is suggested at first: what can be known, and does no harm. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from b24xero.domain.books import Books, TaxRate
from b24xero.domain.invoice import Stage, VatRate
from b24xero.domain.set_up import DO_NOT_SEND, LEAVE, STATUSES, SetUp, Stands, Target

# Xero's type of accounts for interest and the like: revenue, and not of sales.
_OTHER_INCOME = "OTHERINCOME"


def suggest(stages: Sequence[Stage], vat_rates: Iterable[VatRate], books: Books, old: Sequence[Stage] = ()) -> SetUp:
    """A first set-up from what can be known: the meaning of the stages (never their names) and equal percentages.

    The first stage is where invoices are still being written, so it is not sent; other stages in progress are
    authorised. Success is left out: what is paid in Bitrix24 would stand unpaid in Xero, for payments come from there
    alone. So is failure, because voiding is not a thing to suggest. Drafts would hide from the customer ledger what
    sales already sent. ``old``: the statuses of old invoices, in their order, which says what each means.
    """
    return SetUp(
        stages={stage.id: _suggested_target(stage, among) for among in (stages, old) for stage in among},
        statuses=_suggested_stages(stages),
        old_statuses=_suggested_stages(old) if old else {},
        taxes={vat.key: rate.type for vat in vat_rates if (rate := suggested_tax_rate(vat.rate, books))},
        sales_account=_sales_account(books),
    )


def _suggested_target(stage: Stage, stages: Sequence[Stage]) -> Target:
    if stage.meaning in ("success", "failure") or stage == stages[0]:
        return DO_NOT_SEND
    return "AUTHORISED"


def _suggested_stages(stages: Sequence[Stage]) -> dict[Stands, str]:
    success = next((stage.id for stage in stages if stage.meaning == "success"), LEAVE)
    return {status: success if status == "paid" else LEAVE for status in STATUSES}


def _sales_account(books: Books) -> str:
    """The only account that takes sales, whatever its code: 001 in the UK. "200 Sales" is a habit of Xero's chart
    template, not a rule (facts §4): preselected where it is live among several, else the choice is open."""
    for_sales = [account.code for account in books.live_accounts if account.kind != _OTHER_INCOME]
    only = for_sales if len(for_sales) == 1 else [account.code for account in books.live_accounts]
    if len(only) == 1:
        return only[0]
    of_kind_sales = [account.code for account in books.live_accounts if account.kind == "SALES"]
    return "200" if "200" in for_sales else of_kind_sales[0] if len(of_kind_sales) == 1 else ""


def suggested_tax_rate(rate: Decimal | None, books: Books) -> TaxRate | None:
    """The live rate of the same percentage; for "no VAT" Xero's NONE, for 0 % a zero rate that is not NONE."""
    live = books.live_tax_rates
    if rate is None:
        return next((tax for tax in live if tax.type == "NONE"), None)
    fitting = [tax for tax in live if tax.rate == rate and tax.type != "NONE"]
    zero = [tax for tax in fitting if tax.type.startswith("ZERO")]
    if rate == 0:
        return zero[0] if zero else next(iter(fitting), None) or next((tax for tax in live if tax.type == "NONE"), None)
    return next((tax for tax in fitting if tax.type.startswith("OUTPUT")), next(iter(fitting), None))
