"""The fields of old invoices: names, types, what is writable, and the codes of the payer's details (source §3.1)."""

from __future__ import annotations

from dataclasses import dataclass

# A field of the portal's own, of the list kind.
LIST_FIELD = "UF_CRM_1550507398"
# Person types, whose numbers differ from portal to portal.
COMPANY_TYPE, CONTACT_TYPE = 3, 4
PROPERTIES = {
    COMPANY_TYPE: ("COMPANY", "COMPANY_ADR", "CONTACT_PERSON", "EMAIL", "PHONE", "INN", "KPP"),
    CONTACT_TYPE: ("FIO", "ADDRESS", "EMAIL", "PHONE"),
}


@dataclass(frozen=True)
class Field:
    """``size``: of a text, the most that it may have. ``listed`` False: in the invoice alone, never in lists, filters
    and orders."""

    name: str
    kind: str
    writable: bool = True
    size: int = 0
    listed: bool = True
    required: bool = False


def _fields() -> dict[str, Field]:
    writable = (
        ("string", "ACCOUNT_NUMBER:100! XML_ID:255 ORDER_TOPIC:255! USER_DESCRIPTION:2000 STATUS_ID:1!"),
        ("string", "PAY_VOUCHER_NUM:20 REASON_MARKED:255 IS_RECURRING:1"),
        ("text", "COMMENTS:2000"),
        ("integer", "PERSON_TYPE_ID! PAY_SYSTEM_ID! RESPONSIBLE_ID UF_COMPANY_ID UF_CONTACT_ID UF_MYCOMPANY_ID"),
        ("integer", "UF_DEAL_ID UF_QUOTE_ID"),
        ("enumeration", LIST_FIELD),
        ("date", "DATE_BILL DATE_PAY_BEFORE PAY_VOUCHER_DATE"),
        ("datetime", "DATE_INSERT DATE_MARKED"),
    )
    read = (
        ("integer", "ID CREATED_BY EMP_PAYED_ID EMP_STATUS_ID RESPONSIBLE_PERSONAL_PHOTO"),
        ("double", "PRICE TAX_VALUE"),
        ("datetime", "DATE_PAYED DATE_STATUS DATE_UPDATE"),
        ("string", "CURRENCY:3 PAYED:1 LID:2 RESPONSIBLE_EMAIL:255 RESPONSIBLE_LOGIN:50 RESPONSIBLE_NAME:50"),
        ("string", "RESPONSIBLE_LAST_NAME:50 RESPONSIBLE_SECOND_NAME:50 RESPONSIBLE_WORK_POSITION:255"),
    )
    found = [_field(kind, word, writable=True) for kind, names in writable for word in names.split()]
    found += [_field(kind, word, writable=False) for kind, names in read for word in names.split()]
    found += [Field("PR_LOCATION", "integer", listed=False)]
    return {field.name: field for field in found}


def _field(kind: str, word: str, *, writable: bool) -> Field:
    """``ACCOUNT_NUMBER:100!``: a text of 100 signs that may not be empty."""
    name, _, size = word.rstrip("!").partition(":")
    return Field(name, kind, writable, int(size or 0), required=word.endswith("!"))


FIELDS = _fields()
KINDS = {field.name: field.kind for field in FIELDS.values() if field.listed}
DATES = tuple(field.name for field in FIELDS.values() if field.kind in ("date", "datetime") and field.writable)

ROW_FIELDS = (
    "ID", "PRICE", "DISCOUNT_PRICE", "PRODUCT_ID", "PRODUCT_NAME", "QUANTITY", "VAT_RATE", "VAT_INCLUDED",
    "MEASURE_CODE", "MEASURE_NAME",
)  # fmt: skip
ROW_NUMBERS = ("PRICE", "DISCOUNT_PRICE", "QUANTITY", "VAT_RATE")


def described(values: dict[int, str], *, with_list: bool) -> dict[str, object]:
    """What crm.invoice.fields answers. ``values``: of the list, by their ids."""
    known = (field for field in FIELDS.values() if with_list or field.kind != "enumeration")
    found: dict[str, object] = {field.name: _described(field, values) for field in known}
    rows = {name: {"type": "double" if name in ROW_NUMBERS else "string", "title": name} for name in ROW_FIELDS}
    parts = {
        "INVOICE_PROPERTIES": ("aarray", {"key": {"type": "integer"}, "value": {"type": "variable"}}),
        "PRODUCT_ROWS": ("iarray", {"row": rows}),
    }
    for name, (kind, definition) in parts.items():
        found[name] = {
            "type": kind, "isRequired": True, "isReadOnly": False, "definition": definition, "title": name,
        }  # fmt: skip
    return found


def _described(field: Field, values: dict[int, str]) -> dict[str, object]:
    if field.kind == "enumeration":
        listed = [{"ID": str(id), "VALUE": words} for id, words in values.items()]
        labels = dict.fromkeys(("listLabel", "formLabel", "filterLabel"), "Kind of customer")
        return {
            "type": field.kind, "isRequired": False, "isReadOnly": False, "isImmutable": False, "isMultiple": False,
            "isDynamic": True, "items": listed, "title": field.name, **labels,
        }  # fmt: skip
    size = {"size": str(field.size)} if field.size else {}
    return {
        "type": field.kind, **size, "isRequired": field.required, "isReadOnly": not field.writable,
        "title": field.name,
    }  # fmt: skip
