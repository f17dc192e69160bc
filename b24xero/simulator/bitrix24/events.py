"""The portal's events: who asked to be told, and what is sent (facts §8)."""

from __future__ import annotations

from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.state import Fields, Portal
from b24xero.simulator.bitrix24.wire import RestError

METHODS = Methods()
NAMES = ("ONAPPINSTALL", "ONAPPUNINSTALL", "ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMDELETE")
# Of old invoices.
OLD_NAMES = ("ONCRMINVOICEADD", "ONCRMINVOICEUPDATE", "ONCRMINVOICEDELETE", "ONCRMINVOICESETSTATUS")


@METHODS.add("events", "", legacy=True)
def events(_call: Call) -> Answer:
    """Those of old invoices are registered whatever is switched on."""
    return Answer([*NAMES, *OLD_NAMES])


@METHODS.add("event.get", "", legacy=True)
def event_get(call: Call) -> Answer:
    return Answer(call.portal.handlers)


@METHODS.add("event.bind", "", legacy=True)
def event_bind(call: Call) -> Answer:
    """Any user may bind; the same handler twice is an error (facts §8.1)."""
    name, handler = str(call.need("event")).upper(), str(call.need("handler"))
    if name not in (*NAMES, *OLD_NAMES):
        raise RestError("ERROR_EVENT_NOT_FOUND", "Event not found")
    if any((bound["event"], bound["handler"]) == (name, handler) for bound in call.portal.handlers):
        raise RestError("ERROR_EVENT_BINDING_EXISTS", "Handler already binded")
    call.portal.handlers.append({"event": name, "handler": handler, "auth_type": "0", "offline": 0})
    return Answer(True)


@METHODS.add("event.unbind", "", legacy=True)
def event_unbind(call: Call) -> Answer:
    name, handler = str(call.need("event")).upper(), str(call.need("handler"))
    gone = [bound for bound in call.portal.handlers if (bound["event"], bound["handler"]) == (name, handler)]
    call.portal.handlers = [bound for bound in call.portal.handlers if bound not in gone]
    return Answer({"count": len(gone)})


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
