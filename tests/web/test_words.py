"""Words and addresses that are looked up once: they say what each look said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask, url_for
from flask_babel import force_locale, gettext

from b24xero.domain.invoice_key import LARGEST_ID
from b24xero.web.common import formats
from b24xero.web.common.language import NAMES
from b24xero.web.invoices.addresses import Addresses


def test_what_is_put_into_a_word_is_escaped_and_the_word_is_not(app: Flask) -> None:
    page = app.jinja_env.from_string("{{ _('Select %(number)s', number=number) }} {{ _('100 %%') }}")
    with app.test_request_context("/"):
        assert page.render(number="<b>") == "Select &lt;b&gt; 100 %"


def test_words_follow_the_language_that_is_spoken_now(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "de"}):
        german = gettext("History")
        with force_locale("en"):
            assert gettext("History") == "History"
        assert gettext("History") == german != "History"


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_that_was_written_before_is_written_the_same(app: Flask, name: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": name.replace("_", "-")}):
        amounts = [Decimal(text) for text in ("0", "-0", "0.00", "1234.5", "1234.50", "-0.005")]
        assert [formats.figure(one, "NZD") for one in amounts] == [formats.figure(one, "NZD") for one in amounts]
        assert formats.figure(Decimal("1234.5"), "JPY") != formats.figure(Decimal("1234.5"), "NZD")


def test_one_moment_is_another_day_elsewhere(app: Flask) -> None:
    late = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    with app.test_request_context("/"):
        assert formats.day(late) == formats.day(date(2026, 11, 20))
        assert formats.day(late.astimezone(timezone(timedelta(hours=13)))) == formats.day(date(2026, 11, 21))


@pytest.mark.parametrize("key", [1, 412, -5, LARGEST_ID])
@pytest.mark.parametrize("back", ["/invoices?page=2&q=a b", f"/invoices?q={LARGEST_ID}"])
def test_a_rows_addresses_are_those_of_its_invoice(app: Flask, key: int, back: str) -> None:
    with app.test_request_context("/"):
        found = Addresses(back).of(key)
        for name, endpoint in (("push", "invoices.push_invoice"), ("why", "why.page"), ("pull", "runs.start_one")):
            assert found[f"{name}_url"] == url_for(endpoint, bitrix24_id=key)  # type: ignore[literal-required]
        assert found["history_url"] == url_for("activity.history", bitrix24_id=key)
        assert found["preview_url"] == url_for("preview.page", bitrix24_id=key, back=back)
        assert found["record_url"] == url_for("record.page", bitrix24_id=key, back=back)
