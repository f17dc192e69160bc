"""Who did it, as the record tells."""

from __future__ import annotations

from flask_babel import gettext

from b24xero.db.models import SyncEntry, SyncRun


def begun(run: SyncRun) -> str:
    """Who pressed; or that nobody did, and as whom it went."""
    return gettext("Automatic sync, as %(name)s", name=run.user.name) if run.by_service else run.user.name


def did(entry: SyncEntry) -> str:
    """The same of one line; empty where the person is gone."""
    if entry.run is not None and entry.run.by_service:
        return begun(entry.run)
    return entry.user.name if entry.user else ""
