"""What Xero's refusals mean, and what our own errors carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from b24xero.errors import (
    Disconnected,
    Forbidden,
    JobError,
    NotFound,
    OutcomeUnknown,
    Problem,
    Rejected,
    RetryLater,
    problem,
)
from b24xero.xero.validation_errors import messages, problems

ABOUT = {"number": "INV-0042", "currency": "NZD", "name": "Acme Plumbing", "code": "200", "rate": ""}


def refused(*texts: str) -> dict[str, Any]:
    """A validation exception as Xero answers it (facts §2.2)."""
    errors = [{"Message": text} for text in texts]
    return {
        "ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred",
        "Elements": [{"InvoiceID": "00000000-0000-0000-0000-000000000000", "HasErrors": True,
                      "ValidationErrors": errors}],
    }  # fmt: skip


def one(text: str, **about: str) -> Problem:
    (found,) = problems(refused(text), {**ABOUT, **about})
    return found


# -- finding the messages ---------------------------------------------------------------------------------------------


def test_messages_are_found_however_deep_and_each_once() -> None:
    answer = {
        "Elements": [
            {"ValidationErrors": [{"Message": "Invoice # must be unique."}],
             "Contact": {"ValidationErrors": [{"Message": "Email address must be valid."}]},
             "LineItems": [{"ValidationErrors": [{"Message": "Account code must be specified"}]},
                           {"ValidationErrors": [{"Message": "Account code must be specified"}]}]},
        ],
    }  # fmt: skip
    assert messages(answer) == (
        "Invoice # must be unique.", "Email address must be valid.", "Account code must be specified",
    )  # fmt: skip


def test_an_element_that_stands_alone_is_read_too() -> None:
    element = {"HasErrors": True, "StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": " Too late. "}]}
    assert messages(element) == ("Too late.",)


@pytest.mark.parametrize(
    "answer",
    [None, "", "<html>", 12, [], {}, {"ValidationErrors": None}, {"ValidationErrors": []},
     {"ValidationErrors": [{}, None, {"Message": ""}]}, {"Message": "JSON for post data was invalid"}],
)  # fmt: skip
def test_an_answer_without_messages_has_none(answer: Any) -> None:
    assert messages(answer) == ()
    assert problems(answer, ABOUT) == ()


# -- what they mean ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Invoice # must be unique.", "number_taken"),
        ("Invoice not of valid status for modification", "not_editable"),
        (
            "This document cannot be edited as it has a payment or credit note allocated to it.",
            "part_paid_not_editable",
        ),
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to "
            "it.",
            "cannot_void_paid",
        ),
        (
            "The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to "
            "it.",
            "part_paid_not_editable",
        ),
        (
            "The contact name Acme Plumbing is already assigned to another contact. The contact name must be unique "
            "across all active contacts.",
            "contact_name_taken",
        ),
        ("Another contact has this contact number. Please enter a different contact number.", "contact_number_taken"),
        ("The contact number B24-CO-41 is already assigned to another contact.", "contact_number_taken"),
        (
            "The specified contact details matched an archived contact. Archived contacts cannot currently be edited "
            "via the API.",
            "contact_archived",
        ),
        ("Email address must be valid.", "email_invalid"),
        ("Account code '999' is not a valid code for this document.", "account_dead"),
        (
            "Account code '888' has been archived, or deleted. Each line item must reference a valid account.",
            "account_dead",
        ),
        ("Account code must be specified", "account_missing"),
        ("The TaxType code 'INPUT' cannot be used with account code '630'.", "tax_rate_dead"),
        ("The TaxType field is mandatory", "tax_rate_dead"),
        ("Organisation is not subscribed to currency EUR", "currency_missing"),
        ("The document date cannot be before the period lock date", "date_locked"),
        ("The document date cannot be before the period lock date of 30 June 2026", "date_locked"),
        ("An existing Invoice with the specified InvoiceID could not be found", "gone_in_xero"),
    ],
)
def test_each_message_that_is_known_has_its_meaning(said: str, code: str) -> None:
    assert one(said).code == code


def test_a_message_that_is_not_known_is_quoted() -> None:
    assert one("Url must be a valid absolute url") == Problem(
        "xero_says", {"message": "Url must be a valid absolute url"}
    )


def test_case_and_line_breaks_do_not_hide_a_meaning() -> None:
    assert one("INVOICE # MUST BE UNIQUE.\r\n").code == "number_taken"
    assert one("The contact name Acme\nPlumbing is already assigned to another contact.").code == "contact_name_taken"


def test_what_the_message_says_outranks_what_we_know_beside() -> None:
    assert one("Account code '888' has been archived, or deleted.").values["code"] == "888"
    assert one("Organisation is not subscribed to currency EUR").values["currency"] == "EUR"
    assert one("The TaxType code 'INPUT' cannot be used with account code '630'.").values["rate"] == "INPUT"


def test_what_the_message_leaves_out_is_filled_in() -> None:
    assert one("Invoice # must be unique.").values["number"] == "INV-0042"
    assert one("The TaxType field is mandatory", rate="15% GST on Income").values["rate"] == "15% GST on Income"


def test_a_name_is_quoted_whole_even_with_marks_in_it() -> None:
    said = 'The contact name O\'Brien "& Sons" (archived) is already assigned to another contact. The contact name'
    assert one(said).values["name"] == 'O\'Brien "& Sons" (archived)'


def test_an_account_code_may_have_no_letters_at_all() -> None:
    assert one("Account code '' is not a valid code for this document.").code == "account_dead"


def test_something_else_that_could_not_be_found_is_not_told_as_a_vanished_invoice() -> None:
    """ "It is no longer in Xero; who removed it?" would send the accountant after the wrong thing."""
    assert one("The branding theme could not be found").code == "xero_says"


def test_problems_come_one_a_message_in_their_order() -> None:
    found = problems(refused("Email address must be valid.", "Something new", "Invoice # must be unique."), ABOUT)
    assert [p.code for p in found] == ["email_invalid", "xero_says", "number_taken"]


# -- our own errors ---------------------------------------------------------------------------------------------------


def test_a_problem_is_the_same_after_it_was_kept() -> None:
    kept = problem("total_differs", bitrix24="120.00", xero=115, currency="NZD")
    assert Problem.from_json(json.loads(json.dumps(kept.as_json()))) == kept
    assert kept.values["xero"] == "115"


def test_a_problem_kept_without_values_is_read() -> None:
    assert Problem.from_json({"code": "no_rows"}) == Problem("no_rows")


def test_an_error_tells_one_problem_or_many() -> None:
    assert Rejected(problem("no_rows")).problems == (problem("no_rows"),)
    error = Rejected([problem("no_rows"), problem("number_missing")])
    assert str(error) == "no_rows, number_missing"
    assert [p.code for p in error.problems] == ["no_rows", "number_missing"]


def test_who_is_disconnected_is_told_even_without_words() -> None:
    assert Disconnected("xero").problems == (Problem("xero_disconnected"),)
    assert Disconnected("bitrix24").system == "bitrix24"
    assert Disconnected("xero", problem("xero_scope", scope="x")).problems[0].code == "xero_scope"


def test_later_says_when() -> None:
    assert RetryLater(problem("xero_busy"), 26).seconds == 26
    assert RetryLater(problem("xero_busy")).seconds > 0


@pytest.mark.parametrize("kind", [Rejected, RetryLater, OutcomeUnknown, Forbidden, NotFound])
def test_a_job_meets_one_family_of_errors(kind: type[JobError]) -> None:
    assert isinstance(kind(problem("xero_says")), JobError)
