"""The fields of the set-up form: what may be chosen, what stands there, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from b24xero.bitrix24.client import PortalLists
from b24xero.domain.books import Books
from b24xero.domain.due_date import DUE_RULES
from b24xero.domain.set_up import (
    CUSTOMERS,
    DO_NOT_SEND,
    DRIFTS,
    LARGEST_TOLERANCE,
    LEAVE,
    NUMBERS,
    REFERENCES,
    ROUNDINGS,
    STATUSES,
    TARGETS,
    WRITERS,
    SetUp,
    Stands,
    one_of,
    tolerance_of,
)
from b24xero.web.common import formats, labels
from b24xero.web.setup import old_fields, rule_fields
from b24xero.web.setup.fields import (
    STOP,
    Field,
    account_field,
    choice_field,
    customers_field,
    kept_amount,
    missing_items_field,
    no_rows_field,
    one_a_key,
    rounding_field,
    stage_field,
    status_field,
    tax_field,
    tolerance_field,
)
from b24xero.web.setup.rule_fields import NO_RULES, RuleFields


@dataclass(frozen=True)
class SetUpForm:
    stages: tuple[Field, ...]
    statuses: tuple[Field, ...]
    taxes: tuple[Field, ...]
    account: Field
    due_rule: Field
    reference: Field
    number: Field
    rounding: Field
    tolerance: Field
    drift: Field
    no_rows: Field
    missing_items: Field
    writers: Field
    customers: Field
    old_stages: tuple[Field, ...] = ()
    old_statuses: tuple[Field, ...] = ()
    rules: RuleFields = NO_RULES

    @property
    def fields(self) -> tuple[Field, ...]:
        single = (self.account, self.due_rule, self.reference, self.number, *self.differences, self.writers)
        return (*self.stages, *self.statuses, *self.old_stages, *self.old_statuses, *self.taxes, *single)

    @property
    def differences(self) -> tuple[Field, ...]:
        """What is done where the two systems do not agree."""
        return (self.rounding, self.tolerance, self.drift, self.customers, self.no_rows, self.missing_items)

    @property
    def wrong(self) -> bool:
        return self.rules.wrong or any(field.wrong for field in self.fields)

    @property
    def open(self) -> int:
        return sum(field.open for field in self.fields)

    @property
    def sends_nothing(self) -> bool:
        """Every stage is chosen, and none is sent."""
        targets = {field.value for field in (*self.stages, *self.old_stages)}
        return bool(targets) and targets <= {DO_NOT_SEND, "VOIDED"}

    def set_up(self) -> SetUp:
        """What is saved, or tried; a stage, status or rate that is open is left out, and the usual choice stands in for
        any other field that is open."""
        usual, chosen, old = SetUp(), _chosen(self.statuses), _chosen(self.old_statuses)
        stages = _chosen((*self.stages, *self.old_stages))
        return SetUp(
            stages={id: target for id, value in stages.items() for target in TARGETS if target == value},
            statuses={s: chosen[s] for s in STATUSES if s in chosen},
            taxes=_chosen(self.taxes),
            sales_account=self.account.value,
            due_rule=one_of(self.due_rule.value, DUE_RULES, usual.due_rule),
            number=one_of(self.number.value, NUMBERS, usual.number),
            reference=one_of(self.reference.value, REFERENCES, usual.reference),
            rounding=one_of(self.rounding.value, ROUNDINGS, usual.rounding),
            tolerance=usual.tolerance if self.tolerance.wrong else kept_amount(self.tolerance.value),
            drift=one_of(self.drift.value, DRIFTS, usual.drift),
            no_rows="" if self.no_rows.value == STOP else self.no_rows.value,
            missing_items=self.missing_items.value == "yes",
            writers=one_of(self.writers.value, WRITERS, usual.writers),
            customers=one_of(self.customers.value, CUSTOMERS, usual.customers),
            old_statuses={s: old[s] for s in STATUSES if s in old},
            rules=self.rules.rules(),
        )


def _chosen(fields: Iterable[Field]) -> dict[str, str]:
    return {field.name.partition(":")[2]: field.value for field in fields if field.value}


def shown(set_up: SetUp, lists: PortalLists, books: Books, *, suggested: bool) -> SetUpForm:
    """The form for a set_up: one that was saved, or one that is suggested and not saved yet."""
    form = _form(set_up.as_json(), lists, books, suggested=suggested)
    return replace(form, rules=rule_fields.shown(set_up.rules, lists.choices, books))


def _form(kept: Mapping[str, Any], lists: PortalLists, books: Books, *, suggested: bool) -> SetUpForm:
    """``kept``: as ``SetUp.as_json``, whatever the values are."""
    return SetUpForm(
        stages=tuple(stage_field(s, kept["stages"].get(s.id, "")) for s in lists.stages),
        statuses=tuple(status_field(s, kept["statuses"].get(s, LEAVE), lists.stages) for s in _asked(lists)),
        taxes=tuple(
            tax_field(rate, kept["taxes"].get(rate.key, ""), books, suggested=suggested)
            for rate in one_a_key(lists.vat_rates)
        ),
        account=account_field(kept["sales_account"], books),
        due_rule=choice_field(
            "due_rule", gettext("Due, when Bitrix24 says nothing"), kept["due_rule"], labels.DUE_RULES
        ),
        reference=choice_field("reference", gettext("Reference in Xero"), kept["reference"], labels.REFERENCES),
        number=choice_field("number", gettext("Invoice number in Xero"), kept["number"], labels.NUMBERS),
        rounding=rounding_field(kept["rounding"], kept["tolerance"], books),
        tolerance=tolerance_field(kept["tolerance"]),
        drift=choice_field("drift", gettext("Edited by hand in Xero"), kept["drift"], labels.DRIFTS),
        no_rows=no_rows_field(kept["no_rows"], lists.vat_rates),
        missing_items=missing_items_field("yes" if kept["missing_items"] else "no"),
        writers=choice_field("writers", gettext("Who writes an invoice to Xero"), kept["writers"], labels.WRITERS),
        customers=customers_field(kept["customers"]),
        old_stages=old_fields.stages(kept["stages"], lists.old_statuses),
        old_statuses=old_fields.statuses(kept["old_statuses"], lists.old_statuses),
    )


def _asked(lists: PortalLists) -> Sequence[Stands]:
    """A portal of old invoices alone has no stages that anything could move to."""
    return STATUSES if lists.stages or not lists.old_statuses else ()


def read(posted: Mapping[str, str], lists: PortalLists, books: Books, saved: SetUp | None = None) -> SetUpForm:
    """The form as it was sent, every value held against what may be chosen right now; all errors at once.

    Args:
        saved: whose rules may go by what the portal does not tell this time.
    """
    values = {
        **SetUp().as_json(),
        "stages": {s.id: posted.get(f"stage:{s.id}", "") for s in lists.all_stages},
        "statuses": {s: posted.get(f"status:{s}", "") for s in STATUSES},
        "taxes": {r.key: posted.get(f"tax:{r.key}", "") for r in lists.vat_rates},
        "sales_account": posted.get("sales_account", ""),
        "due_rule": posted.get("due_rule", ""),
        "number": posted.get("number", ""),
        "reference": posted.get("reference", ""),
        "rounding": posted.get("rounding", ""),
        "tolerance": posted.get("tolerance", ""),
        "drift": posted.get("drift", ""),
        "writers": posted.get("writers", ""),
        "customers": posted.get("customers", ""),
        "old_statuses": {s: posted.get(f"old_status:{s}", "") for s in STATUSES},
    }
    form = _checked_all(_form(values, lists, books, suggested=False), posted)
    return replace(form, rules=rule_fields.read(posted, lists.choices, books, saved.rules if saved else ()))


def _checked_all(form: SetUpForm, posted: Mapping[str, str]) -> SetUpForm:
    return SetUpForm(
        stages=tuple(_checked_choice(f) for f in form.stages),
        statuses=tuple(_checked_choice(f) for f in form.statuses),
        taxes=tuple(_checked_choice(f) for f in form.taxes),
        account=_checked(form.account, _values(form.account)),
        due_rule=_checked(form.due_rule, DUE_RULES),
        reference=_checked(form.reference, REFERENCES),
        number=_checked(form.number, NUMBERS),
        rounding=_checked(form.rounding, [way for way in ROUNDINGS if way in _values(form.rounding)]),
        tolerance=_checked_tolerance(form.tolerance),
        drift=_checked(form.drift, DRIFTS),
        no_rows=_posted(form.no_rows, posted),
        missing_items=_posted(form.missing_items, posted),
        writers=_checked(form.writers, WRITERS),
        customers=_checked(form.customers, CUSTOMERS),
        old_stages=tuple(_checked_choice(f) for f in form.old_stages),
        old_statuses=tuple(_checked_choice(f) for f in form.old_statuses),
    )


def _checked_choice(field: Field) -> Field:
    """One that may stay open."""
    return _checked(field, _values(field), may_stay_open=True)


def _values(field: Field) -> tuple[str, ...]:
    return tuple(value for value, _words in field.options if value)


def _checked(field: Field, allowed: Sequence[str], *, may_stay_open: bool = False) -> Field:
    if field.value in allowed:
        return field
    if not field.value and may_stay_open:
        return field
    error = field.error if not field.value else gettext("This can no longer be chosen. Choose another.")
    return replace(field, value="", error=error or gettext("Please choose one."), wrong=True)


def _posted(field: Field, posted: Mapping[str, str]) -> Field:
    """A field whose value in the form is not the one that is kept."""
    return _checked(replace(field, value=posted.get(field.name, "")), _values(field))


def _checked_tolerance(field: Field) -> Field:
    """What was typed stays as it was typed where it is no such amount."""
    if tolerance_of(field.value) is not None:
        return field
    most = formats.decimals(LARGEST_TOLERANCE)
    return replace(
        field, error=gettext("Please give an amount from 0 to %(most)s, in whole cents.", most=most), wrong=True
    )


# -- single fields ----------------------------------------------------------------------------------------------------
