"""The bill of materials in CycloneDX 1.6, made of the pinned requirements and the kept files. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from audit.parts import Pin, Vendored


def bill(version: str, pins: Iterable[Pin], vendored: Iterable[Vendored]) -> dict[str, Any]:
    """The same parts make the same bill, byte for byte: it names no moment and no random number."""
    packages = [_package(pin) for pin in sorted(pins, key=lambda pin: pin.name)]
    files = [_library(one) for one in vendored]
    about = {"type": "application", "name": "b24xero", "version": version, "bom-ref": "b24xero"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": [*packages, *files],
    }


def _package(pin: Pin) -> dict[str, Any]:
    return {
        "type": "library",
        "name": pin.name,
        "version": pin.version,
        "purl": f"pkg:pypi/{pin.name.lower()}@{pin.version}",
        "bom-ref": f"pkg:pypi/{pin.name.lower()}@{pin.version}",
        "scope": "required" if pin.runs else "excluded",
        "hashes": [{"alg": "SHA-256", "content": one} for one in pin.hashes],
    }


def _library(one: Vendored) -> dict[str, Any]:
    purl = f"pkg:npm/{one.name.replace('@', '%40')}@{one.version}"
    return {
        "type": "library",
        "name": one.name,
        "version": one.version,
        "purl": purl,
        "bom-ref": purl,
        "licenses": [{"license": {"id": one.licence}}],
        "components": [
            {"type": "file", "name": path, "hashes": [{"alg": "SHA-384", "content": _hex(of)}]}
            for path, of in one.files.items()
        ],
    }


def _hex(integrity: str) -> str:
    return base64.b64decode(integrity.partition("-")[2]).hex()
