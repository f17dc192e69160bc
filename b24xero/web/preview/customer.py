"""What the preview page says of a customer that changed: each field with its old and its new value."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from b24xero.contacts.changes import Compared
from b24xero.push.preview import Preview

FIELDS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "tax_number": _("Tax number"),
    "address": _("Address"),
}


@dataclass(frozen=True)
class FieldView:
    label: str
    before: str
    now: str
    current: str
    edited: str


def field_views(found: Preview) -> list[FieldView]:
    return [_view(one) for one in found.customer.compared] if found.customer else []


def _view(one: Compared) -> FieldView:
    change = one.change
    edited = gettext("edited by hand") if one.by_hand else ""
    return FieldView(str(FIELDS[change.field]), change.before or "–", change.now, one.current or "–", edited)


def words_of(found: Preview) -> str:
    """What a press does to the contact; empty where the customer did not change."""
    if found.customer is None:
        return ""
    if not found.customer.choice:
        return gettext("Choose above what happens to the contact.")
    if found.customer.choice == "bitrix24":
        return gettext("The contact in Xero is updated.")
    return gettext("The contact in Xero stays as it is.")
