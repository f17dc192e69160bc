"""Tokens of a row, renewed exactly once however many requests and processes find them expired."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import inspect, update

from b24xero.db.models import Bitrix24Login, ServiceLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, RetryLater
from b24xero.extensions import db

# A renewal that takes longer than this is taken over: its process is gone (its own time-outs are 5 + 20 s at most).
RENEWAL_LEASE = timedelta(seconds=40)
# Renewed a little before its end, so that a token does not end between our look and the vendor's.
SOON = timedelta(seconds=30)

L = TypeVar("L", bound=Bitrix24Login | ServiceLogin)


@dataclass(frozen=True)
class Renewed:
    """What a vendor gave for a refresh token; none in the answer: the old one goes on."""

    access_token: str
    refresh_token: str | None
    expires_in: int


class KeptTokens(ABC, Generic[L]):
    """The tokens of one row. Its ``renewing_until`` is the lock: who sets it renews, the others wait for the new
    version. It is a lease and not a database lock, because a call to a vendor never happens inside a transaction.

    ``soon``: a token with less than this before it is renewed.
    """

    soon = SOON

    def __init__(self, table: type[L], key: int) -> None:
        self._table: Any = table
        self._key = key

    @abstractmethod
    def ask(self, refresh_token: str) -> Renewed:
        """The vendor's answer.

        Raises:
            Disconnected: the refresh token is worth nothing any more. RetryLater: no answer.
        """

    @abstractmethod
    def gone(self) -> Disconnected:
        """What is raised where there are no tokens."""

    @abstractmethod
    def away(self) -> RetryLater:
        """What is raised where another process renews for too long."""

    def ended(self, error: Disconnected) -> None:
        """The vendor said so; the tokens are thrown away already."""

    def before(self) -> None:
        """Asked of whoever renews, before anything is asked of the vendor."""

    def access(self) -> str:
        login = self._read()
        if login.access_token and login.expires_at - self.soon > utc_now():
            return login.access_token
        return self.renew(login.access_token or "")

    def renew(self, stale: str) -> str:
        self.before()
        give_up = time.monotonic() + RENEWAL_LEASE.total_seconds() + 5
        while time.monotonic() < give_up:
            login = self._read()
            if login.access_token and login.access_token != stale:
                return login.access_token
            if self._claim(login):
                return self._renewed(login)
            time.sleep(0.05)
        raise self.away()

    def _read(self) -> L:
        db.session.commit()
        login: L | None = db.session.get(self._table, self._key, populate_existing=True)
        db.session.commit()
        if login is None or not login.refresh_token and not login.access_token:
            raise self.gone()
        return login

    def _claim(self, login: L) -> bool:
        now = utc_now()
        key, table = inspect(self._table).primary_key[0], self._table
        with writing():
            free = (table.renewing_until.is_(None)) | (table.renewing_until < now)
            claimed = db.session.execute(
                update(table)
                .where(key == self._key, table.version == login.version, free)
                .values(renewing_until=now + RENEWAL_LEASE)
                .execution_options(synchronize_session=False)
            )
        return bool(claimed.rowcount)  # type: ignore[attr-defined]

    def _renewed(self, login: L) -> str:
        version = login.version
        if not login.refresh_token:  # an isolated portal gives none (Bitrix24 facts §1.7)
            self._store(version, None, None, utc_now())
            raise self.gone()
        refresh_token = login.refresh_token
        try:
            found = self.ask(refresh_token)
        except Disconnected as error:
            if not self._store(version, None, None, utc_now()):
                return self._of_another()
            self.ended(error)
            raise
        except BaseException:
            self._change(version, renewing_until=None)
            raise
        ends_at = utc_now() + timedelta(seconds=found.expires_in)
        if self._store(version, found.access_token, found.refresh_token or refresh_token, ends_at):
            return found.access_token
        return self._of_another()

    def _of_another(self) -> str:
        """The tokens changed while the vendor was asked: they were given anew or ended, or this process slept until its
        lease was over. What stands there now is the newer."""
        token = self._read().access_token
        if not token:
            raise self.gone()
        return token

    def _store(self, version: int, access: str | None, refresh: str | None, expires_at: datetime) -> bool:
        return self._change(
            version, access_token=access, refresh_token=refresh, expires_at=expires_at, renewed_at=utc_now(),
            renewing_until=None, version=version + 1,
        )  # fmt: skip

    def _change(self, read_version: int, **values: Any) -> bool:
        """Whether the row was still the one that was read."""
        key, table = inspect(self._table).primary_key[0], self._table
        with writing():
            changed = db.session.execute(
                update(table)
                .where(key == self._key, table.version == read_version)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        return bool(changed.rowcount)  # type: ignore[attr-defined]
