"""docs/vendor-facts.md has a row for whatever the program and the simulator take for a fact of a vendor."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest

from b24xero.simulator import world
from b24xero.simulator.bitrix24.state import Settings, User
from b24xero.simulator.xero.state import Options
from tests.conftest import APP_URL

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "b24xero"
PAGE = (ROOT / "docs" / "vendor-facts.md").read_text(encoding="utf-8")
HOW_SURE = {"documented", "source-read", "recorded", "reported", "inferred", "unverified"}
VENDORS = ("Bitrix24", "Xero")
# Whose a reference without a name is; elsewhere it may be either's.
ROOMS = {
    "bitrix24": "Bitrix24", "simulator/bitrix24": "Bitrix24", "web/portal": "Bitrix24", "xero": "Xero",
    "simulator/xero": "Xero", "contacts": "Xero", "push": "Xero", "writes": "Xero",
}  # fmt: skip
# Of a person, what Bitrix24 lets them do: who it is says nothing of the vendor.
NO_RIGHTS = {"id", "name", "last_name", "email", "role"}


@dataclass(frozen=True)
class Row:
    """A fact: ``sections`` such as "§3.1" or "source §1 #5", ``held_by`` what stands in backticks there."""

    vendor: str
    sections: tuple[str, ...]
    sure: str
    held_by: tuple[str, ...]


@cache
def rows() -> tuple[Row, ...]:
    found = []
    for vendor in VENDORS:
        part = PAGE.split(f"\n## {vendor}\n", 1)[1].split("\n## ", 1)[0]
        for line in part.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("|") and "§" in cells[0]:
                assert len(cells) == 5, line
                held_by = tuple(re.findall(r"`([^`]+)`", cells[4]))
                found.append(Row(vendor, tuple(re.split(r",\s*", cells[0])), cells[3], held_by))
    return tuple(found)


def quoted() -> set[str]:
    return set(re.findall(r"`([^`]+)`", PAGE))


# -- the page itself --------------------------------------------------------------------------------------------------


def test_each_fact_says_how_sure_it_is_and_what_holds_it() -> None:
    assert len(rows()) > 80
    assert [row for row in rows() if row.sure not in HOW_SURE or not row.held_by] == []


def test_what_is_named_exists() -> None:
    """Files, tests, settings; the vendors' own words stand in other columns."""
    assert [name for row in rows() for name in row.held_by if not exists(name)] == []
    named = {name for name in quoted() if re.fullmatch(r"[\w/]+\.py(::\w+)?", name)}
    assert [name for name in named if not exists(name)] == []


def exists(name: str) -> bool:
    kind, _, own = name.partition(".")
    known = {"Settings": Settings, "Options": Options, "User": User}
    if kind in known:
        return own in {field.name for field in fields(known[kind])}
    path, _, test = name.partition("::")
    file = (ROOT if path.startswith("tests/") else PACKAGE) / path
    return file.is_file() and (not test or test in functions(file))


@cache
def functions(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", ["tests/simulator/test_xero.py::test_nothing", "simulator/none.py", "Settings.none"])
def test_what_does_not_exist_would_be_seen(name: str) -> None:
    assert not exists(name)


# -- the simulator's rules --------------------------------------------------------------------------------------------


def test_every_module_of_the_simulated_vendors_has_its_fact() -> None:
    modules = [file.relative_to(PACKAGE) for v in VENDORS for file in (PACKAGE / "simulator" / v.lower()).glob("*.py")]
    assert len(modules) > 50
    assert {path.as_posix() for path in modules} - quoted() == set()


def test_every_switch_and_every_right_of_the_simulator_has_its_fact() -> None:
    wanted = {f"Settings.{field.name}" for field in fields(Settings)}
    wanted |= {f"Options.{field.name}" for field in fields(Options)}
    wanted |= {f"User.{field.name}" for field in fields(User) if field.name not in NO_RIGHTS}
    assert wanted - {name for row in rows() for name in row.held_by} == set()


def test_every_control_of_the_simulated_vendors_is_named() -> None:
    built = world.build(APP_URL, seed=False)
    controls = {name for name in built.server.controls if name.startswith(("bitrix24/", "xero/"))}
    assert len(controls) > 60
    assert controls - quoted() == set()
    named = {name for name in quoted() if re.fullmatch(r"(bitrix24|xero)/[\w/-]+", name)}
    assert named - controls == set()


# -- what comments rest on --------------------------------------------------------------------------------------------

REFERENCE = re.compile(
    r"(\b(?P<kind>source|more|dependencies|design)\b,?\s+(facts\s+)?)?"
    r"§(?P<section>\d+[\d.a-z]*)(\s+#(?P<number>\d+))?"
)
# Between two sections of one list: "source §1 #2 and #3, §2.4".
LISTED = re.compile(r"(,|;|\s|and|to|#\d+)*")


def said(file: Path) -> list[str]:
    """The comments and texts of a file, neighbouring lines of comments as one."""
    found: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(file.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            if found and found[-1][0] == token.start[0] - 1:
                found[-1] = (token.start[0], f"{found[-1][1]} {token.string.lstrip('# ')}")
            else:
                found.append((token.start[0], token.string.lstrip("# ")))
        elif token.type == tokenize.STRING:
            found.append((-9, " ".join(token.string.split())))
    return [text for _, text in found]


def references(text: str) -> Iterator[str]:
    """Sections as the page spells them; in a list the first one's kind counts for all."""
    kind, end = "", -1
    for match in REFERENCE.finditer(text):
        follows = end >= 0 and LISTED.fullmatch(text[end : match.start()])
        kind = match["kind"] or (kind if follows else "")
        number = f" #{match['number']}" if match["number"] else ""
        yield f"{kind} §{match['section'].rstrip('.')}{number}".strip()
        end = match.end()


def vendors_of(file: Path) -> set[str]:
    place = file.relative_to(PACKAGE).as_posix()
    return {vendor for room, vendor in ROOMS.items() if place.startswith(f"{room}/")} or set(VENDORS)


def is_listed(reference: str, vendors: set[str]) -> bool:
    """A chapter is there when one of its sections is; a section has its own row."""
    listed = {section for row in rows() if row.vendor in vendors for section in row.sections}
    return any(section == reference or section.startswith(f"{reference}.") for section in listed)


def test_every_section_that_a_comment_names_has_its_row() -> None:
    lacking = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for text in said(file):
            # "Bitrix24 facts §3.4" beside Xero's lines, and the other way round; "source" is Bitrix24's alone.
            named = {vendor for vendor in VENDORS if re.search(rf"{vendor}('s)?( facts)? §|facts {vendor} §", text)}
            for reference in references(text):
                vendors = {"Bitrix24"} if reference.startswith("source") else vendors_of(file) | named
                if not reference.startswith("design") and not is_listed(reference, vendors):
                    lacking.append(f"{file.relative_to(PACKAGE)}: {reference}")
    assert lacking == []


def test_a_section_is_read_from_a_comment_as_it_is_meant() -> None:
    assert list(references("(source facts §1 #2 and #3, §2.4; facts §3.4)")) == ["source §1 #2", "source §2.4", "§3.4"]
    assert list(references("(facts, more §0b). The portal (facts §5).")) == ["more §0b", "§5"]
    assert not is_listed("§99", set(VENDORS))
    assert not is_listed("source §1 #99", set(VENDORS))


# -- how sure ---------------------------------------------------------------------------------------------------------

UNVERIFIED = re.compile(
    r"\[U\]|\b(is|are) unverified\b|\bnot documented\b|\bnothing is documented\b|\bnowhere promised\b"
)


def test_what_the_code_calls_unverified_the_page_calls_so_too() -> None:
    marked = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if any(UNVERIFIED.search(text) for text in said(file))
    }
    assert "xero/totals.py" in marked
    told = {name for row in rows() if row.sure == "unverified" for name in row.held_by}
    assert marked - told == set()


def test_what_the_code_calls_reported_the_page_calls_so_too() -> None:
    marked = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if any(re.search(r"\(reported, facts", text) for text in said(file))
    }
    assert marked
    assert marked - {name for row in rows() if row.sure == "reported" for name in row.held_by} == set()


def test_what_the_vendor_leaves_undocumented_is_called_documented_nowhere() -> None:
    options = {f"Options.{field.name}" for field in fields(Options)}
    for row in rows():
        if options & set(row.held_by):
            assert row.sure in {"reported", "unverified"}, row
