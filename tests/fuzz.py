"""Requests of any shape to every address there is, as a browser, as a page in the portal's frame, as nobody."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import Client

from tests.people import HTMX, Person

ROOT = Path(__file__).resolve().parent.parent
LONGEST, LONGEST_WAIT = 5.0, 30.0  # seconds of work, and with what it waits for
# What ends a session or a login; the next request begins with a new one.
_ENDS = ("/logout", "/xero/disconnect", "/bitrix24/install")
_SIGNED = ("/bitrix24/app", "/bitrix24/install")

ODD = (
    "", " ", "0", "-1", "7", "9" * 30, "1e999999", "NaN", "0x7", "٧", "\x00", "a\x00b", "\r\nX: y", "%", "%s",
    "{{7*7}}",
    "' OR '1'='1", "<script>alert(1)</script>", "../../etc/passwd", "//evil.example", "http://evil.example/invoices",
    "\\\\evil", "x" * 5000, "ﷺ" * 300, "e\u0301", "\u202e", "[]", "{}", '{"a":' * 60, "null", "2026-13-45", "None",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, HTMX, {**HTMX, "HX-Current-URL": "http://localhost/invoices?page=%ff"}, {**HTMX, "HX-Current-URL": "//evil"},
    {"Referer": "http://evil.example/"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Dest": "iframe"},
    {"Accept-Language": "x;q=,,--;q=9"}, {"If-Modified-Since": "never"}, {"Range": "bytes=9-1"},
    {"B24xero-Frame": "forged"}, {"Cookie": "theme=\"x; b24xero=a.b.c"}, {"X-Forwarded-Host": "evil.example"},
    {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data"}, {"Accept-Encoding": "br;q=x, *"},
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request."""

    verb: str
    path: str
    who: str
    query: dict[str, list[str]] = field(default_factory=dict)
    form: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""


def fields() -> list[str]:
    """The names that forms and addresses of ours have, read from the templates and the pages' code."""
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "b24xero/web").rglob("*.py")]
    found: set[str] = set()
    for source in sources:
        written = source.read_text(encoding="utf-8")
        found |= set(re.findall(r'name="([a-z_]{1,40})"', written))
        found |= set(re.findall(r"\?(?:\w+=[^&\"']*&)*(\w+)=", written))
        found |= set(re.findall(r'\.get(?:list)?\("([a-z_]{1,40})"', written))
    return sorted(found - {"csrf_token"})


def asked(app: Flask, known: list[str]) -> st.SearchStrategy[Asked]:
    """``known``: ids of invoices that there are, so that more than "not found" is met."""
    rules = sorted(app.url_map.iter_rules(), key=str)
    pairs = [(rule, verb) for rule in rules for verb in sorted((rule.methods or set()) | {"POST", "PUT"})]
    value = st.one_of(st.sampled_from(ODD), st.sampled_from(known), st.text(max_size=40))
    sent = st.dictionaries(
        st.one_of(st.sampled_from(fields()), st.text(min_size=1, max_size=8)), st.lists(value, max_size=3), max_size=6
    )

    @st.composite
    def one(draw: Callable[[st.SearchStrategy[object]], object]) -> Asked:
        rule, verb = draw(st.sampled_from(pairs))  # type: ignore[arg-type, misc]
        return Asked(
            verb, path(rule, lambda: str(draw(value))), draw(st.sampled_from(("browser", "frame", "nobody"))),  # type: ignore[arg-type]
            draw(sent), draw(sent), draw(st.sampled_from(HEADERS)),  # type: ignore[arg-type]
            draw(st.sampled_from((b"", b"", b"", b"\xff\xfe%zz=&&=", b"{", b"--x\r\n"))),  # type: ignore[arg-type]
        )  # fmt: skip

    return one()


def path(rule: Rule, value: Callable[[], str]) -> str:
    def part(variable: re.Match[str]) -> str:
        drawn = quote(value(), safe="/")  # bytes of any kind, and never a query by accident
        return drawn if variable[1] != "int" or drawn.isdigit() else "7"

    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", part, rule.rule)


class Fuzzed:
    """The app with somebody signed in at a browser and somebody in the frame, who come back when they were sent away.

    Args:
        open_frame: signs somebody in inside the portal; gives the header that the page there sends.
    """

    def __init__(self, person: Person, open_frame: Callable[[], dict[str, str]]) -> None:
        self.person = person
        self.open_frame = open_frame
        self.frame = open_frame()
        self.statuses: Counter[int] = Counter()
        person.app.config["WTF_CSRF_ENABLED"] = False  # so that what answers is the route itself

    def ask(self, one: Asked) -> str:
        """What is wrong with the answer; "" when nothing is."""
        began, worked = time.monotonic(), time.thread_time()
        headers = {**one.headers, **(self.frame if one.who == "frame" else {})}
        client = self.person.client if one.who == "browser" else Client(self.person.app)
        body = {"data": one.raw} if one.raw else {"data": one.form} if one.verb != "GET" else {}
        answer = client.open(one.path, method=one.verb, query_string=one.query, headers=headers, **body)
        took, worked = time.monotonic() - began, time.thread_time() - worked
        self.statuses[answer.status_code] += 1
        if one.path.startswith(_ENDS) and one.verb == "POST":
            self._come_back()
        if answer.status_code >= 500 and answer.status_code != 503:
            return f"{answer.status_code}: {one}"
        return f"{took:.1f} s: {one}" if took > LONGEST_WAIT or worked > LONGEST else ""

    def _come_back(self) -> None:
        self.person.sign_in().connect()
        self.frame = self.open_frame()
