"""The writes: each call that changes something, in portals of today's invoices and of old ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.bitrix24.test_legacy_moves import says
from tests.conftest import OLD_ROWS, ROWS, Vendors
from tests.faults.scene import Scene

PAID = "DT31_7:P"


# -- what is there before ---------------------------------------------------------------------------------------------


def new_of_known_customer(scene: Scene) -> None:
    """The contact stands in Xero already, so that the first write is the invoice."""
    known = scene.company(1)
    scene.pressed(scene.new(known))
    scene.new_invoices(known)


def _new_numbered_by_xero(scene: Scene) -> None:
    """Xero takes any number of these: nothing but our own care keeps a second one away."""
    scene.person.save_set_up(number="xero")
    new_of_known_customer(scene)


def _changed(scene: Scene) -> None:
    scene.new_invoices(scene.company(1))
    scene.pressed(*scene.ids)
    for key in scene.ids:
        if key > 0:
            scene.vendors.control("bitrix24/rows", id=key, rows=[{**ROWS[0], "quantity": 5}])
        else:
            scene.vendors.control("bitrix24/old-invoice/edit", id=-key, rows=[{**OLD_ROWS[0], "QUANTITY": "5"}])


def _of_new_customers(scene: Scene) -> None:
    scene.ids = [scene.new(scene.company(n), n) for n in range(scene.many)]


def paid(scene: Scene) -> None:
    scene.new_invoices(scene.company(1))
    scene.pressed(*scene.ids)
    for key in scene.ids:
        scene.vendors.control("xero/pay", invoice=scene.in_xero(key)[0]["InvoiceID"])
    scene.before = {key: scene.vendors.old_invoice(key) for key in scene.ids if key < 0}


# -- what must be true in the end -------------------------------------------------------------------------------------


def created(scene: Scene) -> None:
    scene.stands_once_in_xero()
    scene.told_once("created")
    scene.nothing_is_left_to_write()


def _updated(scene: Scene) -> None:
    scene.stands_once_in_xero()
    scene.told_once("updated")
    scene.nothing_is_left_to_write()


def moved(scene: Scene) -> None:
    """Each once."""
    kept = scene.vendors.control("bitrix24/moves")
    moves = Counter(-move["id"] if move.get("kind") == "old" else move["id"] for move in kept)
    assert [moves[key] for key in scene.ids] == [1] * len(scene.ids)
    for key in scene.ids:
        if key > 0:
            assert scene.vendors.invoice(key)["item"]["stageId"] == PAID
        else:
            _nothing_but_paid(scene.before[key], scene.vendors.old_invoice(key))
    scene.told_once("moved")
    assert scene.run("pull").counts == {}


def _nothing_but_paid(before: dict[str, Any], after: dict[str, Any]) -> None:
    """An old invoice is saved as a whole: nothing of it is another than before but its payment."""
    assert after["STATUS_ID"] == "P"
    assert after["PAY_VOUCHER_DATE"]
    assert {**says(after), "PAY_VOUCHER_DATE": None} == {**says(before), "PAY_VOUCHER_DATE": None}


# -- the calls --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    """A call that changes something: which one it is on the wire, what is there before it, how it is set off and what
    must be true in the end. ``refusal``: what makes the vendor itself refuse it, and ``mended`` puts it right.
    ``today_first``: as of a ``Scene``."""

    where: dict[str, str]
    before: Callable[[Scene], None]
    set_off: Callable[[Scene], None]
    after: Callable[[Scene], None]
    refusal: dict[str, Any]
    mended: Callable[[Vendors], Any] = lambda vendors: None
    today_first: bool = False

    @property
    def vendor(self) -> str:
        return self.where["vendor"]


def _account_is_back(vendors: Vendors) -> None:
    books = next(iter(vendors.xero.organisations.values()))
    books.account("200")["Status"] = "ACTIVE"  # type: ignore[index]


_NO_ACCOUNT = {"control": "xero/accounts/archive", "values": {"code": "200"}}
_NAME_TAKEN = {"control": "xero/contacts/add", "values": {"set": {"Name": "Acme Plumbing 0"}}}
_MAY_NOT_MOVE = {"control": "bitrix24/user", "values": {"id": 1, "may_move_stages": False}}

# Items and products take their place in this table like every other write.
OF_TODAY = {
    "create": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Invoices"},
        new_of_known_customer, Scene.push, created, _NO_ACCOUNT, _account_is_back,
    ),
    "create, numbered by Xero": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Invoices"},
        _new_numbered_by_xero, Scene.push, created, _NO_ACCOUNT, _account_is_back,
    ),
    "update": Write(
        {"vendor": "xero", "method": "POST", "path": "/Invoices"},
        _changed, Scene.push, _updated, _NO_ACCOUNT, _account_is_back,
    ),
    "contact": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Contacts"}, _of_new_customers, Scene.push, created, _NAME_TAKEN
    ),
    "stage": Write(
        {"vendor": "bitrix24", "contains": "crm.item.update"}, paid, Scene.update_from_xero, moved, _MAY_NOT_MOVE,
        lambda vendors: vendors.control("bitrix24/user", id=1, may_move_stages=True),
    ),
}  # fmt: skip

_NO_ORDER = {"control": "bitrix24/old-status", "values": {"code": "P", "sort": 190}}

OLD = {name: OF_TODAY[name] for name in ("create", "update", "contact")} | {
    "stage": replace(
        OF_TODAY["stage"], where={"vendor": "bitrix24", "contains": "crm.invoice.update"},
        refusal=_NO_ORDER, mended=lambda vendors: vendors.control("bitrix24/old-status", code="P", sort=130),
    )
}  # fmt: skip

# By which invoices the portal has; where it has both, what is chosen is mixed, and the names say what comes first.
WRITES = {
    "new": OF_TODAY,
    "old": OLD,
    "both": {**OLD, "stage of today's": replace(OF_TODAY["stage"], today_first=True)},
}
