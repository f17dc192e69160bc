"""What stands in the queue's table is the number of a run; whatever else is put there is thrown away, never run."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from b24xero import worker
from b24xero.runs import lifecycle
from b24xero.wakeups import NoWakeUp, RunIds
from tests.conftest import on_both


class Bomb:
    """Whoever unpickles it makes a file."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.proof),)


def served(app: Flask, until: threading.Event) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker._serve, args=(app, app.extensions["b24xero.queue"], stop), daemon=True)
    thread.start()
    until.wait(60)
    stop.set()
    thread.join(5)


@on_both
def test_the_queue_holds_the_number_of_a_run_and_nothing_that_could_be_carried_out(app: Flask) -> None:
    app.extensions[lifecycle.WAKE](42)
    (held,) = app.extensions["b24xero.queue"].storage.enqueued_items()
    assert bytes(held) == b'{"run": 42}'


@on_both
def test_a_pickle_in_the_queue_is_never_opened_and_the_next_wake_up_is_heard(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, woken = threading.Event(), []
    monkeypatch.setattr(worker, "take", lambda run_id: (woken.append(run_id), heard.set()))
    queue = app.extensions["b24xero.queue"]
    queue.storage.initialize_schema()
    proof = tmp_path / "proof"
    queue.storage.enqueue(pickle.dumps(Bomb(proof)))
    app.extensions[lifecycle.WAKE](7)
    served(app, heard)
    assert woken == [7]
    assert not proof.exists()


@pytest.mark.parametrize(
    "held",
    [b"", b"7", b"null", b"[]", b'{"run": "7"}', b'{"run": true}', b'{"run": 0}', b'{"run": 7, "name": "x"}',
     b'{"run": 1e3}', b'{"run": 99999999999999999999}', b"[" * 5000, b"\x80\x04K\x07."],
)  # fmt: skip
def test_what_is_no_number_of_a_run_is_refused(held: bytes) -> None:
    with pytest.raises(NoWakeUp):
        RunIds("carry_on").deserialize(held)
