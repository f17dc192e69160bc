"""To the cent: over twenty thousand invoices total and tax in Xero are Bitrix24's, or both figures are told.

Bitrix24's side is built with the portals' own formulas, in each precision (``portal_invoices``). Xero's side is
reckoned here a second time from the JSON that would travel (facts §3.6), in plain arithmetic that knows nothing of
``xero/totals.py``; and once more by the simulated Xero over a socket. The worked examples of docs/rounding.md are run
here, too.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Invoice, tax_key
from b24xero.domain.set_up import SetUp
from b24xero.domain.suggested_set_up import suggested_tax_rate
from b24xero.xero import parse_books, totals
from b24xero.xero.lines import WrittenLine
from b24xero.xero.payload import Foresight, Written, cent_choices, foresee
from tests.simulator import xero_books
from tests.xero.bodies import invoice_body
from tests.xero.portal_invoices import PRECISIONS, cents, portal_invoice, portal_row

D = Decimal
RATES = tuple(
    None if rate == "" else D(rate)
    for rate in ("", "0", "1", "2.1", "5", "5.5", "7", "9.975", "12.5", "15", "17.5", "19", "20", "21", "25.5", "27")
)
TAXES = {tax_key(rate): f"TAX{n:03}" for n, rate in enumerate(RATES)}
PERCENT = {TAXES[tax_key(rate)]: rate or D(0) for rate in RATES}
BOOKS = Books(
    name="Harbour Trading Ltd",
    base_currency="NZD",
    accounts=(Account("200", "Sales"),),
    tax_rates=tuple(TaxRate(type_, f"{percent} % on Income", percent) for type_, percent in PERCENT.items()),
    currencies=("NZD",),
    rounding_account="860",
)
SET_UP = SetUp(taxes=TAXES, sales_account="200")
URL = "https://acme.bitrix24.example/crm/type/31/details/42/"
CHUNKS, IN_A_CHUNK = 4, 1_700  # in each of three precisions


# -- invoices as a portal has them ------------------------------------------------------------------------------------


def some_row(
    chance: random.Random, *, included: bool, taxes: tuple[Decimal | None, ...] = RATES, precision: str = "old"
) -> dict[str, Any]:
    """A row of any kind: fine prices and quantities, both discounts, gifts, rebates, nothing of something."""
    tax, kind = chance.choice(taxes), chance.random()
    places = chance.choice((0, 2, 2, 2, 4, 6))
    price = D(chance.randrange(10 ** chance.randrange(1, 11))).scaleb(-places)
    if not included and chance.random() < 0.4:  # somebody typed the price without tax
        price = cents(price) * (100 + (tax or 0)) / 100
    quantity = D(chance.randrange(1, 60)) if chance.random() < 0.6 else D(chance.randrange(3_000_000)).scaleb(-4)
    if kind < 0.2:
        discount = {"rate": D(chance.randrange(1, 10_000)).scaleb(-2)}
    elif kind < 0.35:
        discount = {"less": D(chance.randrange(1, 50_000)).scaleb(-2)}
    elif kind < 0.37:
        price, discount = D(0), {"rate": D(100), "less": D(chance.randrange(50_000)).scaleb(-2)}
    else:
        price, quantity, discount = _odd(kind, price), D(0) if 0.42 <= kind < 0.44 else quantity, {}
    return portal_row(price, quantity, tax, included, **discount, precision=precision)


def _odd(kind: float, price: Decimal) -> Decimal:
    """Now and then a rebate, or a gift."""
    return -price if kind < 0.42 else D(0) if 0.44 <= kind < 0.46 else price


def some_invoice(chance: random.Random, rows: int = 0, precision: str = "old", **changes: Any) -> Invoice:
    """1 to 40 rows, most invoices short; prices all with tax, all without, or some of each."""
    kind = chance.choice(("with tax", "without tax", "without tax", "mixed"))
    count = rows or (chance.randrange(1, 10) if chance.random() < 0.85 else chance.randrange(10, 41))
    made = [
        some_row(chance, included=kind == "with tax" or (kind == "mixed" and chance.random() < 0.5),
                 precision=precision)
        for _ in range(count)
    ]  # fmt: skip
    return portal_invoice(made, precision, **changes)


# -- what Xero makes of a body ----------------------------------------------------------------------------------------


def xero_adds_up(body: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    """SubTotal, TotalTax, Total of what would travel. A float travels as the shortest decimal that names it."""
    inclusive, amounts, taxes = body["LineAmountTypes"] == "Inclusive", D(0), D(0)
    for line in body["LineItems"]:
        said = {name: D(repr(value)) for name, value in line.items() if isinstance(value, float)}
        full = said["Quantity"] * said["UnitAmount"].quantize(D("0.0001"), ROUND_HALF_UP)
        amount = cents(full * (100 - said.get("DiscountRate", D(0))) / 100 - said.get("DiscountAmount", D(0)))
        percent = PERCENT[line["TaxType"]]
        tax = said.get("TaxAmount", cents(amount * percent / ((100 + percent) if inclusive else 100)))
        amounts, taxes = amounts + amount, taxes + tax
    return (amounts - taxes, taxes, amounts) if inclusive else (amounts, taxes, amounts + taxes)


def assert_foreseen(written: Written) -> None:
    """What we predict is what Xero makes of it, for the document and as the sum of its lines."""
    predicted = written.predicted
    assert xero_adds_up(written.body) == (predicted.net, predicted.tax, predicted.total)
    assert written.total == predicted.total == sum(line.total for line in written.lines)
    assert len(written.body["LineItems"]) == len(written.row_ids) == len(written.lines)


def assert_tax_told(written: Written, invoice: Invoice) -> bool:
    """Whether the tax is Bitrix24's; where it is not, both are said."""
    said = [(p.values["bitrix24"], p.values["xero"]) for p in written.notes if p.code == "tax_differs"]
    same = written.predicted.tax == invoice.tax
    assert said == ([] if same else [(str(invoice.tax), str(written.predicted.tax))])
    return same


def assert_told(found: Foresight, invoice: Invoice) -> None:
    """It is refused, and with both figures."""
    (why,) = found.problems
    assert why.code == "total_differs"
    assert found.written is not None
    assert (D(why.values["bitrix24"]), D(why.values["xero"])) == (invoice.total, found.written.plain.total)
    assert found.written.plain.total != invoice.total


# -- the promise ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_of_twenty_thousand_invoices_each_has_total_and_tax_to_the_cent_or_both_are_told(
    chunk: int, precision: str
) -> None:
    chance, totals_right, both_right = random.Random(f"Acme Plumbing {chunk} {precision}"), 0, 0
    for _ in range(IN_A_CHUNK):
        invoice = some_invoice(chance, precision=precision)
        found = foresee(invoice, SET_UP, BOOKS, URL)
        assert found.written is not None
        assert_foreseen(found.written)
        if found.problems:
            assert_told(found, invoice)
        else:
            assert found.written.total == invoice.total
            totals_right += 1
            both_right += assert_tax_told(found.written, invoice)
    assert totals_right >= IN_A_CHUNK * 0.999, f"only {totals_right} of {IN_A_CHUNK}"
    assert both_right >= IN_A_CHUNK * 0.99, f"only {both_right} of {IN_A_CHUNK}"


prices = st.decimals(0, 100_000, places=6) | st.decimals(-1000, 1000, places=2) | st.decimals(0, 2, places=4)
quantities = st.decimals(0, 500, places=4) | st.integers(0, 200).map(D)
discounts = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"rate": st.decimals(D("0.01"), 100, places=2)}),
    st.fixed_dictionaries({"less": st.decimals(D("0.01"), 500, places=2)}),
)


@st.composite
def portal_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    included = draw(st.sampled_from([st.just(True), st.just(False), st.booleans()]))
    row = st.builds(
        lambda price, quantity, tax, with_tax, discount: portal_row(price, quantity, tax, with_tax, **discount),
        prices, quantities, st.sampled_from(RATES), included, discounts,
    )  # fmt: skip
    return draw(st.lists(row, min_size=1, max_size=40))


@pytest.mark.slow
@settings(max_examples=200, deadline=None, database=None)
@given(
    portal_rows(), st.sampled_from(["tax", "line", "ask"]), st.sampled_from(["0", "0.01", "0.05", "1.00"]),
    st.sampled_from(PRECISIONS),
)  # fmt: skip
def test_under_any_set_up_no_difference_is_ever_silent(
    rows: list[dict[str, Any]], rounding: str, tolerance: str, precision: str
) -> None:
    invoice = portal_invoice(rows, precision)
    found = foresee(invoice, replace(SET_UP, rounding=rounding, tolerance=tolerance), BOOKS, URL)
    assert found.written is not None
    assert_foreseen(found.written)
    told = [p.code for p in found.problems]
    assert told in ([], ["total_differs"], ["total_beyond_tolerance"], ["total_differs_choose"])
    if "total_beyond_tolerance" in told:
        assert abs(invoice.total - found.written.plain.total) > D(tolerance)
    assert bool(told) == (found.written.total != invoice.total)
    assert_tax_told(found.written, invoice)
    assert ("total_differs_choose" in told) <= (rounding == "ask")


@pytest.mark.parametrize("manual", ["Y", "N"])
def test_a_total_that_the_rows_do_not_make_is_refused_or_reached_to_the_cent(manual: str) -> None:
    chance, told = random.Random("Harbour & Hill"), Counter[str]()
    for _ in range(400):
        rows = some_invoice(chance)
        off = D(chance.choice((1, 1, 2, 3, 5, 6, 10, 250, -1, -2, -5, -6, -300))).scaleb(-2)
        invoice = replace(rows, total=rows.total + off, total_is_manual=manual == "Y")
        found = foresee(invoice, SET_UP, BOOKS, URL)
        assert found.written is not None
        assert_foreseen(found.written)
        if found.problems:
            assert_told(found, invoice)
        else:
            assert found.written.total == invoice.total
        told[found.problems[0].code if found.problems else found.written.cents] += 1
    assert told["total_differs"] > 200
    assert (told["tax"] > 0) == (manual == "N"), "a total typed by hand is nothing that rounding left"


def test_every_choice_about_the_cents_leads_to_the_total_that_it_names() -> None:
    chance, seen = random.Random("Ms Aroha Ngata-Williams"), Counter[str]()
    for _ in range(600):
        invoice = some_invoice(chance)
        choices = cent_choices(invoice, SET_UP, BOOKS, URL)
        plain = foresee(invoice, SET_UP, BOOKS, URL)
        assert plain.written is not None
        difference = invoice.total - plain.written.plain.total
        assert bool(choices) == (0 < abs(difference) <= D("0.05"))
        for choice, total in choices:
            written = invoice_body(invoice, SET_UP, BOOKS, URL, cents=choice)
            assert_foreseen(written)
            assert (written.cents, written.total) == (choice, total)
            assert total == (written.plain.total if choice == "as_is" else invoice.total)
            seen[choice] += 1
    assert min(seen[choice] for choice in ("tax", "line", "as_is")) > 20


def test_the_prediction_of_forty_rows_takes_under_five_milliseconds() -> None:
    chance, took = random.Random("Copper pipe, 15 mm"), []
    for _ in range(40):
        invoice = some_invoice(chance, rows=40)
        began = time.perf_counter()
        foresee(invoice, SET_UP, BOOKS, URL)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.005, f"{min(took) * 1000:.1f} ms"


# -- the simulated Xero says the same ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def xero() -> Iterator[xero_books.Books]:
    with xero_books.opened() as served:
        served.sign_in()
        for tax in (D("12.5"), D(20), D(27)):
            code = f"TAX{tax_key(tax).replace('.', '')}"
            served.control("tax-rates/add", tax_type=code, name=f"{tax} %", rate=float(tax))
        yield served


@pytest.fixture(scope="module")
def read(xero: xero_books.Books) -> Books:
    """The books as the app reads them."""
    (organisation,) = xero.call("GET", "Organisation").json()["Organisations"]
    return parse_books.books(organisation, xero.get("Accounts"), xero.get("TaxRates"), xero.get("Currencies"))


SOME_RATES = (None, D(0), D("12.5"), D(15), D(20), D(27))


def set_up_for(books: Books, **changes: Any) -> SetUp:
    taxes = {tax_key(rate): found.type for rate in SOME_RATES if (found := suggested_tax_rate(rate, books))}
    assert len(taxes) == len(SOME_RATES)
    return SetUp(taxes=taxes, sales_account="200", **changes)


def positive(chance: random.Random) -> Invoice:
    """An invoice over something: a document below zero is no sales invoice."""
    while True:
        rows = [
            some_row(chance, included=chance.random() < 0.3, taxes=SOME_RATES) for _ in range(chance.randrange(1, 9))
        ]
        if chance.random() < 0.7:
            rows = [{**row, "taxIncluded": "N"} for row in rows]
        invoice = portal_invoice(rows)
        if invoice.total >= 0:
            return invoice


def sent_to(xero: xero_books.Books, written: list[Written]) -> list[dict[str, Any]]:
    """All of them as drafts that could be approved, in one call."""
    contact = xero.acme()
    elements = [
        {**each.to_create(contact, "AUTHORISED"), "InvoiceNumber": f"INV-{time.monotonic_ns()}-{n}"}
        for n, each in enumerate(written)
    ]
    answer = xero.call("PUT", "Invoices", {"Invoices": elements}, unitdp="4", summarizeErrors="false")
    assert answer.status_code == 200, answer.text
    return list(json.loads(answer.text, parse_float=Decimal)["Invoices"])


@pytest.mark.parametrize("cents", ["", "line", "as_is"])
def test_the_simulated_xero_makes_what_was_predicted(xero: xero_books.Books, read: Books, cents: str) -> None:
    chance, set_up = random.Random(f"Kitchen, stage 2 {cents}"), set_up_for(read)
    written = [invoice_body(positive(chance), set_up, read, URL, cents=cents) for _ in range(40)]
    for ours, said in zip(written, sent_to(xero, written), strict=True):
        assert said["StatusAttributeString"] == "OK", said.get("ValidationErrors")
        predicted = ours.predicted
        assert (said["SubTotal"], said["TotalTax"], said["Total"]) == (predicted.net, predicted.tax, predicted.total)
        assert [(line["LineAmount"], line["TaxAmount"]) for line in said["LineItems"]] == [
            (line.amount, line.tax) for line in ours.lines
        ]


def test_the_simulated_xero_takes_a_line_on_the_rounding_account(xero: xero_books.Books, read: Books) -> None:
    benchtop = portal_row(D("474.38"), D("2.125"), D(15), False)
    written = invoice_body(portal_invoice([benchtop]), set_up_for(read, rounding="line"), read, URL)
    (said,) = sent_to(xero, [written])
    assert (written.cents, said["Total"], said["LineItems"][1]["AccountCode"]) == ("line", D("1008.05"), "860")


def test_the_simulated_xero_takes_an_item_without_letting_it_change_anything(
    xero: xero_books.Books, read: Books
) -> None:
    xero.control("items/add", set={"Code": "PIPE-15", "Name": "Copper pipe", "SalesDetails": {"UnitPrice": 99.0}})
    invoice = portal_invoice([{**portal_row(D("9.20"), D("7.5"), D(15), False), "productId": 77}])
    (pipe,) = invoice.line_items
    invoice = replace(invoice, line_items=(replace(pipe, item_code="PIPE-15"),))
    written = invoice_body(invoice, set_up_for(read), read, URL)
    (said,) = sent_to(xero, [written])
    assert (said["LineItems"][0]["ItemCode"], said["Total"]) == ("PIPE-15", invoice.total)


# -- the worked examples of the page ----------------------------------------------------------------------------------

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "rounding.md").read_text(encoding="utf-8")


def table(first: str) -> list[dict[str, str]]:
    """The rows of the page's table whose first head is ``first``, by their heads."""
    lines = PAGE.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    heads = cells(lines[start])
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append(dict(zip(heads, cells(line), strict=True)))
    return found


def cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def rate_of(cell: str) -> Decimal | None:
    return None if cell == "No VAT" else D(cell.removesuffix("%").strip())


def discount_of(cell: str) -> dict[str, Decimal]:
    if cell == "–":
        return {}
    return {"rate": D(cell.removesuffix("%").strip())} if cell.endswith("%") else {"less": D(cell)}


@pytest.mark.parametrize("example", table("basis"), ids=str)
def test_the_pages_examples_of_a_line_are_right(example: dict[str, str]) -> None:
    discount = discount_of(example["discount"])
    line = totals.Line(
        D(example["quantity"]), D(example["unit price"]), discount.get("rate"), discount.get("less"),
        rate_of(example["tax rate"]),
    )  # fmt: skip
    basis: totals.Basis = example["basis"]  # type: ignore[assignment]
    found = totals.totals([line], basis)
    assert [str(figure) for figure in (totals.line_amount(line), found.tax, found.total)] == [
        example["amount"], example["tax"], example["total"],
    ]  # fmt: skip


def row_of(cell: str, *, included: bool = False, precision: str = "old") -> dict[str, Any]:
    """``2.125 × 474.38 at 15 %``, with a discount ``less 10 %`` or ``less 2.00``."""
    priced, _, discount = cell.partition(" less ")
    quantity_and_price, _, tax = priced.partition(" at ")
    quantity, _, price = quantity_and_price.partition(" × ")
    return portal_row(
        D(price), D(quantity), rate_of(tax), included, **discount_of(discount or "–"), precision=precision
    )


def line_words(line: WrittenLine) -> str:
    """``4 × 100 less 10 %``, and ``tax 3.85`` where the tax is given."""
    plain = line.line
    less = f" less {plain.discount_rate.normalize():f} %" if plain.discount_rate else ""
    less = less or (f" less {plain.discount_amount}" if plain.discount_amount else "")
    taxed = "" if plain.tax_amount is None else f", tax {plain.tax_amount}"
    name = "" if line.row_id > 0 else f" {line.description}"
    return f"{plain.quantity.normalize():f} × {totals.to_unit(plain.unit_price).normalize():f}{less}{name}{taxed}"


@pytest.mark.parametrize("example", table("row in Bitrix24"), ids=str)
def test_the_pages_examples_of_a_row_are_right(example: dict[str, str]) -> None:
    included = example["tax in the price"] == "yes"
    row = row_of(example["row in Bitrix24"], included=included, precision=example["box"])
    written = invoice_body(portal_invoice([row], example["box"]), SET_UP, BOOKS, URL)
    (line,) = written.lines
    assert (line.form, line_words(line), str(line.amount)) == (
        example["form"], example["line in Xero"], example["amount"],
    )  # fmt: skip


@pytest.mark.parametrize("example", table("rows in Bitrix24"), ids=str)
def test_the_pages_examples_of_a_document_are_right(example: dict[str, str]) -> None:
    box, included = example["box"], example["tax in the price"] == "yes"
    rows = [row_of(cell, included=included, precision=box) for cell in example["rows in Bitrix24"].split("; ")]
    changes: dict[str, Any] = {"opportunity": D(example["total, tax"].split(", ")[0])} if example["beside"] else {}
    invoice = portal_invoice(rows, box, **changes)
    found = foresee(invoice, SET_UP, BOOKS, URL).written
    assert found is not None
    assert example["total, tax"] == f"{invoice.total}, {invoice.tax}"
    assert example["Xero adds up"] == f"{found.plain.total}, {found.plain.tax}"
    assert example["written"] == "; ".join(map(line_words, found.lines))
    assert found.total == invoice.total
    taxes = [p.values for p in found.notes if p.code == "tax_differs"]
    assert example["told"] == "; ".join(f"tax {v['xero']}, Bitrix24 {v['bitrix24']}" for v in taxes)
