"""Who works here, and in which departments: user.get and department.get (facts §6)."""

from __future__ import annotations

from typing import Any

from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.filters import page_of
from b24xero.simulator.bitrix24.state import Fields, Portal, User
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()

# What of people may be filtered here; any other name is left aside.
_FILTERED = ("ID", "ACTIVE", "NAME", "LAST_NAME", "UF_DEPARTMENT", "USER_TYPE")
_DEPARTMENT = ("ID", "NAME", "SORT", "PARENT", "UF_HEAD")


@METHODS.add("user.get", "user_basic", legacy=True)
def user_get(call: Call) -> Answer:
    """Everybody, whoever is dismissed too, by their ids; conditions stand in ``FILTER`` or beside it, and take several
    values."""
    params = {name.upper(): value for name, value in call.params.items()}
    asked = params.get("FILTER", params)
    if not isinstance(asked, dict):
        raise RestError("ERROR_ARGUMENT", "FILTER must be an array")
    conditions = {name.upper(): values_of(value) for name, value in asked.items() if name.upper() in _FILTERED}
    found = [_row(user) for _, user in sorted(call.portal.users.items())]
    page, total, following = page_of(
        [row for row in found if _fits(row, conditions)], params.get("START"), wraps=True
    )  # fmt: skip
    names = [str(name).upper() for name in values_of(params.get("SELECT") or ["*"])]
    shown = [{name: row[name] for name in row if "*" in names or name in (*names, "ID")} for row in page]
    return Answer(shown, total, following)


def _row(user: User) -> Fields:
    return {
        "ID": str(user.id), "ACTIVE": user.active, "NAME": user.name, "LAST_NAME": user.last_name, "SECOND_NAME": "",
        "EMAIL": user.email, "WORK_POSITION": "", "USER_TYPE": "employee", "UF_DEPARTMENT": list(user.departments),
    }  # fmt: skip


def _fits(row: Fields, conditions: dict[str, list[Json]]) -> bool:
    return all(_has(row[name], values) for name, values in conditions.items())


def _has(value: Any, wanted: list[Json]) -> bool:
    return bool({str(one).lower() for one in values_of(value)} & {str(one).lower() for one in wanted})


@METHODS.add("department.get", "department", legacy=True)
def department_get(call: Call) -> Answer:
    """Conditions stand beside the order, or in FILTER alone; of other names nothing is taken. Ids are texts, and who
    has no parent has no such key."""
    params = {name.upper(): value for name, value in call.params.items()}
    asked = params["FILTER"] if isinstance(params.get("FILTER"), dict) else params
    # SORT names the order, so that nobody filters by it.
    conditions = {
        name: values_of(value) for name, value in asked.items() if name in _DEPARTMENT and name != "SORT"
    }  # fmt: skip
    rows = [row for row in _sorted(call.portal, params) if all(_has(row.get(n, ""), v) for n, v in conditions.items())]
    page, total, following = page_of(rows, params.get("START"), wraps=True)
    return Answer(page, total, following)


def _sorted(portal: Portal, params: dict[str, Json]) -> list[Fields]:
    by = str(params.get("SORT", "")).upper()
    rows = list(portal.departments.values())
    if by not in _DEPARTMENT:
        return rows
    return sorted(rows, key=lambda row: str(row.get(by, "")), reverse=str(params.get("ORDER", "")).upper() == "DESC")
