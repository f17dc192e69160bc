"""A reading of many invoices that is kept: what of it still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from b24xero.bitrix24.reading import Reading, Said

NINE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def item(id: int = 412, updated: str = "2026-11-03T08:59:00+00:00", **values: Any) -> dict[str, Any]:
    return {"id": id, "updatedTime": updated, "title": "Sash repairs", **values}


def test_what_was_not_changed_since_still_holds_whatever_zone_its_time_is_told_in() -> None:
    reading = Reading()
    reading.note(412, Said(item(), [{"price": Decimal("115.10")}]), NINE)
    assert reading.still_so([item(updated="2026-11-03T11:59:00+03:00")]) == {412: reading.said[412]}
    assert reading.still_so([item(updated="2026-11-03T09:00:01+00:00")]) == {}
    assert reading.still_so([item(id=413)]) == {}


@pytest.mark.parametrize("began", [NINE, None])
@pytest.mark.parametrize("updated", ["2026-11-03T08:59:58+00:00", "2026-11-03T09:00:00+00:00", "", None])
def test_what_may_have_changed_once_more_in_the_second_of_the_reading_is_not_kept(
    began: datetime | None, updated: Any
) -> None:
    reading = Reading()
    reading.note(412, Said(item(), []), NINE)
    reading.note(412, Said(item(updated=updated), []), began)
    assert reading.said == {}


def test_it_comes_back_from_where_it_is_kept_to_the_last_digit() -> None:
    said = Said(item(opportunity=Decimal("115.10"), contactIds=[7, 12], closedate=None), [{"price": Decimal("0.1000")}])
    reading = Reading({412: said})
    assert Reading.from_json(reading.as_json()) == reading
    (row,) = Reading.from_json(reading.as_json()).said[412].rows
    assert str(row["price"]) == "0.1000"


def test_a_time_that_is_not_told_keeps_nothing() -> None:
    reading = Reading()
    reading.note(412, Said(item(), []), None)
    assert reading.said == {}
    reading.note(412, Said(item(), []), NINE + timedelta(hours=1))
    assert list(reading.said) == [412]
