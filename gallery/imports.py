"""Which file imports which, read from the files themselves, so that an import inside a function counts as well."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "b24xero"


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, what it imports, what it says of itself."""

    name: str
    path: Path

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names; of ``from a import b`` both a and a.b, since b may be a module."""
        return frozenset(self._imports())

    def _imports(self) -> Iterator[str]:
        package = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                up = package[: len(package) - node.level + 1] if node.level else []
                start = ".".join([*up, *([node.module] if node.module else [])])
                yield start
                yield from (f"{start}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and self._loads(node.value):
                yield node.value

    def _loads(self, text: str) -> bool:
        """A dotted name of ours in a file that imports by name."""
        return "import_module" in self.source and re.fullmatch(r"b24xero(\.\w+)+", text) is not None

    def imports_from(self, package: str) -> set[str]:
        return {name for name in self.imports if name == package or name.startswith(f"{package}.")}


def modules() -> dict[str, Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


def room_of(name: str) -> str:
    """The first part below b24xero: a room, or a module beside the rooms; "b24xero" is create_app's own file."""
    return name.split(".")[1] if "." in name else name


def page_of(name: str) -> str:
    """The page below b24xero.web; empty for its own file, which puts the pages together."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else ""


def arrows(found: Mapping[str, Module], names: Iterable[str], place: Callable[[str], str]) -> set[tuple[str, str]]:
    """From where to where the imports of these modules lead; what stays inside a place is left out."""
    among = set(names)
    return {
        (place(name), place(imported))
        for name in among
        for imported in found[name].imports & among
        if place(imported) != place(name)
    }
