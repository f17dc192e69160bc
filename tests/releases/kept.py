"""The releases of which something is kept, oldest first."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
RELEASES = sorted(
    (path.name for path in FOLDER.glob("[0-9]*.[0-9]*.[0-9]*")), key=lambda v: tuple(map(int, v.split(".")))
)


def text_of(release: str, database: str) -> str:
    """Its tables with data; ``database``: "sqlite" or "postgresql"."""
    return (FOLDER / release / f"{database}.sql").read_text()


def columns_of(release: str) -> set[str]:
    """ "table.column" of what its code names."""
    return set((FOLDER / release / "columns.txt").read_text().split())
