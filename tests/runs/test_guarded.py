"""The tasks of a worker's loop: each is guarded, counted and logged, whatever breaks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import maintenance, worker
from b24xero.extensions import db


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    worker.failed.clear()
    with app.app_context():
        yield app
    worker.failed.clear()


def test_a_task_that_breaks_is_counted_and_logged_until_it_is_well_again(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [KeyError("first"), ValueError("second")]

    def task() -> None:
        if broken:
            raise broken.pop(0)

    assert [worker.guarded("sweeping", task) for _ in range(2)] == [False, False]
    assert worker.failed["sweeping"] == 2
    assert [record.exc_info is not None for record in caplog.records] == [True, True]
    assert "task=sweeping failed, 2 times in a row" in caplog.text
    assert worker.guarded("sweeping", task)
    assert worker.failed["sweeping"] == 0


def test_one_task_of_maintenance_that_breaks_keeps_none_of_the_others(context: Flask) -> None:
    def trip(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "xero_login" in statement:
            raise KeyError("a column that nobody foresaw")

    told: list[str] = []

    def guarded(name: str, task: object) -> None:
        if worker.guarded(name, task):  # type: ignore[arg-type]
            told.append(name)

    sa.event.listen(db.engine, "before_cursor_execute", trip)
    try:
        maintenance.tidy(guarded)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", trip)
    assert {"closed_runs", "forgotten_finds", "forgotten_intents"} <= set(told)
    assert worker.failed["erased_logins"] == 1


def test_a_transaction_that_a_broken_task_left_open_does_not_reach_the_next_one(context: Flask) -> None:
    def task() -> None:
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))

    assert not worker.guarded("first", task)
    assert worker.guarded("second", lambda: db.session.execute(sa.text("SELECT 1")))
