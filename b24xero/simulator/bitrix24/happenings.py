"""What happened to the portal's invoices, for whoever asked to be told (facts §8, more §2.1)."""

from __future__ import annotations

from b24xero.simulator.bitrix24.state import INVOICE, Fields, Portal


def item(portal: Portal, what: str, item_id: int, by: int, entity_type: int = INVOICE) -> None:
    """``what``: ADD, UPDATE or DELETE of an invoice or of an item of another process; whoever did it, our own
    application too."""
    data = {"data[FIELDS][ID]": str(item_id), "data[FIELDS][ENTITY_TYPE_ID]": str(entity_type)}
    _note(portal, f"ONCRMDYNAMICITEM{what}", data, by)
    if portal.settings.suffixed_events:
        _note(portal, f"ONCRMDYNAMICITEM{what}_{entity_type}", data, by)


def old(portal: Portal, what: str, invoice_id: int, by: int) -> None:
    """``what``: ADD, UPDATE, DELETE or SETSTATUS."""
    _note(portal, f"ONCRMINVOICE{what}", {"data[FIELDS][ID]": str(invoice_id)}, by)


def tested(portal: Portal, said: str, by: int) -> None:
    _note(portal, "ONAPPTEST", {"data[QUERY][any]": said}, by)


def _note(portal: Portal, name: str, data: dict[str, str], by: int) -> None:
    """One post for each handler, and none that is kept for one that comes later."""
    for bound in portal.handlers:
        if bound["event"] == name:
            portal.happened.append(Fields(url=bound["handler"], event=name, data=data, by=by))
