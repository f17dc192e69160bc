"""What Xero's validation messages mean and which problem a person is told for each. Pure.

Messages are verbatim from facts §13. One that is not known is quoted, never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from b24xero.errors import Problem, Rejected, problem
from b24xero.xero import kept_text

About = Mapping[str, str]
ZERO_ID = "00000000-0000-0000-0000-000000000000"

_KNOWN: tuple[tuple[str, str], ...] = (
    (r"Invoice # must be unique", "number_taken"),
    (r"cannot be edited as it has a payment or credit note", "part_paid_not_editable"),
    (r"status VOIDED cannot be applied .* payments or credit notes", "cannot_void_paid"),
    (r"cannot be applied to the invoice because it has payments", "part_paid_not_editable"),
    (r"not of valid status for modification", "not_editable"),
    (r"contact name (?P<name>.+) is already assigned to another contact", "contact_name_taken"),
    (
        r"Another contact has this contact number|contact number .* is already assigned",
        "contact_number_taken",
    ),
    (r"matched an archived contact|contact .*archived", "contact_archived"),
    (r"Email address must be valid", "email_invalid"),
    (r"Account code '(?P<code>[^']*)' is not a valid code", "account_dead"),
    (r"Account code '(?P<code>[^']*)' has been archived", "account_dead"),
    (r"Account code must be specified", "account_missing"),
    (r"TaxType code '(?P<rate>[^']*)' cannot be used with account code '[^']*'", "tax_rate_dead"),
    (r"TaxType field is mandatory|TaxType code '(?P<rate>[^']*)'", "tax_rate_dead"),
    (r"not subscribed to currency (?P<currency>\w+)", "currency_missing"),
    (r"cannot be before the period lock date|lock date", "date_locked"),
    (r"Item code '(?P<code>[^']*)' .*(?:not valid|not exist|not be found)", "item_gone"),
    (r"total .*(?:negative|less than zero|greater than or equal to zero)", "total_negative"),
    (r"Price List Item with Code '(?P<code>.+)' already exists", "item_code_taken"),
    (r"Invoice .*could not be found", "gone_in_xero"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), code) for pattern, code in _KNOWN)


def messages(answer: Any) -> tuple[str, ...]:
    """Every ValidationErrors message of an answer, however deep, each once, in document order (facts §2.2)."""
    return tuple(dict.fromkeys(_messages(answer)))


def _messages(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        errors = node.get("ValidationErrors")
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, Mapping) and error.get("Message"):
                yield str(error["Message"]).strip()
        for key, value in node.items():
            if key != "ValidationErrors":
                yield from _messages(value)
    elif isinstance(node, list):
        for value in node:
            yield from _messages(value)


def refused(element: Mapping[str, Any], about: About) -> Rejected | None:
    """Why one element of a write was refused; None when it was written (facts §2.1)."""
    if not (
        element.get("HasErrors")
        or element.get("HasValidationErrors")
        or element.get("StatusAttributeString") == "ERROR"
        or element.get("ValidationErrors")  # items have no flag beside it (facts §5.2)
    ):
        return None
    return Rejected(problems(element, about) or (problem("payload_refused"),))


def same_element(sent: Mapping[str, Any], answered: Mapping[str, Any]) -> bool:
    """Whether an answer may be about what was sent: no id or number contradicts it. A refused element may leave them
    out, or have the zero id; emoji and white space may come back changed (facts, more §0b)."""
    for name in ("InvoiceID", "InvoiceNumber", "ContactNumber", "Code"):
        one, other = (str(element.get(name) or "").strip().casefold() for element in (sent, answered))
        if one and other not in (one, "", ZERO_ID) and not kept_text.same_words(one, other):
            return False
    return True


def problems(answer: Any, about: About) -> tuple[Problem, ...]:
    """One problem a message. ``about`` fills in what a message does not say (number, date, currency, …)."""
    return tuple(_problem(message, about) for message in messages(answer))


def _agreeing(code: str, values: dict[str, str]) -> dict[str, str]:
    """A lock date that we remember and that is before the invoice's own cannot be the one that Xero means."""
    if code == "date_locked" and values.get("until", "") < values.get("date", ""):
        return {name: value for name, value in values.items() if name != "until"}
    return values


def _problem(message: str, about: Mapping[str, str]) -> Problem:
    for pattern, code in _PATTERNS:
        if match := pattern.search(message):
            said = {name: value for name, value in match.groupdict().items() if value}
            return Problem(code, _agreeing(code, {**about, **said}))
    return problem("xero_says", message=message)
