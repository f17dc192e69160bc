"""Moving old invoices to another status: nothing else of them changes, and what does nevertheless is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from b24xero.bitrix24 import legacy_content, legacy_moves
from b24xero.bitrix24.legacy_content import Change, Payment
from b24xero.bitrix24.legacy_moves import MOST_LOOKS, MOST_MOVES, LegacyMove, LegacyMoved, OldItem
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.stages import Item, Move
from b24xero.bitrix24.wire import Borrowed
from b24xero.errors import Forbidden, NotFound, OutcomeUnknown, Rejected
from tests.bitrix24.test_stages import HTML, Tokens, calls, fault
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, SELLER, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, acme, old

# What a change of status is, and what the portal counts for itself.
STATUS = {"STATUS_ID", "DATE_STATUS", "DATE_UPDATE", "EMP_STATUS_ID", "PAYED", "DATE_PAYED", "EMP_PAYED_ID"}


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh(invoices="old", limits=False)


def session(b24: Asker, user: int = ADMIN) -> Session:
    return Session(f"{b24.base}/bitrix24", Tokens(b24, user))


def moved(b24: Asker, *moves: Move, user: int = ADMIN) -> LegacyMoved:
    asking = session(b24, user)
    return legacy_moves.move(asking, moves, legacy_moves.look(asking, [each.id for each in moves]))


def now(b24: Asker, number: int) -> dict[str, Any]:
    found: dict[str, Any] = b24.control("old-invoice/state", id=number)
    return found


def says(invoice: dict[str, Any]) -> dict[str, Any]:
    """What stands in it, without its status and the stand-ins of free rows."""
    rows = [{k: v for k, v in row.items() if k != "PRODUCT_XML_ID"} for row in invoice["PRODUCT_ROWS"]]
    return {k: v for k, v in invoice.items() if k not in STATUS} | {"PRODUCT_ROWS": rows}


def full(b24: Asker, **values: Any) -> int:
    """With a requisite, an address, a contact, a product and a free row, a discount, no VAT, and days of two kinds."""
    company = acme(b24)
    requisite = b24.control("requisite", type=4, entity_id=company, RQ_COMPANY_NAME="Acme Plumbing Ltd")["ID"]
    b24.control("address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="1 High St", CITY="Nelson")
    contact = b24.control("contact", name="Sarah", lastName="Mitchell")["item"]["id"]
    product = b24.control("product", name="Shower tray", price=100, currency="NZD")["id"]
    rows = [
        PIPE, {**PIPE, "PRODUCT_ID": product, "PRODUCT_NAME": "Shower tray", "DISCOUNT_PRICE": "2.50"},
        {**PIPE, "VAT_RATE": None, "VAT_INCLUDED": "Y"},
    ]  # fmt: skip
    known = {"UF_COMPANY_ID": company, "UF_CONTACT_ID": contact, "DATE_BILL": "2026-09-05", "rows": rows}
    return int(old(b24, **{**known, "DATE_PAY_BEFORE": "2026-09-18", "COMMENTS": "By the gate", **values})["ID"])


def change_everything_around(b24: Asker, number: int, *, currency: bool = False) -> None:
    """What a company, its requisite, its person and the site's settings say is another now."""
    invoice = b24.bitrix24.world.old_invoices[number]
    company, contact = invoice["UF_COMPANY_ID"], invoice["UF_CONTACT_ID"]
    b24.control("company", id=company, title="Acme Heating", email="new@acme.example", phone="+64 9 000 0000")
    b24.control("contact", id=contact, lastName="Harding")
    b24.control("requisite", id=27, RQ_COMPANY_NAME="Acme Heating Ltd")
    b24.control("address", requisite_id=27, TYPE_ID="6", ADDRESS_1="9 Low Rd", CITY="Picton")
    b24.control("settings", date_format="DD/MM/YYYY")
    if currency:
        b24.control("currency", code="USD")


# -- the invoice says what it said ------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland"])
def test_after_a_move_the_invoice_says_what_it_said_but_its_status(b24: Asker, zone: str) -> None:
    b24.control("settings", zone=zone)
    number = full(b24, DATE_MARKED="2026-09-20T15:30:00+02:00", PAY_VOUCHER_DATE="2026-02-03", PAY_VOUCHER_NUM="A-1")
    before = now(b24, number)
    change_everything_around(b24, number)
    done = moved(b24, Move(number, "S"))
    after = now(b24, number)
    assert says(after) == says(before)
    assert (after["STATUS_ID"], done.changed) == ("S", {})
    assert isinstance(result := done.results[number], Item)
    assert result.stage == "S"


def test_through_all_statuses_it_says_what_it_said(b24: Asker) -> None:
    number = full(b24)
    before = now(b24, number)
    for status in ("S", "P", "D", "P", "S", "N"):
        moved(b24, Move(number, status))
        change_everything_around(b24, number)
        assert (says(now(b24, number)), now(b24, number)["STATUS_ID"]) == (says(before), status)


def test_whatever_becomes_another_between_two_saves_the_invoice_says_what_it_said_but_its_status(b24: Asker) -> None:
    """Address, requisite, contact, the site's days; and the currency, under which it waits until that is back."""
    number = full(b24, PAY_VOUCHER_DATE="2026-02-03", PAY_VOUCHER_NUM="A-1")
    moved(b24, Move(number, "S"))
    before = now(b24, number)
    change_everything_around(b24, number, currency=True)
    (told,) = moved(b24, Move(number, "P")).results.values()
    assert isinstance(told, Rejected)
    assert now(b24, number) == before
    b24.control("currency", code="NZD")
    done = moved(b24, Move(number, "P"))
    after = now(b24, number)
    assert (says(after), after["STATUS_ID"], done.changed) == (says(before), "P", {})


def test_a_bare_change_of_status_would_have_changed_all_that(b24: Asker) -> None:
    """So that the test above can fail."""
    number = full(b24)
    before = now(b24, number)
    change_everything_around(b24, number, currency=True)
    b24.result("crm.invoice.update", id=number, fields={"STATUS_ID": "S"})
    after = says(now(b24, number))
    different = {name for name, value in says(before).items() if after[name] != value}
    assert different == {"DATE_BILL", "DATE_PAY_BEFORE", "CURRENCY", "INVOICE_PROPERTIES"}


def test_when_the_portals_currency_is_another_the_invoice_is_not_written_and_both_are_said(b24: Asker) -> None:
    number = full(b24)
    before = now(b24, number)
    change_everything_around(b24, number, currency=True)
    (told,) = moved(b24, Move(number, "S")).results.values()
    assert isinstance(told, Rejected)
    assert told.problems[0].code == "old_invoice_currency_unsure"
    assert told.problems[0].values == {"currency": "NZD", "own": "USD"}
    assert now(b24, number) == before


def test_the_shops_currency_shows_in_what_was_saved_last(b24: Asker) -> None:
    """It may be another than the portal's base currency, which alone is told by a method."""
    number = full(b24)
    b24.control("settings", invoice_currency="USD")
    old(b24)
    (told,) = moved(b24, Move(number, "S")).results.values()
    assert isinstance(told, Rejected)
    assert (told.problems[0].code, told.problems[0].values["own"]) == ("old_invoice_currency", "USD")
    assert now(b24, number)["CURRENCY"] == "NZD"


def test_what_changed_nevertheless_is_told(b24: Asker) -> None:
    b24.control("settings", precision="old")
    half = {**PIPE, "PRICE": "9.99", "QUANTITY": "0.5", "VAT_RATE": "0.19", "VAT_INCLUDED": "Y"}
    number = int(old(b24, rows=[half] * 3)["ID"])
    company = b24.bitrix24.world.old_invoices[number]["UF_COMPANY_ID"]
    b24.control("settings", precision="new")
    requisite = b24.control("requisite", type=4, entity_id=company, RQ_INN="123-456")["ID"]
    assert requisite
    done = moved(b24, Move(number, "S"))
    assert done.changed == {number: (Change("total", "15.00", "14.99"), Change("printed INN", "", "123-456"))}
    assert now(b24, number)["STATUS_ID"] == "S"


# -- paid -------------------------------------------------------------------------------------------------------------


def test_a_status_that_pays_keeps_the_payments_day_and_number(b24: Asker) -> None:
    number = full(b24)
    payment = Payment(date(2026, 10, 4), "INV-0042, paid by bank transfer")
    done = moved(b24, LegacyMove(number, "P", payment))
    after = now(b24, number)
    assert (after["STATUS_ID"], after["PAYED"]) == ("P", "Y")
    assert (after["PAY_VOUCHER_DATE"][:10], after["PAY_VOUCHER_NUM"]) == ("2026-10-04", "INV-0042, paid by ba")
    assert done.changed == {}


def test_days_travel_as_days_and_a_moment_with_its_time_alone(b24: Asker) -> None:
    number = full(b24, DATE_MARKED="2026-09-20T00:00:00+02:00", PAY_VOUCHER_DATE="2026-02-03")
    said = now(b24, number)
    sent = legacy_content.to_send(said, "S", None)
    days = {name: sent[name] for name in ("DATE_BILL", "DATE_PAY_BEFORE", "PAY_VOUCHER_DATE", "DATE_MARKED")}
    assert list(days.values()) == ["2026-09-05", "2026-09-18", "2026-02-03", "2026-09-20"]
    late = {**said, "DATE_MARKED": "2026-09-20T15:30:00+02:00"}
    assert legacy_content.to_send(late, "S", None)["DATE_MARKED"] == "2026-09-20T15:30:00+02:00"


def test_a_payments_number_has_no_space_that_the_portal_would_cut_off(b24: Asker) -> None:
    paid = legacy_content.to_send(now(b24, full(b24)), "P", Payment(date(2026, 10, 4), " 1234567890123456789 paid "))
    assert paid["PAY_VOUCHER_NUM"] == "1234567890123456789"
    none = legacy_content.to_send(now(b24, full(b24)), "P", Payment(date(2026, 10, 4), "  "))
    assert "PAY_VOUCHER_NUM" not in none


def test_a_field_of_the_portals_own_that_a_save_changes_is_told(b24: Asker) -> None:
    before = {**now(b24, full(b24)), "UF_CRM_1": ["4", "7"], "UF_CRM_2": False, "UF_CRM_3": "Nelson"}
    after = {**before, "UF_CRM_1": ["4"], "UF_CRM_2": "", "DATE_INSERT": "2026-01-01T10:00:00+02:00"}
    found = legacy_content.changes(before, after, {})
    assert [change.what for change in found] == ["date of making", "field UF_CRM_1"]


@pytest.mark.parametrize("status", ["S", "D"])
def test_a_status_that_does_not_pay_keeps_none(b24: Asker, status: str) -> None:
    number = full(b24)
    moved(b24, LegacyMove(number, status, Payment(date(2026, 10, 4), "INV-0042")))
    after = now(b24, number)
    assert (after["STATUS_ID"], after["PAY_VOUCHER_DATE"], after["PAY_VOUCHER_NUM"]) == (status, None, None)


def test_one_that_is_there_is_not_saved_again(b24: Asker) -> None:
    number = full(b24, STATUS_ID="P")
    before = now(b24, number)
    asking = session(b24)
    look = legacy_moves.look(asking, [number])
    calls(b24)
    assert isinstance(legacy_moves.move(asking, [Move(number, "P")], look).results[number], Item)
    assert (calls(b24), now(b24, number)) == ([], before)


# -- what is in the way -----------------------------------------------------------------------------------------------


def test_where_the_order_of_statuses_makes_a_change_nothing_none_is_sent(b24: Asker) -> None:
    number = full(b24)
    b24.control("old-status", code="P", sort=150)
    (told,) = moved(b24, Move(number, "S")).results.values()
    assert isinstance(told, Rejected)
    assert told.problems[0].code == "old_statuses_unsound"


def test_an_answer_with_the_id_means_nothing_by_itself(b24: Asker) -> None:
    number = full(b24)
    asking = session(b24)
    look = legacy_moves.look(asking, [number])
    b24.control("old-status/delete", code="D")
    done = legacy_moves.move(asking, [Move(number, "S")], look)
    assert (done.results, done.looked[number].stage) == ({}, "N")


def test_whoever_may_not_is_told_so_and_the_others_are_moved(b24: Asker) -> None:
    mine, other = full(b24, RESPONSIBLE_ID=SELLER), full(b24)
    asking = session(b24, AUDITOR)
    refused = legacy_moves.move(asking, [Move(mine, "S")], legacy_moves.look(asking, [mine]))
    assert isinstance(refused.results[mine], Forbidden)
    both = moved(b24, Move(mine, "S"), Move(other, "X"))
    assert isinstance(both.results[mine], Item)
    assert isinstance(both.results[other], Rejected)
    assert not isinstance(both.results[other], NotFound)


def test_what_the_portal_refuses_is_told_in_its_words_without_its_markup(b24: Asker) -> None:
    number = full(b24)
    (told,) = moved(b24, Move(number, "X")).results.values()
    assert isinstance(told, Rejected)
    assert told.problems[0].values == {"message": "The status is not known."}


def test_a_refusal_in_words_that_may_be_anothers_is_told_as_such(b24: Asker) -> None:
    """A save of old code that fails speaks for every refusal after it in the same call (source facts §1 #13)."""
    first, second, third = (full(b24) for _ in range(3))
    b24.control("settings", exceptions_of="crm.invoice.update")
    asking = session(b24)
    look = legacy_moves.look(asking, [first, second, third])
    b24.control("old-invoice/delete", id=second)
    done = legacy_moves.move(asking, [Move(first, "X"), Move(second, "S"), Move(third, "S")], look)
    assert type(done.results[first]) is Rejected
    assert isinstance(done.results[second], Borrowed)
    assert isinstance(done.results[third], Item)


def test_one_that_is_gone_meanwhile_is_gone(b24: Asker) -> None:
    number = full(b24)
    asking = session(b24)
    look = legacy_moves.look(asking, [number])
    b24.control("old-invoice/delete", id=number)
    assert isinstance(legacy_moves.move(asking, [Move(number, "S")], look).results[number], NotFound)


@pytest.mark.parametrize(("do", "arrived"), [("drop_after", True), ("drop_before", False), ("answer", False)])
def test_after_a_lost_answer_a_look_tells_what_was_moved_and_what_else_changed(
    b24: Asker, do: str, arrived: bool
) -> None:
    number = full(b24)
    asking = session(b24)
    before = legacy_moves.look(asking, [number])
    fault(b24, do, **({"status": 504, "body": HTML} if do == "answer" else {}))
    with pytest.raises(OutcomeUnknown):
        legacy_moves.move(asking, [Move(number, "S")], before)
    after = legacy_moves.look(asking, [number])
    item = after.items[number]
    assert item.came_to("S", before.items[number]) is arrived
    if arrived:
        assert legacy_moves.changes(Move(number, "S"), before.items[number], item) == ()


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_a_press_costs_a_look_and_a_move(b24: Asker) -> None:
    number = full(b24)
    asking = session(b24)
    calls(b24)
    legacy_moves.move(asking, [Move(number, "S")], legacy_moves.look(asking, [number]))
    assert len(calls(b24)) == 2


def test_each_call_moves_fifteen_and_looks_at_the_next(b24: Asker) -> None:
    assert (MOST_LOOKS, MOST_MOVES) == (47, 15)
    company = acme(b24)
    ids = [int(old(b24, UF_COMPANY_ID=company)["ID"]) for _ in range(40)]
    parts = [ids[n : n + MOST_MOVES] for n in range(0, len(ids), MOST_MOVES)]
    asking = session(b24)
    calls(b24)
    look, results = legacy_moves.look(asking, parts[0]), {}
    for part, following in zip(parts, [*parts[1:], []], strict=True):
        done = legacy_moves.move(asking, [Move(id, "S") for id in part], look, following)
        results |= done.results
        look = done.look or look
    assert len(calls(b24)) == 1 + len(parts)
    assert {id: item.stage for id, item in results.items() if isinstance(item, Item)} == dict.fromkeys(ids, "S")


def test_where_they_stand_costs_one_call_for_two_thousand(b24: Asker) -> None:
    company = acme(b24)
    ids = [int(old(b24, UF_COMPANY_ID=company, STATUS_ID="S")["ID"]) for _ in range(120)]
    asking = session(b24)
    calls(b24)
    found = legacy_moves.standings(asking, [*ids, 99_999])
    assert len(calls(b24)) == 1
    assert {id: item.stage for id, item in found.items()} == dict.fromkeys(ids, "S")


def test_a_look_is_at_so_many_at_most_and_a_move_of_each_once(b24: Asker) -> None:
    asking = session(b24)
    with pytest.raises(ValueError, match="47"):
        legacy_moves.look(asking, range(1, 49))
    look = legacy_moves.look(asking, [])
    assert isinstance(look.items, dict)
    with pytest.raises(ValueError, match="each once"):
        legacy_moves.move(asking, [Move(1, "S"), Move(1, "P")], look)


def test_two_items_are_alike_whatever_they_say(b24: Asker) -> None:
    """As of today's invoices: where it stands is what a look is about."""
    assert OldItem(5, "S", old={"ID": "5"}) == OldItem(5, "S")
