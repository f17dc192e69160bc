"""``python -m tests.releases``: keep this version's tables with data and freeze its migrations (docs/releasing.md)."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from b24xero.extensions import db
from b24xero.version import version
from tests.conftest import ROOT
from tests.db.test_frozen import FROZEN, MIGRATIONS, frozen
from tests.pgtest import postgres, server_at
from tests.releases import dump, world
from tests.releases.kept import FOLDER


def main() -> int:
    made = {}
    with tempfile.TemporaryDirectory() as held:
        file = Path(held) / "app.db"
        with world.installation(f"sqlite:///{file}", Path(held)) as (app, vendors):
            world.fill(app, vendors, Path(held))
        made["sqlite.sql"] = dump.of_sqlite(file)
    with tempfile.TemporaryDirectory() as held, postgres() as url:
        with world.installation(url, Path(held)) as (app, vendors):
            world.fill(app, vendors, Path(held))
        made["postgresql.sql"] = dump.of_postgresql(server_at(url), "postgres")
    made["columns.txt"] = "".join(f"{name}\n" for name in columns())
    folder = dump.fresh(FOLDER / version())
    for name, text in made.items():
        (folder / name).write_text(text)
    added = freeze()
    print(f"{folder.relative_to(ROOT)}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    print(f"{added} migrations frozen: look through both with git diff, then commit them.")
    return 0


def columns() -> list[str]:
    """Those that the code of this version names."""
    return sorted(f"{table.name}.{column.name}" for table in db.metadata.tables.values() for column in table.columns)


def freeze() -> int:
    """Those that no release has carried yet; how many."""
    new = [path for path in sorted(MIGRATIONS.glob("[0-9]*.py")) if path.name not in frozen()]
    with FROZEN.open("a") as file:
        for path in new:
            file.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    return len(new)


if __name__ == "__main__":
    sys.exit(main())
