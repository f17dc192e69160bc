"""The fields of the set-up form: what may be chosen, what stands there, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from b24xero.bitrix24.client import PortalLists
from b24xero.domain.books import Books
from b24xero.domain.invoice import Stage, VatRate
from b24xero.domain.set_up import (
    CUSTOMERS,
    DRIFTS,
    DUE_RULES,
    LARGEST_TOLERANCE,
    LEAVE,
    NUMBERS,
    REFERENCES,
    ROUNDINGS,
    STATUSES,
    TARGETS,
    WRITERS,
    SetUp,
    tolerance_of,
)
from b24xero.web.common import formats, labels
from b24xero.web.setup import old_fields
from b24xero.web.setup.field import Field as Field
from b24xero.web.setup.field import options

# An invoice without rows is not written; any other value is the tax key of its one line.
STOP = "stop"


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
        return any(field.wrong for field in self.fields)

    @property
    def open(self) -> int:
        return sum(field.open for field in self.fields)

    def set_up(self) -> SetUp:
        """What is saved; a field that is open is left out."""
        return SetUp(
            stages=_chosen((*self.stages, *self.old_stages)),
            statuses=_chosen(self.statuses),
            taxes=_chosen(self.taxes),
            sales_account=self.account.value,
            due_rule=self.due_rule.value,
            number=self.number.value,
            reference=self.reference.value,
            rounding=self.rounding.value,
            tolerance=_amount(self.tolerance.value),
            drift=self.drift.value,
            no_rows="" if self.no_rows.value == STOP else self.no_rows.value,
            missing_items=self.missing_items.value == "yes",
            writers=self.writers.value,
            customers=self.customers.value,
            old_statuses=_chosen(self.old_statuses),
        )

    def tried(self) -> SetUp:
        """The same, where something that has to be chosen may still be open: the usual choice stands in for it."""
        usual, chosen = SetUp(), self.set_up()
        return replace(
            chosen,
            due_rule=chosen.due_rule or usual.due_rule,
            number=chosen.number or usual.number,
            reference=chosen.reference or usual.reference,
            writers=chosen.writers or usual.writers,
            rounding=chosen.rounding or usual.rounding,
            tolerance=usual.tolerance if self.tolerance.wrong else chosen.tolerance,
        )


def _chosen(fields: Iterable[Field]) -> dict[str, str]:
    return {field.name.partition(":")[2]: field.value for field in fields if field.value}


def shown(set_up: SetUp, lists: PortalLists, books: Books, *, suggested: bool) -> SetUpForm:
    """The form for a set_up: one that was saved, or one that is suggested and not saved yet."""
    return SetUpForm(
        stages=tuple(_stage(s, set_up.stages.get(s.id, "")) for s in lists.stages),
        statuses=tuple(_status(s, set_up.statuses.get(s, LEAVE), lists.stages) for s in _asked(lists)),
        taxes=tuple(
            _tax(rate, set_up.taxes.get(rate.key, ""), books, suggested=suggested)
            for rate in one_a_key(lists.vat_rates)
        ),
        account=_account(set_up.sales_account, books),
        due_rule=_choice("due_rule", gettext("Due, when Bitrix24 says nothing"), set_up.due_rule, labels.DUE_RULES),
        reference=_choice("reference", gettext("Reference in Xero"), set_up.reference, labels.REFERENCES),
        number=_choice("number", gettext("Invoice number in Xero"), set_up.number, labels.NUMBERS),
        rounding=_rounding(set_up, books),
        tolerance=_tolerance(set_up.tolerance),
        drift=_choice("drift", gettext("Edited by hand in Xero"), set_up.drift, labels.DRIFTS),
        no_rows=_no_rows(set_up.no_rows, lists.vat_rates),
        missing_items=_missing_items("yes" if set_up.missing_items else "no"),
        writers=_choice("writers", gettext("Who writes an invoice to Xero"), set_up.writers, labels.WRITERS),
        customers=_customers(set_up.customers),
        old_stages=old_fields.stages(set_up, lists.old_statuses),
        old_statuses=old_fields.statuses(set_up, lists.old_statuses),
    )


def _asked(lists: PortalLists) -> Sequence[str]:
    """A portal of old invoices alone has no stages that anything could move to."""
    return STATUSES if lists.stages or not lists.old_statuses else ()


def read(posted: Mapping[str, str], lists: PortalLists, books: Books) -> SetUpForm:
    """The form as it was sent, every value held against what may be chosen right now; all errors at once."""
    set_up = SetUp(
        stages={s.id: posted.get(f"stage:{s.id}", "") for s in lists.all_stages},
        statuses={s: posted.get(f"status:{s}", "") for s in STATUSES},
        taxes={r.key: posted.get(f"tax:{r.key}", "") for r in lists.vat_rates},
        sales_account=posted.get("sales_account", ""),
        due_rule=posted.get("due_rule", ""),
        number=posted.get("number", ""),
        reference=posted.get("reference", ""),
        rounding=posted.get("rounding", ""),
        tolerance=posted.get("tolerance", ""),
        drift=posted.get("drift", ""),
        writers=posted.get("writers", ""),
        customers=posted.get("customers", ""),
        old_statuses={s: posted.get(f"old_status:{s}", "") for s in STATUSES},
    )
    form = shown(set_up, lists, books, suggested=False)
    return SetUpForm(
        stages=tuple(_checked(f, TARGETS, may_stay_open=True) for f in form.stages),
        statuses=tuple(_checked(f, _values(f), may_stay_open=True) for f in form.statuses),
        taxes=tuple(_checked(f, _values(f), may_stay_open=True) for f in form.taxes),
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
        old_stages=tuple(_checked(f, TARGETS, may_stay_open=True) for f in form.old_stages),
        old_statuses=tuple(_checked(f, _values(f), may_stay_open=True) for f in form.old_statuses),
    )


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


def _choice(name: str, label: str, value: str, words: Mapping[str, Any]) -> Field:
    choices = tuple(words.items())
    return Field(name, label, value, choices if name == "number" else options(choices, value))


def _stage(stage: Stage, value: str) -> Field:
    error = "" if value else gettext("New since the last save")
    return Field(f"stage:{stage.id}", stage.name, value, options(labels.TARGETS.items(), value), stage, "", error)


def _status(status: str, value: str, stages: Sequence[Stage]) -> Field:
    choices = [(LEAVE, gettext("Leave as it is")), *((stage.id, stage.name) for stage in stages)]
    gone = value not in (v for v, _ in choices)
    error = gettext("Its stage is gone from Bitrix24") if gone and value else ""
    label = str(labels.STATUSES[status])
    return Field(f"status:{status}", label, value, options(choices, value), status, "", error)


def _tax(rate: VatRate, value: str, books: Books, *, suggested: bool) -> Field:
    choices = [(tax.type, tax.name) for tax in books.live_tax_rates]
    hint = error = ""
    if not value and suggested and rate.rate is not None:
        error = gettext("No rate of %(rate)s in Xero", rate=formats.percent(rate.key))
    elif not value:
        error = gettext("No match chosen yet")
    elif value not in (v for v, _ in choices):
        error = gettext("“%(tax)s” can no longer be used on sales", tax=_tax_name(value, books))
    elif suggested:
        hint = gettext("Suggested: no tax at all") if rate.rate is None else gettext("Suggested: the same percentage")
    return Field(f"tax:{rate.key}", rate.name, value, options(choices, value), rate, hint, error)


def _tax_name(tax_type: str, books: Books) -> str:
    found = books.tax_rate(tax_type)
    return found.name if found else tax_type


def _account(value: str, books: Books) -> Field:
    choices = [(account.code, f"{account.code} · {account.name}") for account in books.live_accounts]
    error = ""
    if value and value not in (v for v, _ in choices):
        error = gettext("Account %(code)s in Xero is archived or no longer takes sales. Choose another.", code=value)
    hint = gettext("The account of every line in Xero.")
    return Field("sales_account", gettext("Sales account"), value, options(choices, value), None, hint, error)


def _rounding(set_up: SetUp, books: Books) -> Field:
    words = {
        way: str(said) % {"code": books.rounding_account}
        for way, said in labels.ROUNDINGS.items()
        if way != "line" or books.rounding_account
    }
    tolerance = tolerance_of(set_up.tolerance)
    amount = formats.decimals(SetUp().largest_rest if tolerance is None else tolerance)
    field = _choice("rounding", gettext("Totals differ by %(amount)s or less", amount=amount), set_up.rounding, words)
    if set_up.rounding == "line" and not books.rounding_account:
        return replace(field, error=gettext("Xero has no rounding account in use"))
    hint = gettext("What tax rounding leaves. A larger difference is never written.")
    return replace(field, hint=hint)


def _tolerance(value: str) -> Field:
    amount = tolerance_of(value)
    shown = value if amount is None else formats.decimals(amount)
    hint = gettext("In the currency of the invoice, from 0 to %(most)s.", most=formats.decimals(LARGEST_TOLERANCE))
    return Field("tolerance", gettext("Largest difference from tax rounding"), shown, (), None, hint)


def _amount(spelt: str) -> str:
    """As it is kept, in no language's signs; what names no amount stays as it is."""
    amount = tolerance_of(spelt)
    return spelt if amount is None else str(amount)


def _no_rows(value: str, rates: Iterable[VatRate]) -> Field:
    one_line = [
        (rate.key, gettext("Write one line at the total, with %(rate)s", rate=rate.name)) for rate in one_a_key(rates)
    ]
    choices = options([(STOP, gettext("Do not write them")), *one_line], value or STOP)
    return Field("no_rows", gettext("Invoices without rows"), value or STOP, choices)


def _customers(value: str) -> Field:
    field = _choice("customers", gettext("Customers that changed in Bitrix24"), value, labels.CUSTOMERS)
    return replace(field, hint=gettext("What somebody changed in Xero by hand is never overwritten without a word."))


def _missing_items(value: str) -> Field:
    return _choice("missing_items", gettext("Products without an item in Xero"), value, labels.MISSING_ITEMS)


def one_a_key(rates: Iterable[VatRate]) -> tuple[VatRate, ...]:
    """Rates of one percentage become one Xero rate, so they are one field that names them all."""
    names: dict[str, list[str]] = {}
    known: dict[str, VatRate] = {}
    for rate in rates:
        names.setdefault(rate.key, []).append(rate.name)
        known.setdefault(rate.key, rate)
    return tuple(replace(rate, name=" / ".join(dict.fromkeys(names[key]))) for key, rate in known.items())
