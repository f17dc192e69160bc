"""Where the row of an invoice leads: pages of ours, and its own in Bitrix24."""

from __future__ import annotations

from typing import Any, TypedDict

from flask import url_for

from b24xero.connections import invoice_pages
from b24xero.domain.invoice_key import LARGEST_ID, written


class Of(TypedDict):
    """Of one invoice, under the names that ``RowView`` has for them."""

    push_url: str
    preview_url: str
    bitrix24_url: str
    record_url: str
    why_url: str
    history_url: str
    pull_url: str


class Addresses:
    """Of all rows of one answer. They differ by the invoice's key alone, so each is built once and not once a row.
    ``back``: the page that those have to lead back to from which one comes back."""

    def __init__(self, back: str) -> None:
        self._in_bitrix24 = invoice_pages()
        self._push = _around("invoices.push_invoice")
        self._preview = _around("preview.page", back=back)
        self._record = _around("record.page", back=back)
        self._why = _around("why.page")
        self._history = _around("activity.history")
        self._pull = _around("runs.start_one")

    def of(self, id: int) -> Of:
        key = written(id)
        return Of(
            push_url=key.join(self._push),
            preview_url=key.join(self._preview),
            bitrix24_url=self._in_bitrix24.of(id),
            record_url=key.join(self._record),
            why_url=key.join(self._why),
            history_url=key.join(self._history),
            pull_url=key.join(self._pull),
        )


def _around(endpoint: str, **values: Any) -> tuple[str, str]:
    """What stands before the key and after it. The key of another invoice may stand in the way back, which comes
    last."""
    before, _, after = url_for(endpoint, bitrix24_id=LARGEST_ID, **values).partition(written(LARGEST_ID))
    return before, after
