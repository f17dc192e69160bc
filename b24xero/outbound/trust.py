"""Which authorities are believed beside the public ones: those of the file EXTRA_CA_FILE, for every connection."""

from __future__ import annotations

from pathlib import Path

_extra: list[str] = []


def also(file: str) -> None:
    """Believe the certificates of this file from now on, in this process; "" for none."""
    _extra[:] = [Path(file).read_text(encoding="utf-8")] if file else []


def extra() -> str | None:
    """The certificates, as text."""
    return _extra[0] if _extra else None
