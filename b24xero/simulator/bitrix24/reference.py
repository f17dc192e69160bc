"""The short look-ups: people, the app, stages, currencies, VAT rates (facts §3.2, §3.3, §5, §6)."""

from __future__ import annotations

from typing import Any

from b24xero.simulator.bitrix24.access import need_catalog
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.filters import Filter, ordered
from b24xero.simulator.bitrix24.items import entity_type
from b24xero.simulator.bitrix24.state import INVOICE, INVOICE_STATUS, SCOPES, Portal, Stage, granted
from b24xero.simulator.bitrix24.wire import Json, RestError

METHODS = Methods()


# -- people and the app -------------------------------------------------------------------------------------------


@METHODS.add("profile", "", legacy=True)
def profile(call: Call) -> Answer:
    """ID is a string, ADMIN a boolean."""
    user = call.user
    return Answer({
        "ID": str(user.id), "ADMIN": user.is_admin, "NAME": user.name, "LAST_NAME": user.last_name,
        "PERSONAL_GENDER": "", "TIME_ZONE": "Pacific/Auckland",
    })  # fmt: skip


@METHODS.add("user.current", "user_basic", legacy=True)
def user_current(call: Call) -> Answer:
    user = call.user
    return Answer({
        "ID": str(user.id), "ACTIVE": user.active, "NAME": user.name, "LAST_NAME": user.last_name,
        "SECOND_NAME": "", "EMAIL": user.email, "LAST_LOGIN": call.portal.now(),
        "TIME_ZONE": "Pacific/Auckland", "UF_DEPARTMENT": list(user.departments),
    })  # fmt: skip


@METHODS.add("user.admin", "", legacy=True)
def user_admin(call: Call) -> Answer:
    return Answer(call.user.is_admin)


@METHODS.add("scope", "", legacy=True)
def scope(call: Call) -> Answer:
    everything = (*SCOPES, "department", "user", "user_brief", "task", "sale", "im")
    return Answer(list(everything if call.flag("full") else granted(call.portal)))


@METHODS.add("app.info", "", legacy=True)
def app_info(call: Call) -> Answer:
    """The portal's own shape, which is not the authorization server's (facts §2.3)."""
    return Answer({
        "ID": 5, "CODE": call.portal.client[0], "VERSION": 1, "STATUS": "L", "INSTALLED": True,
        "PAYMENT_EXPIRED": "N", "DAYS": None, "LANGUAGE_ID": "en", "LICENSE": "nz_selfhosted",
    })  # fmt: skip


@METHODS.add("server.time", "", legacy=True)
def server_time(call: Call) -> Answer:
    return Answer(call.portal.now())


# -- pipeline and stages ------------------------------------------------------------------------------------------


@METHODS.add("crm.category.list")
def category_list(call: Call) -> Answer:
    """Smart invoices have one default pipeline whose id is not zero and differs from portal to portal."""
    number = entity_type(call)
    category = call.portal.category_id if number == INVOICE else 0
    row = {
        "id": category, "name": "Default", "sort": 500, "entityTypeId": number, "isDefault": "Y", "originId": "",
        "originatorId": "",
    }  # fmt: skip
    return Answer({"categories": [row]}, total=1)


_STATUS_KINDS = {
    "ID": "integer", "ENTITY_ID": "string", "STATUS_ID": "string", "NAME": "string", "SORT": "integer",
    "SYSTEM": "boolean", "CATEGORY_ID": "integer", "COLOR": "string", "SEMANTICS": "string",
}  # fmt: skip


@METHODS.add("crm.status.list", legacy=True)
def status_list(call: Call) -> Answer:
    """A flat list of strings; an unknown filter field is ignored (legacy), a list of kinds refused (source §1 #17)."""
    asked = call.params.get("filter")
    if isinstance(asked, dict) and any(str(key).upper() == "ENTITY_ID" and isinstance(value, (list, dict))
                                       for key, value in asked.items()):  # fmt: skip
        raise RestError("ERROR_ARGUMENT", "Filter by ENTITY_ID must be a string")
    rows = [_status(stage) for stage in call.portal.stages if _is_there(call.portal, stage)]
    chosen = Filter(call.params.get("filter"), _STATUS_KINDS, call.portal.zone, strict=False)
    found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), _STATUS_KINDS, False)
    return Answer(found, total=len(found))


def _is_there(portal: Portal, stage: Stage) -> bool:
    return portal.settings.has_new_invoices or stage.entity != portal.stage_entity()


def _status(stage: Stage) -> dict[str, Json]:
    """Stages of invoices say what they mean themselves, ``EXTRA`` is there for leads, deals and quotes (source
    §1 #17)."""
    return {
        "ID": str(stage.id), "ENTITY_ID": stage.entity, "STATUS_ID": stage.status_id, "NAME": stage.name,
        "NAME_INIT": stage.name_init, "SORT": str(stage.sort), "SYSTEM": "Y" if stage.system else "N",
        "CATEGORY_ID": None if stage.category_id is None else str(stage.category_id), "COLOR": stage.color,
        "SEMANTICS": stage.semantics or None,
    }  # fmt: skip


@METHODS.add("crm.status.entity.types", legacy=True)
def status_entity_types(call: Call) -> Answer:
    """The old invoices' statuses only while these are switched on, the new ones' stages once there are any
    (source §2.5)."""
    category = call.portal.category_id
    invoices = {
        "ID": call.portal.stage_entity(), "NAME": "Invoice stages", "SEMANTIC_INFO": [], "PREFIX": f"DT31_{category}",
        "FIELD_ATTRIBUTE_SCOPE": f"category_{category}", "ENTITY_TYPE_ID": INVOICE, "IS_ENABLED": True,
        "CATEGORY_ID": category,
    }  # fmt: skip
    old = {"ID": INVOICE_STATUS, "NAME": "Invoice statuses", "SEMANTIC_INFO": []}
    settings = call.portal.settings
    known = [old] * settings.has_old_invoices + [invoices] * settings.has_new_invoices
    return Answer([{"ID": "SOURCE", "NAME": "Sources", "SEMANTIC_INFO": []}, *known])


# -- money --------------------------------------------------------------------------------------------------------


@METHODS.add("crm.currency.list", legacy=True)
def currency_list(call: Call) -> Answer:
    """``total`` is always 0 here (facts §5). Whoever reads something of the CRM may ask (source §1 #15)."""
    rows = [
        {
            "CURRENCY": currency.code, "AMOUNT_CNT": "1", "AMOUNT": f"{currency.amount:.4f}",
            "SORT": str(currency.sort), "BASE": "Y" if currency.base else "N", "FULL_NAME": currency.name,
            "LID": "en", "FORMAT_STRING": "$#", "DEC_POINT": ".", "THOUSANDS_SEP": ",", "DECIMALS": "2",
            "DATE_UPDATE": call.portal.now(),
        }
        for currency in call.portal.currencies
    ]  # fmt: skip
    return Answer(rows, total=0)


@METHODS.add("crm.currency.base.get", legacy=True)
def currency_base_get(call: Call) -> Answer:
    return Answer(call.portal.base_currency().code)


@METHODS.add("crm.vat.list", legacy=True)
def legacy_vat_list(call: Call) -> Answer:
    """Strings; RATE null is "No VAT"."""
    rows = [
        {"ID": str(vat.id), "NAME": vat.name, "RATE": None if vat.rate is None else f"{vat.rate:.2f}"}
        for vat in call.portal.vat
        if vat.active
    ]
    return Answer(rows, total=len(rows))


_VAT_KINDS = {"id": "integer", "name": "string", "rate": "double", "active": "boolean", "sort": "integer"}


@METHODS.add("catalog.vat.list", "catalog")
def catalog_vat_list(call: Call) -> Answer:
    need_catalog(call.user)
    rows: list[dict[str, Any]] = [
        {
            "id": vat.id, "name": vat.name, "rate": vat.rate, "active": "Y" if vat.active else "N",
            "sort": vat.sort, "timestampX": call.portal.now(),
        }
        for vat in call.portal.vat
    ]  # fmt: skip
    try:
        chosen = Filter(call.params.get("filter"), _VAT_KINDS, call.portal.zone)
        found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), _VAT_KINDS)
    except RestError as error:
        raise RestError("0", error.description) from error
    return Answer({"vats": found}, total=len(found))
