"""The portal's page that frames the app, and the script that the app finds there (§2.1, §2.5).

``/open/?user=1&placement=DEFAULT`` is what a person sees who opens the app from the menu; with ``placement`` of an
invoice's card or row and ``id`` the tab in that card; ``install=1`` the first opening by an administrator. ``lang`` and
``dark`` are the portal's language and look.
"""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from b24xero.simulator.bitrix24.placements import frame
from b24xero.simulator.bitrix24.state import Fields, Portal

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Harbour &amp; Hill in Bitrix24</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="{scheme}">
<style>:root{{color-scheme:{scheme}}}body{{font:15px/1.5 system-ui;margin:0}}header{{padding:.6rem 1rem}}
iframe{{display:block;width:100%;height:420px;border:0}}form{{display:none}}</style></head>
<body><header>Harbour &amp; Hill, {title}</header><iframe name="app" title="b24xero"></iframe>
<form method="post" target="app" action="{url}">{fields}</form>
<script>
const frame = document.querySelector("iframe"), known = {known};
addEventListener("message", (event) => {{
  if (event.source !== frame.contentWindow || event.origin !== known.app) return;
  const said = event.data || {{}};
  if (said.bx24 === "init") event.source.postMessage({{bx24: "ready", ...known.told}}, known.app);
  if (said.bx24 === "resizeWindow") frame.style.height = said.height + "px";
  if (said.bx24 === "installFinish")
    fetch("installed", {{method: "POST"}}).then(() => location.assign("?user=" + known.user));
}});
document.forms[0].submit();
</script></body></html>"""

# Outside of a frame nothing answers "init", so its callback is never called.
SCRIPT = """(function () {
  let told = null;
  const waiting = [];
  const say = (bx24, more) => parent.postMessage({ bx24, ...more }, "*");
  addEventListener("message", (event) => {
    if (event.source !== parent || !event.data || event.data.bx24 !== "ready") return;
    told = event.data;
    waiting.splice(0).forEach((callback) => callback());
  });
  const page = document.documentElement;
  window.BX24 = {
    init(callback) { if (told) callback(); else { waiting.push(callback); say("init"); } },
    getAuth: () => (told ? told.auth : false),
    isAdmin: () => Boolean(told && told.admin),
    fitWindow(callback) { BX24.resizeWindow("100%", page.scrollHeight, callback); },
    resizeWindow(width, height, callback) { say("resizeWindow", { width, height }); if (callback) callback(); },
    setTitle(title) { say("setTitle", { title }); },
    openPath(path, callback) { say("openPath", { path }); if (callback) callback({ result: "close" }); },
    installFinish() { say("installFinish"); },
    placement: { info: () => (told ? told.placement : {}) },
  };
})();
"""


def script(path: str) -> Response:
    if path.strip("/") != "api/v1":
        return Response("Not found", status=404)
    return Response(SCRIPT, mimetype="text/javascript")


def page(portal: Portal, path: str, request: Request) -> Response:
    if path == "open/installed" and request.method == "POST":
        portal.installed = True
        return Response(status=204)
    values = request.args
    user = portal.users.get(int(values["user"])) if values.get("user", "").isdigit() else None
    if path != "open" or user is None or not user.active:
        return Response("<h1>404 Not Found</h1>", status=404, mimetype="text/html")
    placement = values.get("placement", "DEFAULT")
    if values.get("install"):
        posted = frame(portal, user.id, "DEFAULT", {}, "/bitrix24/install")
    elif placement == "DEFAULT":
        posted = frame(portal, user.id, placement, {})
    else:
        posted = _bound(portal, user.id, placement, values.get("id", ""))
    return _page(portal, posted, values, admin=user.is_admin)


def _bound(portal: Portal, user_id: int, placement: str, item_id: str) -> Fields:
    """Only what an administrator has bound opens, and only at its own handler."""
    handler = next((bound["handler"] for bound in portal.placements if bound["placement"] == placement), "")
    options = {"URI": f"/crm/type/31/details/{item_id}/"} if item_id else {}
    if item_id:
        options["ENTITY_ID" if placement.endswith("_TOOLBAR") else "ID"] = item_id
    posted = frame(portal, user_id, placement, options)
    return posted | {"url": f"{handler}?{urlsplit(posted['url']).query}"} if handler else {}


def _page(portal: Portal, posted: Fields, values: Fields, *, admin: bool) -> Response:
    if not posted:
        return Response("<h1>No application is bound here</h1>", status=404, mimetype="text/html")
    form, lang = posted["form"], values.get("lang", "en")
    address = urlsplit(posted["url"])
    told = {
        "auth": {
            "access_token": form["AUTH_ID"], "refresh_token": form["REFRESH_ID"], "member_id": portal.member_id,
            "domain": urlsplit(portal.base).netloc, "expires_in": int(portal.utc().timestamp() * 1000) + 3600_000,
        },
        "placement": {"placement": form["PLACEMENT"], "options": json.loads(form["PLACEMENT_OPTIONS"])},
        "admin": admin,
    }  # fmt: skip
    known = {"app": f"{address.scheme}://{address.netloc}", "user": values["user"], "told": told}
    fields = "".join(f'<input name="{name}" value="{escape(str(value))}">' for name, value in form.items())
    body = _PAGE.format(
        lang=escape(lang), scheme="dark" if values.get("dark") else "light", title=escape(form["PLACEMENT"]),
        url=escape(posted["url"].replace("LANG=en", f"LANG={lang}")), fields=fields,
        known=json.dumps(known).replace("<", "\\u003c"),
    )  # fmt: skip
    return Response(body, mimetype="text/html")
