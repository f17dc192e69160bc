"""A person's Bitrix24 tokens: those that are kept, and those of a sign-in under way."""

from __future__ import annotations

from sqlalchemy import delete

from b24xero import sessions
from b24xero.bitrix24 import oauth
from b24xero.db.models import Bitrix24Login, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, Dismissed, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit.deadlines import take_place
from b24xero.token_renewal import KeptTokens, Renewed


class StoredTokens(KeptTokens[Bitrix24Login]):
    """A person's Bitrix24 tokens as they are kept."""

    def __init__(self, user_id: int, app: oauth.App) -> None:
        super().__init__(Bitrix24Login, user_id)
        self.user_id, self._app = user_id, app

    def before(self) -> None:
        take_place()

    def ask(self, refresh_token: str) -> Renewed:
        grant = oauth.renew(self._app, refresh_token)
        return Renewed(grant.access_token, grant.refresh_token, grant.expires_in)

    def gone(self) -> Disconnected:
        return Disconnected("bitrix24")

    def away(self) -> RetryLater:
        return RetryLater(problem("bitrix24_login_down"), 10)

    def ended(self, error: Disconnected) -> None:
        """All of this person's sessions stood on it. Of somebody who may not come back nothing is kept, of either
        system."""
        gone = isinstance(error, Dismissed)
        sessions.end_all_of(self.user_id, utc_now(), "dismissed" if gone else "bitrix24")
        if not gone:
            return
        with writing():
            for kept in (Bitrix24Login, XeroLogin):
                db.session.execute(delete(kept).where(kept.user_id == self.user_id))


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
