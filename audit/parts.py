"""What we stand on: the pinned requirements, and the files of others that are kept here, with their hashes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
VENDORED = ("static/vendor", "tests/browser/vendor")
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,]+\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """A package, its version and the hashes of the files that pip may install."""

    name: str
    version: str
    hashes: tuple[str, ...]
    runs: bool


@dataclass(frozen=True)
class Vendored:
    """A library of which files are kept here: their hashes as VENDOR.json has them, by path from the root."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


def pins(file: str) -> list[Pin]:
    found: list[Pin] = []
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if pin := _PIN.match(line):
            found.append(Pin(pin["name"], pin["version"], (), file == REQUIREMENTS[0]))
        elif (hashed := _HASH.search(line)) and found:
            last = found[-1]
            found[-1] = Pin(last.name, last.version, (*last.hashes, hashed["hash"]), last.runs)
    return found


def vendored() -> list[Vendored]:
    return [
        Vendored(
            one["name"], one["version"], one["licence"], {f"{folder}/{name}": of for name, of in one["files"].items()}
        )
        for folder in VENDORED
        for one in json.loads((ROOT / folder / "VENDOR.json").read_text(encoding="utf-8"))
    ]


def changed() -> list[str]:
    """Kept files that are not what VENDOR.json says, that are missing, or of which it says nothing."""
    known = {path: of for one in vendored() for path, of in one.files.items()}
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in VENDORED
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    wrong = [f"{path} is missing" for path in sorted(known.keys() - there)]
    wrong += [f"{path} is not in VENDOR.json" for path in sorted(there - known.keys())]
    return wrong + [f"{path} has changed" for path in sorted(known.keys() & there) if digest(path) != known[path]]


def digest(path: str) -> str:
    """As browsers spell it in ``integrity``."""
    return "sha384-" + base64.b64encode(hashlib.sha384((ROOT / path).read_bytes()).digest()).decode()
