"""A person's Bitrix24 tokens, renewed exactly once however many requests find them expired."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from b24xero import sessions
from b24xero.bitrix24 import oauth
from b24xero.db.models import Bitrix24Login, KeptReading, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, Dismissed, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit.deadlines import take_place

# A renewal that takes longer than this is taken over: its process is gone (its own time-outs are 5 + 15 s).
RENEWAL_LEASE = timedelta(seconds=40)
# Renewed a little before its end, so that a token does not end between our look and Bitrix24's.
SOON = timedelta(seconds=30)


class StoredTokens:
    """A person's Bitrix24 tokens, renewed exactly once however many requests find them expired.

    The row's ``renewing_until`` is the lock: who sets it renews, the others wait for the new version. It is a lease and
    not a database lock, because a call to a vendor never happens inside a transaction.
    """

    def __init__(self, user_id: int, app: oauth.App) -> None:
        self.user_id, self._app = user_id, app

    def access(self) -> str:
        login = self._read()
        if login.access_token and login.expires_at - SOON > utc_now():
            return login.access_token
        return self.renew(login.access_token or "")

    def renew(self, stale: str) -> str:
        take_place()
        give_up = time.monotonic() + RENEWAL_LEASE.total_seconds() + 5
        while time.monotonic() < give_up:
            login = self._read()
            if login.access_token and login.access_token != stale:
                return login.access_token
            if self._claim(login):
                return self._renewed(login)
            time.sleep(0.05)
        raise RetryLater(problem("bitrix24_login_down"), 10)

    def ended(self, error: Disconnected) -> None:
        """All of this person's sessions stood on it. Of somebody who may not come back nothing is kept, of either
        system."""
        gone = isinstance(error, Dismissed)
        sessions.end_all_of(self.user_id, utc_now(), "dismissed" if gone else "bitrix24")
        if not gone:
            return
        with writing():
            for kept in (Bitrix24Login, XeroLogin, KeptReading):
                db.session.execute(delete(kept).where(kept.user_id == self.user_id))

    def _read(self) -> Bitrix24Login:
        db.session.commit()
        login = db.session.get(Bitrix24Login, self.user_id, populate_existing=True)
        db.session.commit()
        if login is None or not login.refresh_token and not login.access_token:
            raise Disconnected("bitrix24")
        return login

    def _claim(self, login: Bitrix24Login) -> bool:
        now = utc_now()
        with writing():
            free = (Bitrix24Login.renewing_until.is_(None)) | (Bitrix24Login.renewing_until < now)
            claimed = db.session.execute(
                update(Bitrix24Login)
                .where(Bitrix24Login.user_id == self.user_id, Bitrix24Login.version == login.version, free)
                .values(renewing_until=now + RENEWAL_LEASE)
                .execution_options(synchronize_session=False)
            )
        return bool(claimed.rowcount)  # type: ignore[attr-defined]

    def _renewed(self, login: Bitrix24Login) -> str:
        if not login.refresh_token:  # an isolated portal gives none (facts §1.7)
            self._store(None, None, utc_now())
            raise Disconnected("bitrix24")
        try:
            grant = oauth.renew(self._app, login.refresh_token)
        except Disconnected as error:
            self._store(None, None, utc_now())
            self.ended(error)
            raise
        except BaseException:
            self._release()
            raise
        self._store(
            grant.access_token, grant.refresh_token or login.refresh_token,
            utc_now() + timedelta(seconds=grant.expires_in),
        )  # fmt: skip
        return grant.access_token

    def _release(self) -> None:
        with writing():
            login = db.session.get_one(Bitrix24Login, self.user_id, populate_existing=True)
            login.renewing_until = None

    def _store(self, access: str | None, refresh: str | None, expires_at: datetime) -> None:
        with writing():
            login = db.session.get_one(Bitrix24Login, self.user_id, populate_existing=True)
            login.access_token, login.refresh_token, login.expires_at = access, refresh, expires_at
            login.renewed_at, login.renewing_until = utc_now(), None
            login.version += 1


class FreshTokens:
    """Tokens of a sign-in under way, kept nowhere yet."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def access(self) -> str:
        return self._access_token

    def renew(self, stale: str) -> str:
        raise Disconnected("bitrix24")

    def ended(self, error: Disconnected) -> None:
        """Nobody is signed in with them yet."""
