"""Where an app may show itself in the portal, and the form post that opens it there (facts §2)."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.oauth import ACCESS_LIFE, new_pair
from b24xero.simulator.bitrix24.state import SCOPES, Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError

METHODS = Methods()
CODES = (
    "LEFT_MENU", "CRM_SMART_INVOICE_DETAIL_TAB", "CRM_SMART_INVOICE_DETAIL_TOOLBAR", "CRM_SMART_INVOICE_LIST_MENU",
    "CRM_SMART_INVOICE_LIST_TOOLBAR", "CRM_SMART_INVOICE_DETAIL_ACTIVITY",
)  # fmt: skip
# Of old invoices the list has a menu, and there is no tab (source §3.6).
OLD_CODES = ("CRM_INVOICE_LIST_MENU",)


def _need_admin(call: Call) -> None:
    if not call.user.is_admin:
        raise RestError("ACCESS_DENIED", "Access denied!", 403)


@METHODS.add("placement.list", "placement", legacy=True)
def placement_list(call: Call) -> Answer:
    """With ``SCOPE`` those of that scope alone."""
    scope = str(call.params.get("scope") or "")
    return Answer([code for code in offered(call.portal) if code.startswith(f"{scope.upper()}_" if scope else "")])


def offered(portal: Portal) -> list[str]:
    """The codes of the invoices that there are, without those that ``Settings.not_offered`` names, with commas."""
    settings = portal.settings
    new = CODES if settings.has_new_invoices else CODES[:1]
    known = (*new, *OLD_CODES) if settings.has_old_invoices else new
    return [code for code in known if code not in settings.not_offered.split(",")]


@METHODS.add("placement.get", "placement", legacy=True)
def placement_get(call: Call) -> Answer:
    _need_admin(call)
    return Answer(call.portal.placements)


@METHODS.add("placement.bind", "placement", legacy=True)
def placement_bind(call: Call) -> Answer:
    """A handler's host has a dot in it (source §1 #21); the same handler twice is ERROR_CORE (facts §2.4)."""
    _need_admin(call)
    placement, handler = str(call.params.get("placement") or ""), str(call.params.get("handler") or "")
    for name, value in (("PLACEMENT", placement), ("HANDLER", handler)):
        if not value:
            raise RestError("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", argument=name)
    if not call.portal.settings.handlers_anywhere and "." not in (urlsplit(handler).hostname or ""):
        raise RestError("ERROR_WRONG_HANDLER_URL", "Wrong handler URL")
    if placement not in offered(call.portal):
        raise RestError("ERROR_PLACEMENT_NOT_FOUND", "Placement not found")
    if any((bound["placement"], bound["handler"]) == (placement, handler) for bound in call.portal.placements):
        raise RestError("ERROR_CORE", "Unable to set placement handler: Handler already binded")
    call.portal.placements.append({
        "placement": placement, "userId": 0, "handler": handler, "options": [],
        "title": call.params.get("title") or "", "description": call.params.get("description") or "",
        "langAll": call.params.get("lang_all") or {},
    })  # fmt: skip
    return Answer(True)


@METHODS.add("placement.unbind", "placement", legacy=True)
def placement_unbind(call: Call) -> Answer:
    """The count is found plus deleted."""
    _need_admin(call)
    placement, handler = call.params.get("placement"), call.params.get("handler")
    gone = [
        bound
        for bound in call.portal.placements
        if bound["placement"] == placement and handler in (None, "", bound["handler"])
    ]
    call.portal.placements = [bound for bound in call.portal.placements if bound not in gone]
    return Answer({"count": 2 * len(gone)})


def frame(portal: Portal, user_id: int, placement: str, options: Json, path: str = "/bitrix24/app") -> Fields:
    """What a browser posts into the iframe: the handler's address with its query, and the form (facts §2.1)."""
    if not portal.base:
        raise ValueError("the simulator does not know its own address before its first request")
    access, refresh = new_pair(portal, user_id)
    address = urlsplit(portal.base)
    query = {"DOMAIN": address.netloc, "PROTOCOL": "1" if address.scheme == "https" else "0", "LANG": "en"}
    query["APP_SID"] = secrets.token_hex(16)
    form: dict[str, Any] = {
        "AUTH_ID": access, "AUTH_EXPIRES": str(int(ACCESS_LIFE.total_seconds())), "REFRESH_ID": refresh,
        "SERVER_ENDPOINT": f"{portal.base}/bitrix24-oauth/rest/", "APPLICATION_TOKEN": portal.application_token,
        "APPLICATION_SCOPE": ",".join(SCOPES), "member_id": portal.member_id, "status": "L",
        "PLACEMENT": placement, "PLACEMENT_OPTIONS": options if isinstance(options, str) else json.dumps(options),
    }  # fmt: skip
    return {"url": f"{portal.app_url}{path}?{urlencode(query)}", "form": form}
