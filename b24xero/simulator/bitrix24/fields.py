"""The fields of invoices, contacts and companies: names, types, what is writable (facts §3.1, §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE

USER_FIELD = "ufCrm_SMART_INVOICE_1772717699"
LIST_FIELD = "ufCrm_SMART_INVOICE_1772717700"
LIST_TITLE = "Kind of customer"


@dataclass(frozen=True)
class Field:
    """``kind`` is the vendor's type word; ``writable`` is what the REST API accepts (anything else it ignores)."""

    name: str
    kind: str
    writable: bool = True
    multiple: bool = False

    @property
    def upper_name(self) -> str:
        """``stageId`` → ``STAGE_ID``; user fields keep the tail of their name (facts §3.1)."""
        if self.name.startswith("ufCrm_"):
            return "UF_CRM_" + self.name.removeprefix("ufCrm_")
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).upper()

    @property
    def title(self) -> str:
        if self.is_list:
            return LIST_TITLE
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.name).capitalize()

    @property
    def is_list(self) -> bool:
        return self.kind == "enumeration"

    @property
    def is_dynamic(self) -> bool:
        """One of the portal's own."""
        return self.name.startswith("ufCrm")

    @property
    def is_link(self) -> bool:
        """Unset links are 0, every other unset value is null (facts §3.1)."""
        return self.kind in ("crm_company", "crm_contact")


def _fields(*groups: tuple[str, str]) -> dict[str, Field]:
    """``("integer", "id! webformId contactIds*")``: ``!`` is read-only, ``*`` has many values."""
    found = {}
    for kind, names in groups:
        for word in names.split():
            name = word.rstrip("!*")
            found[name] = Field(name, kind, writable="!" not in word, multiple="*" in word)
    return found


_BOOKKEEPING = (
    ("integer", "id!"),
    ("string", "xmlId"),
    ("user", "createdBy! updatedBy! assignedById"),
    ("datetime", "createdTime! updatedTime!"),
    ("boolean", "opened"),
)
_CHANNELS = (
    ("string", "email! emailWork! emailHome! emailMailing! phone! phoneWork! phoneMobile! phoneMailing!"),
    ("boolean", "hasEmail! hasPhone!"),
)

FIELDS: dict[int, dict[str, Field]] = {
    INVOICE: _fields(
        *_BOOKKEEPING,
        ("string", "title"),
        ("user", "movedBy! lastActivityBy!"),
        ("datetime", "movedTime! lastActivityTime!"),
        ("crm_category", "categoryId"),
        ("crm_status", "stageId"),
        ("crm_status", "previousStageId!"),
        ("date", "begindate closedate"),
        ("crm_company", "companyId mycompanyId"),
        ("crm_contact", "contactId contactIds*"),
        ("double", "opportunity taxValue"),
        ("crm_currency", "currencyId"),
        ("boolean", "isManualOpportunity isRecurring!"),
        ("string", "accountNumber"),
        ("string", "comments sourceId sourceDescription locationId"),
        ("integer", "webformId"),
        ("user", "observers*"),
        ("integer", "parentId2 parentId7"),
        ("string", "utmSource utmMedium utmCampaign utmContent utmTerm"),
        ("string", USER_FIELD),
        ("enumeration", LIST_FIELD),
    ),
    CONTACT: _fields(
        *_BOOKKEEPING,
        ("string", "name secondName lastName honorific post"),
        ("crm_company", "companyId companyIds*"),
        *_CHANNELS,
        ("string", "comments originatorId originId typeId sourceId"),
    ),
    COMPANY: _fields(
        *_BOOKKEEPING,
        ("string", "title typeId industry"),
        ("crm_currency", "currencyId"),
        ("boolean", "isMyCompany"),
        ("crm_contact", "contactIds*"),
        ("string", "bankingDetails"),
        *_CHANNELS,
        ("string", "comments originatorId originId sourceId"),
    ),
}

ROW_FIELDS = _fields(
    ("integer", "id! ownerId!"),
    ("string", "ownerType!"),
    ("integer", "productId"),
    ("string", "productName"),
    ("double", "price priceAccount! priceExclusive! priceNetto! priceBrutto! quantity"),
    ("integer", "discountTypeId"),
    ("double", "discountRate discountSum taxRate"),
    ("boolean", "taxIncluded"),
    ("string", "customized!"),
    ("integer", "measureCode"),
    ("string", "measureName"),
    ("integer", "sort"),
    ("string", "xmlId"),
    ("integer", "type! storeId"),
)


def described(field: Field, values: dict[int, str] | None = None) -> dict[str, object]:
    """One entry of crm.item.fields. ``values``: of a list, by their ids."""
    listed = [{"ID": str(id), "VALUE": words} for id, words in (values or {}).items()]
    return {
        "type": field.kind,
        "isRequired": False,
        "isReadOnly": not field.writable,
        "isImmutable": False,
        "isMultiple": field.multiple,
        "isDynamic": field.is_dynamic,
        **({"items": listed} if field.is_list else {}),
        "title": field.title,
        "upperName": field.upper_name,
    }
