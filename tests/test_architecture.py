"""The house keeps its shape: who may import whom, what pure modules never touch, how long a function gets.

Read from the files themselves (ast), so that an import inside a function counts like any other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gallery import plan
from gallery.imports import PACKAGE, ROOT, Module, arrows, modules, page_of, room_of

LONGEST_FUNCTION = 35

# Pure (design §4, rule 1): these know rules and words, never the world. Whoever else calls itself so is held to it too.
PURE = {
    "b24xero.domain.invoice", "b24xero.domain.statuses", "b24xero.domain.set_up", "b24xero.domain.books",
    "b24xero.domain.product", "b24xero.contacts.match", "b24xero.errors", "b24xero.bitrix24.parse",
    "b24xero.bitrix24.legacy_parse", "b24xero.bitrix24.legacy_statuses", "b24xero.bitrix24.legacy_content",
    "b24xero.xero.payload", "b24xero.xero.totals", "b24xero.xero.parse", "b24xero.xero.validation_errors",
    "b24xero.products.rules", "b24xero.matching.rules", "b24xero.ratelimit.budget", "b24xero.news.due",
    "b24xero.news.owed", "b24xero.xero.webhooks",
}  # fmt: skip
WORLD = {
    "flask", "flask_babel", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "htmx_flask", "werkzeug",
    "jinja2", "sqlalchemy", "requests", "requests_oauthlib", "oauthlib", "urllib3", "xero_python", "http", "socket",
    "os", "pathlib", "random", "secrets", "uuid", "time", "threading", "logging",
}  # fmt: skip
CLOCK = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}

# Who may import whom: a room, or a module that stands beside the rooms, and what it may reach. Everybody may import
# VOCABULARY. The table is the house's plan; an arrow that is not in it is a decision, and docs/decisions.md says why.
VOCABULARY = {"errors", "domain"}
STORED = {"db", "extensions"}
MAY_IMPORT: dict[str, set[str]] = {
    # words and rules
    "errors": set(),
    "domain": set(),
    "config": {"first_keys", "setting_kinds"},
    "setting_kinds": {"outbound"},
    "first_keys": set(),
    "env_file": set(),
    "hints": {"config"},
    "version": set(),
    "encryption": set(),
    "i18n": set(),
    "extensions": {"encryption"},
    "db": {"extensions"},
    # the two wires, who never meet
    "outbound": set(),
    "ratelimit": STORED,
    "bitrix24": {"outbound", "ratelimit", "config"},
    "xero": {"outbound", "ratelimit"},
    # how a person reaches both, and how a write happens once
    "sessions": STORED,
    "token_renewal": STORED,
    "bitrix24_tokens": {"sessions", "token_renewal", "bitrix24", "ratelimit"} | STORED,
    "connections": {"bitrix24_tokens", "sessions", "bitrix24", "xero", "ratelimit", "config", "logs"} | STORED,
    "hour_counts": STORED,
    "kept_readings": {"bitrix24"} | STORED,
    "service_login": {"connections", "token_renewal", "xero"} | STORED,
    "portal_invoices": {"connections", "bitrix24"} | STORED,
    "rights": {"connections", "kept_readings", "bitrix24"} | STORED,
    "writes": {"xero"} | STORED,
    "runs": {"writes", "service_login", "connections", "xero"} | STORED,
    # the jobs
    "contacts": {"writes", "xero"} | STORED,
    "products": {"writes", "runs", "rights", "connections", "bitrix24", "xero"} | STORED,
    "push": {"contacts", "products", "writes", "runs", "connections", "rights", "xero"} | STORED,
    "pull": {"writes", "runs", "connections", "hour_counts", "bitrix24", "xero"} | STORED,
    "matching": {"rights", "contacts", "pull", "writes", "runs", "connections", "bitrix24", "xero"} | STORED,
    "news": {
        "runs", "installation", "connections", "portal_invoices", "rights", "hour_counts", "outbound", "ratelimit",
        "bitrix24", "xero",
    } | STORED,
    "setup": {"push", "rights", "connections", "bitrix24", "xero"} | STORED,
    "reconciliation": {"push", "writes", "runs", "rights", "connections", "bitrix24", "xero"} | STORED,
    "checks": {
        "bitrix24_tokens", "connections", "installation", "maintenance", "runs", "ratelimit", "outbound", "hints",
        "config", "service_login", "bitrix24", "xero",
    } | STORED,
    "installation": {"bitrix24_tokens", "connections", "sessions", "bitrix24"} | STORED,
    "maintenance": {
        "matching", "runs", "writes", "installation", "bitrix24_tokens", "connections", "hour_counts", "kept_readings",
        "sessions",
    } | STORED,
    "moving": {
        "checks", "connections", "installation", "hints", "runs", "service_login", "writes", "bitrix24",
    } | STORED,
    "support": {"checks", "config", "version"} | STORED,
    "backups": {"sessions", "runs", "version"} | STORED,
    "call_counts": {"outbound"} | STORED,
    "logs": {"outbound"},
    "error_reports": {"config", "logs", "version"},
    "server": set(),
    "wakeups": set(),
    "worker": {
        "call_counts", "checks", "config", "logs", "outbound", "wakeups", "push", "pull", "products", "matching",
        "reconciliation", "runs", "maintenance", "news",
    } | STORED,
    # what people see
    "web": {
        "push", "pull", "products", "matching", "setup", "reconciliation", "contacts", "runs", "writes", "installation",
        "connections", "portal_invoices", "rights", "sessions", "bitrix24_tokens", "bitrix24", "xero", "outbound",
        "ratelimit", "config", "logs", "checks", "call_counts", "news", "hour_counts", "service_login",
        "version",
    } | STORED,
    # who puts it together
    "b24xero": {
        "call_counts", "commands", "config", "error_reports", "logs", "web", "worker", "outbound", "ratelimit",
    } | STORED,
    "commands": {
        "b24xero", "backups", "support", "checks", "connections", "hints", "version", "worker", "maintenance",
        "ratelimit", "logs", "i18n", "simulator", "moving",
    } | STORED,
    "simulator": set(),
    "__main__": {"commands"},
}  # fmt: skip

# The pages' own plan: what one page may take from another.
PAGES_MAY_IMPORT: dict[str, set[str]] = {
    "common": set(),
    "messages": {"common"},
    "errors": {"common", "messages"},
    "access": {"common", "messages"},
    "health": {"common", "messages"},
    "automatic": {"common", "messages"},
    "webhooks": set(),
    "activity": {"common", "messages"},
    "runs": {"activity", "common", "messages"},
    "invoices": {"errors", "common", "messages"},
    "preview": {"errors", "common", "messages"},
    "setup": {"errors", "common", "messages"},
    "products": {"errors", "runs", "common", "messages"},
    "month_end": {"errors", "runs", "activity", "common", "messages"},
    "matching": {"errors", "runs", "activity", "common", "messages"},
    "login": {"errors", "common", "messages"},
    "record": {"invoices", "activity", "common", "messages"},
    "portal": {"errors", "login", "record", "common", "messages"},
}


MODULES = modules()
SIMULATOR = {name for name in MODULES if name.startswith("b24xero.simulator")}
APP = sorted(MODULES.keys() - SIMULATOR)
DECLARED_PURE = {name for name in APP if re.search(r"\bPure\.", ast.get_docstring(MODULES[name].tree) or "")}


def test_the_files_were_found() -> None:
    assert {"b24xero", "b24xero.push.single", "b24xero.xero.client", "b24xero.web.login.bitrix24"} <= MODULES.keys()
    assert MODULES.keys() >= PURE
    assert len(SIMULATOR) > 10


# -- inward -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(PURE | DECLARED_PURE))
def test_a_pure_module_knows_neither_the_web_nor_a_database_nor_a_wire(name: str) -> None:
    assert {imported for imported in MODULES[name].imports if imported.split(".")[0] in WORLD} == set()


@pytest.mark.parametrize("name", sorted(PURE | DECLARED_PURE))
def test_a_pure_module_never_looks_at_a_clock(name: str) -> None:
    looks = [
        f"{name}:{node.lineno} {ast.unparse(node.func)}"
        for node in ast.walk(MODULES[name].tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK
    ]
    assert looks == []


@pytest.mark.parametrize("name", sorted(PURE | DECLARED_PURE))
def test_a_pure_module_stands_on_pure_modules_alone(name: str) -> None:
    ours = {imported for imported in MODULES[name].imports if imported in MODULES and imported != "b24xero"}
    packages = {name for name in ours if MODULES[name].path.name == "__init__.py"}  # nothing but a docstring
    assert ours - packages <= PURE | DECLARED_PURE


ROOMS = sorted(n for n in APP if MODULES[n].path.name == "__init__.py" and n not in ("b24xero", "b24xero.web"))


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_does_nothing_by_being_imported(package: str) -> None:
    assert [node for node in MODULES[package].tree.body if not isinstance(node, ast.Expr)] == []


def test_every_room_is_in_the_plan() -> None:
    assert {room_of(name) for name in MODULES} == MAY_IMPORT.keys()
    assert {page_of(name) for name in MODULES if name.startswith("b24xero.web.")} == PAGES_MAY_IMPORT.keys()


def test_a_room_imports_only_what_the_plan_lets_it() -> None:
    # "from b24xero import connections" names the package, too: that is no import of create_app
    names = list(MODULES)
    found = {(a, b) for a, b in arrows(MODULES, names, room_of) if b != "b24xero" or a == "commands"}
    assert {(a, b) for a, b in found if b not in MAY_IMPORT[a] | VOCABULARY} == set()


def test_a_page_imports_only_what_the_plan_lets_it() -> None:
    names = [name for name in APP if name.startswith("b24xero.web.")]
    assert {(a, b) for a, b in arrows(MODULES, names, page_of) if b not in PAGES_MAY_IMPORT[a]} == set()


def circle_in(plan: dict[str, set[str]]) -> list[str]:
    """The rooms of one circle; empty when every way leads inward."""
    left = dict(plan)
    while ends := [room for room, reached in left.items() if not reached & left.keys()]:
        for room in ends:
            del left[room]
    return sorted(left)


def test_no_way_leads_in_a_circle() -> None:
    # the demo's command makes an app, and the app registers its commands: one file each, loaded when asked for
    allowed = {room: (reached | VOCABULARY) - {"b24xero"} for room, reached in MAY_IMPORT.items()}
    allowed["errors"], allowed["domain"] = set(), {"errors"}
    assert circle_in(allowed) == []
    assert circle_in(PAGES_MAY_IMPORT) == []


def test_a_circle_would_be_seen() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c", "d"]


def test_the_vendors_packages_import_neither_flask_nor_sqlalchemy() -> None:
    ours = [name for name in APP if room_of(name) in ("bitrix24", "xero")]
    assert [n for n in ours if {i.split(".")[0] for i in MODULES[n].imports} & {"flask", "sqlalchemy"}] == []


def test_xeros_own_library_stays_in_xeros_folder() -> None:
    users = {name for name, module in MODULES.items() if module.imports_from("xero_python")}
    assert users
    assert all(name.startswith("b24xero.xero.") for name in users)


# -- the simulator ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SIMULATOR))
def test_the_simulator_imports_nothing_of_the_app(name: str) -> None:
    ours = MODULES[name].imports_from("b24xero") - MODULES[name].imports_from("b24xero.simulator") - {"b24xero"}
    assert ours == set()


def test_only_the_commands_import_the_simulator() -> None:
    users = {name for name in APP if MODULES[name].imports_from("b24xero.simulator")}
    assert users <= {"b24xero.commands"}


def test_the_commands_import_the_simulator_when_the_demo_is_asked_for_and_not_before() -> None:
    """A web process of a real installation never loads the stand-in for its vendors."""
    commands = MODULES["b24xero.commands"].tree
    at_once = [ast.unparse(node) for node in commands.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [line for line in at_once if "simulator" in line] == []


# -- how it is written ------------------------------------------------------------------------------------------------


def handlers_that_say_nothing(module: Module) -> Iterator[str]:
    """``except …: pass`` whose lines carry no comment that gives the reason."""
    lines = module.source.splitlines()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and all(_is_nothing(statement) for statement in node.body):
            written = lines[node.lineno - 1 : (node.end_lineno or node.lineno)]
            if not any("#" in line for line in written):
                yield f"{module.name}:{node.lineno}"
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{module.name}:{node.lineno} catches everything"


def _is_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )  # fmt: skip


def test_no_error_is_swallowed_without_a_reason() -> None:
    assert [found for module in MODULES.values() for found in handlers_that_say_nothing(module)] == []


def too_long(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{module.name}.{node.name}: {length} lines"


def test_no_function_is_longer_than_a_page() -> None:
    assert [found for module in MODULES.values() for found in too_long(module)] == []


def test_every_module_says_what_it_knows() -> None:
    assert [name for name in APP if not ast.get_docstring(MODULES[name].tree)] == []


# -- this test itself -------------------------------------------------------------------------------------------------


def module(tmp_path: Path, source: str, name: str = "b24xero.xero.stray") -> Module:
    path = tmp_path / "stray.py"
    path.write_text(source)
    return Module(name, path)


@pytest.mark.parametrize(
    "source",
    ["import b24xero.bitrix24.wire", "from b24xero.bitrix24 import wire", "from b24xero import bitrix24",
     "from ..bitrix24 import wire", "from ..bitrix24.wire import post",
     "def later():\n    from b24xero.bitrix24 import wire",
     "import importlib\nimportlib.import_module('b24xero.bitrix24.wire')"],
)  # fmt: skip
def test_an_import_is_seen_in_whatever_way_it_is_written(source: str, tmp_path: Path) -> None:
    assert module(tmp_path, source).imports_from("b24xero.bitrix24")


def test_a_swallowed_error_and_a_long_function_are_seen(tmp_path: Path) -> None:
    silent = module(tmp_path, "try:\n    x = 1\nexcept ValueError:\n    pass\n")
    assert list(handlers_that_say_nothing(silent)) == ["b24xero.xero.stray:3"]
    long = module(tmp_path, "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION)
    assert list(too_long(long)) == [f"b24xero.xero.stray.f: {LONGEST_FUNCTION + 1} lines"]


# -- the picture and the page ------------------------------------------------------------------------------------------


def test_the_picture_of_the_rooms_is_true() -> None:
    assert plan.PICTURE.read_text(encoding="utf-8") == plan.svg(), "python -m gallery.plan draws it anew"


def test_the_page_names_files_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests/)?[\w/]+\.py)`", page)
    assert len(named) > 30
    assert [name for name in named if not ((PACKAGE / name).exists() or (ROOT / name).exists())] == []
