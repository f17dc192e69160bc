"""What a run was asked for is stored as before, and comes back with its types."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from b24xero.db.models import SyncRun
from b24xero.runs import asked
from b24xero.runs.asked import Asked

READ_AT = datetime(2026, 9, 27, 13, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (asked.Push((7, 3)), {"ids": [7, 3]}),
        (asked.Items((5,)), {"ids": [5]}),
        (asked.Pull(), {}),
        (asked.Pull(only=12), {"only": 12}),
        (asked.Pull(read=True, after=90), {"read": True, "after": 90}),
        (asked.Find(), {}),
        (asked.Find(after=0, listed=True), {"after": 0, "listed": True}),
        (
            asked.Find(after=9, listed=True, page=3, read_at=READ_AT),
            {"after": 9, "listed": True, "page": 3, "read_at": READ_AT.isoformat()},
        ),
        (asked.Find(after=9, old=True), {"after": 9, "old": True}),
        (asked.Link(after=44), {"after": 44}),
    ],
)
def test_it_is_stored_as_before_and_comes_back(value: Asked, stored: dict[str, object]) -> None:
    run = SyncRun(kind=value.kind)
    asked.keep(run, value)
    assert run.asked == stored
    assert asked.of(run, type(value)) == value


def test_what_a_later_version_wrote_beside_it_is_left_alone() -> None:
    assert asked.of(SyncRun(kind="pull", asked={"only": 3, "slowly": True}), asked.Pull) == asked.Pull(only=3)


def test_a_run_of_another_kind_has_none_of_it() -> None:
    with pytest.raises(ValueError, match="is a push"):
        asked.of(SyncRun(kind="push", asked={}), asked.Pull)
