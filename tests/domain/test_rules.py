"""The first rule that fits decides, for each line and each dimension by itself."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24xero.domain import rules
from b24xero.domain.rules import Row, Rule
from b24xero.domain.set_up import SetUp
from b24xero.domain.traits import Needs, Traits

OF = Traits(
    my_company=3, pipeline=7, responsible=12, industry="NOTPROFIT", departments=(3, 9), lists={"ufCrm_1": ("45",)},
    sections={1213: 5},
)  # fmt: skip
INSTALLATION = Row("Installation of  a heat pump", 1213)


def rule(when: str, value: str, then: str = "account", to: str = "210", **rest: str) -> Rule:
    return Rule(when, value, then, to, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("when", "value", "other"),
    [
        ("my_company", "3", "4"), ("pipeline", "7", "8"), ("responsible", "12", "1"), ("department", "9", "4"),
        ("industry", "NOTPROFIT", "IT"), ("section", "5", "6"), ("words", "installation of a heat", "repair"),
    ],
)  # fmt: skip
def test_each_condition_fits_what_it_names_and_nothing_else(when: str, value: str, other: str) -> None:
    assert rules.fits(rule(when, value), "smart", OF, INSTALLATION) is True
    assert rules.fits(rule(when, other), "smart", OF, INSTALLATION) is False


def test_a_list_is_of_one_kind_of_invoices() -> None:
    of_new, of_old = rule("list", "45", field="ufCrm_1"), rule("list", "45", field="UF_CRM_1")
    assert rules.fits(of_new, "smart", OF, INSTALLATION) is True
    assert rules.fits(replace(of_new, value="46"), "smart", OF, INSTALLATION) is False
    assert rules.fits(of_old, "smart", OF, INSTALLATION) is False
    assert rules.fits(of_old, "legacy", OF, INSTALLATION) is None  # its field was not shown
    assert rules.fits(of_new, "legacy", OF, INSTALLATION) is False


def test_what_bitrix24_did_not_say_is_neither_yes_nor_no() -> None:
    unknown = Traits(responsible=12)
    assert rules.fits(rule("department", "3"), "smart", unknown, INSTALLATION) is None
    assert rules.fits(rule("section", "5"), "smart", unknown, INSTALLATION) is None
    assert rules.fits(rule("section", "5"), "smart", unknown, Row("free text")) is False
    assert rules.fits(rule("list", "45", field="ufCrm_1"), "smart", unknown, INSTALLATION) is None


def to(decided: rules.Decided) -> dict[tuple[str, str], str]:
    return {dimension: one.to for dimension, one in decided.by.items()}


def test_the_first_that_fits_holds_in_each_dimension() -> None:
    listed = (
        rule("responsible", "1", to="260"),
        rule("department", "3", "tracking", "north", category="region"),
        rule("responsible", "12", to="210"),
        rule("words", "installation", to="220"),
        rule("industry", "NOTPROFIT", "tracking", "south", category="region"),
        rule("industry", "NOTPROFIT", "tracking", "trust", category="kind"),
        rule("industry", "NOTPROFIT", "theme", "schools"),
    )
    decided = rules.of_line(listed, "smart", OF, INSTALLATION)
    assert to(decided) == {
        ("account", ""): "210", ("tracking", "region"): "north", ("tracking", "kind"): "trust",
    }  # fmt: skip
    assert to(rules.of_invoice(listed, "smart", OF, [INSTALLATION])) == {("theme", ""): "schools"}
    assert decided.unknown == ()


def test_an_items_own_account_goes_before_rules_about_the_invoice_and_after_those_about_the_line() -> None:
    of_invoice, of_line = rule("responsible", "12", to="210"), rule("words", "installation", to="220")
    listed = (of_invoice, of_line)
    assert rules.of_line(listed, "smart", OF, INSTALLATION).account == of_invoice
    assert rules.of_line(listed, "smart", OF, INSTALLATION, own_account=True).account == of_line
    assert rules.of_line(listed, "smart", OF, Row("Repair"), own_account=True).account is None


def test_the_theme_of_a_rule_about_lines_holds_as_soon_as_one_of_them_fits() -> None:
    listed = (rule("words", "installation", "theme", "blue"),)
    assert rules.of_invoice(listed, "smart", OF, [Row("Repair"), INSTALLATION]).theme == listed[0]
    assert rules.of_invoice(listed, "smart", OF, [Row("Repair")]).theme is None
    assert rules.of_invoice(listed, "smart", OF, []).theme is None


def test_one_that_cannot_be_known_stops_those_after_it_and_none_before() -> None:
    unknown = Traits(responsible=12)
    by_department, by_person = rule("department", "3", to="210"), rule("responsible", "12", to="220")
    stopped = rules.of_line((by_department, by_person), "smart", unknown, INSTALLATION)
    assert (stopped.account, stopped.unknown) == (None, (by_department,))
    known = rules.of_line((by_person, by_department), "smart", unknown, INSTALLATION)
    assert (known.account, known.unknown) == (by_person, ())


def test_only_what_the_rules_ask_for_is_read() -> None:
    assert rules.needs_of(()) == rules.needs_of([rule("responsible", "12"), rule("words", "x")]) == Needs()
    listed = [rule("department", "3"), rule("section", "5"), rule("list", "1", field="b"), rule("list", "2", field="a")]
    assert rules.needs_of(listed) == Needs(departments=True, sections=True, lists=("a", "b"))


def test_rules_are_kept_with_the_set_up_in_their_order() -> None:
    listed = (rule("words", "Installation", value_name="Installation", to_name="210 · Fitting"), rule("pipeline", "7"))
    kept = SetUp(rules=listed)
    assert SetUp.from_json(kept.as_json()) == kept
    assert SetUp.from_json({"sales_account": "200"}).rules == ()


@pytest.mark.parametrize("odd", [{"when": "moon"}, {"then": "colour"}, {"value": ""}, {"to": ""}])
def test_a_rule_of_another_version_that_says_nothing_here_is_left_aside(odd: dict[str, str]) -> None:
    assert rules.read([{**asdict(rule("words", "x")), **odd}, asdict(rule("words", "y"))]) == (rule("words", "y"),)


TRAITS: Any = st.builds(
    Traits, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.sampled_from(["", "IT"]),
    st.none() | st.just((1,)),
)  # fmt: skip
RULES = st.builds(
    rule, st.sampled_from(["my_company", "pipeline", "responsible", "department", "words"]),
    st.sampled_from(["1", "2", "a"]), st.sampled_from(["account", "tracking"]), st.sampled_from(["x", "y"]),
)  # fmt: skip


@given(st.lists(RULES, max_size=6), TRAITS, st.sampled_from(["", "an a"]))
def test_of_each_dimension_the_rule_that_decides_is_the_first_that_is_not_a_no(
    listed: list[Rule], traits: Traits, words: str
) -> None:
    decided = rules.of_line(listed, "smart", traits, Row(words))
    for dimension in {one.dimension for one in listed}:
        own = [one for one in listed if one.dimension == dimension]
        first = next((one for one in own if rules.fits(one, "smart", traits, Row(words)) is not False), None)
        told = decided.by.get(dimension) or next((o for o in decided.unknown if o.dimension == dimension), None)
        assert told == first
