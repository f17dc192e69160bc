"""What a stage of Bitrix24 asks for in Xero: the step for an invoice that is there, and for one that is not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from b24xero.domain.set_up import DO_NOT_SEND, Sent, Target
from b24xero.errors import Problem, problem


@dataclass(frozen=True)
class Step:
    """What a stage asks for; ``status`` is sent unless None."""

    action: Literal["create", "update", "void", "delete", "none"]
    status: Sent | None = None
    note: Problem | None = None


def first_step(target: Target | None, stage: str) -> Step | Problem:
    """The step for an invoice that is not in Xero, or why there is none. ``target`` None: the stage is not mapped."""
    if target is None:
        return problem("stage_unmapped", stage=stage)
    if target == DO_NOT_SEND:
        return problem("stage_not_sent", stage=stage)
    if target == "VOIDED":
        return problem("nothing_to_void", stage=stage)
    return Step("create", target)


def next_step(
    target: Target | None, stage: str, current: str, settled_by: Sequence[str], number: str
) -> Step | Problem:
    """The step for an invoice that Xero has as ``current``; ``settled_by``: what is paid or credited, as
    ``credits.named``.

    Only what Xero's status machine allows (facts §3.3): nothing goes back to draft, an invoice with payments is not
    voided, a draft is deleted where an approved one is voided.
    """
    if current in ("VOIDED", "DELETED") and target == "VOIDED":
        return Step("none")
    if current == "VOIDED":
        return problem("voided_not_editable", number=number)
    if current == "DELETED":
        return first_step(target, stage)  # it was no document yet, so it may be created again
    if target is None:
        return problem("stage_unmapped", stage=stage)
    if target == DO_NOT_SEND and current == "PAID":
        # Nothing is sent anyway, and where Bitrix24 says something else by now, that is worth more words.
        return Step("update")
    if target == DO_NOT_SEND:
        return problem("stage_not_sent", stage=stage)
    if target == "VOIDED":
        return _voiding(current, settled_by)
    if current == "AUTHORISED" or current == "PAID":
        note = None if target == "AUTHORISED" else problem("stays_authorised", stage=stage)
        return Step("update", None, note)
    if current == "SUBMITTED" and target == "DRAFT":
        # Whether Xero takes a submitted invoice back to draft is unverified (facts §3.3 [U]), so it is not tried.
        return Step("update", None, problem("stays_submitted", stage=stage))
    return Step("update", None if target == current else target)


def _voiding(current: str, settled_by: Sequence[str]) -> Step | Problem:
    if _by_more_than_money(settled_by):
        return problem("cannot_void_credited", by=", ".join(settled_by))
    if settled_by or current == "PAID":
        return problem("cannot_void_paid")
    return Step("void", "VOIDED") if current == "AUTHORISED" else Step("delete", "DELETED")


def content_problem(current: str, settled_by: Sequence[str], number: str) -> Problem | None:
    """What stands against changing the content of an invoice that Xero has as ``current``: what settled it, as
    ``credits.named`` (facts §3.3)."""
    if current != "PAID" and not settled_by:
        return None
    part = "" if current == "PAID" else "part_"
    if _by_more_than_money(settled_by):
        return problem(f"{part}credited_not_editable", number=number, by=", ".join(settled_by))
    return problem(f"{part}paid_not_editable", number=number)


def _by_more_than_money(settled_by: Sequence[str]) -> bool:
    return any(one != "payment" for one in settled_by)
