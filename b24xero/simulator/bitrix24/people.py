"""How customers' e-mails, phones, requisites and addresses are kept (facts §4)."""

from __future__ import annotations

from typing import Any

from b24xero.simulator.bitrix24.customers import ADDRESS_FIELDS, REQUISITE_FIELDS
from b24xero.simulator.bitrix24.state import COMPANY, INVOICE, REQUISITE, Fields, Portal


def set_channels(portal: Portal, item: Fields, values: dict[str, Any]) -> None:
    """``{"email": …, "phone": …}``: an empty value takes all of that kind away. Counts as a change of the item."""
    for name, value in values.items():
        kind = name.upper()
        item["fm"] = [one for one in item["fm"] if one["typeId"] != kind]
        if value:
            number = portal.number("fm", 101)
            item["fm"].append({"id": number, "typeId": kind, "valueType": "WORK", "value": value})
    if values and item["createdTime"] <= portal.now():
        item["updatedTime"] = portal.now()


def put_requisite(portal: Portal, values: dict[str, Any]) -> Fields:
    """New for (``type``, ``entity_id``), or a change of ``id``. Values are strings or null, as the API shows them."""
    number, fields = values.pop("id", None), values
    if number is None:
        entity_type, entity_id = int(values.pop("type", COMPANY)), int(values.pop("entity_id"))
        if entity_id not in portal.items[entity_type]:
            raise KeyError(entity_id)
        number = portal.number("requisite", 27)
        row: Fields = dict.fromkeys(REQUISITE_FIELDS)
        row |= {
            "ID": str(number),
            "ENTITY_TYPE_ID": str(entity_type),
            "ENTITY_ID": str(entity_id),
            "PRESET_ID": "1",
        }
        row |= {"NAME": "Main", "ACTIVE": "Y", "SORT": "500", "RQ_VAT_PAYER": "N"}
        portal.requisites[number] = row
    row = portal.requisites[int(number)]
    row |= _known(fields, REQUISITE_FIELDS)
    return row


def put_address(portal: Portal, values: dict[str, Any]) -> Fields:
    """An address of ``requisite_id``; one of each TYPE_ID, so a second of the same type replaces the first."""
    requisite = portal.requisites[int(values.pop("requisite_id"))]
    row: Fields = dict.fromkeys(ADDRESS_FIELDS, "")
    row |= {
        "TYPE_ID": "1",
        "ENTITY_TYPE_ID": str(REQUISITE),
        "ENTITY_ID": requisite["ID"],
        "COUNTRY_CODE": None,
    }
    row |= {"ANCHOR_TYPE_ID": requisite["ENTITY_TYPE_ID"], "ANCHOR_ID": requisite["ENTITY_ID"]}
    row |= {"LOC_ADDR_ID": str(portal.number("address", 479))} | _known(values, ADDRESS_FIELDS)
    same = [one for one in portal.addresses if (one["ENTITY_ID"], one["TYPE_ID"]) == (row["ENTITY_ID"], row["TYPE_ID"])]
    portal.addresses = [one for one in portal.addresses if one not in same] + [row]
    return row


def _known(values: dict[str, Any], names: tuple[str, ...]) -> Fields:
    unknown = set(values) - set(names)
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    return {name: None if value is None else str(value) for name, value in values.items()}


def link_requisite(portal: Portal, invoice_id: int, requisite_id: int) -> None:
    """The invoice uses this requisite (crm.requisite.link.get)."""
    portal.requisite_links[invoice_id] = {
        "ENTITY_TYPE_ID": INVOICE, "ENTITY_ID": invoice_id, "REQUISITE_ID": str(requisite_id),
        "BANK_DETAIL_ID": "0", "MC_REQUISITE_ID": "2", "MC_BANK_DETAIL_ID": "2",
    }  # fmt: skip
