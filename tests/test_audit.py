"""What the audit says, and above all that it never says "nothing known" of what was not looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit import __main__ as audit
from audit import parts


def answer(**vulns: Any) -> str:
    return json.dumps({"dependencies": [{"name": name, "version": "1.0", **of} for name, of in vulns.items()]})


FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}


def test_nothing_known_is_said_only_when_every_package_was_looked_up() -> None:
    verdict, words = audit.read("requirements.txt", answer(flask={"vulns": []}, jinja2={"vulns": []}), "")
    assert (verdict, words) == (0, ["requirements.txt: nothing is known against its 2 packages"])


def test_a_known_flaw_is_told_with_the_version_that_mends_it() -> None:
    verdict, words = audit.read("requirements.txt", answer(flask={"vulns": [FLAW]}), "")
    assert verdict == 1
    assert words == ["requirements.txt: flask 1.0: PYSEC-2026-1, mended in 1.1"]


@pytest.mark.parametrize("nothing", ["", "<html>", "{}", "[]", "null"])
def test_a_source_that_cannot_be_reached_is_said(nothing: str) -> None:
    verdict, words = audit.read("requirements.txt", nothing, "WARNING\nConnectionError: no route")
    assert verdict == 2
    assert "NOT CHECKED" in words[0]
    assert words[0].endswith("cannot be reached: ConnectionError: no route")


def test_a_source_that_does_not_know_a_package_has_not_checked_it() -> None:
    told = answer(flask={"vulns": []}, jinja2={"skip_reason": "Dependency not found"})
    verdict, words = audit.read("requirements.txt", told, "")
    assert verdict == 2
    assert "does not tell of 1 of 2 packages (jinja2)" in words[0]


def test_the_files_of_others_are_what_they_were_when_they_came() -> None:
    assert parts.changed() == []


def test_a_kept_file_that_was_touched_added_or_lost_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "static/vendor/htmx@1"
    folder.mkdir(parents=True)
    for name in ("fine.js", "touched.js"):
        (folder / name).write_text(name)
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    monkeypatch.setattr(parts, "VENDORED", ("static/vendor",))
    files = {f"htmx@1/{name}": parts.digest(f"static/vendor/htmx@1/{name}") for name in ("fine.js", "touched.js")}
    about = [{"name": "htmx", "version": "1", "licence": "0BSD", "files": {**files, "htmx@1/lost.js": "sha384-x"}}]
    (tmp_path / "static/vendor/VENDOR.json").write_text(json.dumps(about))
    (folder / "touched.js").write_text("something else")
    (folder / "added.js").write_text("new")
    assert parts.changed() == [
        "static/vendor/htmx@1/lost.js is missing",
        "static/vendor/htmx@1/added.js is not in VENDOR.json",
        "static/vendor/htmx@1/touched.js has changed",
    ]


def test_every_requirement_is_pinned_to_a_version_and_to_hashes() -> None:
    for file in parts.REQUIREMENTS:
        pins = parts.pins(file)
        assert len(pins) > 20
        assert [pin.name for pin in pins if not pin.hashes] == []


def test_the_bill_of_materials_names_every_part_and_is_the_same_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    assert audit.main(["--sbom", str(one)]) == audit.main(["--sbom", str(other)]) == 0
    assert one.read_bytes() == other.read_bytes()
    bill = json.loads(one.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {component["name"]: component for component in bill["components"]}
    assert {"flask", "psycopg", "pytest", "htmx.org", "@picocss/pico"} <= named.keys()
    assert named["flask"]["scope"] == "required"
    assert named["pytest"]["scope"] == "excluded"
    assert all(len(of["content"]) == 64 for of in named["flask"]["hashes"])
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))
