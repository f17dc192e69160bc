"""An e-mail when a check breaks, once, and one when it is well again."""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from flask_babel import force_locale
from sqlalchemy import update

from b24xero.checks import every
from b24xero.checks.every import Looked
from b24xero.checks.result import Around
from b24xero.config import Settings
from b24xero.db.models import CheckResult
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.outbound import trust

log = logging.getLogger(__name__)

TIMEOUT = 15


def watch(settings: Settings, now: datetime) -> None:
    """Look at what needs nobody's sign-in, keep it, and tell what has changed. A mail that did not go out goes out
    with the next look."""
    every.keep(every.look(Around(settings, now), every.PERIODIC))
    if not (settings.smtp_url and settings.alert_email):
        return
    for one in list(every.kept()):
        row = db.session.get_one(CheckResult, one.check.name)
        is_broken, alerted = row.state == "broken", row.alerted
        db.session.commit()
        if is_broken != alerted and (is_broken or row.state != "unknown"):
            _tell(settings, one, is_broken=is_broken)


def _tell(settings: Settings, one: Looked, *, is_broken: bool) -> None:
    with force_locale("en"):
        fault, cause, fix = one.said()
        state = "broken" if is_broken else "well again"
        message = EmailMessage()
        message["Subject"] = f"b24xero: {one.check.title} is {state}"
        message["To"] = ", ".join(settings.alert_email)
        message["From"] = _sender(settings)
        parts = [fault, f"Likely cause: {cause}" if cause else "", f"What to do: {fix}" if fix else ""]
        message.set_content("\n\n".join([*filter(None, parts), f"{settings.public_url}/health"]))
    if not _claimed(one.check.name, is_broken):
        return
    try:
        _send(settings.smtp_url, message)
    except (OSError, smtplib.SMTPException) as error:
        _claimed(one.check.name, not is_broken)
        log.warning("alert not sent check=%s error=%s", one.check.name, type(error).__name__)
        return
    log.info("alert sent check=%s state=%s", one.check.name, state.replace(" ", "_"))


def _claimed(name: str, alerted: bool) -> bool:
    """Of several workers one tells it."""
    mine = update(CheckResult).where(CheckResult.name == name, CheckResult.alerted != alerted)
    with writing():
        return bool(db.session.execute(mine.values(alerted=alerted)).rowcount)  # type: ignore[attr-defined]


def _sender(settings: Settings) -> str:
    user = unquote(urlsplit(settings.smtp_url).username or "")
    return user if "@" in user else f"b24xero@{urlsplit(settings.public_url).hostname or socket.getfqdn()}"


def _send(url: str, message: EmailMessage) -> None:
    """By the server of SMTP_URL; a password never goes out without TLS."""
    parts = urlsplit(url)
    with _connected(parts) as server:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and (server.has_extn("starttls") or parts.username):
            server.starttls(context=_believing())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "", parts.port or 0
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=_believing())
    return smtplib.SMTP(host, port, timeout=TIMEOUT)


def _believing() -> ssl.SSLContext:
    """The public authorities and ours, as for the vendors."""
    context = ssl.create_default_context()
    if trust.extra():
        context.load_verify_locations(cadata=trust.extra())
    return context
