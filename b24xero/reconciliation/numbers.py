"""What the portal tells by number alone of invoices that are too many to be looked at one by one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from b24xero.domain.queries import Group
from b24xero.domain.set_up import DO_NOT_SEND, SetUp
from b24xero.reconciliation.worklist import AGES, Tally, Worklist

# Stages under which nothing is in Xero on purpose.
NOT_SENT = (DO_NOT_SEND, "VOIDED")
# What each view's number is the sum of, and what is taken off it.
_VIEWS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "awaiting": (("age-0", "undue"), ()),
    "overdue": (("age-1", "age-2", "age-3", "age-4"), ()),
    "paid": (("paid",), ()),
    "not_sent": (("not_sent_stages",), ("not_sent_stages_in_xero",)),
    "ready": (("sent_stages",), ("sent_stages_known",)),
}


def groups(
    set_up: SetUp, standing: Mapping[str, Sequence[int]], in_xero: Sequence[int], stopped: Sequence[int],
    open_from: date | None = None,
) -> dict[str, Group]:  # fmt: skip
    """What is to be numbered, the most important first.

    Args:
        standing: the invoices that are awaiting, overdue, paid and of each age, as last read.
        in_xero: all that are linked. stopped: of the others, those that something stands against. open_from: the first
            day for which the books take an invoice; None: any.
    """
    ages = [f"age-{age}" for age in range(len(AGES) + 1)]
    undue = sorted(set(standing["awaiting"]) - set(standing["age-0"]))
    left_out = tuple(stage for stage, target in set_up.stages.items() if target in NOT_SENT)
    sent = tuple(stage for stage, target in set_up.stages.items() if target not in NOT_SENT)
    return {
        **{age: Group(tuple(standing[age])) for age in ages},
        "undue": Group(tuple(undue)),
        "paid": Group(tuple(standing["paid"])),
        "not_sent_stages": Group(stages=left_out),
        "not_sent_stages_in_xero": Group(tuple(in_xero), left_out),
        "sent_stages": Group(stages=sent, since=open_from),
        "sent_stages_known": Group((*in_xero, *stopped), sent, open_from),
    }


def numbered(
    found: Worklist, numbers: Mapping[str, int], owed: Mapping[int, Sequence[tuple[str, Decimal]]]
) -> Worklist:
    """What was counted, with the numbers of all where they are known.

    Args:
        owed: by age, what each invoice asks for. It is this person's sum only where the person sees each of them.
    """
    counts = {
        view: sum(numbers[one] for one in plus) - sum(numbers[one] for one in less)
        for view, (plus, less) in _VIEWS.items()
        if {*plus, *less} <= numbers.keys()
    }
    found = replace(
        found, counts={**found.counts, **counts, "all": found.total}, exact=frozenset((*counts, "all"))
    )  # fmt: skip
    seen = all(numbers.get(f"age-{age}") == len(each) for age, each in owed.items())
    if not seen or any(not currency for each in owed.values() for currency, _ in each):
        return found
    ages, unpaid = [], Tally()
    for _, each in sorted(owed.items()):
        tally = Tally()
        for currency, amount in each:
            tally.add(currency, amount)
            unpaid.add(currency, amount)
        ages.append(tally)
    return replace(found, ages=ages, unpaid=unpaid, owed_exact=True)
