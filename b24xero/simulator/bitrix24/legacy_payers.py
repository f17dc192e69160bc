"""Who pays an old invoice and what is printed of them: details copied from company, contact and requisite of the moment
(source §3.4)."""

from __future__ import annotations

from typing import Any

from b24xero.simulator.bitrix24.items import channels
from b24xero.simulator.bitrix24.legacy_fields import COMPANY_TYPE, CONTACT_TYPE, PROPERTIES
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, OLD_INVOICE, Fields, Portal

# Kinds of address, the one to print first: legal, actual, mailing.
_PRINTED = ("6", "1", "8")


def person_type(invoice: Fields) -> int:
    """Overruled by who pays: the company where there is one, else the contact; else what was said."""
    if int(invoice.get("UF_COMPANY_ID") or 0) > 0:
        return COMPANY_TYPE
    if int(invoice.get("UF_CONTACT_ID") or 0) > 0:
        return CONTACT_TYPE
    return int(invoice.get("PERSON_TYPE_ID") or 0)


def has_payer(invoice: Fields) -> bool:
    return any(int(invoice.get(name) or 0) > 0 for name in ("UF_COMPANY_ID", "UF_CONTACT_ID"))


def owner(invoice: Fields) -> tuple[int, int]:
    company = int(invoice.get("UF_COMPANY_ID") or 0)
    return (COMPANY, company) if company else (CONTACT, int(invoice.get("UF_CONTACT_ID") or 0))


def properties(portal: Portal, invoice: Fields, stored: dict[str, str], sent: dict[str, Any]) -> dict[str, str]:
    """The details after a save: what was sent non-empty, else what the payer says today; where it says nothing, what
    stood there."""
    codes = PROPERTIES.get(invoice["PERSON_TYPE_ID"], ())
    today = _today(portal, invoice)
    kept = {code: str(sent.get(code) or "") or today.get(code, "") or stored.get(code, "") for code in codes}
    return {code: value for code, value in kept.items() if value or code in stored}


def _today(portal: Portal, invoice: Fields) -> dict[str, str]:
    company = portal.items[COMPANY].get(int(invoice.get("UF_COMPANY_ID") or 0))
    contact = portal.items[CONTACT].get(int(invoice.get("UF_CONTACT_ID") or 0))
    requisite, name = _linked(portal, invoice), full_name(contact) if contact else ""
    if invoice["PERSON_TYPE_ID"] == COMPANY_TYPE:
        reached = channels(company["fm"]) if company else {"email": "", "phone": ""}
        found = {
            "COMPANY": (requisite.get("RQ_COMPANY_NAME") or "") or (company["title"] if company else ""),
            "COMPANY_ADR": _address(portal, requisite), "CONTACT_PERSON": name,
            "INN": requisite.get("RQ_INN") or requisite.get("RQ_VAT_ID") or "",
        }  # fmt: skip
    else:
        reached = channels(contact["fm"]) if contact else {"email": "", "phone": ""}
        found = {"FIO": name, "ADDRESS": _address(portal, requisite)}
    return {name: str(value) for name, value in found.items()} | {
        "EMAIL": requisite.get("RQ_EMAIL") or reached["email"],
        "PHONE": requisite.get("RQ_PHONE") or reached["phone"],
    }


def full_name(contact: Fields) -> str:
    return " ".join(str(contact[part]) for part in ("name", "secondName", "lastName") if contact[part])


def link(portal: Portal, invoice: Fields) -> None:
    """Which requisite the invoice uses, determined anew with each save: the one it has while that is the payer's, else
    the payer's first."""
    kind, id = map(str, owner(invoice))
    own = [row for row in portal.requisites.values() if (row["ENTITY_TYPE_ID"], row["ENTITY_ID"]) == (kind, id)]
    now = portal.old_requisite_links.get(invoice["ID"], {}).get("REQUISITE_ID")
    ordered = sorted(own, key=lambda row: (row["ID"] != now, row["ACTIVE"] != "Y", int(row["SORT"]), int(row["ID"])))
    if not ordered:
        portal.old_requisite_links.pop(invoice["ID"], None)
        return
    portal.old_requisite_links[invoice["ID"]] = {
        "ENTITY_TYPE_ID": OLD_INVOICE, "ENTITY_ID": invoice["ID"], "REQUISITE_ID": ordered[0]["ID"],
        "BANK_DETAIL_ID": "0", "MC_REQUISITE_ID": "0", "MC_BANK_DETAIL_ID": "0",
    }  # fmt: skip


def _linked(portal: Portal, invoice: Fields) -> Fields:
    found = portal.old_requisite_links.get(invoice["ID"])
    return portal.requisites.get(int(found["REQUISITE_ID"]), {}) if found else {}


def _address(portal: Portal, requisite: Fields) -> str:
    own = [row for row in portal.addresses if requisite and row["ENTITY_ID"] == requisite["ID"]]
    ordered = sorted(own, key=lambda row: _PRINTED.index(row["TYPE_ID"]) if row["TYPE_ID"] in _PRINTED else 9)
    parts = ("ADDRESS_1", "ADDRESS_2", "CITY", "REGION", "POSTAL_CODE", "COUNTRY")
    return ", ".join(str(ordered[0][part]) for part in parts if ordered[0][part]) if ordered else ""
