"""A migration that was released is never changed again: databases that went through it would differ from new ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.conftest import ROOT

FROZEN = Path(__file__).with_name("frozen.txt")
MIGRATIONS = ROOT / "migrations" / "versions"


def frozen() -> dict[str, str]:
    """File → hash, of every migration that a release has carried; ``docs/releasing.md`` says who adds to it."""
    lines = [line.split() for line in FROZEN.read_text().splitlines() if line and not line.startswith("#")]
    return {name: digest for digest, name in lines}


def test_a_released_migration_is_as_it_was() -> None:
    found = {name: hashlib.sha256((MIGRATIONS / name).read_bytes()).hexdigest() for name in frozen()}
    assert found == frozen()


def test_they_are_the_first_ones_without_a_gap() -> None:
    numbers = sorted(path.name for path in MIGRATIONS.glob("[0-9]*.py"))
    assert sorted(frozen()) == numbers[: len(frozen())]


def test_a_change_would_be_seen(tmp_path: Path) -> None:
    name, digest = next(iter(frozen().items()))
    changed = (MIGRATIONS / name).read_bytes() + b"#"
    assert hashlib.sha256(changed).hexdigest() != digest
