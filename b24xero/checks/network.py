"""Whether a host can be reached, and if not, at which step of the way it fails."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask_babel import lazy_gettext as _

from b24xero.checks.result import Verdict, Words, broken, well
from b24xero.outbound import causes
from b24xero.outbound.http import StaysAtHost

# Whoever presses "Check all now" waits, for no longer than a hosting platform's router does.
TIMEOUT = (4, 6)

WORDS = {
    "well": Words(_("%(host)s answers, in %(ms)s ms.")),
    "proxy": Words(
        _("The proxy on the way to %(host)s lets nothing through (%(reason)s)."),
        _("HTTPS_PROXY names a proxy that is away, or that refuses this host."),
        _("Correct HTTPS_PROXY, or name the host in NO_PROXY."),
    ),
    "name": Words(
        _("The name %(host)s is not known here (%(reason)s)."),
        _("The address is misspelt in the settings, or this machine asks no DNS server that knows it."),
        _("Compare the address, then try on this machine: getent hosts %(host)s"),
    ),
    "connect": Words(
        _("%(host)s takes no connection (%(reason)s)."),
        _("A firewall stands between, or nothing listens there."),
        _("Let this machine open %(host)s, port %(port)s."),
    ),
    "certificate": Words(
        _("The certificate of %(host)s is not believed (%(reason)s)."),
        _("It has ended, is made out to another name, or comes from your own authority."),
        _("Renew it, or name the file of your authority in EXTRA_CA_FILE."),
    ),
    "tls": Words(
        _("%(host)s does not speak TLS (%(reason)s)."),
        _("The address leads to a port without https, or something on the way breaks connections open."),
        _("Compare the address and its port %(port)s."),
    ),
    "slow": Words(
        _("%(host)s takes the connection and does not answer."),
        _("It has too much to do, or something on the way swallows its answers."),
        _("Look again in some minutes, then ask whoever runs it."),
    ),
    "broken": Words(
        _("%(host)s breaks the connection off (%(reason)s)."),
        _("It is being restarted, or something on the way cuts connections."),
        _("Look again in some minutes, then ask whoever runs it."),
    ),
    "status": Words(
        _("%(host)s answers with the error %(status)s."),
        _("It is being serviced, or the address leads to something else."),
        _("Open the address in a browser, and compare it with the settings."),
    ),
    "other": Words(
        _("%(host)s answers with a web page, not as the other system does (%(status)s)."),
        _("The address is another website’s, the portal was renamed, or something on the way asks for a sign-in."),
        _("Open the address in a browser, and compare it with the settings."),
    ),
}


@dataclass(frozen=True)
class Reached:
    """``answer`` None: no answer came, and ``verdict`` says why not."""

    verdict: Verdict
    answer: requests.Response | None = None


def reach(
    url: str, form: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None, method: str = ""
) -> Reached:
    """One call that means nothing to whoever answers; any answer is good but an error of theirs (5xx), a web page and
    the way to one. Who refuses us (401, 403) may do it by a page."""
    parts = urlsplit(url)
    where: dict[str, Any] = {
        "host": parts.hostname or "", "port": parts.port or {"http": 80}.get(parts.scheme, 443)
    }  # fmt: skip
    began = time.perf_counter()
    with StaysAtHost() as session:
        try:
            answer = session.request(
                method or ("POST" if form else "GET"), url, data=form, auth=auth, timeout=TIMEOUT, allow_redirects=False
            )  # fmt: skip
        except requests.RequestException as error:
            cause = causes.of(error)
            return Reached(broken(cause.step, reason=cause.reason or "–", **where))
    if answer.status_code >= 500:
        return Reached(broken("status", status=answer.status_code, **where), answer)
    if answer.is_redirect or (_is_page(answer) and answer.status_code not in (401, 403)):
        return Reached(broken("other", status=answer.status_code, **where), answer)
    return Reached(well(ms=round((time.perf_counter() - began) * 1000), **where), answer)


def _is_page(answer: requests.Response) -> bool:
    return answer.content.lstrip()[:1] == b"<"
