"""The two keys that are made at the first start where none are given."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet


def made_once(path: Path, name: str) -> str:
    """The key kept in ``path``; made there at the first start, readable by its owner alone.

    Raises:
        OSError: the folder is not there for us to write to.
    """
    if path.exists() and path.read_text().strip():
        path.chmod(0o600)  # a copy or a backup may have opened it to others
        return path.read_text().strip()
    key = Fernet.generate_key().decode() if name == "TOKEN_KEYS" else secrets.token_urlsafe(48)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole under another name first: a process that starts in this very moment never reads half a key.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    try:
        if path.exists() and not path.read_text().strip():
            os.replace(draft, path)  # a stop between making and writing left an empty file
        else:
            os.link(draft, path)
            os.unlink(draft)
    except FileExistsError:
        os.unlink(draft)  # the other process was first, and its key counts
    return path.read_text().strip()
