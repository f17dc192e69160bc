"""The month's end of portals with old invoices: they belong in Xero like those of today."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import Organisation, User
from b24xero.extensions import db
from b24xero.reconciliation.read import Period
from tests.conftest import Vendors, on_old_and_both
from tests.people import Person


@on_old_and_both
def test_old_invoices_of_a_period_are_read_under_their_keys(ready: Person, vendors: Vendors, app: Flask) -> None:
    inside = vendors.new_old_invoice(DATE_BILL="2026-10-31")
    before = vendors.new_old_invoice(DATE_BILL="2026-09-30")
    with app.test_request_context():
        user = db.session.scalars(select(User)).one()
        bitrix24 = connections.bitrix24_for(user)
        stretch = bitrix24.invoices_dated(date(2026, 10, 1), date(2026, 10, 31), 0, 500, "legacy")
        assert inside in [row.id for row in stretch.rows]
        assert before not in [row.id for row in stretch.rows]
        rows = bitrix24.invoice_rows([inside, before])
        assert [row.id for row in rows] == [inside, before]
        assert {row.customer_name for row in rows} == {"Acme Plumbing"}


@on_old_and_both
def test_the_sheet_counts_them(ready: Person, vendors: Vendors, app: Flask) -> None:
    key = vendors.new_old_invoice(DATE_BILL="2026-10-31")
    assert ready.press(key).status_code == 200
    with app.test_request_context():
        user, organisation = db.session.scalars(select(User)).one(), db.session.scalars(select(Organisation)).one()
        xero, _ = connections.xero_for(user)
        bitrix24 = connections.bitrix24_for(user)
        stages = {stage.id: stage for stage in bitrix24.portal_lists().all_stages}
        period = Period(organisation, date(2026, 10, 1), date(2026, 10, 31), stages, whole=True)
        period.read(bitrix24, xero, lambda _done, _total: None)
        ours = {one.id: one for one in period.ours}
        assert str(ours[key].total) == "299.00"
        assert period.known[key].xero_id in {one.id for one in period.theirs}
