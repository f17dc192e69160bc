"""How templates are written: like the code, in lines that fit beside each other."""

from __future__ import annotations

from pathlib import Path

LONGEST_LINE = 120
TEMPLATES = Path(__file__).parents[2] / "templates"


def too_long(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}:{number}"
        for path in sorted(folder.rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def test_no_line_of_a_template_is_longer_than_one_of_code() -> None:
    # a long sentence is written as Python writes it, "one part " "and the next": Jinja joins them
    assert too_long(TEMPLATES) == []


def test_a_long_line_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<p>\n" + "é" * LONGEST_LINE + "\n" + "é" * (LONGEST_LINE + 1), encoding="utf-8"
    )
    assert too_long(tmp_path) == ["page.html:3"]
