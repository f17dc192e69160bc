"""How values of items are read as they were sent, each by the type of its field (facts §3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.simulator.bitrix24.call import ill_typed
from b24xero.simulator.bitrix24.fields import Field
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

SKIPPED = object()  # what a reader gives for a value that is left out in silence


def read_value(portal: Portal, field: Field, value: Json) -> Any:
    if field.multiple:
        if not isinstance(value, (list, dict)):
            raise RestError("100", ill_typed(value, field.name, "array"))
        return [_READERS[field.kind](portal, field, one) for one in values_of(value)]
    if value in (None, ""):
        return 0 if field.is_link else "" if field.name == "comments" else None
    return _READERS[field.kind](portal, field, value)


def _invalid(field: Field) -> RestError:
    return RestError("CRM_FIELD_ERROR_VALUE_NOT_VALID", f'Invalid value of field "{field.title}"', field=field.name)


def _read_text(_portal: Portal, field: Field, value: Json) -> str:
    if isinstance(value, (dict, list)):
        raise _invalid(field)
    return str(value)


def _read_int(_portal: Portal, field: Field, value: Json) -> int:
    if not re.fullmatch(r"-?\d+", str(value)):
        raise _invalid(field)
    return int(value)


def _read_known(portal: Portal, field: Field, value: Json) -> int:
    """A link to a person, a company or a contact that exists (0 unlinks)."""
    number = _read_int(portal, field, value)
    stores: dict[str, dict[int, Any]] = {
        "user": portal.users, "crm_company": portal.items[COMPANY], "crm_contact": portal.items[CONTACT],
        "crm_category": {portal.category_id: None},
    }  # fmt: skip
    if number not in stores[field.kind] and not (number == 0 and field.is_link):
        raise _invalid(field)
    return number


def _read_money(_portal: Portal, field: Field, value: Json) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise _invalid(field) from error
    if not amount.is_finite():
        raise _invalid(field)
    return amount


def _read_flag(_portal: Portal, _field: Field, value: Json) -> str:
    return "Y" if value in (True, 1, "1", "Y", "y") else "N"


def _read_date(portal: Portal, _field: Field, value: Json) -> Any:
    """A bare date is taken as it is; a datetime is shifted to the portal's zone first (facts §3.1)."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            return date.fromisoformat(str(value))
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return SKIPPED
    return (moment.astimezone(portal.zone) if moment.tzinfo else moment).date()


def _read_time(portal: Portal, field: Field, value: Json) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _invalid(field) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=portal.zone)


def _read_stage(portal: Portal, _field: Field, value: Json) -> Any:
    return value if value in [stage.status_id for stage in portal.invoice_stages()] else SKIPPED


def _read_currency(portal: Portal, field: Field, value: Json) -> str:
    if value not in [currency.code for currency in portal.currencies]:
        raise _invalid(field)
    return str(value)


def _read_choice(portal: Portal, field: Field, value: Json) -> int:
    number = _read_int(portal, field, value)
    if number not in portal.list_values:
        raise _invalid(field)
    return number


_READERS: dict[str, Callable[[Portal, Field, Json], Any]] = {
    "integer": _read_int, "string": _read_text, "boolean": _read_flag, "double": _read_money, "date": _read_date,
    "datetime": _read_time, "user": _read_known, "crm_company": _read_known, "crm_contact": _read_known,
    "crm_category": _read_known, "enumeration": _read_choice, "crm_status": _read_stage, "crm_currency": _read_currency,
}  # fmt: skip
