"""Lines stay the lines that they are: whatever changes on either side, in whatever order Xero puts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from b24xero.db.models import InvoiceLink
from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Invoice, LineItem
from b24xero.domain.set_up import SetUp
from b24xero.simulator.demo_xero import seed_xero
from b24xero.simulator.http import Clock
from b24xero.simulator.xero import Xero, invoice_rows, invoice_rules, people, shapes
from b24xero.simulator.xero.answers import Call
from b24xero.writes import invoice_links
from b24xero.xero import drift, keep_edits, pairing, parse, payload
from b24xero.xero.drift import Difference
from b24xero.xero.kept_text import bare, same_words
from b24xero.xero.parse import XeroInvoice

D = Decimal
BOOKS = Books(
    name="Demo Company (NZ)", currencies=("NZD",), accounts=(Account("200", "Sales"), Account("260", "Other")),
    tax_rates=(TaxRate("OUTPUT2", "15% GST on Income", D(15)),),
)  # fmt: skip
SET_UP = SetUp(taxes={"15": "OUTPUT2"}, sales_account="200")
URL = "https://acme.bitrix24.example/crm/type/31/details/42/"
ORDERS = [("first", "sent"), ("as_sent", "sent"), ("first", "reversed"), ("as_sent", "reversed")]


@cache
def xero() -> Xero:
    made = Xero(Clock(), client=("id", "secret"), redirect_uris=[])
    seed_xero(made)
    return made


def calling() -> Call:
    call = xero().call_for(next(iter(xero().organisations.values())))
    return replace(call, args={"unitdp": "4"})


def row(id: int, words: str, quantity: str = "1", price: str = "100") -> LineItem:
    unit, count = D(price), D(quantity)
    gross = unit * D("1.15")
    total = (count * gross).quantize(D("0.01"))
    net, tax = count * unit, count * unit * D("0.15")
    return LineItem(
        id, words, count, unit, gross, unit, gross, D(15), tax_included=False, total=total, net=net, tax=tax
    )


@dataclass
class Pair:
    """One invoice on both sides; ``press`` does what the button does, without a database or a wire."""

    rows: list[LineItem]
    link: InvoiceLink = field(default_factory=InvoiceLink)
    xero_id: str = ""
    last_id: int = 100

    def __post_init__(self) -> None:
        self.link.line_ids, self.link.written, self.link.cents = {}, None, ""

    @property
    def invoice(self) -> Invoice:
        total = sum((r.total for r in self.rows), D(0))
        return Invoice(
            42, "", "Bathroom", date(2026, 11, 18), None, "NZD", total, D(0), "S", None, line_items=tuple(self.rows)
        )  # fmt: skip

    @property
    def written(self) -> payload.Written:
        foreseen = payload.foresee(self.invoice, replace(SET_UP, number="xero"), BOOKS, URL, cents="as_is")
        assert foreseen.written
        return foreseen.written

    @property
    def contact(self) -> str:
        return next(id for id, one in calling().organisation.contacts.items() if one.status == "ACTIVE")

    @property
    def current(self) -> XeroInvoice:
        call = calling()
        return parse.invoice(invoice_rows.single(call, call.organisation.invoices[self.xero_id]))

    def change(self) -> tuple[payload.Json, tuple[Difference, ...]]:
        """What would be sent now, and what was done by hand in Xero since."""
        written, current = self.written, self.current
        known = pairing.known_ids(written.body, written.row_ids, self.link.line_ids, self.link.written, current)
        body = written.to_update(self.contact, None, known)
        return body, drift.edits(self.link.written, current, BOOKS, body)

    def press(self, choice: str = "leave") -> tuple[Difference, ...]:
        written = self.written
        if not self.xero_id:
            body, edits = written.to_create(self.contact, "DRAFT"), ()
        else:
            body, edits = self.change()
            if choice == "leave" and edits:
                body = keep_edits.keeping(body, edits, self.current, BOOKS)
            body = keep_edits.renewing(body, self.current, BOOKS)
        self._send(body, {**invoice_links.to_keep(written, self.contact, "", self.invoice), "sent": body})
        return edits

    def _send(self, body: payload.Json, keep: dict[str, Any]) -> None:
        call = calling()
        before = call.organisation.invoices.get(self.xero_id)
        element = people.element(body, shapes.INVOICE, "Invoice")
        outcome = invoice_rules.save_invoice(call, element, before)
        assert not outcome.errors, outcome.errors
        said = parse.invoice(outcome.row)
        self.xero_id = said.id
        invoice_links.take_content(self.link, said, keep, BOOKS)

    def by_hand(self, words: str, **fields: Any) -> None:
        """The accountant changes the line with these words in Xero."""
        lines = [{"LineItemID": line.id} for line in self.current.lines]
        for element, line in zip(lines, self.current.lines, strict=True):
            if bare(line.description).startswith(bare(words)):
                element |= fields
        people.edit(calling(), self.xero_id, {"LineItems": lines}, bump=True)

    def line(self, words: str) -> parse.XeroLine:
        (found,) = [one for one in self.current.lines if bare(one.description).startswith(bare(words))]
        return found

    def tracking(self) -> dict[str, str]:
        """Words → option, of the lines that have one."""
        return {bare(line.description): line.tracking[0].option for line in self.current.lines if line.tracking}


def track(option: str) -> dict[str, Any]:
    return {"Tracking": [{"Name": "Region", "Option": option}]}


@pytest.fixture(params=ORDERS, ids=["-".join(order) for order in ORDERS])
def pair(request: pytest.FixtureRequest) -> Pair:
    set_order(request.param)
    pair = Pair([row(1, "Alpha"), row(2, "Beta", "2", "50"), row(3, "Delta", "3", "10")])
    pair.press()
    return pair


def set_order(order: tuple[str, str]) -> None:
    xero().options.new_lines, xero().options.created_order = order


# -- what hangs on a line stays there ---------------------------------------------------------------------------------


def test_tracking_stays_on_its_line_when_a_row_is_added_and_others_change_later(pair: Pair) -> None:
    pair.by_hand("Alpha", **track("North"))
    pair.rows.append(row(4, "Gamma", "1", "75"))
    pair.press()
    pair.rows[1] = row(2, "Beta", "5", "50")
    pair.press()
    assert pair.tracking() == {"Alpha": "North"}
    assert pair.change()[1] == ()


CHANGES: list[Callable[[list[LineItem]], list[LineItem]]] = [
    lambda rows: [row(4, "Gamma"), *rows],
    lambda rows: [rows[0], row(4, "Alpha", "9"), *rows[1:]],
    lambda rows: rows[:2],
    lambda rows: rows[::-1],
    lambda rows: [row(7, "Alpha"), row(8, "Beta", "2", "50"), row(9, "Delta", "4", "10")],
    lambda rows: [row(9, "Delta", "3", "10"), row(7, "Alpha", "6", "1"), row(8, "Epsilon"), row(10, "Beta", "2", "50")],
    lambda rows: [row(1, "Alpha, second floor", "4", "3"), *rows[1:]],
]


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_of_the_rows_the_next_press_has_nothing_to_write(
    pair: Pair, change: Callable[[list[LineItem]], list[LineItem]]
) -> None:
    pair.by_hand("Alpha", **track("North"))
    pair.by_hand("Beta", AccountCode="260")
    pair.rows = change(pair.rows)
    pair.press("leave")
    assert {words[:5]: option for words, option in pair.tracking().items()} == {"Alpha": "North"}
    assert pair.line("Beta").account == "260"
    # The account that was kept is still one that somebody set; nothing else is.
    assert [(d.field, d.current) for d in pair.change()[1]] == [("account", "260")]


def test_a_row_that_goes_with_tracking_on_its_line_is_told_before_the_write(pair: Pair) -> None:
    pair.by_hand("Beta", **track("North"))
    del pair.rows[1]
    (loss,) = pair.change()[1]
    assert (loss.field, loss.kind, loss.now, loss.current) == ("line", "both", None, "Beta · Region: North")
    del pair.rows[0]
    assert [d.current for d in pair.change()[1]] == ["Beta · Region: North"]


def test_another_product_at_the_same_price_does_not_take_over_a_line(pair: Pair) -> None:
    pair.by_hand("Alpha", **track("North"))
    pair.rows[0] = row(9, "Omega")
    assert [d.current for d in pair.change()[1]] == ["Alpha · Region: North"]
    pair.press("bitrix24")
    assert pair.tracking() == {}


@pytest.mark.parametrize("set_by_hand", [track("North"), {"AccountCode": "260"}], ids=["tracking", "account"])
def test_where_every_row_is_another_what_was_set_by_hand_passes_to_none_of_them(
    pair: Pair, set_by_hand: dict[str, Any]
) -> None:
    pair.by_hand("Alpha", **set_by_hand)
    pair.rows = [row(7, "Pipe", "1", "0"), row(8, "Freight", "2", "7"), row(9, "Gift", "4", "3")]
    lost = [d.current for d in pair.change()[1] if d.field == "line"]
    assert [str(words)[:5] for words in lost] == ["Alpha"]
    pair.press("bitrix24")
    assert pair.tracking() == {}
    assert {line.account for line in pair.current.lines} <= {"200", ""}


def test_an_invoice_found_without_a_last_version_tells_of_the_tracking_that_would_go(pair: Pair) -> None:
    pair.by_hand("Beta", **track("North"))
    pair.link.written, pair.link.line_ids = None, {}
    pair.rows = [row(7, "Pipe"), row(8, "Freight"), row(9, "Gift")]
    found = drift.differences(None, pair.change()[0], pair.current, BOOKS)
    assert "Beta · Region: North" in [d.current for d in found]


def test_a_line_that_must_be_written_anew_takes_its_tracking_along(pair: Pair) -> None:
    pair.by_hand("Alpha", DiscountRate=10, **track("South"))
    before = pair.line("Alpha").id
    pair.press("bitrix24")
    assert pair.line("Alpha").discount_rate is None
    assert pair.line("Alpha").id != before
    assert pair.tracking() == {"Alpha": "South"}


def test_a_link_of_an_earlier_version_whose_ids_were_told_by_place_is_put_right(pair: Pair) -> None:
    pair.by_hand("Alpha", **track("North"))
    ids = [pair.link.line_ids[id] for id in ("1", "2", "3")]
    pair.link.line_ids = dict(zip(("1", "2", "3"), (ids[2], ids[0], ids[1]), strict=True))
    assert pair.link.written
    pair.link.written["LineItems"] = [
        {name: value for name, value in line.items() if name != "LineItemID"} for line in pair.link.written["LineItems"]
    ]
    pair.rows[0] = row(1, "Alpha", "7")
    assert pair.change()[1] == ()
    pair.press()
    assert pair.tracking() == {"Alpha": "North"}
    assert [pair.link.line_ids[id] for id in ("1", "2", "3")] == ids


def test_two_rows_of_the_same_words_keep_an_id_each(pair: Pair) -> None:
    pair.rows = [*pair.rows, row(4, "Alpha"), row(5, "Alpha")]
    pair.press()
    assert len(set(pair.link.line_ids.values())) == 5
    assert pair.change()[1] == ()


# -- what Xero gives back otherwise -----------------------------------------------------------------------------------


def test_words_and_accounts_that_xero_gives_back_otherwise_are_nobodys_edit(pair: Pair) -> None:
    pair.rows += [row(4, "Tulips 🌷\r\nin spring"), row(5, "Free gift", "1", "0")]
    pair.press()
    assert (pair.line("Tulips").description, pair.line("Free").account) == ("Tulips ?\nin spring", "")
    assert pair.change()[1] == ()
    pair.rows.insert(0, row(6, "Before all"))
    assert pair.change()[1] == ()
    pair.press()
    assert pair.change()[1] == ()


def test_a_line_of_nothing_that_got_another_account_is_an_edit_where_xero_shows_it(pair: Pair) -> None:
    pair.rows.append(row(5, "Free gift", "1", "0"))
    pair.press()
    xero().options.zero_lines_keep_account = True
    try:
        assert pair.change()[1] == ()
        pair.by_hand("Free gift", AccountCode="260")
        assert [(d.field, d.current) for d in pair.change()[1]] == [("account", "260")]
    finally:
        xero().options.zero_lines_keep_account = False


@pytest.mark.parametrize(
    ("said", "shown", "same"),
    [
        ("Tulips 🌷", "Tulips ?", True), ("Tulips 🌷", "Tulips", True), ("Tulips 🌷🌷 red", "Tulips ?? red", True),
        ("Tulips 🌷", "Roses ?", False), ("a\r\nb", "a\nb", True), ("a  b", "a b", True), ("Tulips", "Tulips?", False),
        ("☎ 555", "� 555", True), ("Tulips 🌷", "Tulips, red", False),
    ],
)  # fmt: skip
def test_emoji_and_white_space_may_come_back_changed(said: str, shown: str, same: bool) -> None:
    assert same_words(said, shown) is same


# -- any edits on both sides, in every order --------------------------------------------------------------------------

WORDS = st.sampled_from(["Pipe", "Labour", "Tulips 🌷", "Line\r\nbreak", "Freight", "Gift"])
ACTS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 5), WORDS, st.sampled_from(["0", "7.35", "100"])),
    st.tuples(st.just("remove"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("count"), st.integers(0, 5), st.sampled_from(["2", "3.5", "11"])),
    st.tuples(st.just("rename"), st.integers(0, 5), st.integers(0, 99)),
    st.tuples(st.just("new ids")),
    st.tuples(st.just("track"), st.integers(0, 5), st.sampled_from(["North", "South"])),
    st.tuples(st.just("account"), st.integers(0, 5)),
    st.tuples(st.just("discount"), st.integers(0, 5)),
)
ROUNDS = st.lists(st.lists(ACTS, min_size=1, max_size=4), min_size=1, max_size=4)


def act(pair: Pair, what: str, *values: Any) -> None:
    """One act of a seller or an accountant; every row's words begin with a mark of its own."""
    rows = pair.rows
    place = values[0] % len(rows) if values and rows else 0
    if what == "add":
        pair.last_id += 1
        rows.insert(values[0], row(pair.last_id, f"R{pair.last_id}. {values[1]}", "1", values[2]))
    elif what == "remove" and len(rows) > 1:
        del rows[place]
    elif what == "move":
        rows.insert(values[1], rows.pop(place))
    elif what == "count":
        old = rows[place]
        rows[place] = row(old.id, old.description, str(values[1]), str(old.unit_net))
    elif what == "rename":
        rows[place] = replace(rows[place], description=f"{mark_of(rows[place])} {values[1]}")
    elif what == "new ids":
        for n, old in enumerate(rows):
            pair.last_id += 1
            rows[n] = replace(old, id=pair.last_id)


def mark_of(item: LineItem) -> str:
    return item.description.split()[0]


def by_hand(pair: Pair, what: str, place: int, *values: Any) -> None:
    marks = [line.description.split()[0] for line in pair.current.lines]
    fields = {"account": {"AccountCode": "260"}, "discount": {"DiscountRate": 5}}.get(what) or track(values[0])
    pair.by_hand(marks[place % len(marks)] + " ", **fields)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(rounds=ROUNDS, order=st.sampled_from(ORDERS))
@example([[("remove", 0), ("remove", 0), ("track", 2, "North")], [("add", 1, "Pipe", "0"), ("remove", 0)]], ORDERS[0])
def test_whatever_is_edited_on_both_sides_nothing_moves_and_nothing_goes_unsaid(
    rounds: list[list[tuple[Any, ...]]], order: tuple[str, str]
) -> None:
    set_order(order)
    pair = Pair([row(1, "R1. Alpha"), row(2, "R2. Beta", "2", "50"), row(3, "R3. Delta", "3", "10")])
    pair.press()
    for acts in rounds:
        for what, *values in (a for a in acts if a[0] in ("track", "account", "discount")):
            by_hand(pair, what, *values)
        for a in acts:
            act(pair, *a)
        before = {line.description.split()[0]: line.tracking for line in pair.current.lines if line.tracking}
        _, edits = pair.change()
        gone = {str(d.current).split()[0] for d in edits if d.field == "line"}
        possible = not keep_edits.why_not_kept(pair.change()[0], edits, pair.current, BOOKS)
        pair.press("leave" if possible else "bitrix24")
        after = {line.description.split()[0]: line.tracking for line in pair.current.lines if line.tracking}
        options = {mark: tracking[0].option for mark, tracking in before.items()}
        kept = {mark: tracking[0].option for mark, tracking in after.items()}
        assert kept.items() <= options.items(), "tracking moved to another line"
        assert options.keys() - kept.keys() <= gone, "tracking was lost without a word"
        if not any(a[0] == "new ids" for a in acts):
            assert options.keys() - kept.keys() == options.keys() - {mark_of(r) for r in pair.rows}
        body, left = pair.change()
        # A discount can be kept on a line of 0.00 alone: it makes no other total.
        assert {d.field for d in left} <= ({"account", "discount_rate"} if possible else set()), "a false edit by hand"
        assert drift.is_written(keep_edits.keeping(body, left, pair.current, BOOKS), pair.current, BOOKS)
        assert [line["LineItemID"] for line in body["LineItems"]]
