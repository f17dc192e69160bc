"""Customers in the legacy API: contacts, companies, requisites, addresses (facts §4)."""

from __future__ import annotations

from typing import Any

from b24xero.simulator.bitrix24.access import need_leads, readable_item, reads_invoices_of
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.fields import FIELDS
from b24xero.simulator.bitrix24.filters import Filter, ordered, page_of
from b24xero.simulator.bitrix24.items import entity_type, view
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, OLD_INVOICE, Fields
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()

_SPECIAL = {"createdTime": "DATE_CREATE", "updatedTime": "DATE_MODIFY", "createdBy": "CREATED_BY_ID"}
_SPECIAL |= {"updatedBy": "MODIFY_BY_ID"}
_MULTI = ("EMAIL", "PHONE", "WEB", "IM")


# -- crm.contact, crm.company -------------------------------------------------------------------------------------


def _kinds(number: int) -> dict[str, str]:
    """Legacy field name → type word."""
    flat = [field for field in FIELDS[number].values() if not field.multiple and not _is_channel(field.name)]
    return {_SPECIAL.get(field.name, field.upper_name): field.kind for field in flat}


def _is_channel(name: str) -> bool:
    return name.startswith(("email", "phone"))


def _record(call: Call, number: int, item: Fields) -> dict[str, Any]:
    """Upper-case names and typed values; multi-fields as lists of their values for filters."""
    whole = view(number, item)
    flat = {_SPECIAL.get(name, field.upper_name): whole[name] for name, field in FIELDS[number].items()}
    return flat | {kind: [one["value"] for one in item["fm"] if one["typeId"] == kind] for kind in _MULTI}


def _strings(call: Call, number: int, item: Fields, multi: set[str]) -> dict[str, Json]:
    """Every value a string; EMAIL and PHONE are absent when the customer has none."""
    record = _record(call, number, item)
    row: dict[str, Json] = {name: _string(record[name], call) for name in _kinds(number)}
    row |= {"ADDRESS": None}
    for kind in multi:
        found = [one for one in item["fm"] if one["typeId"] == kind]
        if found:
            row[kind] = [
                {"ID": str(one["id"]), "VALUE_TYPE": one["valueType"], "VALUE": one["value"], "TYPE_ID": kind}
                for one in found
            ]
    return row


def _string(value: Any, call: Call) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "astimezone"):
        return str(value.astimezone(call.portal.zone).isoformat(timespec="seconds"))
    return str(value)


def _get(call: Call, number: int) -> Answer:
    text = str(call.params.get("id", ""))
    if not text.isdigit():
        raise RestError("", "ID is not defined or invalid.")
    try:
        item = readable_item(call.portal, call.user, number, int(text))
    except RestError as error:
        raise RestError("", "Not found" if error.code == "NOT_FOUND" else "Access denied") from error
    return Answer(_strings(call, number, item, set(_MULTI)))


def _list(call: Call, number: int) -> Answer:
    """Multi-fields only when named in ``select``; filters on them are exact; unknown fields are ignored."""
    kinds = _kinds(number)
    chosen = Filter(call.params.get("filter"), kinds | dict.fromkeys(_MULTI, "string"), call.portal.zone, strict=False)
    found = [item for item in call.portal.items[number].values() if chosen.matches(_record(call, number, item))]
    order = call.params.get("order")
    sorted_records = ordered([_record(call, number, item) for item in found], order, kinds, strict=False)
    page, total, following = page_of(sorted_records, call.params.get("start"), wraps=True)
    select = {str(name) for name in values_of(call.params.get("select") or ["*"])}
    items = [call.portal.items[number][record["ID"]] for record in page]
    rows = [_strings(call, number, item, select & set(_MULTI)) for item in items]
    if "*" not in select:
        rows = [{name: value for name, value in row.items() if name in select | {"ID"}} for row in rows]
    return Answer(rows, total, following)


@METHODS.add("crm.contact.get", legacy=True)
def contact_get(call: Call) -> Answer:
    return _get(call, CONTACT)


@METHODS.add("crm.company.get", legacy=True)
def company_get(call: Call) -> Answer:
    return _get(call, COMPANY)


@METHODS.add("crm.contact.list", legacy=True)
def contact_list(call: Call) -> Answer:
    return _list(call, CONTACT)


@METHODS.add("crm.company.list", legacy=True)
def company_list(call: Call) -> Answer:
    return _list(call, COMPANY)


# -- requisites, addresses ----------------------------------------------------------------------------------------

REQUISITE_FIELDS = (
    "ID", "ENTITY_TYPE_ID", "ENTITY_ID", "PRESET_ID", "NAME", "ACTIVE", "SORT", "RQ_COMPANY_NAME",
    "RQ_COMPANY_FULL_NAME", "RQ_NAME", "RQ_FIRST_NAME", "RQ_LAST_NAME", "RQ_EMAIL", "RQ_PHONE", "RQ_VAT_ID", "RQ_INN",
    "RQ_VAT_PAYER",
)  # fmt: skip
ADDRESS_FIELDS = (
    "TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID", "ADDRESS_1", "ADDRESS_2", "CITY", "POSTAL_CODE", "REGION", "PROVINCE",
    "COUNTRY", "COUNTRY_CODE", "LOC_ADDR_ID", "ANCHOR_TYPE_ID", "ANCHOR_ID",
)  # fmt: skip
_NUMBERS = ("ID", "SORT", "TYPE_ID")


def _string_kinds(names: tuple[str, ...]) -> dict[str, str]:
    return {name: "integer" if name in _NUMBERS or name.endswith("_ID") else "string" for name in names} | {
        name: "string" for name in ("RQ_VAT_ID", "LOC_ADDR_ID") if name in names
    }


def _flat_list(call: Call, rows: list[Fields], names: tuple[str, ...], *, wraps: bool) -> Answer:
    kinds = _string_kinds(names)
    chosen = Filter(call.params.get("filter"), kinds, call.portal.zone, strict=False)
    found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), kinds, strict=False)
    page, total, following = page_of(found, call.params.get("start"), wraps=wraps)
    select = {str(name) for name in values_of(call.params.get("select") or ["*"])}
    kept = names if "*" in select else tuple(name for name in names if name in select)
    return Answer([{name: row[name] for name in kept} for row in page], total, following)


@METHODS.add("crm.requisite.list", legacy=True)
def requisite_list(call: Call) -> Answer:
    return _flat_list(call, list(call.portal.requisites.values()), REQUISITE_FIELDS, wraps=True)


@METHODS.add("crm.address.list", legacy=True)
def address_list(call: Call) -> Answer:
    """Wants the right to read companies, contacts and leads, whatever is asked for (source §1 #8)."""
    need_leads(call.user)
    return _flat_list(call, call.portal.addresses, ADDRESS_FIELDS, wraps=False)


@METHODS.add("crm.requisite.link.get", legacy=True)
def requisite_link_get(call: Call) -> Answer:
    """Which requisite an invoice uses; 400 with the empty code when it has none."""
    if str(call.params.get("entitytypeid")) == str(OLD_INVOICE):
        return _old_link(call)
    inner = Call(call.portal, call.user, {"entityTypeId": call.params.get("entitytypeid"), **call.params})
    number, item_id = entity_type(inner), str(call.params.get("entityid", ""))
    link = call.portal.requisite_links.get(int(item_id)) if number == INVOICE and item_id.isdigit() else None
    if link is None:
        raise RestError("", "Not found")
    try:
        readable_item(call.portal, call.user, number, int(item_id))
    except RestError as error:
        raise RestError("", "Access denied.") from error
    return Answer(link)


def _old_link(call: Call) -> Answer:
    id = str(call.params.get("entityid", ""))
    invoice = call.portal.old_invoices.get(int(id)) if id.isdigit() else None
    link = call.portal.old_requisite_links.get(invoice["ID"]) if invoice else None
    if invoice is None or link is None:
        raise RestError("", "Not found")
    if not reads_invoices_of(call.user, invoice["RESPONSIBLE_ID"]):
        raise RestError("", "Access denied.")
    return Answer(link)
