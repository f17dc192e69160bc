"""What Xero's one subscription of the app would post, signed (facts §7, more §0 and §1).

Nothing is posted from here: whoever plays Xero's server asks for the posts and delivers them, late, twice, out of order
or not at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from b24xero.simulator.xero.logins import Logins
from b24xero.simulator.xero.records import CreditNote, Invoice, Json
from b24xero.simulator.xero.state import Ids, Organisation

API = "https://api.xero.com/api.xro/2.0"


@dataclass
class Subscription:
    """What was told already, by document, and the number of the last event."""

    ids: Ids
    told: dict[str, datetime] = field(default_factory=dict)
    sequence: int = 0

    def posts(self, logins: Logins, organisations: dict[str, Organisation], key: str) -> list[Json]:
        """One post with all that changed since the last time; none when nothing did. An organisation that is connected
        with nobody any more sends nothing (facts more §1)."""
        connected = {connection.tenant_id for connection in logins.connections.values()}
        events = [
            event
            for tenant_id, books in organisations.items()
            for event in self._changed(books)
            if tenant_id in connected
        ]
        if not events:
            return []
        first, self.sequence = self.sequence + 1, self.sequence + len(events)
        return [signed({**_envelope(self.ids, first, self.sequence), "events": events}, key)]

    def intent(self, key: str) -> list[Json]:
        """The posts of "Intent to receive": no events, one signature right, one wrong in its first character."""
        right = signed({**_envelope(self.ids, 0, 0), "events": []}, key)
        letter = "A" if right["signature"][0] != "A" else "B"
        return [right, {**right, "signature": letter + right["signature"][1:]}]

    def _changed(self, books: Organisation) -> list[Json]:
        """Sales, bills and credit notes alike; a document is told of once for its last change."""
        documents: list[Invoice | CreditNote] = [*books.invoices.values(), *books.credit_notes.values()]
        found = []
        for document in documents:
            id = document.invoice_id if isinstance(document, Invoice) else document.credit_note_id
            before = self.told.get(id)
            if before is None or document.updated > before:
                self.told[id] = document.updated
                found.append(_event(books.tenant_id, id, document, "UPDATE" if before else "CREATE"))
        return found


def _event(tenant_id: str, id: str, document: Invoice | CreditNote, kind: str) -> Json:
    is_invoice = isinstance(document, Invoice)
    event: dict[str, Any] = {
        "resourceUrl": f"{API}/{'Invoices' if is_invoice else 'CreditNotes'}/{id}", "resourceId": id,
        "tenantId": tenant_id, "tenantType": "ORGANISATION", "eventCategory": "INVOICE" if is_invoice else "CREDITNOTE",
        "eventType": kind, "eventDateUtc": document.updated.replace(tzinfo=None).isoformat("T", "milliseconds"),
    }  # fmt: skip
    return event if is_invoice else {**event, "data": {"Type": "ACCRECCREDIT", "Status": document.status}}


def _envelope(ids: Ids, first: int, last: int) -> Json:
    return {"firstEventSequence": first, "lastEventSequence": last, "entropy": ids.opaque(20)}


def signed(body: Json, key: str) -> Json:
    """The post: ``body`` as text, to be sent as these very bytes, and its ``signature``."""
    text = json.dumps(body, separators=(",", ":"))
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return {"body": text, "signature": base64.b64encode(digest).decode()}
