"""A zip for whoever helps: versions, checks, settings, the last failures, an invoice's history; no secret, no name."""

from __future__ import annotations

import json
import platform
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask_babel import force_locale
from sqlalchemy import select

from b24xero.checks import every
from b24xero.checks.result import Around
from b24xero.config import SETTINGS, Settings
from b24xero.db import schema
from b24xero.db.models import Intent, InvoiceLink, SyncEntry, SyncRun
from b24xero.extensions import db
from b24xero.version import version

LATEST = 100
_PARTS = (
    "flask", "sqlalchemy", "requests", "urllib3", "xero-python", "huey", "psycopg", "gunicorn", "cryptography"
)  # fmt: skip
# Of these alone the value is told; of the rest whether there is one.
_TOLD = (
    "PORT", "HOST", "XERO_LOGIN_MINUTES", "BITRIX24_RATE", "XERO_RATE", "KEEP_DAYS", "DATABASE_POOL", "LOG_FORMAT",
    "TRUSTED_PROXIES", "DATA_DIR",
)  # fmt: skip


def write(path: Path, settings: Settings, now: datetime, invoice_id: int | None = None) -> None:
    """Raises FileExistsError, or another OSError where it cannot be written."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as file:
        file.writestr("versions.txt", "\n".join(_versions()))
        file.writestr("settings.txt", "\n".join(_settings(settings)))
        file.writestr("checks.txt", "\n".join(_checks(settings, now)))
        if schema.standing() != "current":
            return
        file.writestr("failures.json", json.dumps(_failures(), indent=1))
        if invoice_id is not None:
            file.writestr(f"invoice-{invoice_id}.json", json.dumps(_invoice(invoice_id), indent=1))


def _versions() -> Iterable[str]:
    yield f"b24xero {version()}"
    yield f"tables {schema.standing()}, newest known {schema.newest()}"
    yield f"python {platform.python_version()} on {platform.system()} {platform.release()}"
    yield f"database {db.engine.dialect.name}"
    for part in _PARTS:
        yield f"{part} {metadata.version(part)}"


def _settings(settings: Settings) -> Iterable[str]:
    """An address is told by its scheme and whether it is this machine; a secret by whether there is one."""
    for setting in SETTINGS:
        value = getattr(settings, setting.name.lower())
        if setting.name in _TOLD:
            yield f"{setting.name}={value}"
        elif setting.name.endswith("_URL") and value:
            yield f"{setting.name}={urlsplit(value).scheme}://…"
        else:
            yield f"{setting.name}: {'set' if value else 'not set'}"


def _checks(settings: Settings, now: datetime) -> Iterable[str]:
    """States and codes: the sentences would name hosts, folders and organisations."""
    found = {one.check.name: one for one in (*_kept(), *every.look(Around(settings, now), every.LOCAL))}
    with force_locale("en"):
        for one in found.values():
            at = one.at.isoformat(timespec="seconds") if one.at else "never"
            reason = one.verdict.values.get("reason", "")
            yield f"{one.verdict.state:8}{one.check.name}: {one.verdict.code} {reason} ({at})"


def _kept() -> list[every.Looked]:
    return list(every.kept()) if schema.standing() == "current" else []


def _failures() -> dict[str, Any]:
    runs = select(SyncRun).order_by(SyncRun.id.desc()).limit(LATEST)
    entries = select(SyncEntry).where(SyncEntry.outcome.not_in(("created", "updated", "unchanged", "moved", "linked")))
    return {
        "runs": [
            {
                "id": run.id, "kind": run.kind, "state": run.state, "at": run.created_at.isoformat(),
                "counts": dict(run.counts), "tries": run.tries, "lost": run.lost, "problems": _codes(run.problems),
            }
            for run in db.session.scalars(runs)
        ],
        "entries": [_entry(one) for one in db.session.scalars(entries.order_by(SyncEntry.id.desc()).limit(LATEST))],
    }  # fmt: skip


def _entry(entry: SyncEntry) -> dict[str, Any]:
    return {
        "id": entry.id, "run": entry.run_id, "kind": entry.kind, "invoice": entry.bitrix24_id,
        "outcome": entry.outcome, "problems": _codes(entry.problems), "at": entry.at.isoformat(),
        "milliseconds": entry.milliseconds,
    }  # fmt: skip


def _codes(problems: Iterable[Mapping[str, Any]]) -> list[str]:
    """Their codes and references; the other values may name somebody."""
    return [" ".join(filter(None, (one["code"], one.get("values", {}).get("reference")))) for one in problems]


def _invoice(invoice_id: int) -> dict[str, Any]:
    links = db.session.scalars(select(InvoiceLink).where(InvoiceLink.bitrix24_id == invoice_id))
    entries = db.session.scalars(select(SyncEntry).where(SyncEntry.bitrix24_id == invoice_id).order_by(SyncEntry.id))
    intents = db.session.scalars(
        select(Intent).where(Intent.kind == "invoice", Intent.subject == str(invoice_id)).order_by(Intent.id)
    )
    return {
        "links": [
            {
                "organisation": link.organisation_id, "in_xero": bool(link.xero_id), "status": link.xero_status,
                "told": link.told, "news": link.news, "problems": _codes(link.problems),
                "written_at": link.written_at.isoformat() if link.written_at else None,
            }
            for link in links
        ],
        "entries": [_entry(entry) for entry in entries],
        "intents": [
            {
                "id": one.id, "action": one.action, "state": one.state, "planned_at": one.planned_at.isoformat(),
                "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            }
            for one in intents
        ],
    }  # fmt: skip
