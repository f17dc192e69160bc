"""Who may see and change what (facts §3.1, §6)."""

from __future__ import annotations

from b24xero.simulator.bitrix24.state import INVOICE, Fields, Portal, User
from b24xero.simulator.bitrix24.wire import RestError


def may_read(user: User, entity_type: int, item: Fields) -> bool:
    """Sellers see their own invoices; companies and contacts are for everyone to read whose role has that right."""
    if entity_type != INVOICE:
        return user.may_read_customers
    return reads_invoices_of(user, item["assignedById"])


def may_edit(user: User, entity_type: int, item: Fields) -> bool:
    if user.role in ("admin", "manager"):
        return True
    return entity_type == INVOICE and changes_invoices_of(user, item["assignedById"])


def reads_invoices_of(user: User, responsible: int) -> bool:
    """Of either kind. Nobody is responsible for an invoice that does not exist: 0."""
    return user.role in ("admin", "manager", "auditor") or responsible == user.id


def changes_invoices_of(user: User, responsible: int) -> bool:
    return user.role in ("admin", "manager") or (user.role == "seller" and responsible == user.id)


def may_add(user: User, entity_type: int) -> bool:
    return user.role in ("admin", "manager") or (user.role == "seller" and entity_type == INVOICE)


def readable_item(portal: Portal, user: User, entity_type: int, item_id: int) -> Fields:
    """Existence is checked before access: a foreign id is ACCESS_DENIED (HTTP 400), a missing one NOT_FOUND."""
    item = _existing(portal, entity_type, item_id)
    if not may_read(user, entity_type, item):
        raise RestError("ACCESS_DENIED", "You do not have permission to view this item")
    return item


def editable_item(portal: Portal, user: User, entity_type: int, item_id: int) -> Fields:
    """Existence, then the limits of the portal's plan, then the right (source §2.3)."""
    item = _existing(portal, entity_type, item_id)
    if portal.settings.updates_restricted:
        raise RestError("UPDATE_DYNAMIC_ITEM_RESTRICTED", "Your plan does not allow to change items")
    if not may_edit(user, entity_type, item):
        raise RestError("ACCESS_DENIED", "Access denied")
    return item


def _existing(portal: Portal, entity_type: int, item_id: int) -> Fields:
    if item_id not in portal.items[entity_type]:
        raise RestError("NOT_FOUND", "Item not found")
    return portal.items[entity_type][item_id]


def need_settings(user: User) -> None:
    """The CRM's administrator, whom writes of the older products want (source §1 #15)."""
    if not user.may_use_settings:
        raise RestError("", "Access denied.")


def need_leads(user: User) -> None:
    """The right to read leads."""
    if not user.may_read_leads:
        raise RestError("", "Access denied.")


def need_catalog(user: User) -> None:
    if not user.may_use_catalog:
        raise RestError("200040300010", "Access Denied")


def need_catalog_settings(user: User) -> None:
    """The list of catalogues wants an administrator of the whole portal beside a right to the catalogue
    (source §1 #15)."""
    if not (user.is_admin and user.may_use_catalog):
        raise RestError("200040300010", "Access Denied")


def need_new_products(user: User) -> None:
    """ "Create/edit product", a right of its own in the catalogue's roles (source §1 #15)."""
    need_catalog(user)
    if not user.may_add_products:
        raise RestError("200040300040", "Access Denied")


def need_prices(user: User) -> None:
    """ "Change sale price"."""
    need_catalog(user)
    if not user.may_set_prices:
        raise RestError("200040300020", "Access Denied")
