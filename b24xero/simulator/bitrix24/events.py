"""The portal's events: who asked to be told, and what is sent (facts §8)."""

from __future__ import annotations

from datetime import timedelta

from b24xero.simulator.bitrix24 import happenings
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.state import INVOICE, Fields, Portal
from b24xero.simulator.bitrix24.wire import RestError

METHODS = Methods()
NAMES = ("ONAPPINSTALL", "ONAPPUNINSTALL", "ONAPPTEST")
ITEM_NAMES = ("ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMDELETE")
# Of old invoices.
OLD_NAMES = ("ONCRMINVOICEADD", "ONCRMINVOICEUPDATE", "ONCRMINVOICEDELETE", "ONCRMINVOICESETSTATUS")


@METHODS.add("events", "", legacy=True)
def events(call: Call) -> Answer:
    """Those of old invoices are registered whatever is switched on."""
    return Answer(names(call.portal))


def names(portal: Portal) -> list[str]:
    suffixed = [f"{name}_{INVOICE}" for name in ITEM_NAMES] if portal.settings.suffixed_events else []
    return [*NAMES, *ITEM_NAMES, *suffixed, *OLD_NAMES]


@METHODS.add("event.get", "", legacy=True)
def event_get(call: Call) -> Answer:
    return Answer(call.portal.handlers)


@METHODS.add("event.bind", "", legacy=True)
def event_bind(call: Call) -> Answer:
    """Any user may bind; the same handler twice is an error (facts §8.1, more §0)."""
    name, handler = str(call.need("event")).upper(), str(call.need("handler"))
    if name not in names(call.portal):
        raise RestError("ERROR_EVENT_NOT_FOUND", "Event not found")
    if any((bound["event"], bound["handler"]) == (name, handler) for bound in call.portal.handlers):
        raise RestError("ERROR_CORE", "Unable to set event handler: Handler already binded")
    call.portal.handlers.append({"event": name, "handler": handler, "auth_type": "0", "offline": 0})
    return Answer(True)


@METHODS.add("event.unbind", "", legacy=True)
def event_unbind(call: Call) -> Answer:
    name, handler = str(call.need("event")).upper(), str(call.need("handler"))
    gone = [bound for bound in call.portal.handlers if (bound["event"], bound["handler"]) == (name, handler)]
    call.portal.handlers = [bound for bound in call.portal.handlers if bound not in gone]
    return Answer({"count": len(gone)})


@METHODS.add("event.test", "", legacy=True)
def event_test(call: Call) -> Answer:
    """Whoever asked for ONAPPTEST is told what was given (more §2.1)."""
    happenings.tested(call.portal, str(call.params.get("any", "")), call.user.id)
    return Answer(1)


def posts(portal: Portal) -> list[Fields]:
    """What Bitrix24's cloud would post by now: ``url`` and ``form``, each once. Nothing is posted from here."""
    happened, portal.happened = portal.happened, []
    return [{"url": one["url"], "form": _form(portal, one)} for one in happened]


def _form(portal: Portal, one: Fields) -> Fields:
    """Tokens of whoever made the change, but for what a robot did (more §2.1); never a refresh token."""
    auth = {
        "domain": portal.base.partition("//")[2], "server_endpoint": "https://oauth.bitrix.info/rest/", "status": "L",
        "client_endpoint": f"{portal.base}/bitrix24/rest/", "member_id": portal.member_id,
        "application_token": portal.application_token,
    }  # fmt: skip
    if one["by"]:
        token = portal.issue(portal.access, one["by"], timedelta(hours=1))
        auth |= {"access_token": token, "expires_in": "3600", "scope": "crm", "user_id": str(one["by"])}
    known: Fields = {"event": one["event"], "event_handler_id": "185", "ts": str(int(portal.utc().timestamp()))}
    return {**known, **one["data"], **{f"auth[{name}]": value for name, value in auth.items()}}


def uninstall(portal: Portal, *, clean: bool) -> list[Fields]:
    """The application is deleted: what it had bound is gone, its tokens are nobody's, and whoever asked for it is told
    (without tokens, §8.3). Gives what Bitrix24's cloud would post: ``url`` and ``form``."""
    form = {
        "event": "ONAPPUNINSTALL", "event_handler_id": "185", "ts": str(int(portal.utc().timestamp())),
        "data[LANGUAGE_ID]": "en", "data[CLEAN]": "1" if clean else "0",
        "auth[domain]": portal.base.partition("//")[2], "auth[status]": "L", "auth[member_id]": portal.member_id,
        "auth[client_endpoint]": f"{portal.base}/bitrix24/rest/", "auth[application_token]": portal.application_token,
    }  # fmt: skip
    told = [bound["handler"] for bound in portal.handlers if bound["event"] == "ONAPPUNINSTALL"]
    portal.placements, portal.handlers, portal.installed = [], [], False
    portal.access.clear()
    portal.refresh.clear()
    portal.settings.app = "not_installed"
    return [{"url": handler, "form": form} for handler in told]
