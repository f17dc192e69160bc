"""Lines of templates that are longer than a line of code may be: ``python -m gallery.long_lines`` names them."""

from __future__ import annotations

import sys
from pathlib import Path

from gallery.imports import ROOT

TEMPLATES = ROOT / "templates"
LONGEST_LINE = 120


def too_long(folder: Path) -> list[str]:
    """Each as file:line."""
    return [
        f"{path.relative_to(folder)}:{number}"
        for path in sorted(folder.rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def main(folder: Path = TEMPLATES) -> int:
    found = too_long(folder)
    for place in found:
        print(f"{folder.name}/{place}: longer than {LONGEST_LINE} characters")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
