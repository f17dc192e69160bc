"""How templates are written: like the code, in lines that fit beside each other."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import get_args

import pytest

import run
from b24xero.web.common.look import StatusLook
from gallery.imports import ROOT
from gallery.long_lines import LONGEST_LINE, TEMPLATES, main, too_long


def test_no_line_of_a_template_is_longer_than_one_of_code() -> None:
    # a long sentence is written as Python writes it, "one part " "and the next": Jinja joins them
    assert too_long(TEMPLATES) == []


def test_a_long_line_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text(
        "<p>\n" + "é" * LONGEST_LINE + "\n" + "é" * (LONGEST_LINE + 1), encoding="utf-8"
    )
    assert too_long(tmp_path) == ["page.html:3"]
    assert main(tmp_path) == 1
    assert capsys.readouterr().out == f"{tmp_path.name}/page.html:3: longer than 120 characters\n"


def test_each_look_of_a_status_has_its_picture_in_the_style_sheet() -> None:
    style = (ROOT / "static" / "app.css").read_text(encoding="utf-8")
    looks = {look for part in get_args(StatusLook) for look in (get_args(part) or (part,))}
    assert len(looks) > 15
    assert [look for look in sorted(looks - {""}) if f".status.{look}" not in style] == []


def test_lint_looks_at_them_as_this_test_does() -> None:
    assert [main.__module__] in run.CHECKS
    assert [check[0] for check in run.CHECKS if importlib.util.find_spec(check[0]) is None] == []
