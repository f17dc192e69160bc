"""Whatever is asked of whatever address: never an accident, never long. 10,000 of them: ``run.py bench fuzz``."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, given, settings

from b24xero.web.login.frame_session import HEADER
from tests.conftest import Vendors, on_both
from tests.fuzz import Asked, Fuzzed, asked, fields
from tests.people import Person
from tests.web.test_portal import Frame


def test_the_names_of_fields_were_found() -> None:
    assert {"q", "page", "next", "back", "state", "code"} <= set(fields())


@on_both
def test_no_request_is_an_accident_or_takes_long(ready: Person, app: Flask, vendors: Vendors) -> None:
    known = [str(vendors.new_invoice()) for _ in range(2)]

    def open_frame() -> dict[str, str]:
        frame = Frame(app, vendors)
        frame.open()
        return {HEADER: frame.token}

    fuzzed = Fuzzed(ready, open_frame)

    @settings(max_examples=250, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(asked(app, known))
    def ask(one: Asked) -> None:
        assert fuzzed.ask(one) == ""

    ask()
    assert fuzzed.statuses[200] > 10  # it met pages, and not the sign-in alone
