"""What is said at the top of the page that comes next."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash

from b24xero.errors import Problem


def problems(found: Iterable[Problem]) -> None:
    for one in found:
        flash(one.as_json(), "problem")  # type: ignore[arg-type]  # the session keeps any JSON
