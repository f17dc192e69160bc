"""How tokens are kept at rest: encrypted with the first of several keys, readable with any of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

log = logging.getLogger(__name__)


class Vault:
    """Encrypts text. A new first key is taken into use by ``rotate``, which moves a ciphertext to it."""

    def __init__(self) -> None:
        self._keys: MultiFernet | None = None
        self._first: Fernet | None = None

    def open(self, keys: Sequence[str]) -> None:
        """Take Fernet keys, newest first."""
        fernets = [Fernet(key) for key in keys]
        self._first, self._keys = fernets[0], MultiFernet(fernets)

    def encrypt(self, text: str) -> str:
        return self._opened().encrypt(text.encode()).decode()

    def decrypt(self, secret: str) -> str | None:
        """The text, or None when no key fits: the token is lost and its owner signs in again."""
        try:
            return self._opened().decrypt(secret.encode()).decode()
        except InvalidToken:
            log.warning("a stored secret fits none of the keys in TOKEN_KEYS: whoever it belongs to signs in again")
            return None

    def rotate(self, secret: str) -> str:
        """The same text under the first key; unchanged when it already is or when no key fits."""
        keys = self._opened()
        assert self._first is not None
        try:
            self._first.decrypt(secret.encode())
            return secret
        except InvalidToken:
            pass  # not under the first key: try the older ones
        try:
            return keys.rotate(secret.encode()).decode()
        except InvalidToken:
            log.warning("a stored secret fits none of the keys, so it stays as it is")
            return secret

    def _opened(self) -> MultiFernet:
        if self._keys is None:
            raise RuntimeError("the vault has no keys yet")
        return self._keys
