"""A vendor that means harm: it drips, it packs bombs, it nests, it leads elsewhere, its fields have other types."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from b24xero.bitrix24 import oauth as bitrix24_oauth
from b24xero.bitrix24 import parse as bitrix24_parse
from b24xero.bitrix24 import rows as bitrix24_rows
from b24xero.bitrix24 import wire
from b24xero.errors import OutcomeUnknown, Rejected, RetryLater
from b24xero.outbound import http, json_answer
from b24xero.ratelimit import unproven
from b24xero.xero import oauth as xero_oauth
from b24xero.xero import parse as xero_parse
from b24xero.xero.client import Xero
from tests.conftest import Vendors
from tests.mutation import ODD, accident, recorded, watched
from tests.people import Person, text

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
Talk = Callable[[socket.socket], None]


# -- a server of bare sockets -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def server(talk: Talk) -> Iterator[str]:
    """Answers every connection by ``talk``, once a request has come; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:  # the client may hang up, which is what is tested
            connection.recv(65536)
            talk(connection)

    def accept() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.close()


def said(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def whole(answer: bytes) -> Talk:
    return lambda connection: connection.sendall(answer)


def dripping(answer: bytes, first: int) -> Talk:
    """``first`` bytes at once and then one each 0.1 s: no silence is ever as long as a time-out."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(answer[:first])
        for n in range(first, len(answer)):
            time.sleep(0.1)
            connection.sendall(answer[n : n + 1])

    return talk


LONG = said(b'{"result": []}' + b" " * 600)
WHERE = {"in its headers": 20, "in its body": len(LONG) - 590}


@pytest.fixture
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second to connect and to wait, instead of half a minute."""
    monkeypatch.setattr(wire, "TIMEOUT", (0.5, 0.5))
    monkeypatch.setattr(bitrix24_oauth, "TIMEOUT", (0.5, 0.5))
    monkeypatch.setattr(xero_oauth, "TIMEOUT", (0.5, 0.5))
    monkeypatch.setattr("b24xero.xero.one_call.READ_TIMEOUT", (0.5, 0.5))


def bitrix24(base: str) -> Any:
    return wire.post(f"{base}/rest/profile", {"auth": "t"})


def bitrix24_login(base: str) -> Any:
    return bitrix24_oauth.renew(bitrix24_oauth.App(base, base, "id", "secret"), "a refresh token")


def xero(base: str) -> Any:
    return Xero(base, "a token", "an organisation").invoice("an id")


def xero_login(base: str) -> Any:
    return xero_oauth.exchange(xero_oauth.App("id", "secret", f"{base}/back", base, base, base), "code", "v" * 50)


def xero_connections(base: str) -> Any:
    app = xero_oauth.App("id", "secret", f"{base}/back", base, base, base)
    return xero_oauth.connections(app, xero_oauth.Grant("token", 1800, ""))


def xero_disconnect(base: str) -> Any:
    app = xero_oauth.App("id", "secret", f"{base}/back", base, base, base)
    return xero_oauth.disconnect(app, "token", "a connection")


CALLS = [bitrix24, bitrix24_login, xero, xero_login, xero_connections]
FAILS = (RetryLater, OutcomeUnknown, Rejected, wire.Broken)

every_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)


@every_call
@pytest.mark.parametrize("first", WHERE.values(), ids=WHERE.keys())
@pytest.mark.usefixtures("short_times")
def test_an_answer_that_drips_ends_with_its_time(call: Callable[[str], Any], first: int) -> None:
    with server(dripping(LONG, first)) as base:
        began = time.monotonic()
        with pytest.raises(FAILS):
            call(base)
        assert time.monotonic() - began < 30  # of the sixty that it would drip


def test_a_write_that_drips_has_an_unknown_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(dripping(LONG, 20)) as base, pytest.raises(wire.Broken) as broken:
        wire.post(f"{base}/rest/crm.item.add", {}, writes=True, timeout=(0.5, 0.5))
    assert isinstance(broken.value.told(writes=True), OutcomeUnknown)


@every_call
def test_a_packed_bomb_is_not_unpacked(call: Callable[[str], Any]) -> None:
    packed = gzip.compress(b" " * (100 * 1024 * 1024), 1)
    with server(whole(said(packed, "Content-Encoding: gzip"))) as base, pytest.raises(FAILS):
        call(base)


@every_call
@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b"[" * 200 + b"]" * 200, b'{"a":' * 900 + b"1" + b"}" * 900, b"", b"<html>", b"null", b"5",
     b"\xff\xfe{", b'{"result": NaN', b"[" + b"[]," * 2_000_000 + b"1]"],
    ids=["open", "deep", "nested", "empty", "html", "null", "five", "bytes", "half", "many"],
)  # fmt: skip
def test_an_answer_that_is_none_is_said_and_no_accident(call: Callable[[str], Any], body: bytes) -> None:
    with server(whole(said(body))) as base, pytest.raises(FAILS):
        call(base)


@pytest.mark.parametrize("call", [*CALLS, xero_disconnect], ids=lambda call: call.__name__)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_no_redirect_is_followed_to_another_host(call: Callable[[str], Any], status: str) -> None:
    heard: list[bytes] = []
    with server(lambda connection: heard.append(b"somebody came")) as elsewhere:
        led = said(b"{}", f"Location: {elsewhere}/connect/token", status=status)
        with server(whole(led)) as base, pytest.raises(FAILS):
            call(base)
    assert heard == []


def test_an_unpacked_answer_is_read_as_before() -> None:
    body = zlib.compress(b'{"result": {"ID": "7"}}')
    with server(whole(said(body, "Content-Encoding: deflate"))) as base:
        assert bitrix24(base)["result"] == {"ID": "7"}


def test_an_answer_as_large_as_it_may_be_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 1000)
    body = b'{"result": []}'
    with server(whole(said(body.ljust(1000)))) as base:
        assert bitrix24(base)["result"] == []
    with server(whole(said(body.ljust(1001)))) as base, pytest.raises(wire.Broken):
        bitrix24(base)


def test_numbers_beyond_all_measure_stay_text() -> None:
    read = json_answer.read(b"[NaN, -Infinity, 1e999999, 1e99999999999999999999, 12.50, 7, 1" + b"0" * 5000 + b"]")
    assert read[:6] == ["NaN", "-Infinity", "1e999999", "1e99999999999999999999", Decimal("12.50"), 7]
    assert isinstance(read[6], str)
    assert [json_answer.is_number(value) for value in read] == [False] * 4 + [True, True, False]


# -- memory -----------------------------------------------------------------------------------------------------------

WORST = {
    "blanks": b" " * (100 * 1024 * 1024),
    "lists": b'{"result": [' + b"[]," * 6_900_000 + b"1]}",
    "wide": b'{"result": ["\xf0\x9f\x98\x80' + b"x" * (16 * 1024 * 1024 - 40) + b'"]}',
    "signs": b'{"result": [' + rb'"a\u0000",' * 780_000 + b"1]}",
    "maps": b'{"result": [' + b",".join([b'{"aa": 1.5}'] * 390_000) + b"]}",
}
LOAD = """
import pathlib, re, sys
from b24xero import create_app
from b24xero.bitrix24 import parse as bitrix24_parse
from b24xero.bitrix24 import wire
from b24xero.errors import JobError
try:
    wire.post(sys.argv[1], {})
except (wire.Broken, JobError):
    pass
print(int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is told by /proc")
@pytest.mark.parametrize("body", WORST.values(), ids=WORST.keys())
def test_the_worst_answer_stays_under_300_mb_with_the_whole_program(body: bytes) -> None:
    with server(whole(said(gzip.compress(body, 1), "Content-Encoding: gzip"))) as base:
        ran = subprocess.run(
            [sys.executable, "-c", LOAD, f"{base}/rest/profile"], cwd=ROOT, capture_output=True, text=True, check=True
        )  # fmt: skip
    assert int(ran.stdout) < 300


# -- text and days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "read"),
    [(r'"\ud800"', "\ufffd"), (r'"a\u0000b"', "a\ufffdb"), (r'"\uDC00\uD83D"', "\ufffd\ufffd"),
     (r'"\ud83d\ude00"', "😀"),
     (r'{"\u0000": ["\ud800", {"a": "\udfff"}], "b": 1}', {"\ufffd": ["\ufffd", {"a": "\ufffd"}], "b": 1}),
     ('"Pōtiki"', "Pōtiki")],
)  # fmt: skip
def test_what_is_no_text_is_a_question_mark_and_everything_else_stays(told: str, read: Any) -> None:
    assert json_answer.read(told.encode()) == read
    assert json_answer.read(b'"\xed\xa0\x80"') == "\ufffd"


@pytest.mark.parametrize(
    "spelt", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31", "0001-01-01"]
)
def test_a_day_at_the_end_of_the_calendar_is_none(spelt: str) -> None:
    read = (bitrix24_parse.day(spelt), bitrix24_parse.day_as_spelt(spelt), bitrix24_parse.moment(spelt))
    assert read == (None, None, None)
    assert (xero_parse.moment(spelt), xero_parse.business_day(spelt)) == (None, None)
    assert xero_parse.business_day("/Date(253402214400000+0000)/") is None


@pytest.mark.parametrize("value", [10**14, "-100000000000000", 2**63, "1E+29", Decimal("1E+14")])
def test_an_amount_that_cannot_be_kept_is_no_number(value: Any) -> None:
    assert not json_answer.is_number(value)
    assert json_answer.is_number("99999999999999.9999")


@pytest.mark.parametrize("value", [2**31, -(2**31), "2147483648", 9223372036854775808])
def test_an_id_that_cannot_be_kept_costs_its_row(value: Any) -> None:
    for name in ("id", "productId", "COMPANY_ID", "quantity"):
        assert bitrix24_rows.oddness({name: value}) != ""
        assert bitrix24_rows.oddness({name: 2**31 - 1}) == ""


@pytest.mark.parametrize(
    ("place", "into"),
    [(("title",), r'"\ud800"'), (("closedate",), '"9999-12-31T23:59:59-14:00"'), (("accountNumber",), r'"a\u0000b"')],
)
def test_one_odd_value_breaks_no_page(ready: Person, vendors: Vendors, place: tuple[str], into: str) -> None:
    invoice = vendors.new_invoice()
    mutant = watched(vendors.server)
    for step, path in (("list", ("page_0", "items", 0)), ("preview", ("item", "item")), ("tab", ("item", "item"))):
        where = ("bitrix24 /rest/batch", ("result", "result", *path, *place))
        assert accident(mutant, ready, invoice, step, where, into) == ""


# -- types turned field by field --------------------------------------------------------------------------------------

# Of all pairs of a place and an odd value the suite tries one in so many; ``run.py bench fuzz`` tries all.
ONE_IN = 137


def test_whatever_a_field_is_turned_into_no_page_breaks(
    ready: Person, vendors: Vendors, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unproven, "TRIES", 10_000)  # one person signs in anew hundreds of times
    monkeypatch.setattr(unproven, "OPENINGS", 10_000)
    invoice = vendors.new_invoice()
    mutant = watched(vendors.server)
    tried = [(name, turn, into) for name, turn in recorded(mutant, ready, invoice) for into in ODD][::ONE_IN]
    assert len(tried) > 100
    assert [wrong for one in tried if (wrong := accident(mutant, ready, invoice, *one))] == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_an_odd_row_costs_itself_and_is_said(ready: Person, vendors: Vendors) -> None:
    vendors.new_invoice(title="Roof")
    odd, fine = vendors.new_invoice(title="Odd one"), vendors.new_invoice(title="Garden shed")
    before = text(ready.list().text)
    assert "Odd one" in before
    mutant = watched(vendors.server)
    mutant.row = (odd, "opportunity", "1e999999")
    answer = ready.list()
    after = text(answer.text)
    assert answer.status_code == 200
    assert "Odd one" not in after
    assert f'id="invoice-{fine}"' in answer.text
    assert "1 row from Bitrix24 could not be read and is left out." in after
    assert "could not be read" not in before


def test_an_invoice_with_an_odd_row_of_goods_is_never_written(ready: Person, vendors: Vendors) -> None:
    invoice = vendors.new_invoice()
    mutant = watched(vendors.server)
    mutant.price = "[1]"
    answer = ready.press(invoice)
    assert answer.status_code == 503
    assert vendors.in_xero(vendors.invoice(invoice)["item"]["accountNumber"]) == []


@pytest.mark.parametrize("name", ["tenantId", "id"])
def test_an_organisation_whose_id_is_no_id_is_not_offered(name: str) -> None:
    row = {"id": "c-1", "tenantId": "t-1", "tenantType": "ORGANISATION", "tenantName": "Harbour"}
    for odd, count in (("t-2", 1), ("t\r\nX: y", 0), ("../x", 0), ("ā", 0), ("x" * 65, 0)):
        with server(whole(said(json.dumps([{**row, name: odd}]).encode()))) as base:
            assert len(xero_connections(base)) == count


@pytest.mark.parametrize("token", ["a\r\nX: y", "a b", "ā", ""])
def test_a_token_that_no_header_can_hold_is_no_answer(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": 1800, "scope": "accounting.contacts"}
    with server(whole(said(json.dumps(answer).encode()))) as base, pytest.raises(RetryLater):
        xero_login(base)
