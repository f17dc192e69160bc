"""What the portal posts when it opens the app in its frame, and how that is proven to be genuine.

The post is unsigned, so nothing in it is believed until the authorization server of the settings, never one that the
post names, has told whose token it carries. Source: facts §2.1, §2.3, §8.3, §8.4.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from b24xero.bitrix24 import oauth
from b24xero.bitrix24.session import Session
from b24xero.config import LOOPBACK
from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import LARGEST_ID, key_of
from b24xero.errors import JobError, Rejected, RetryLater, problem

_CARDS: Mapping[str, Kind] = {
    "CRM_SMART_INVOICE_DETAIL_": "smart", "CRM_SMART_INVOICE_LIST_MENU": "smart", "CRM_INVOICE_LIST_MENU": "legacy",
}  # fmt: skip
_LONGEST_TOKEN = 512
# Access tokens are hexadecimal as far as anybody has seen; what is shorter or holds signs was made up.
_TOKEN = re.compile(r"[0-9A-Za-z._-]{20,512}")
_MEMBER = re.compile(r"[0-9A-Za-z]{1,64}")


@dataclass(frozen=True)
class Opening:
    """What the browser posted on the portal's behalf, not proven yet. ``invoice``: the key of the one at which it was
    opened, 0: at none. An isolated portal gives no refresh token (facts §1.7); ``expires_in`` seconds."""

    portal: str
    member_id: str
    access_token: str
    refresh_token: str | None
    expires_in: int
    application_token: str
    language: str
    invoice: int

    @property
    def grant(self) -> oauth.Grant:
        return oauth.Grant(self.access_token, self.refresh_token, self.expires_in, self.member_id)


def read(posted: Mapping[str, str]) -> Opening | None:
    """The fields, wherever they stood (address or body); None when there is no token, so nobody has opened anything."""
    token = posted.get("AUTH_ID", "")
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    return Opening(
        portal=posted.get("DOMAIN", ""),
        member_id=posted.get("member_id", "")[:64],
        access_token=token,
        refresh_token=posted.get("REFRESH_ID", "")[:_LONGEST_TOKEN] or None,
        expires_in=_number(posted.get("AUTH_EXPIRES", "")) or oauth.DEFAULT_LIFE,
        application_token=posted.get("APPLICATION_TOKEN", "")[:_LONGEST_TOKEN],
        language=_language(posted.get("LANG", "")),
        invoice=_invoice(posted.get("PLACEMENT", ""), posted.get("PLACEMENT_OPTIONS", "")),
    )


def _number(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else 0
    return number if number <= LARGEST_ID else 0


def _language(text: str) -> str:
    return text.lower() if re.fullmatch(r"[A-Za-z]{2}", text) else ""


def _invoice(placement: str, options: str) -> int:
    """``ID`` in a tab or a row's menu, ``ENTITY_ID`` in the card's top menu (facts §2.4)."""
    kind = next((kind for card, kind in _CARDS.items() if placement.startswith(card)), None)
    if kind is None:
        return 0
    try:
        told = json.loads(options)
    except ValueError:
        return 0
    if not isinstance(told, Mapping):  # PHP's empty map is a list
        return 0
    return key_of(kind, _number(str(told.get("ID") or told.get("ENTITY_ID") or "")))


def check_shape(app: oauth.App, opening: Opening, member_id: str) -> None:
    """What can be told without asking anybody. ``member_id``: the portal's, where it is known.

    Raises:
        Rejected: another portal, or nothing that could be a token.
    """
    if not _is_portal(opening.portal, app.portal_url) or (member_id and not same(opening.member_id, member_id)):
        raise Rejected(problem("other_portal", portal=app.portal_url))
    if not _TOKEN.fullmatch(opening.access_token) or not _MEMBER.fullmatch(opening.member_id):
        raise Rejected(problem("frame_not_proven"))


# -- proof ------------------------------------------------------------------------------------------------------------


def prove(app: oauth.App, opening: Opening, session: Session) -> bool:
    """Whether the token is one of this application in this portal, by the word of the authorization server.

    Returns:
        True: so it is, the member id with it. False: the server does not know it or does not answer, as around an
        isolated portal, but our portal itself does (facts §2.3); then the member id is not proven.

    Raises:
        Rejected: another application, a token that is over or nobody's.
        RetryLater: neither answers.
    """
    try:
        answer = oauth.application_of(app, opening.access_token)
    except RetryLater as error:
        _ask_portal(app, session, instead=error)
        return False
    if "error" in answer:
        refused = Rejected(problem("frame_not_proven"))
        if str(answer["error"]).lower() == "expired_token":
            raise refused
        _ask_portal(app, session, instead=refused)
        return False
    if not _is_ours(app, opening, answer.get("result")):
        raise Rejected(problem("frame_not_proven"))
    return True


def _is_ours(app: oauth.App, opening: Opening, result: Any) -> bool:
    install = result.get("install") if isinstance(result, Mapping) else None
    return (
        isinstance(install, Mapping)
        and bool(opening.member_id)
        and same(str(result.get("client_id")), app.client_id)
        and same(str(install.get("member_id")), opening.member_id)
        and _is_portal(str(install.get("domain") or ""), app.portal_url)
    )


def _ask_portal(app: oauth.App, session: Session, instead: JobError) -> None:
    """The portal's own app.info names the application by ``CODE`` (facts §2.3). ``instead``: raised if it is not us."""
    try:
        answer = session.call("app.info", {})["result"]
    except JobError as error:
        raise instead from error
    if not isinstance(answer, Mapping) or not same(str(answer.get("CODE")), app.client_id):
        raise instead


def _is_portal(domain: str, portal_url: str) -> bool:
    """The name, perhaps with its port; a loopback portal (demo, tests) may use any of this machine's names."""
    ours = urlsplit(portal_url)
    try:
        told = urlsplit(f"//{domain}")
        host, port = (told.hostname or "").lower(), told.port
    except ValueError:
        return False
    own = (ours.hostname or "").lower()
    alike = host == own or (host in LOOPBACK and own in LOOPBACK)
    return alike and port in (None, ours.port or {"http": 80, "https": 443}.get(ours.scheme))


def same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing of how much was right."""
    return hmac.compare_digest(one.encode(), other.encode())


# -- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """``kind`` "": one that means nothing here."""

    kind: Literal["uninstalled", ""]
    application_token: str


def read_event(posted: Mapping[str, str]) -> Event | None:
    """An event of the portal, known by its application token alone (facts §8.4); None when this is none."""
    name = posted.get("event", "").upper()
    if not name:
        return None
    kind: Literal["uninstalled", ""] = "uninstalled" if name == "ONAPPUNINSTALL" else ""
    return Event(kind, posted.get("auth[application_token]", "")[:_LONGEST_TOKEN])
