"""Notices to people of the portal (facts more §4, source §2.5)."""

from __future__ import annotations

from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.state import Fields
from b24xero.simulator.bitrix24.wire import RestError

METHODS = Methods()


@METHODS.add("im.notify.system.add", "im", legacy=True)
def add(call: Call) -> Answer:
    """The id, or false where there is no such person; one of the same tag replaces the former."""
    portal, who = call.portal, str(call.params.get("user_id") or "")
    if not who.isdigit() or int(who) == 0:
        raise RestError("USER_ID_EMPTY", "User ID can't be empty")
    if not str(call.params.get("message") or ""):
        raise RestError("MESSAGE_EMPTY", "Message can't be empty")
    if int(who) not in portal.users:
        return Answer(False)
    tag = str(call.params.get("tag") or "")
    portal.notices = [one for one in portal.notices if not tag or (one["user_id"], one["tag"]) != (int(who), tag)]
    made = Fields(id=portal.number("notice"), user_id=int(who), message=str(call.params["message"]), tag=tag)
    portal.notices.append(made)
    return Answer(made["id"])
