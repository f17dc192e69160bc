"""The controls: what people do in Bitrix24 itself, and the switches of the simulator.

Each takes a map of JSON and gives JSON; bad input raises KeyError or ValueError. ``by`` is the id of the acting
person (1, the admin, unless told). Invoice fields have the API's names (``title``, ``opportunity``, ``companyId``);
here every field may be written, ``accountNumber`` and ``updatedTime`` too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any, TypeVar

from b24xero.simulator.bitrix24 import catalog, people, records
from b24xero.simulator.bitrix24.control_people import PeopleControls, Values
from b24xero.simulator.bitrix24.items import read_fields, shown
from b24xero.simulator.bitrix24.legacy_controls import OldInvoices
from b24xero.simulator.bitrix24.rows import read_row
from b24xero.simulator.bitrix24.rows import shown as shown_row
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, Fields, Stage, VatRate
from b24xero.simulator.bitrix24.wire import RestError, plain

Control = Callable[[Values], Any]
T = TypeVar("T")


class Controls(PeopleControls):
    """The table of controls of one portal."""

    def table(self) -> dict[str, Control]:
        found: dict[str, Control] = {
            "reset": self.reset, "state": self.state, "find": self.find, "settings": self.settings,
            "invoice": self.invoice, "edit": self.edit, "rows": self.rows, "delete": self.delete,
            "delivery": self.delivery, "reassign": self.reassign, "move": self.move, "moves": self.moves,
            "robot": self.robot,
            "stage/add": self.stage_add, "stage/edit": self.stage_edit, "stage/delete": self.stage_delete,
            "vat/add": self.vat_add, "vat/edit": self.vat_edit, "vat/delete": self.vat_delete,
            "company": self.company, "contact": self.contact, "requisite": self.requisite, "address": self.address,
            "product": self.product, "products": self.products,
            "user": self.user, "token": self.token, "tokens/expire": self.expire, "tokens/revoke": self.revoke,
            "frame": self.frame, "uninstall": self.uninstall, "events": self.events,
            "notices": self.notices,
        } | OldInvoices(lambda: self.portal).table()  # fmt: skip
        return {name: _translated(control) for name, control in found.items()}

    # -- the world ----------------------------------------------------------------------------------------------

    def reset(self, values: Values) -> Any:
        self._bitrix24.reset(keep_tokens=bool(values.get("keep_tokens")))
        return {}

    def state(self, values: Values) -> Any:
        """Without ``id``: what there is. With ``id`` (and ``type``, 31 unless told): one item, with its rows."""
        portal = self.portal
        if "id" in values:
            return self._dump(_type(values), int(values["id"]))
        return plain({
            "invoices": list(portal.items[INVOICE]), "companies": list(portal.items[COMPANY]),
            "contacts": list(portal.items[CONTACT]), "users": [asdict(user) for user in portal.users.values()],
            "stages": [asdict(stage) for stage in portal.invoice_stages()],
            "vat": [asdict(vat) for vat in portal.vat], "settings": asdict(portal.settings),
            "products": list(portal.products.values()), "prices": list(portal.prices.values()),
            "placements": portal.placements, "handlers": portal.handlers,
            "installed": portal.installed, "member_id": portal.member_id, "category_id": portal.category_id,
            "tokens": {"access": len(portal.access), "refresh": len(portal.refresh)},
        })  # fmt: skip

    def _dump(self, number: int, item_id: int) -> Any:
        item = shown(self.portal, number, self.portal.items[number][item_id])
        rows = self.portal.rows_of(item_id) if number == INVOICE else []
        return plain({"item": item, "rows": [shown_row(self.portal, row) for row in rows]})

    def find(self, values: Values) -> Any:
        """Items whose ``title``, ``accountNumber``, ``name`` … (any field) equals what is given."""
        number = _type(values)
        wanted = {name: value for name, value in values.items() if name != "type"}
        found = [plain(shown(self.portal, number, item)) for item in self.portal.items[number].values()]
        return [item for item in found if all(item.get(name) == value for name, value in wanted.items())]

    def settings(self, values: Values) -> Any:
        """Any field of ``settings.Settings``."""
        self.portal.settings.change(values)
        return asdict(self.portal.settings)

    # -- invoices -----------------------------------------------------------------------------------------------

    def invoice(self, values: Values) -> Any:
        """A new invoice: its fields, and ``rows`` (as in productrow.set)."""
        values = dict(values)
        by, rows = int(values.pop("by", 1)), values.pop("rows", [])
        item = records.add_item(self.portal, INVOICE, self._fields(INVOICE, values), by)
        records.replace_rows(self.portal, item["id"], [read_row(row) for row in rows])
        if rows:
            records.refresh_totals(self.portal, item, by)
        return self._dump(INVOICE, item["id"])

    def edit(self, values: Values) -> Any:
        """``id``, ``type`` (31), ``fields``, ``by``."""
        number, item_id = _type(values), int(values["id"])
        fields = self._fields(number, values["fields"])
        item = self.portal.items[number][item_id]
        records.change_item(self.portal, number, item, fields, int(values.get("by", 1)))
        return self._dump(number, item_id)

    def rows(self, values: Values) -> Any:
        """``id`` and ``rows``, which replace the old ones; an empty list leaves an invoice without rows."""
        item = self.portal.items[INVOICE][int(values["id"])]
        with records.changing_rows(self.portal, item, int(values.get("by", 1))):
            records.replace_rows(self.portal, item["id"], [read_row(row) for row in values["rows"]])
        return self._dump(INVOICE, item["id"])

    def delivery(self, values: Values) -> Any:
        """``id`` and ``amount``: an order with a paid delivery is bound to the invoice; 0: it is no longer."""
        item = self.portal.items[INVOICE][int(values["id"])]
        self.portal.deliveries[item["id"]] = Decimal(str(values["amount"]))
        records.refresh_totals(self.portal, item, int(values.get("by", 1)))
        return self._dump(INVOICE, item["id"])

    def delete(self, values: Values) -> Any:
        records.delete_item(self.portal, _type(values), int(values["id"]))
        return {}

    def reassign(self, values: Values) -> Any:
        return self.edit({**values, "fields": {"assignedById": int(values["user_id"])}})

    def move(self, values: Values) -> Any:
        """``id`` and ``stage``: a code (``P``) or a full id (``DT31_7:P``)."""
        return self.edit({**values, "fields": {"stageId": self.portal.stage_id(values["stage"])}})

    def moves(self, _values: Values) -> Any:
        """Every move to another stage there has been: ``id``, ``from``, ``to``, ``by``, ``at``."""
        return plain(self.portal.moves)

    def robot(self, values: Values) -> Any:
        """``from`` and ``to`` (codes or full ids): automation moves an invoice that comes to the one on to the other;
        without ``to`` no longer."""
        self.portal.robots.pop(self.portal.stage_id(values["from"]), None)
        if values.get("to"):
            self.portal.robots[self.portal.stage_id(values["from"])] = self.portal.stage_id(values["to"])
        return self.portal.robots

    def _fields(self, number: int, values: Values) -> Fields:
        known = read_fields(self.portal, number, values, any_field=True)
        unknown = set(values) - set(known)
        if unknown:
            raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
        return known

    # -- stages and rates ---------------------------------------------------------------------------------------

    def stage_add(self, values: Values) -> Any:
        """``code`` (UC_HOLD), ``name``, ``sort``, ``semantics`` ("", S, F), ``color``."""
        portal, status_id = self.portal, self.portal.stage_id(values["code"])
        if status_id in [stage.status_id for stage in portal.invoice_stages()]:
            raise ValueError(f"{status_id} is there already")
        portal.stages.append(Stage(
            portal.number("stage"), portal.stage_entity(), status_id, values["name"], int(values.get("sort", 35)),
            False, values.get("color", "#FFA900"), values.get("semantics", ""), portal.category_id,
        ))  # fmt: skip
        return asdict(portal.stages[-1])

    def stage_edit(self, values: Values) -> Any:
        """``code`` and any of ``name``, ``sort``, ``semantics``, ``color``."""
        stage = self._stage(values["code"])
        for name in ("name", "sort", "semantics", "color"):
            if name in values:
                setattr(stage, name, values[name])
        return asdict(stage)

    def stage_delete(self, values: Values) -> Any:
        """Built-in stages stay, as in Bitrix24; invoices on the stage keep its id."""
        stage = self._stage(values["code"])
        if stage.system:
            raise ValueError("a built-in stage cannot be deleted")
        self.portal.stages.remove(stage)
        return {}

    def _stage(self, code: str) -> Stage:
        return _only(stage for stage in self.portal.stages if stage.status_id == self.portal.stage_id(code))

    def vat_add(self, values: Values) -> Any:
        """``name`` and ``rate`` (null: no VAT)."""
        number = max((vat.id for vat in self.portal.vat), default=0) + 2
        self.portal.vat.append(VatRate(number, values["name"], _rate(values["rate"])))
        return plain(asdict(self.portal.vat[-1]))

    def vat_edit(self, values: Values) -> Any:
        """``id`` and any of ``name``, ``rate``, ``active``."""
        vat = _only(vat for vat in self.portal.vat if vat.id == int(values["id"]))
        vat.name, vat.active = values.get("name", vat.name), bool(values.get("active", vat.active))
        vat.rate = _rate(values["rate"]) if "rate" in values else vat.rate
        return plain(asdict(vat))

    def vat_delete(self, values: Values) -> Any:
        self.portal.vat.remove(_only(vat for vat in self.portal.vat if vat.id == int(values["id"])))
        return {}

    # -- customers ----------------------------------------------------------------------------------------------

    def company(self, values: Values) -> Any:
        """A new company, or with ``id`` a change: fields, ``email``, ``phone`` (null or "" takes them away)."""
        return self._customer(COMPANY, dict(values))

    def contact(self, values: Values) -> Any:
        """The same for a person: ``name``, ``lastName``, ``companyId``, ``email``, ``phone`` …"""
        return self._customer(CONTACT, dict(values))

    def _customer(self, number: int, values: Values) -> Any:
        by, item_id = int(values.pop("by", 1)), values.pop("id", None)
        multi: Values = {kind: values.pop(kind) for kind in ("email", "phone") if kind in values}
        fields = self._fields(number, values)
        if item_id is None:
            item = records.add_item(self.portal, number, fields, by)
        else:
            item = self.portal.items[number][int(item_id)]
            records.change_item(self.portal, number, item, fields, by)
        people.set_channels(self.portal, item, multi)
        return self._dump(number, item["id"])

    def requisite(self, values: Values) -> Any:
        """``type`` (4 or 3), ``entity_id`` and RQ_… fields; with ``id`` a change."""
        return people.put_requisite(self.portal, dict(values))

    def address(self, values: Values) -> Any:
        """``requisite_id`` and ADDRESS_1, CITY, POSTAL_CODE, REGION, COUNTRY …; one of each TYPE_ID (1)."""
        return people.put_address(self.portal, dict(values))

    # -- products -----------------------------------------------------------------------------------------------

    def product(self, values: Values) -> Any:
        """A new product: the API's fields, ``price`` and ``currency``."""
        values = dict(values)
        values.setdefault("iblockId", catalog.PRODUCTS)
        price, currency = values.pop("price", None), values.pop("currency", "")
        amount = None if price is None else Decimal(str(price))
        return plain(catalog.new_product(self.portal, values, 1, price=amount, currency=currency))

    def products(self, _values: Values) -> Any:
        """Every product with its base price under ``price``, or null."""
        portal = self.portal
        return plain([one | {"price": catalog.price_of(portal, one["id"])} for one in portal.products.values()])


def _translated(control: Control) -> Control:
    """The vendor's own refusals (a stage that does not exist …) as ValueError, which the server answers with 400."""

    def run(values: Values) -> Any:
        try:
            return control(values)
        except RestError as error:
            raise ValueError(str(error)) from error

    return run


def _type(values: Values) -> int:
    number = int(values.get("type", INVOICE))
    if number not in (INVOICE, COMPANY, CONTACT):
        raise ValueError("type is 31, 4 or 3")
    return number


def _rate(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _only(found: Iterable[T]) -> T:
    for one in found:
        return one
    raise KeyError("not found")
