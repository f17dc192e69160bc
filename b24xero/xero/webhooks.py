"""Xero's webhook: whether a post is Xero's own, and which organisations it tells of. Pure.

Source: Xero facts §7, more §0 and §1. The payload of PAYMENT and of OVERPAYMENT is unverified, so nothing of an event
is relied on but its organisation and its category.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from b24xero.outbound import json_answer

SIGNATURE = "x-xero-signature"
# Far more than Xero posts at once.
MOST_BYTES = 1 << 20
OURS = frozenset({"INVOICE", "CREDITNOTE", "PAYMENT", "PREPAYMENT", "OVERPAYMENT"})
# Known, and none of an invoice's business.
OTHERS = frozenset({"CONTACT", "SUBSCRIPTION"})
# The kinds of documents that a company receives, as they begin: never an invoice of ours.
_RECEIVED = ("ACCPAY", "AP", "SPEND")


# Why an event means nothing to us: a document that the company received, or none of an invoice's business.
Dropped = Literal["supplier", "other"]
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Heard:
    """``organisations``: Xero's ids of those in which something of ours may have changed; ``unknown``: by organisation
    and category, how many events are of none that we know; ``dropped``: by organisation, how many say nothing to us,
    and why. ``first`` and ``last``: the numbers of its events, 0 where it has none. ``is_unread``: some of it could
    not be read."""

    organisations: frozenset[str] = frozenset()
    unknown: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dropped: Mapping[tuple[str, Dropped], int] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    is_unread: bool = False


def is_signed(body: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of the keys signed these very bytes; which one, or how nearly, takes no different time to say."""
    given = signature.encode("utf-8", "replace")
    fits = [hmac.compare_digest(_signature(body, key), given) for key in keys]
    return any(fits)


def _signature(body: bytes, key: str) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())


def heard(body: bytes) -> Heard:
    """What a signed post tells of. What cannot be read of it is one more thing to ask after."""
    try:
        read = json_answer.read(body)
    except ValueError:
        return Heard(is_unread=True)
    events = read.get("events") if isinstance(read, Mapping) else None
    if not isinstance(read, Mapping) or not isinstance(events, list):
        return Heard(is_unread=True)
    known = [event for event in events if isinstance(event, Mapping) and isinstance(event.get("tenantId"), str)]
    told = [(event["tenantId"], str(event.get("eventCategory", "")).upper(), event.get("data")) for event in known]
    ours = [(tenant, _is_received(data)) for tenant, category, data in told if category in OURS]
    dropped: list[tuple[str, Dropped]] = [(tenant, "supplier") for tenant, is_received in ours if is_received]
    dropped += [(tenant, "other") for tenant, category, _data in told if category in OTHERS]
    return Heard(
        frozenset(tenant for tenant, is_received in ours if not is_received),
        Counter((tenant, category[:32]) for tenant, category, _data in told if category not in OURS | OTHERS),
        Counter(dropped),
        _sequence(read.get("firstEventSequence")),
        _sequence(read.get("lastEventSequence")),
        is_unread=len(known) < len(events),
    )


def _sequence(said: Any) -> int:
    """Zero in "Intent to receive", and from one on in events (facts more §1)."""
    return said if type(said) is int and 0 < said <= _LARGEST else 0


def _is_received(data: Any) -> bool:
    """A supplier's document, where the event says so."""
    kind = data.get("Type") if isinstance(data, Mapping) else None
    return isinstance(kind, str) and kind.upper().startswith(_RECEIVED)
