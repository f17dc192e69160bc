"""Crm.invoice.*: the invoices of before 2021, read and written as a whole (source §3, more §1)."""

from __future__ import annotations

import base64
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.simulator.bitrix24 import legacy_filters, legacy_payers, legacy_records
from b24xero.simulator.bitrix24.access import changes_invoices_of, may_add, reads_invoices_of
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.filters import date_at_server, ordered, page_of
from b24xero.simulator.bitrix24.legacy_fields import (
    COMPANY_TYPE,
    CONTACT_TYPE,
    FIELDS,
    KINDS,
    LIST_FIELD,
    ROW_FIELDS,
    ROW_NUMBERS,
    Field,
    described,
)
from b24xero.simulator.bitrix24.state import INVOICE, Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()


# -- reading ----------------------------------------------------------------------------------------------------------


@METHODS.add("crm.invoice.get", legacy=True)
def get(call: Call) -> Answer:
    """The right before the existence: somebody else's is as good as none to whoever sees only own ones."""
    number = _number(call.params.get("id"))
    if not reads_invoices_of(call.user, responsible(call.portal, number)):
        raise RestError("", "Access denied.")
    return Answer(whole(call.portal, existing(call.portal, number)))


@METHODS.add("crm.invoice.list", legacy=True)
def list_invoices(call: Call) -> Answer:
    """Templates are among them; a page beyond the end is page 1 again."""
    portal, params = call.portal, call.params
    names = legacy_filters.selection(params.get("select"))
    test = legacy_filters.chosen(params.get("filter"), portal.zone, converted=portal.settings.has_new_invoices)
    seen = [one for one in portal.old_invoices.values() if reads_invoices_of(call.user, one["RESPONSIBLE_ID"])]
    found = ordered([one for one in seen if test.matches(one)], legacy_filters.order(params.get("order")), KINDS, False)
    page, total, following = page_of(found, params.get("start"), wraps=True)
    return Answer([legacy_filters.only(header(portal, one), names) for one in page], total, following)


@METHODS.add("crm.invoice.fields", legacy=True)
def fields(call: Call) -> Answer:
    return Answer(described(call.portal.list_values, with_list=call.portal.settings.list_field))


@METHODS.add("crm.invoice.getexternallink", legacy=True)
def external_link(call: Call) -> Answer:
    number = _number(call.params.get("id"))
    if not reads_invoices_of(call.user, responsible(call.portal, number)):
        raise RestError("", "Access denied.")
    named = base64.b64encode(str(existing(call.portal, number)["ACCOUNT_NUMBER"]).encode()).decode()
    return Answer(f"{call.portal.base}/pub/pay/{named}/{number:032x}/")


@METHODS.add("crm.persontype.list", legacy=True)
def person_types(_call: Call) -> Answer:
    rows = [
        {"ID": str(id), "NAME": name} for id, name in ((COMPANY_TYPE, "CRM_COMPANY"), (CONTACT_TYPE, "CRM_CONTACT"))
    ]
    return Answer(rows, total=len(rows))


def responsible(portal: Portal, number: int) -> int:
    """Whose an invoice is; nobody's: 0."""
    return int(portal.old_invoices[number]["RESPONSIBLE_ID"]) if number in portal.old_invoices else 0


def existing(portal: Portal, number: int) -> Fields:
    if number not in portal.old_invoices:
        raise RestError("", "Not found.")
    return portal.old_invoices[number]


def header(portal: Portal, invoice: Fields) -> Fields:
    """Every value is a text; a date is spelt as everywhere."""
    person = portal.users.get(invoice["RESPONSIBLE_ID"])
    of_person: Fields = {
        "RESPONSIBLE_EMAIL": person.email, "RESPONSIBLE_LOGIN": person.email, "RESPONSIBLE_NAME": person.name,
        "RESPONSIBLE_LAST_NAME": person.last_name,
    } if person else {}  # fmt: skip
    record = invoice | of_person
    hidden = () if portal.settings.list_field else (LIST_FIELD,)
    return {name: _spelt(portal, record.get(name)) for name in KINDS if name not in hidden}


def whole(portal: Portal, invoice: Fields) -> Fields:
    """With rows and printed details, where there are any."""
    found = header(portal, invoice)
    if portal.settings.in_tax_mode:
        found["PR_LOCATION"] = _spelt(portal, invoice.get("PR_LOCATION") or 1)
    if invoice["properties"]:
        found["INVOICE_PROPERTIES"] = dict(invoice["properties"])
    if invoice["rows"]:
        ordered_rows = sorted(invoice["rows"], key=lambda row: (row["SORT"], row["ID"]))
        found["PRODUCT_ROWS"] = [_row(portal, row) for row in ordered_rows]
    return found


def _row(portal: Portal, row: Fields) -> Fields:
    names = (*ROW_FIELDS, "MODULE", "CATALOG_XML_ID", "PRODUCT_XML_ID")
    return {name: _spelt(portal, row[name]) for name in names} | {"CUSTOMIZED": "Y"}


def _spelt(portal: Portal, value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(portal.zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return date_at_server(value, portal.now())
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if value is None else str(value)


# -- writing ----------------------------------------------------------------------------------------------------------


@METHODS.add("crm.invoice.add", legacy=True)
def add(call: Call) -> Answer:
    if not may_add(call.user, INVOICE):
        raise RestError("", "Access denied.")
    sent = header_fields(call.portal, _map(call.params.get("fields")))
    rows, properties = _parts(call.params.get("fields"))
    if not sent and rows is None:
        raise RestError("", "Invalid parameters.")
    _check(call.portal, {"ACCOUNT_NUMBER": "new", "PAY_SYSTEM_ID": 0, "STATUS_ID": "N", **sent}, rows or [])
    return Answer(legacy_records.add(call.portal, sent, rows or [], properties, call.user.id)["ID"])


@METHODS.add("crm.invoice.update", legacy=True)
def update(call: Call) -> Answer:
    """Id, right, something to write, existence: in this order. The answer is the id whatever became of the status."""
    number = _number(call.params.get("id"))
    if number <= 0:
        raise RestError("", "Invalid identifier.")
    if not changes_invoices_of(call.user, responsible(call.portal, number)):
        raise RestError("", "Access denied.")
    raw = _map(call.params.get("fields"))
    sent = header_fields(call.portal, raw)
    rows, properties = _parts(raw)
    if not sent and rows is None and not properties:
        raise RestError("", "Invalid parameters.")
    invoice = existing(call.portal, number)
    merged = invoice | sent
    _check(call.portal, merged, invoice["rows"] if rows is None else rows)
    if not changes_invoices_of(call.user, int(merged["RESPONSIBLE_ID"] or 0)):
        raise RestError("", "You have no permission to change invoices of this person.<br />")
    legacy_records.update(call.portal, invoice, sent, rows, properties, call.user.id)
    return Answer(number)


@METHODS.add("crm.invoice.delete", legacy=True)
def delete(call: Call) -> Answer:
    """Wants the right to change it."""
    number = _number(call.params.get("id"))
    if number <= 0:
        raise RestError("", "Invalid identifier.")
    if not changes_invoices_of(call.user, responsible(call.portal, number)):
        raise RestError("", "Access denied.")
    legacy_records.delete(call.portal, existing(call.portal, number)["ID"])
    return Answer(number)


def _number(value: Json) -> int:
    found = re.match(r"\s*-?\d+", str(value))
    return int(found.group()) if found else 0


def _map(value: Json) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {}


def header_fields(portal: Portal, raw: dict[str, Json]) -> Fields:
    """What was sent of the header, typed; what is unknown, not writable or cannot be read is left out in silence."""
    found: Fields = {}
    for name, value in raw.items():
        field = FIELDS.get(name)
        if field and field.writable and (name != "PR_LOCATION" or portal.settings.in_tax_mode):
            read = _read(portal, field, value)
            if read is not None or value in (None, ""):
                found[name] = read
    return found


def _read(portal: Portal, field: Field, value: Json) -> Any:
    if field.kind in ("string", "text"):
        return str(value or "")
    if field.kind in ("integer", "enumeration"):
        return _number(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    local = moment.astimezone(portal.zone) if moment.tzinfo else moment.replace(tzinfo=portal.zone)
    return local.date() if field.kind == "date" else local.astimezone(UTC)


def _parts(raw: Json) -> tuple[list[Fields] | None, dict[str, str]]:
    """The rows, None where none with anything in it was sent, and the printed details."""
    given = _map(raw)
    rows = [read_row(row) for row in values_of(given.get("PRODUCT_ROWS") or []) if isinstance(row, dict)]
    details = {str(code): str(value) for code, value in _map(given.get("INVOICE_PROPERTIES")).items()}
    return [row for row in rows if row] or None, details


def read_row(raw: dict[str, Json]) -> Fields:
    """What may be written of a row, typed."""
    row: Fields = {}
    for name in ROW_FIELDS:
        if name not in raw:
            continue
        value = raw[name]
        if name in ROW_NUMBERS:
            row[name] = None if name == "VAT_RATE" and value in (None, "") else _amount(value)
        else:
            row[name] = _number(value) if name in ("ID", "PRODUCT_ID", "MEASURE_CODE") else str(value or "")
    return row


def _amount(value: Json) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _check(portal: Portal, invoice: Fields, rows: list[Fields]) -> None:
    """The entity's own words, in the portal's language."""
    wrong = []
    if not rows:
        wrong.append("There are no products in the invoice.")
    if any(row.get("QUANTITY", 1) <= 0 for row in rows):
        wrong.append("The quantity must be above zero.")
    wrong += [f"Field {name} is empty." for name in ("ACCOUNT_NUMBER", "ORDER_TOPIC") if not invoice.get(name)]
    if invoice.get("STATUS_ID") not in {status.status_id for status in portal.old_statuses()}:
        wrong.append("The status is not known.")
    if not legacy_payers.has_payer(invoice):
        wrong.append("No payer is selected.")
    if not invoice.get("PAY_SYSTEM_ID"):
        wrong.append("No payment system is selected.")
    wrong += [
        f"Field {field.name} is too long." for field in FIELDS.values()
        if field.size and field.writable and len(str(invoice.get(field.name) or "")) > field.size
    ]  # fmt: skip
    if wrong:
        raise RestError("", "".join(f"{words}<br />" for words in wrong))
