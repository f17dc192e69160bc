"""Errors that nobody foresaw, sent to the Sentry that SENTRY_DSN names: their kind and place, never a word of theirs.

What is sent is written here, name by name, and whatever the library puts beside it is taken out again: no local
variables, no lines of requests, nothing of a person. The library is no part of b24xero; who wants it installs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from b24xero import logs
from b24xero.config import Settings
from b24xero.version import version

log = logging.getLogger(__name__)

LIBRARY = "sentry_sdk"
_ROOT = Path(__file__).resolve().parent.parent
# Of an event that is about to leave.
KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "tags", "exception")


def start(settings: Settings) -> bool:
    """Once in a process, whatever asks for it; whether errors are reported from now on."""
    if not settings.sentry_dsn:
        return False
    if importlib.util.find_spec(LIBRARY) is None:
        log.warning("SENTRY_DSN is set and sentry-sdk is not installed: no error is reported")
        return False
    sdk = importlib.import_module(LIBRARY)
    sdk.init(
        dsn=settings.sentry_dsn, release=version(), before_send=kept, default_integrations=False,
        auto_enabling_integrations=False, max_breadcrumbs=0, include_local_variables=False,
        include_source_context=False,
    )  # fmt: skip
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Reports)]
    root.addHandler(Reports(sdk))
    return True


class Reports(logging.Handler):
    """Each error of ours that was logged with its trace."""

    def __init__(self, sdk: Any) -> None:
        super().__init__(logging.ERROR)
        self._sdk = sdk

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] and record.name.startswith("b24xero"):
            self._sdk.capture_event(event_of(record, record.exc_info[1]))


def event_of(record: logging.LogRecord, error: BaseException) -> dict[str, Any]:
    return {
        "level": record.levelname.lower(),
        "logger": record.name,
        "tags": logs.known(),
        "exception": {"values": list(_chain(error))},
    }


def kept(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """The library's last word before it sends."""
    return {name: event[name] for name in KEPT if name in event}


def _chain(error: BaseException) -> Iterator[dict[str, Any]]:
    """What it came from first, as Sentry wants it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause)
    frames = [
        {"filename": _name_of(frame.filename), "function": frame.name, "lineno": frame.lineno}
        for frame in traceback.extract_tb(error.__traceback__, limit=-60)
    ]
    kind = type(error)
    yield {"type": kind.__qualname__, "module": kind.__module__, "stacktrace": {"frames": frames}}


def _name_of(file: str) -> str:
    """Below our own folder; of a library, where it lies is nobody's business."""
    path = Path(file)
    if path.is_relative_to(_ROOT):
        return str(path.relative_to(_ROOT))
    return str(Path(*path.parts[-2:]))
