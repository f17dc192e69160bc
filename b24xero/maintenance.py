"""What must happen though nobody presses anything: lapsed logins erased, tokens kept well."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import Table, select, update
from sqlalchemy.sql import type_coerce
from sqlalchemy.types import Text

from b24xero import bitrix24_tokens, connections, hour_counts, installation, kept_readings, sessions
from b24xero.db.models import Bitrix24Login, utc_now
from b24xero.db.transactions import writing
from b24xero.db.types import Secret
from b24xero.errors import JobError
from b24xero.extensions import db, vault
from b24xero.matching import candidates
from b24xero.runs import lifecycle, retention, workers
from b24xero.writes import intents

log = logging.getLogger(__name__)

# A refresh token lives 180 days (Bitrix24 facts §1.3): one that nobody used for this long is renewed in time.
IDLE = timedelta(days=150)


Guard = Callable[[str, Callable[[], object]], object]


def tidy(guard: Guard = lambda _name, task: task()) -> None:
    """Every task once; ``guard`` carries each one out, so that one that fails keeps none of the others."""
    done: dict[str, int] = {}
    for name, task in _tasks().items():
        guard(name, partial(_counted, done, name, task))
    if any(done.values()):
        log.info("maintenance %s", " ".join(f"{name}={count}" for name, count in done.items()))


def _tasks() -> dict[str, Callable[[], int]]:
    return {
        "erased_logins": lambda: connections.erase_lapsed_logins(utc_now()),
        "moved_tokens": move_to_first_key,
        "renewed_tokens": renew_idle_tokens,
        "closed_runs": lambda: lifecycle.close_forgotten(utc_now()),
        "half_finds": candidates.forget_halves,
        "forgotten_finds": lambda: candidates.forget_old(utc_now()),
        "forgotten_intents": lambda: intents.forget_old(utc_now()),
        "forgotten_sessions": lambda: sessions.forget_old(utc_now()),
        "forgotten_readings": lambda: kept_readings.forget_old(utc_now()),
        "forgotten_entries": lambda: retention.forget_entries(utc_now()),
        "forgotten_runs": lambda: retention.forget_runs(utc_now()),
        "forgotten_hours": lambda: hour_counts.forget_old(utc_now()),
        "forgotten_workers": lambda: workers.forget_old(utc_now()),
        "uninstalled": installation.follow_uninstalled,
    }


def _counted(done: dict[str, int], name: str, task: Callable[[], int]) -> None:
    done[name] = task()


def move_to_first_key() -> int:
    """Encrypt every secret that stands under an older key with the first one; how many."""
    moved = 0
    with writing():
        for table in db.metadata.sorted_tables:
            for name in [column.name for column in table.columns if isinstance(column.type, Secret)]:
                moved += _move_column(table, name)
    return moved


def _move_column(table: Table, name: str) -> int:
    key, column = table.primary_key.columns.values()[0], table.columns[name]
    ciphertext = type_coerce(column, Text)
    moved = 0
    for row_id, secret in db.session.execute(select(key, ciphertext).where(column.is_not(None))).all():
        fresh = vault.rotate(secret)
        if fresh != secret:
            changed = update(table).where(key == row_id, ciphertext == secret)
            db.session.execute(changed.values({name: type_coerce(fresh, Text)}))
            moved += 1
    return moved


def lost_secrets() -> int:
    """How many secrets no key opens any more."""
    lost = 0
    for table in db.metadata.sorted_tables:
        for column in (column for column in table.columns if isinstance(column.type, Secret)):
            query = select(type_coerce(column, Text)).where(column.is_not(None))
            lost += sum(vault.decrypt(secret) is None for secret in db.session.scalars(query))
    db.session.commit()
    return lost


def renew_idle_tokens() -> int:
    """Renew tokens of people who stay away, so that their refresh token does not die; how many."""
    query = select(Bitrix24Login.user_id, Bitrix24Login.access_token).where(
        Bitrix24Login.renewed_at < utc_now() - IDLE, Bitrix24Login.refresh_token.is_not(None)
    )
    idle = db.session.execute(query).all()
    db.session.commit()
    for user_id, access_token in idle:
        try:
            bitrix24_tokens.StoredTokens(user_id, connections.bitrix24_app()).renew(access_token or "")
        except JobError as error:
            log.warning("renewal failed user=%s error=%s", user_id, error)
    return len(idle)
