"""The controls of old invoices: what people do to them in Bitrix24 itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from b24xero.simulator.bitrix24 import happenings, legacy_records
from b24xero.simulator.bitrix24.legacy_fields import FIELDS, ROW_FIELDS
from b24xero.simulator.bitrix24.legacy_invoices import header_fields, read_row, whole
from b24xero.simulator.bitrix24.state import INVOICE_STATUS, Fields, Portal, Stage

Values = dict[str, Any]

# What the shop keeps of an invoice and only a test may write as it stands.
_KEPT = ("IS_RECURRING", "CURRENCY", "DATE_UPDATE")


class OldInvoices:
    """The table of these controls of one portal, which may be another one by the next call."""

    def __init__(self, portal: Callable[[], Portal]) -> None:
        self._portal = portal

    def table(self) -> dict[str, Callable[[Values], Any]]:
        return {
            "old-invoice": self.add, "old-invoice/edit": self.edit, "old-invoice/state": self.state,
            "old-invoice/delete": self.delete, "old-invoice/keep": self.keep, "old-invoice/status": self.set_status,
            "old-status": self.status,
            "old-status/delete": self.status_delete, "currency": self.currency,
        }  # fmt: skip

    def add(self, values: Values) -> Any:
        """A new one: its header fields, ``rows`` (PRODUCT_ROWS), ``properties`` (INVOICE_PROPERTIES), ``by``."""
        fields, rows, properties = self._read(values)
        invoice = legacy_records.add(self._portal(), fields, rows or [], properties, int(values.get("by", 1)))
        return whole(self._portal(), invoice)

    def edit(self, values: Values) -> Any:
        """``id`` and what a new one takes: saved from the form, which knows its own dates."""
        portal = self._portal()
        invoice = portal.old_invoices[int(values["id"])]
        fields, rows, properties = self._read({name: value for name, value in values.items() if name != "id"})
        known = {name: invoice[name] for name, field in FIELDS.items() if field.kind in ("date", "datetime")}
        by = int(values.get("by", 1))
        legacy_records.update(
            portal, invoice, {**known, **fields}, rows, {**invoice["properties"], **properties}, by
        )  # fmt: skip
        return whole(portal, invoice)

    def keep(self, values: Values) -> Any:
        """``id`` and IS_RECURRING, CURRENCY (it was made under another one) or DATE_UPDATE, without a save."""
        invoice = self._portal().old_invoices[int(values["id"])]
        invoice |= {name: values[name] for name in _KEPT if name in values}
        return whole(self._portal(), invoice)

    def set_status(self, values: Values) -> Any:
        """``id`` and ``status``: set from the portal's list, where nothing else is saved (source §3.3)."""
        portal = self._portal()
        invoice = portal.old_invoices[int(values["id"])]
        legacy_records.set_status(portal, invoice, str(values["status"]), int(values.get("by", 1)))
        happenings.old(portal, "SETSTATUS", invoice["ID"], int(values.get("by", 1)))
        return whole(portal, invoice)

    def state(self, values: Values) -> Any:
        """One by its ``id``, or the ids of all."""
        portal = self._portal()
        return whole(portal, portal.old_invoices[int(values["id"])]) if "id" in values else list(portal.old_invoices)

    def delete(self, values: Values) -> Any:
        legacy_records.delete(self._portal(), int(values["id"]))
        return {}

    def status(self, values: Values) -> Any:
        """A new status (``code``: one letter, ``name``, ``sort``), or a change of one."""
        portal, code = self._portal(), str(values["code"])
        found = next((status for status in portal.old_statuses() if status.status_id == code), None)
        if found is None:
            found = Stage(portal.number("stage"), INVOICE_STATUS, code, str(values["name"]), 120, False, "")
            portal.stages.append(found)
        found.name, found.sort = str(values.get("name", found.name)), int(values.get("sort", found.sort))
        return asdict(found)

    def status_delete(self, values: Values) -> Any:
        """``code``; P and D too, since an older portal may lack them."""
        portal = self._portal()
        portal.stages = [
            one for one in portal.stages if (one.entity, one.status_id) != (INVOICE_STATUS, values["code"])
        ]
        return {}

    def currency(self, values: Values) -> Any:
        """``code``: the portal's base currency from now on, and that of its shop."""
        portal, code = self._portal(), str(values["code"])
        if code not in [known.code for known in portal.currencies]:
            raise ValueError(f"no such currency: {code}")
        for known in portal.currencies:
            known.base = known.code == code
        return {"base": portal.base_currency().code, "invoices": portal.invoice_currency()}

    def _read(self, values: Values) -> tuple[Fields, list[Fields] | None, dict[str, str]]:
        given = {name: value for name, value in values.items() if name not in ("rows", "properties", "by")}
        fields = header_fields(self._portal(), given)
        rows = values.get("rows")
        unknown = set(given) - set(fields) | {name for row in rows or [] for name in set(row) - set(ROW_FIELDS)}
        if unknown:
            raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
        return fields, None if rows is None else [read_row(row) for row in rows], dict(values.get("properties", {}))
