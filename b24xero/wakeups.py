"""What a wake-up looks like in the queue: the number of a run, and nothing that could be carried out.

huey would pickle its tasks, and unpickling carries out whatever the bytes say: who may write into the queue's table
would run code where the keys are. Here the table holds a JSON object of one number; anything else is thrown away.
"""

from __future__ import annotations

import json
import secrets

from huey.registry import Message
from huey.serializer import Serializer

TASK = "carry_on"
_LARGEST = 2**63 - 1
_LONGEST = 64


class NoWakeUp(ValueError):
    """Bytes in the queue that no process of ours has put there."""


class RunIds(Serializer):  # type: ignore[misc]  # huey ships no types
    """Carries ``carry_on(run_id)`` alone. ``name``: what huey calls that task."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def serialize(self, data: Message) -> bytes:
        (run_id,) = data.args
        return json.dumps({"run": run_id}).encode()

    def deserialize(self, data: bytes) -> Message:
        if len(data) > _LONGEST:
            raise NoWakeUp("too long")
        try:
            read = json.loads(bytes(data))
        except ValueError as error:
            raise NoWakeUp("no JSON") from error
        run_id = read.get("run") if isinstance(read, dict) and len(read) == 1 else None
        if type(run_id) is not int or not 0 < run_id <= _LARGEST:
            raise NoWakeUp("no number of a run")
        return Message(secrets.token_hex(16), self._name, None, 0, 0, None, (run_id,), {})
