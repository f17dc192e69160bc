"""Xero's webhook: whether a post is Xero's own, and which organisations it tells of. Pure.

Source: Xero facts §7, more §0 and §1. The payload of PAYMENT and of OVERPAYMENT is unverified, so nothing of an event
is relied on but its organisation and its category.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from b24xero.outbound import json_answer

SIGNATURE = "x-xero-signature"
# Far more than Xero posts at once.
MOST_BYTES = 1 << 20
OURS = frozenset({"INVOICE", "CREDITNOTE", "PAYMENT", "PREPAYMENT", "OVERPAYMENT"})
# Known, and none of an invoice's business.
OTHERS = frozenset({"CONTACT", "SUBSCRIPTION"})
# The kinds of documents that a company receives, as they begin: never an invoice of ours.
_RECEIVED = ("ACCPAY", "AP", "SPEND")


@dataclass(frozen=True)
class Heard:
    """``organisations``: Xero's ids of those in which something of ours may have changed; ``unknown``: by organisation
    and category, how many events are of none that we know."""

    organisations: frozenset[str] = frozenset()
    unknown: Mapping[tuple[str, str], int] = field(default_factory=dict)


def is_signed(body: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of the keys signed these very bytes; which one, or how nearly, takes no different time to say."""
    given = signature.encode("utf-8", "replace")
    fits = [hmac.compare_digest(_signature(body, key), given) for key in keys]
    return any(fits)


def _signature(body: bytes, key: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())


def heard(body: bytes) -> Heard:
    """What a signed post tells of; nothing where it cannot be read, which is told at once by asking Xero later."""
    try:
        read = json_answer.read(body)
    except ValueError:
        return Heard()
    events = read.get("events") if isinstance(read, Mapping) else None
    told: set[str] = set()
    unknown: dict[tuple[str, str], int] = {}
    for event in events if isinstance(events, list) else ():
        if not isinstance(event, Mapping) or not isinstance(event.get("tenantId"), str):
            continue
        category = str(event.get("eventCategory", "")).upper()
        if category in OURS and not _is_received(event.get("data")):
            told.add(event["tenantId"])
        elif category not in OURS | OTHERS:
            key = (event["tenantId"], category[:32])
            unknown[key] = unknown.get(key, 0) + 1
    return Heard(frozenset(told), unknown)


def _is_received(data: Any) -> bool:
    """A supplier's document, where the event says so."""
    kind = data.get("Type") if isinstance(data, Mapping) else None
    return isinstance(kind, str) and kind.upper().startswith(_RECEIVED)
