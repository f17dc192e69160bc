"""Crm.item.*: invoices (31), contacts (3) and companies (4) of the universal API (facts §3.1, §4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from b24xero.simulator.bitrix24 import records
from b24xero.simulator.bitrix24.access import editable_item, may_add, may_read, readable_item
from b24xero.simulator.bitrix24.call import Answer, Call, Methods, ill_typed
from b24xero.simulator.bitrix24.fields import FIELDS, LIST_FIELD, USER_FIELD, Field, described
from b24xero.simulator.bitrix24.filters import Filter, date_at_server, ordered, page_of
from b24xero.simulator.bitrix24.item_values import SKIPPED, read_value
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()


def entity_type(call: Call) -> int:
    """31, 3 or 4. Type 5 and 0 are "not supported", any other number is an unknown smart process (facts §3.1), and so
    is 31 where nobody has opened the list of invoices yet (source §2.3)."""
    number = call.need_int("entityTypeId")
    if number in (0, 5):
        raise RestError("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {number} is not supported")
    if number not in FIELDS or (number == INVOICE and not call.portal.settings.has_new_invoices):
        raise RestError("NOT_FOUND", "SPA not found")
    return number


# -- reading ------------------------------------------------------------------------------------------------------


@METHODS.add("crm.item.get")
def get(call: Call) -> Answer:
    number = entity_type(call)
    item = readable_item(call.portal, call.user, number, call.need_int("id"))
    return Answer({"item": shown(call.portal, number, item, original=call.flag("useOriginalUfNames"))})


@METHODS.add("crm.item.list")
def list_items(call: Call) -> Answer:
    """Rows that the person may not read are left out in silence; ``total`` counts the readable ones."""
    number = entity_type(call)
    kinds = kinds_of(call.portal, number)
    chosen = Filter(call.params.get("filter"), kinds, call.portal.zone)
    everything = _candidates(call.portal.items[number], call.params.get("filter"))
    records_ = [view(number, item) for item in everything if may_read(call.user, number, item)]
    found = ordered([one for one in records_ if chosen.matches(one)], call.params.get("order"), kinds)
    page, total, following = page_of(found, call.params.get("start"))
    if total is None and call.portal.settings.total_at_minus_one == "zero":
        total = 0
    select = selection(call, kinds)
    original = call.flag("useOriginalUfNames")
    items = [_picked(call.portal, number, one, select, original) for one in page]
    return Answer({"items": items}, total, following)


def kinds_of(portal: Portal, number: int) -> dict[str, str]:
    """Field name → type word, of the fields that this portal has."""
    hidden = {"isRecurring"} if not portal.settings.recurring_field else set()
    hidden |= {LIST_FIELD} if not portal.settings.list_field else set()
    return {field.name: field.kind for field in FIELDS[number].values() if field.name not in hidden}


def _candidates(items: dict[int, Fields], raw: Json) -> Iterable[Fields]:
    """What a filter by id can leave, so that no call walks through a large portal; the filter itself still decides."""
    ids = next((raw[key] for key in ("@id", "=id", "id") if key in raw), None) if isinstance(raw, dict) else None
    if ids is None or "logic" in raw or not all(str(id).isdigit() for id in values_of(ids)):
        return items.values()
    return [items[id] for id in {int(id) for id in values_of(ids)} if id in items]


def selection(call: Call, kinds: dict[str, str]) -> set[str]:
    """The chosen field names. ``*`` alone brings ``fm``; an unknown field is silently ignored."""
    raw = call.params.get("select")
    if raw in (None, "", [], {}):
        return {*kinds, "entityTypeId"}
    if not isinstance(raw, (list, dict)):
        raise RestError("100", ill_typed(raw, "select", "array"))
    names = {str(name) for name in values_of(raw)}
    return {*kinds, "fm", "entityTypeId", *names} if "*" in names else names


def _picked(portal: Portal, number: int, record: Fields, select: set[str], original: bool) -> dict[str, Json]:
    whole = shown(portal, number, record, original=original, select=select)
    names = select | (
        {FIELDS[number][name].upper_name for name in select & {USER_FIELD, LIST_FIELD}} if original else set()
    )
    return {name: value for name, value in whole.items() if name in names}


@METHODS.add("crm.item.fields")
def fields(call: Call) -> Answer:
    number = entity_type(call)
    values = call.portal.list_values
    return Answer({"fields": {name: described(FIELDS[number][name], values) for name in kinds_of(call.portal, number)}})


def view(number: int, item: Fields) -> Fields:
    """The item with its derived fields, still typed: what filters and sorting see."""
    return item if number == INVOICE else item | channels(item["fm"])


def channels(multi: list[Fields]) -> Fields:
    """The flat fields: the first value of each kind, or ``""`` (facts §4)."""

    def first(type_id: str, value_type: str = "") -> str:
        fitting = (one for one in multi if one["typeId"] == type_id and value_type in ("", one["valueType"]))
        return next((str(one["value"]) for one in fitting), "")

    return {
        "email": first("EMAIL"), "emailWork": first("EMAIL", "WORK"), "emailHome": first("EMAIL", "HOME"),
        "emailMailing": first("EMAIL", "MAILING"), "phone": first("PHONE"), "phoneWork": first("PHONE", "WORK"),
        "phoneMobile": first("PHONE", "MOBILE"), "phoneMailing": first("PHONE", "MAILING"),
        "hasEmail": "Y" if first("EMAIL") else "N", "hasPhone": "Y" if first("PHONE") else "N",
    }  # fmt: skip


def shown(
    portal: Portal, number: int, item: Fields, *, original: bool = False, select: set[str] | None = None
) -> dict[str, Json]:
    """The item as the wire has it: all of it, or the fields of ``select``."""
    record, now = view(number, item), portal.now()
    answer = {}
    for field in [FIELDS[number][name] for name in kinds_of(portal, number) if select is None or name in select]:
        name = field.upper_name if original and field.is_dynamic else field.name
        answer[name] = _shown_value(field, record[field.name], now)
    if number in (CONTACT, COMPANY) and portal.settings.has_new_invoices:  # an old box has the flat ones alone
        answer["fm"] = record["fm"]
    return answer | {"entityTypeId": number}


def _shown_value(field: Field, value: Any, now: datetime) -> Json:
    if field.kind == "date" and value is not None:
        return date_at_server(value, now)
    if field.kind == "datetime" and value is not None:
        return value.astimezone(now.tzinfo)
    return value


# -- writing ------------------------------------------------------------------------------------------------------


@METHODS.add("crm.item.add")
def add(call: Call) -> Answer:
    number = entity_type(call)
    written = read_fields(call.portal, number, call.need_map("fields"))
    if not may_add(call.user, number):
        raise RestError("ACCESS_DENIED", "Access denied")
    _number_alone(call.portal, number, written)
    item = records.add_item(call.portal, number, written, call.user.id)
    return Answer({"item": shown(call.portal, number, item)})


@METHODS.add("crm.item.update")
def update(call: Call) -> Answer:
    """Limits, then the right, the rights to fields, the values, the save; the first that refuses is answered
    (source §2.3)."""
    number = entity_type(call)
    item_id, raw = call.need_int("id"), call.need_map("fields")
    item = editable_item(call.portal, call.user, number, item_id)
    moves = "stageId" in raw and raw["stageId"] != item.get("stageId")
    if moves and not call.user.may_move_stages:
        raise RestError("0", "Insufficient permissions to change the stage")
    written = read_fields(call.portal, number, {name: raw[name] for name in raw if not _keeps(name, raw[name])})
    _number_alone(call.portal, number, written, item_id)
    records.change_item(call.portal, number, item, written, call.user.id)
    if call.portal.settings.fails_after_save:
        raise RestError("0", call.portal.settings.fails_after_save)
    return Answer({"item": shown(call.portal, number, item)})


def _number_alone(portal: Portal, number: int, written: Fields, item_id: int = 0) -> None:
    """An invoice's number is its alone; emptied it becomes the id, left empty at first the next one (source §1 #6)."""
    if number != INVOICE or "accountNumber" not in written:
        return
    if not written["accountNumber"]:
        del written["accountNumber"]
        written |= {"accountNumber": str(item_id)} if item_id else {}
    elif any(written["accountNumber"] == one["accountNumber"] and id != item_id
             for id, one in portal.items[INVOICE].items()):  # fmt: skip
        raise RestError("CRM_FIELD_ERROR_VALUE_NOT_UNIQUE", "The number is not unique", field="accountNumber")


def _keeps(name: str, value: Json) -> bool:
    """An update leaves these as they are when they are sent empty (source §2.3)."""
    return name in ("begindate", "closedate", "currencyId") and value in (None, "")


@METHODS.add("crm.item.delete")
def delete(call: Call) -> Answer:
    number = entity_type(call)
    item = editable_item(call.portal, call.user, number, call.need_int("id"))
    records.delete_item(call.portal, number, item["id"])
    return Answer([])


def read_fields(portal: Portal, number: int, raw: dict[str, Json], *, any_field: bool = False) -> Fields:
    """What was sent, typed. Unknown and read-only keys are ignored in silence, and so is a date that cannot be read
    and a stage that this pipeline does not have: an invoice keeps the stage that it has, a new one gets the first
    (source §1 #5, §2.3). ``any_field`` is for controls."""
    found = {}
    by_upper = {field.upper_name: field for field in FIELDS[number].values() if field.is_dynamic}
    for name, value in raw.items():
        field = FIELDS[number].get(name) or by_upper.get(name)
        if field and (field.writable or any_field) and field.name != "id":
            found[field.name] = read_value(portal, field, value)
            if found[field.name] is SKIPPED:
                del found[field.name]
    return found
