"""Looks at dependencies, code and kept files; or writes the bill of materials."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audit import parts, sbom

# What a look came to, and the exit code: nothing against it, something, or it could not be looked at.
FINE, FOUND, NOT_LOOKED = 0, 1, 2
CODE = ("b24xero", "audit", "run.py", "wsgi.py")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py audit", description="What is known against the parts we stand on.")
    parser.add_argument(
        "--sbom", metavar="FILE", type=Path, help="write the bill of materials (CycloneDX JSON) instead"
    )
    wanted = parser.parse_args(arguments)
    if wanted.sbom:
        return write_bill(wanted.sbom)
    came_to = [kept_files(), code(), *map(dependencies, parts.REQUIREMENTS)]
    return FOUND if FOUND in came_to else max(came_to)


def write_bill(file: Path) -> int:
    version = tomllib.loads((parts.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    pinned = {pin.name: pin for name in reversed(parts.REQUIREMENTS) for pin in parts.pins(name)}
    bill = sbom.bill(version, pinned.values(), parts.vendored())
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    print(f"{file}: {len(bill['components'])} components")
    return FINE


def kept_files() -> int:
    wrong = parts.changed()
    count = sum(len(one.files) for one in parts.vendored())
    print("\n".join(wrong) if wrong else f"kept files: {count} are what VENDOR.json says")
    return FOUND if wrong else FINE


def code() -> int:
    """bandit, from middling severity on: below it are subprocess and assert, which are meant."""
    ran = subprocess.run([sys.executable, "-m", "bandit", "-q", "-ll", "-r", *CODE], cwd=parts.ROOT)
    if ran.returncode == 0:
        print("code: bandit has found nothing")
    return min(ran.returncode, FOUND)


def dependencies(file: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off",
         "--format", "json", "-r", file],
        cwd=parts.ROOT, capture_output=True, text=True,
    )  # fmt: skip
    verdict, words = read(file, ran.stdout, ran.stderr)
    print("\n".join(words))
    return verdict


def read(file: str, answer: str, complaint: str) -> tuple[int, list[str]]:
    """What pip-audit's answer comes to. It calls a package that its source does not tell of no problem; we do not."""
    try:
        told: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (complaint.strip().splitlines() or ["no reason given"])[-1]
        return NOT_LOOKED, [f"{file}: NOT CHECKED, the list of known vulnerabilities cannot be reached: {why}"]
    known = [
        f"{file}: {one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for one in told
        for flaw in one.get("vulns", ())
    ]
    missing = [one["name"] for one in told if "skip_reason" in one]
    if missing:
        source = f"the list of known vulnerabilities does not tell of {len(missing)} of {len(told)} packages"
        known.append(f"{file}: NOT CHECKED in full, {source} ({', '.join(missing[:5])}{', …' * (len(missing) > 5)})")
        return (FOUND if len(known) > 1 else NOT_LOOKED), known
    return (FOUND, known) if known else (FINE, [f"{file}: nothing is known against its {len(told)} packages"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
