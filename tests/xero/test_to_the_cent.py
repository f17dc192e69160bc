"""To the cent: over twenty thousand invoices the total in Xero is Bitrix24's, or the invoice is refused with both.

Bitrix24's side is built with the portal's own formulas (facts §3.4). Xero's side is reckoned here a second time from
the JSON that would travel (facts §3.6), in plain arithmetic that knows nothing of ``xero/money.py``; and once more by
the simulated Xero over a socket. The worked examples of docs/rounding.md are run here, too.
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
from b24xero.domain.set_up import SetUp, suggested_tax_rate
from b24xero.xero import parse, totals
from b24xero.xero.payload import Foresight, Written, cent_choices, foresee, invoice_body
from tests.simulator import xero_books
from tests.xero.test_totals import portal_invoice, portal_row

D = Decimal
RATES = tuple(
    None if rate == "" else D(rate)
    for rate in ("", "0", "1", "2.1", "5", "5.5", "7", "9.975", "12.5", "15", "17.5", "20", "21", "25.5", "27")
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
CHUNKS, IN_A_CHUNK = 4, 5_000


# -- invoices as a portal has them ------------------------------------------------------------------------------------


def some_row(chance: random.Random, *, included: bool, taxes: tuple[Decimal | None, ...] = RATES) -> dict[str, Any]:
    """A row of any kind: fine prices and quantities, both discounts, gifts, rebates, nothing of something."""
    tax, kind = chance.choice(taxes), chance.random()
    places = chance.choice((0, 2, 2, 2, 4, 6))
    price = D(chance.randrange(10 ** chance.randrange(1, 11))).scaleb(-places)
    quantity = D(chance.randrange(1, 60)) if chance.random() < 0.6 else D(chance.randrange(3_000_000)).scaleb(-4)
    if kind < 0.2:
        return portal_row(price, quantity, tax, included, rate=D(chance.randrange(1, 10_000)).scaleb(-2))
    if kind < 0.35:
        return portal_row(price, quantity, tax, included, less=D(chance.randrange(1, 50_000)).scaleb(-2))
    if kind < 0.37:
        return portal_row(D(0), quantity, tax, included, rate=D(100), less=D(chance.randrange(50_000)).scaleb(-2))
    if kind < 0.42:
        return portal_row(-price, quantity, tax, included)
    if kind < 0.44:
        return portal_row(price, D(0), tax, included)
    if kind < 0.46:
        return portal_row(D(0), quantity, tax, included)
    return portal_row(price, quantity, tax, included)


def some_invoice(chance: random.Random, rows: int = 0, **changes: Any) -> Invoice:
    """1 to 40 rows, most invoices short; prices all with tax, all without, or some of each."""
    kind = chance.choice(("with tax", "without tax", "without tax", "mixed"))
    count = rows or (chance.randrange(1, 10) if chance.random() < 0.85 else chance.randrange(10, 41))
    return portal_invoice(
        [some_row(chance, included=kind == "with tax" or (kind == "mixed" and chance.random() < 0.5))
         for _ in range(count)],
        **changes,
    )  # fmt: skip


# -- what Xero makes of a body ----------------------------------------------------------------------------------------


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


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


def assert_told(found: Foresight, invoice: Invoice) -> None:
    """It is refused, and with both figures."""
    (why,) = found.problems
    assert why.code == "total_differs"
    assert found.written is not None
    assert (D(why.values["bitrix24"]), D(why.values["xero"])) == (invoice.total, found.written.plain.total)
    assert found.written.plain.total != invoice.total


# -- the promise ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_of_twenty_thousand_invoices_each_is_right_to_the_cent_or_refused(chunk: int) -> None:
    chance, right = random.Random(f"Acme Plumbing {chunk}"), 0
    for _ in range(IN_A_CHUNK):
        invoice = some_invoice(chance)
        found = foresee(invoice, SET_UP, BOOKS, URL)
        assert found.written is not None
        assert_foreseen(found.written)
        if found.problems:
            assert_told(found, invoice)
        else:
            assert found.written.total == invoice.total
            right += 1
    assert right >= IN_A_CHUNK * 0.999, f"only {right} of {IN_A_CHUNK}"


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


@settings(max_examples=200, deadline=None, database=None)
@given(portal_rows(), st.sampled_from(["tax", "line", "ask"]), st.sampled_from(["0", "0.01", "0.05", "1.00"]))
def test_under_any_set_up_no_difference_is_ever_silent(
    rows: list[dict[str, Any]], rounding: str, tolerance: str
) -> None:
    invoice = portal_invoice(rows)
    found = foresee(invoice, replace(SET_UP, rounding=rounding, tolerance=tolerance), BOOKS, URL)
    assert found.written is not None
    assert_foreseen(found.written)
    told = [p.code for p in found.problems]
    assert told in ([], ["total_differs"], ["total_differs_choose"])
    assert bool(told) == (found.written.total != invoice.total)
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
    return parse.books(organisation, xero.get("Accounts"), xero.get("TaxRates"), xero.get("Currencies"))


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


def row_of(cell: str, *, included: bool = False) -> dict[str, Any]:
    """``2.125 × 474.38 at 15 %``, with a discount ``less 10 %`` or ``less 2.00``."""
    priced, _, discount = cell.partition(" less ")
    quantity_and_price, _, tax = priced.partition(" at ")
    quantity, _, price = quantity_and_price.partition(" × ")
    return portal_row(D(price), D(quantity), rate_of(tax), included, **discount_of(discount or "–"))


@pytest.mark.parametrize("example", table("row in Bitrix24"), ids=str)
def test_the_pages_examples_of_a_row_are_right(example: dict[str, str]) -> None:
    included = example["tax in the price"] == "yes"
    written = invoice_body(portal_invoice([row_of(example["row in Bitrix24"], included=included)]), SET_UP, BOOKS, URL)
    (line,) = written.lines
    less = f" less {totals.to_unit(line.line.discount_rate).normalize():f} %" if line.line.discount_rate else ""
    less = less or (f" less {line.line.discount_amount}" if line.line.discount_amount else "")
    said = f"{line.line.quantity.normalize():f} × {totals.to_unit(line.line.unit_price).normalize():f}{less}"
    assert (line.form, said, str(line.amount)) == (example["form"], example["line in Xero"], example["amount"])


@pytest.mark.parametrize("example", table("rows in Bitrix24"), ids=str)
def test_the_pages_examples_of_a_document_are_right(example: dict[str, str]) -> None:
    invoice = portal_invoice([row_of(cell) for cell in example["rows in Bitrix24"].split("; ")])
    found = foresee(invoice, SET_UP, BOOKS, URL).written
    assert found is not None
    assert [str(invoice.total), str(found.plain.total)] == [example["total there"], example["Xero adds up"]]
    assert example["what is done"] == (
        "tax " + ", ".join(f"{line.tax}" for line in found.lines if line.line.tax_amount is not None)
        if found.cents else "written with tax in the prices" if found.inclusive else "nothing"
    )  # fmt: skip
    assert found.total == invoice.total
