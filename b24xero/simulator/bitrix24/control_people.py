"""The controls of people: their rights, their tokens, their frames, and the admin who deletes the application."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from b24xero.simulator.bitrix24 import events, happenings, placements
from b24xero.simulator.bitrix24.oauth import new_pair
from b24xero.simulator.bitrix24.state import Portal

if TYPE_CHECKING:
    from b24xero.simulator.bitrix24 import Bitrix24

Values = dict[str, Any]


class PeopleControls:
    """Of one portal."""

    def __init__(self, bitrix24: Bitrix24) -> None:
        self._bitrix24 = bitrix24

    @property
    def portal(self) -> Portal:
        return self._bitrix24.world

    def user(self, values: Values) -> Any:
        """``id`` and any field of ``state.User``: role, active, app_access, may_…; or ``admin`` true or false."""
        user = self.portal.users[int(values["id"])]
        changes = {name: value for name, value in values.items() if name not in ("id", "admin")}
        if "admin" in values:
            changes["role"] = "admin" if values["admin"] else "manager"
        for name, value in changes.items():
            if not hasattr(user, name):
                raise ValueError(f"no such field: {name}")
            setattr(user, name, value)
        return asdict(user)

    def token(self, values: Values) -> Any:
        """A fresh pair for ``user_id``, without the walk through the browser."""
        access, refresh = new_pair(self.portal, self.portal.users[int(values["user_id"])].id)
        return {"access_token": access, "refresh_token": refresh}

    def expire(self, values: Values) -> Any:
        """All access tokens (or those of ``user_id``) are past their hour; refresh tokens stay good."""
        for token in self.portal.access.values():
            if values.get("user_id") in (None, token.user_id):
                token.expires = self.portal.utc()
        return {}

    def revoke(self, values: Values) -> Any:
        """All tokens (or those of ``user_id``) are unknown from now on."""
        for store in (self.portal.access, self.portal.refresh):
            for text in [text for text, token in store.items() if values.get("user_id") in (None, token.user_id)]:
                del store[text]
        return {}

    def frame(self, values: Values) -> Any:
        """``user_id``, ``placement`` (DEFAULT), ``options``, ``path``: where a browser would post what."""
        user = self.portal.users[int(values["user_id"])]
        path, placement = values.get("path", "/bitrix24/app"), values.get("placement", "DEFAULT")
        self.portal.base = values.get("base", self.portal.base)
        return placements.frame(self.portal, user.id, placement, values.get("options", {}), path)

    def events(self, values: Values) -> Any:
        """What Bitrix24's cloud would post since the last time, and to where; ``other``: the id of a process of
        another kind, one of whose items was changed first."""
        if "other" in values:
            happenings.item(self.portal, "UPDATE", 7, 1, int(values["other"]))
        return events.posts(self.portal)

    def notices(self, _values: Values) -> Any:
        """Those that people have: ``user_id``, ``message``, ``tag``."""
        return self.portal.notices

    def uninstall(self, values: Values) -> Any:
        """The admin deletes the application (``clean``: with its data): what Bitrix24 would post to whom."""
        return events.uninstall(self.portal, clean=bool(values.get("clean")))
