"""Every problem has words, and words never break on what they are given."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from b24xero.errors import Problem, problem
from b24xero.web.common import labels
from b24xero.web.common.urls import Places
from b24xero.web.messages import render
from b24xero.web.messages.catalogue import SENTENCES

SOURCES = Path(__file__).resolve().parent.parent.parent / "b24xero"
PLACES = Places(
    bitrix24="https://acme.example/crm/type/31/details/1412/",
    xero="https://go.xero.com/app/!Qj35V/invoicing/view/7",
    portal="https://acme.example",
    again="/invoices?q=kitchen",
    preview="/invoices/1412/preview",
)


def codes_in_the_code() -> set[str]:
    """Every code that stands in a call of problem(…) or Problem(…), or in the table of Xero's messages."""
    files = [file for file in SOURCES.rglob("*.py") if "simulator" not in file.parts]
    found = {code for file in files for code in re.findall(r'[pP]roblem\(\s*"(\w+)"', file.read_text())}
    refusals = (SOURCES / "xero" / "validation_errors.py").read_text()
    return found | set(re.findall(r'^\s+\(r?".*", "(\w+)"\),$', refusals, re.MULTILINE))


@pytest.fixture(autouse=True)
def words_of_a_page() -> Iterator[None]:
    """A request of an app that has the addresses that fixes lead to."""
    app = Flask(__name__)
    Babel(app)
    for endpoint in ("setup.index", "products.index", "automatic.index", "auth.connect", "auth.login"):
        app.add_url_rule(f"/{endpoint}", endpoint)
    app.add_url_rule("/runs/<int:run_id>", "runs.show")
    with app.test_request_context():
        yield


@pytest.mark.parametrize("code", sorted(codes_in_the_code()))
def test_every_code_that_is_used_has_words(code: str) -> None:
    assert code in SENTENCES


@pytest.mark.parametrize("system", ["bitrix24", "xero"])
def test_a_lost_sign_in_has_words(system: str) -> None:
    assert f"{system}_disconnected" in SENTENCES


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_words_stand_without_their_values(code: str) -> None:
    said = render.note(Problem(code), PLACES)
    assert said.text
    assert "%(" not in said.text
    assert said.tone in ("bad", "warn", "good", "")


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_fix_leads_somewhere(code: str) -> None:
    words = SENTENCES[code]
    assert bool(words.place) == bool(words.fix)
    fix = render.note(problem(code, run=1), PLACES).fix
    assert (fix is not None) == bool(words.place)
    assert fix is None or (fix.url and fix.label)


def test_a_fix_that_leads_nowhere_from_here_is_left_out() -> None:
    assert render.note(problem("no_rows"), Places()).fix is None


def test_an_unknown_code_is_said_by_its_name() -> None:
    assert "from_another_version" in render.note(problem("from_another_version", number="INV-0042")).text


def test_both_totals_are_told_with_their_currency() -> None:
    said = render.note(problem("total_differs", bitrix24="5047.19", xero="5047.1", currency="NZD"))
    assert "NZD\u00a05,047.19" in said.text
    assert "NZD\u00a05,047.10" in said.text


def test_an_amount_that_is_none_is_shown_as_it_came() -> None:
    said = render.note(problem("total_differs", bitrix24="", xero="1e", currency="NZD"))
    assert "1e" in said.text


def test_days_and_rates_are_written_for_people() -> None:
    locked = render.note(problem("date_locked", date="2026-03-31", until="2026-04-30")).text
    assert "31 Mar 2026" in locked
    assert "30 Apr 2026" in locked
    assert "15 %" in render.note(problem("tax_rate_unmapped", rate="15", lines=2)).text
    assert "12.5 %" in render.note(problem("tax_rate_unmapped", rate="12.5", lines=2)).text
    assert "No VAT" in render.note(problem("tax_rate_unmapped", rate="none", lines=2)).text


def test_a_sentence_whose_value_is_not_known_has_another_one() -> None:
    assert "…" not in render.note(problem("date_locked", date="2026-03-31", until="")).text
    assert "…" not in render.note(problem("gone_in_xero", number="")).text
    assert "…" not in render.note(problem("contact_archived")).text


def test_a_status_in_a_problem_is_told_in_its_own_words() -> None:
    assert "“Part paid”" in render.note(problem("stage_vanished", stage="DT31_2:OLD", status="part")).text


def test_text_of_customers_is_kept_as_it_is() -> None:
    said = render.note(problem("contact_name_taken", name='100% "Wool" & <b>Sons</b> %(x)s')).text
    assert '100% "Wool" & <b>Sons</b> %(x)s' in said


def test_every_choice_of_the_set_up_has_words() -> None:
    from b24xero.domain import due_date, queries, set_up

    assert set(labels.TARGETS) == set(set_up.TARGETS)
    assert set(labels.STATUSES) == {"none", *set_up.STATUSES}
    assert set(labels.DUE_RULES) == set(due_date.DUE_RULES)
    assert set(labels.NUMBERS) == set(set_up.NUMBERS)
    assert set(labels.REFERENCES) == set(set_up.REFERENCES)
    assert set(labels.SORTS) == set(queries.SORTS)
