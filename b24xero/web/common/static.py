"""The names of static files, and how long browsers keep them.

``url_for("static", filename="app.css")`` gives an address that holds the content's hash: /static/app.3f9a1c2b4d5e.css.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from mimetypes import MimeTypes
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

_A_YEAR = 365 * 24 * 60 * 60
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<digest>[0-9a-f]{12})(?P<suffix>(\.[^./]+)?)")
# Python's own list. What the machine says is left out: some Windows calls scripts plain text, which "nosniff" refuses.
_KINDS = MimeTypes()


@dataclass(frozen=True)
class Asset:
    """A file's content, and the hash that stands in its name."""

    content: bytes
    digest: str


def register(app: Flask) -> None:
    app.url_defaults(_put_hash)
    app.view_functions["static"] = answer


def _put_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (asset := _asset(values["filename"])):
        name = PurePosixPath(values["filename"])
        values["filename"] = str(name.with_suffix(f".{asset.digest}{name.suffix}"))


def answer(filename: str) -> Response:
    """Kept for a year under the name with its hash. Under its plain name, or under the hash that it had before an
    update, it is the file as it is now, and asked about each time: no cache holds the wrong content under a hash."""
    asset, fits = _asset(filename), False
    if asset is None and (named := _HASHED.fullmatch(filename)):
        asset = _asset(named["stem"] + named["suffix"])
        fits = asset is not None and asset.digest == named["digest"]
    if asset is None:
        abort(HTTPStatus.NOT_FOUND)
    response = Response(asset.content, mimetype=_KINDS.guess_type(filename)[0] or "text/plain")
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if fits else "public, no-cache"
    response.set_etag(asset.digest, weak=True)  # weak: the same for every way of compressing it
    response.make_conditional(request)
    return response


def _asset(filename: str) -> Asset | None:
    """The file as it is now; None when there is none, or the name leads out of the folder."""
    path = safe_join(str(current_app.static_folder), filename)
    if path is None or not os.path.isfile(path):
        return None
    about = os.stat(path)
    return _read(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _read(path: str, _changed: int, _size: int) -> Asset:
    """Read once, and anew when the file was changed while the process runs."""
    content = Path(path).read_bytes()
    return Asset(content, hashlib.sha256(content).hexdigest()[:12])
