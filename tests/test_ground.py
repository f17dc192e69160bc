"""What the rest stands on: vendored files, pinned requirements, processes, the tests' own PostgreSQL."""

import base64
import hashlib
import json
import pathlib
import re
import tomllib
from collections import Counter

import pytest
import sqlalchemy
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pgtest import postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENDORS = (ROOT / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")
PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>[\w.]+)(?P<rest>.*)$")


def vendored() -> dict[pathlib.Path, str]:
    """Return every vendored file with the hash that its VENDOR.json gives for it."""
    return {
        folder / file: digest
        for folder in VENDORS
        for package in json.loads((folder / "VENDOR.json").read_text())
        for file, digest in package["files"].items()
    }


def pins(name: str) -> list[re.Match[str]]:
    """Return the pins of a requirements file, one match each, its hashes in `rest`."""
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    matches = [PIN.match(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return [match for match in matches if match]


def versions(name: str) -> dict[str, str]:
    """Return what a requirements file pins, by normalised name."""
    return {canonicalize_name(pin["name"]): pin["version"] for pin in pins(name)}


def answers(wanted: Requirement, pinned: dict[str, str]) -> bool:
    """Say whether the pins hold what pyproject.toml asks for."""
    version = pinned.get(canonicalize_name(wanted.name))
    return version is not None and wanted.specifier.contains(version)


@pytest.mark.parametrize("file", sorted(vendored()), ids=lambda file: file.name)
def test_vendored_file_is_the_one_that_was_published(file: pathlib.Path) -> None:
    digest = hashlib.sha384(file.read_bytes()).digest()
    assert vendored()[file] == "sha384-" + base64.b64encode(digest).decode()


def test_every_vendored_file_is_listed() -> None:
    present = {file for folder in VENDORS for file in folder.rglob("*") if file.is_file()}
    assert present == {*vendored(), *(folder / "VENDOR.json" for folder in VENDORS)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    assert [pin["name"] for pin in pins(name) if "--hash=sha256:" not in pin["rest"]] == []


def test_both_requirements_files_agree() -> None:
    runtime, dev = versions("requirements.txt"), versions("requirements-dev.txt")
    assert {name: dev[name] for name in dev if name in runtime} == {
        name: runtime[name] for name in runtime if name in dev
    }


def test_requirements_were_compiled_from_this_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    pinned = versions("requirements-dev.txt") | versions("requirements.txt")
    missing = [line for line in asked if not answers(Requirement(line), pinned)]
    assert missing == []


def test_procfile_names_the_three_processes() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    processes = dict(line.split(": ", 1) for line in lines)
    assert list(processes) == ["release", "web", "worker"]
    assert processes["release"].endswith("db upgrade")
    assert processes["web"].startswith("gunicorn wsgi:app ")
    assert processes["worker"].endswith(" worker")


def test_throw_away_postgresql_answers_and_goes() -> None:
    with postgres() as address:
        engine = sqlalchemy.create_engine(address)
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 1")).scalar_one() == 1
            folder = connection.execute(sqlalchemy.text("SHOW data_directory")).scalar_one()
        engine.dispose()
    assert not pathlib.Path(folder).exists()


# -- the documents on security ----------------------------------------------------------------------------------------

ASVS = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def sections_of(words: str) -> list[str]:
    """ "7.1 to 7.3 Sessions" are three, "5.1, 5.2 Upload" two."""
    between = re.match(r"(\d+)\.(\d+) to \1\.(\d+)", words)
    if between:
        return [f"{between[1]}.{n}" for n in range(int(between[2]), int(between[3]) + 1)]
    return re.findall(r"\b\d+\.\d+\b", words)


def test_the_figures_above_the_table_of_asvs_are_those_in_it() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in ASVS.splitlines() if re.match(r"\| \d", line)]
    found = [(section, state) for words, state, _how in rows for section in sections_of(words)]
    counts = Counter(state for _section, state in found)
    told = re.search(r"Figures: (\d+) met, (\d+) not applicable, (\d+) open, of (\d+) sections", ASVS)
    assert told
    assert [int(n) for n in told.groups()] == [counts["met"], counts["n/a"], counts["open"], len(found)]
    assert len({section for section, _state in found}) == len(found) == 80
    assert all(how for _words, _state, how in rows)


def test_every_test_that_the_documents_on_security_name_exists() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    written = "".join(files.values())
    named = re.findall(r"\b(?:tests/[\w/]*)?(test_\w+)(\.py)?", ASVS + SECURITY)
    missing = [
        name for name, is_file in named
        if f"{name}.py" not in files and (is_file or f"def {name}" not in written)
    ]  # fmt: skip
    assert missing == []
