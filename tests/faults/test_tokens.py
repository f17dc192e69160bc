"""A Bitrix24 token that ends under many at once: renewed once, and all of them go through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from flask import Flask

from tests.conftest import Vendors, on_both
from tests.faults.scene import IN_BULK, Scene
from tests.faults.writes import created, moved, new_of_known_customer, paid
from tests.people import HTMX, Person

pytestmark = pytest.mark.slow


@on_both
def test_a_token_that_ends_under_many_presses_is_renewed_once_and_all_of_them_go_through(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """A refresh token is good for one use: whoever comes second takes what the first one got."""
    scene = Scene(ready, vendors, app, bulk=True)
    new_of_known_customer(scene)
    tabs = [ready.elsewhere(app) for _ in scene.ids]
    tokens = [tab.token() for tab in tabs]
    vendors.control("bitrix24/tokens/expire")
    vendors.forget_requests()
    codes = _at_once([_press(tab, id, token) for tab, id, token in zip(tabs, scene.ids, tokens, strict=True)])
    assert codes == [200] * IN_BULK
    assert len([call for call in vendors.calls("bitrix24") if "/oauth/token" in call]) == 1
    created(scene)


@on_both
def test_a_token_renewed_by_a_page_while_a_run_is_at_work_serves_the_run_too(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    scene = Scene(ready, vendors, app, bulk=True)
    paid(scene)
    vendors.fault("act", vendor="bitrix24", contains="crm.item.update", control="bitrix24/tokens/expire")
    vendors.fault("delay", vendor="bitrix24", path="/oauth/token", seconds=0.3)

    def update() -> int:
        scene.update_from_xero()
        return 200

    assert _at_once([update, lambda: ready.list().status_code]) == [200, 200]
    moved(scene)


def _press(tab: Person, invoice_id: int, token: str) -> Callable[[], int]:
    return lambda: tab.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX).status_code


def _at_once(presses: Sequence[Callable[[], int]]) -> list[int]:
    codes: list[int] = [0] * len(presses)

    def carry_out(n: int) -> None:
        codes[n] = presses[n]()

    threads = [threading.Thread(target=carry_out, args=(n,)) for n in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes
