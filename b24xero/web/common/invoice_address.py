"""How an invoice of either kind stands in the addresses of our own pages: /invoices/41, /invoices/old-41."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

from b24xero.domain import invoice_key


class InvoiceKey(BaseConverter):
    """``<invoice:…>`` of a route: its key in our code. What names no invoice is no address of ours."""

    regex = r"(?:old-)?[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        key = invoice_key.read(value)
        if not key:
            raise ValidationError
        return key

    def to_url(self, value: int) -> str:
        return invoice_key.written(value)
