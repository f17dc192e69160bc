"""Xero's webhook: which posts are its own, and what they tell."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from b24xero.simulator.xero.webhooks import signed
from b24xero.xero.webhooks import heard, is_signed

KEY, OLDER = "a signing key of Xero's", "the one before it"
HARBOUR = "5c6f6a61-0000-4000-8000-000000000001"


def event(**values: Any) -> dict[str, Any]:
    return {"tenantId": HARBOUR, "eventCategory": "INVOICE", "eventType": "UPDATE", **values}


def body(*events: Any) -> bytes:
    return json.dumps({"events": events, "firstEventSequence": 1, "lastEventSequence": 1}).encode()


def test_either_of_two_keys_signs_while_one_is_replaced() -> None:
    for key in (KEY, OLDER):
        post = signed({"events": []}, key)
        assert is_signed(post["body"].encode(), post["signature"], (KEY, OLDER))
    assert not is_signed(post["body"].encode(), post["signature"], (KEY,))


def test_one_byte_off_is_not_xeros() -> None:
    post = signed({"events": [event()]}, KEY)
    chance = random.Random("forged")
    for _ in range(2000):
        text = bytearray(post["body"].encode())
        text[chance.randrange(len(text))] ^= 1 << chance.randrange(8)
        assert not is_signed(bytes(text), post["signature"], (KEY, OLDER))
        place = chance.randrange(len(post["signature"]) - 1)
        other = chance.choice([c for c in "ABCabc019+/" if c != post["signature"][place]])
        forged = post["signature"][:place] + other + post["signature"][place + 1 :]
        assert not is_signed(post["body"].encode(), forged, (KEY, OLDER))


@pytest.mark.parametrize("signature", ["", "=", "\ud800", "é" * 44, "A" * 10_000])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not is_signed(b"{}", signature, (KEY,))


@pytest.mark.parametrize("category", ["INVOICE", "invoice", "CREDITNOTE", "PAYMENT", "PREPAYMENT"])
def test_a_change_of_an_invoice_or_what_settles_it_is_heard(category: str) -> None:
    assert heard(body(event(eventCategory=category))).organisations == {HARBOUR}


@pytest.mark.parametrize("kind", ["ACCPAYCREDIT", "SPEND-PREPAYMENT", "APOVERPAYMENT"])
def test_a_suppliers_document_is_not(kind: str) -> None:
    assert not heard(body(event(eventCategory="CREDITNOTE", data={"Type": kind}))).organisations


def test_a_customers_document_is() -> None:
    found = heard(body(event(eventCategory="CREDITNOTE", data={"Type": "ACCRECCREDIT", "Status": "PAID"})))
    assert found.organisations == {HARBOUR}


def test_categories_that_nobody_knows_are_counted_and_known_ones_of_others_are_not() -> None:
    found = heard(body(event(eventCategory="QUOTE"), event(eventCategory="QUOTE"), event(eventCategory="CONTACT")))
    assert not found.organisations
    assert found.unknown == {(HARBOUR, "QUOTE"): 2}


@pytest.mark.parametrize(
    "post",
    [b"", b"[]", b"nonsense", b'{"events":null}', b'{"events":[7,null,{"tenantId":7},{}]}', b'{"events":{"a":1}}'],
)
def test_what_cannot_be_read_tells_of_nothing_but_that(post: bytes) -> None:
    assert heard(post).is_unread
    assert not heard(post).organisations


def test_what_tells_nothing_was_read() -> None:
    assert not heard(body()).is_unread


@pytest.mark.parametrize("number", [0, -1, "7", 7.5, True, None, 2**31])
def test_what_is_no_number_of_an_event_is_none(number: Any) -> None:
    post = json.dumps({"events": [], "firstEventSequence": number, "lastEventSequence": number}).encode()
    assert (heard(post).first, heard(post).last) == (0, 0)
