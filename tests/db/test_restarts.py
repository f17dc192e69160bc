"""PostgreSQL is restarted while people press: each press is carried out, or says that Xero may have it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from b24xero.db import restarts
from b24xero.writes import claims
from tests.broken import connections_cut
from tests.conftest import Vendors
from tests.people import HTMX, Person, text
from tests.pgtest import server_at

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def made(vendors: Vendors, invoice_id: int) -> int:
    return sum(f"/details/{invoice_id}/" in str(i.get("Url", "")) for i in vendors.control("xero/invoices"))


@on_postgresql
def test_a_page_that_was_asked_for_while_the_database_is_away_comes_when_it_is_back(
    app: Flask, ready: Person, migrated_postgres: str
) -> None:
    assert ready.client.get("/activity").status_code == 200
    server = server_at(migrated_postgres)
    away = threading.Thread(target=server.stop_and_start, args=(1.0,))
    away.start()
    time.sleep(0.4)
    answer = ready.client.get("/activity")
    away.join()
    assert answer.status_code == 200


@on_postgresql
def test_a_restart_under_load_loses_no_press(
    app: Flask, ready: Person, vendors: Vendors, migrated_postgres: str
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    browsers = [ready, *(Person(app, ready.name).sign_in() for _ in range(3))]
    share = [[vendors.new_invoice(companyId=acme) for _ in range(4)] for _ in browsers]
    assert ready.press(share[0][0]).status_code == 200  # Acme is known to Xero
    again: list[int] = []
    under_way = threading.Event()

    def press(browser: Person, ids: list[int]) -> None:
        for invoice_id in ids:
            answer = browser.press(invoice_id)
            under_way.set()
            if answer.status_code != 200:
                said = text(answer.text)
                assert "nothing is written twice" in said or answer.status_code == 504, said
                again.append(invoice_id)

    with ThreadPoolExecutor(4) as pool:
        pressing = [pool.submit(press, browser, ids) for browser, ids in zip(browsers, share, strict=True)]
        under_way.wait(30)
        server_at(migrated_postgres).stop_and_start(0.5)
        for one in pressing:
            one.result()
    for invoice_id in again:
        assert ready.press(invoice_id).status_code == 200
    found = {invoice_id: made(vendors, invoice_id) for ids in share for invoice_id in ids}
    assert found == dict.fromkeys(found, 1)


@on_postgresql
@pytest.mark.parametrize("call", ["POST /rest/batch", "PUT /api.xro/2.0/Invoices"])
def test_a_press_whose_connection_is_cut_is_carried_out_all_the_same(
    app: Flask, ready: Person, vendors: Vendors, call: str
) -> None:
    """Before anything was sent it is done once more; after that it looks in Xero for what was."""
    invoice_id, token = vendors.new_invoice(), ready.token()
    with connections_cut(app, vendors, call):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 200, text(answer.text)
    assert made(vendors, invoice_id) == 1


def error_with(sqlstate: str | None) -> OperationalError:
    orig = psycopg.errors.lookup(sqlstate)() if sqlstate else psycopg.OperationalError("connection refused")
    return OperationalError("SELECT", {}, orig)


@on_postgresql
def test_what_is_asked_once_more_is_a_lost_connection_and_no_slow_statement(app: Flask) -> None:
    with app.app_context():
        assert all(restarts.lost(error_with(state)) for state in (None, "57P01", "57P03"))
        slow, locked, full = "57014", "55P03", "53100"
        assert not any(restarts.lost(error_with(state)) for state in (slow, locked, full))
        assert not restarts.lost(NoConnectionFree("QueuePool limit"))
        assert not restarts.lost(IntegrityError("INSERT", {}, psycopg.errors.lookup("23505")()))


def test_a_file_is_never_asked_once_more(app: Flask) -> None:
    with app.app_context():
        assert not restarts.lost(error_with(None))


def test_a_request_has_one_claim_however_often_it_is_carried_out(app: Flask) -> None:
    with app.test_request_context():
        first = claims.of_press()
        assert claims.of_press() == first
    with app.test_request_context():
        assert claims.of_press() != first
