"""Secrets at rest, and the columns that keep moments, money and secrets exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero import create_app, extensions
from b24xero.db.models import Bitrix24Login, XeroLogin
from b24xero.db.types import Moment, Money, Secret
from b24xero.encryption import Vault
from b24xero.extensions import db
from tests.conftest import Vendors, on_both
from tests.people import Person

OLD, NEW, STRANGE = (Fernet.generate_key().decode() for _ in range(3))
D = Decimal


def vault(*keys: str) -> Vault:
    opened = Vault()
    opened.open(keys)
    return opened


# -- the vault --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a token", "", "ключ ✓", "x" * 5000])
def test_what_goes_in_comes_out(text: str) -> None:
    assert vault(NEW).decrypt(vault(NEW).encrypt(text)) == text


def test_what_is_kept_shows_nothing_and_never_looks_the_same_twice() -> None:
    one, other = vault(NEW).encrypt("a token"), vault(NEW).encrypt("a token")
    assert "token" not in one
    assert one != other


def test_an_older_key_still_opens() -> None:
    assert vault(NEW, OLD).decrypt(vault(OLD).encrypt("a token")) == "a token"


def test_the_first_key_closes() -> None:
    assert vault(NEW).decrypt(vault(NEW, OLD).encrypt("a token")) == "a token"


@pytest.mark.parametrize(
    "secret",
    ["", "rubbish", "ключ", vault(STRANGE).encrypt("a token")],
    ids=["empty", "rubbish", "letters", "strange key"],
)
def test_what_no_key_opens_is_lost_and_not_an_accident(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    assert vault(NEW, OLD).decrypt(secret) is None
    assert vault(NEW, OLD).rotate(secret) == secret
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert not secret or secret not in caplog.text


def test_a_secret_that_was_touched_does_not_open() -> None:
    kept = vault(NEW).encrypt("a token")
    touched = kept[:-6] + ("AAAAA=" if kept[-6:] != "AAAAA=" else "BBBBB=")
    assert vault(NEW).decrypt(touched) is None


def test_rotation_moves_a_secret_to_the_first_key() -> None:
    moved = vault(NEW, OLD).rotate(vault(OLD).encrypt("a token"))
    assert vault(NEW).decrypt(moved) == "a token"
    assert vault(OLD).decrypt(moved) is None


def test_a_secret_under_the_first_key_stays_as_it_is() -> None:
    kept = vault(NEW).encrypt("a token")
    assert vault(NEW, OLD).rotate(kept) == kept


def test_a_secret_that_no_key_opens_stays_as_it_is() -> None:
    lost = vault(STRANGE).encrypt("a token")
    assert vault(NEW, OLD).rotate(lost) == lost


def test_a_vault_that_was_never_opened_says_so() -> None:
    with pytest.raises(RuntimeError):
        Vault().encrypt("a token")


# -- moments ----------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
AUCKLAND = timezone(timedelta(hours=12))


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Moment().process_bind_param(datetime(2026, 9, 14, 12, 0), None)


def test_a_moment_is_kept_in_utc() -> None:
    kept = Moment().process_bind_param(datetime(2026, 9, 15, 0, 0, tzinfo=AUCKLAND), None)
    assert kept == NOON
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)


@pytest.mark.parametrize("stored", [datetime(2026, 9, 14, 12, 0), NOON, datetime(2026, 9, 15, 0, 0, tzinfo=AUCKLAND)])
def test_a_moment_comes_back_aware_from_either_database(stored: datetime) -> None:
    read = Moment().process_result_value(stored, None)
    assert read == NOON
    assert read is not None
    assert read.tzinfo is UTC


# -- money ------------------------------------------------------------------------------------------------------------


@settings(deadline=None, database=None)
@given(st.decimals(D("-99999999999999"), D("99999999999999"), places=4))
def test_money_comes_back_as_it_was(amount: Decimal) -> None:
    kept = Money().process_bind_param(amount, None)
    assert isinstance(kept, int)
    assert abs(kept) < 2**63
    assert Money().process_result_value(kept, None) == amount


def test_money_finer_than_four_decimals_is_refused() -> None:
    with pytest.raises(ValueError, match="four decimals"):
        Money().process_bind_param(D("0.00001"), None)


def test_a_float_that_only_looks_like_money_is_refused() -> None:
    with pytest.raises(ValueError, match="four decimals"):
        Money().process_bind_param(24.15, None)  # type: ignore[arg-type]


def test_noughts_at_the_end_are_no_finer_decimals() -> None:
    assert Money().process_bind_param(D("24.150000"), None) == 241500


# -- secrets ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened() -> Iterator[Vault]:
    """The app's own vault with a key of this test, given back as it was."""
    before = dict(vars(extensions.vault))
    extensions.vault.open([NEW])
    yield extensions.vault
    vars(extensions.vault).update(before)


def test_a_secret_column_keeps_ciphertext_and_reads_text(opened: Vault) -> None:
    kept = Secret().process_bind_param("a token", None)
    assert kept is not None
    assert "token" not in kept
    assert Secret().process_result_value(kept, None) == "a token"


def test_a_secret_column_that_no_key_opens_any_more_reads_as_nothing(opened: Vault) -> None:
    assert Secret().process_result_value(vault(STRANGE).encrypt("a token"), None) is None


@pytest.mark.parametrize("column", [Moment(), Money(), Secret()])
def test_nothing_stays_nothing(column: Moment | Money | Secret) -> None:
    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None


# -- a stolen database ------------------------------------------------------------------------------------------------


def dumped(url: str) -> str:
    """Every value of every table, ours and the queue's, as whoever stole the database reads it."""
    found = []
    queue = [f"{url}.queue"] if url.startswith("sqlite") else []
    for address in (url, *queue):
        engine = sa.create_engine(address)
        with engine.connect() as connection:
            for table in sa.inspect(engine).get_table_names():
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                found += [f"{table}: {bytes(v) if isinstance(v, memoryview) else v!r}" for row in rows for v in row]
        engine.dispose()
    return "\n".join(found)


def stored(app: Flask) -> list[str]:
    with app.app_context():
        rows = [*db.session.scalars(sa.select(Bitrix24Login)), *db.session.scalars(sa.select(XeroLogin))]
        values = [getattr(row, name, None) for row in rows for name in ("access_token", "refresh_token")]
        return [value for value in values if value]


@on_both
def test_a_stolen_database_holds_no_token_in_clear_the_queue_included(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str]
) -> None:
    ready.client.post("/invoices/many/write", data={"csrf_token": ready.token(), "id": [str(vendors.new_invoice())]})
    ready.client.post("/runs/pull", data={"csrf_token": ready.token()})
    tokens = stored(app)
    dump = dumped(app.config["SQLALCHEMY_DATABASE_URI"])
    assert len(tokens) >= 3
    assert "bitrix24_login" in dump
    assert [token[:6] for token in tokens if token in dump] == []
    for name in ("SECRET_KEY", "TOKEN_KEYS", "BITRIX24_CLIENT_SECRET", "XERO_CLIENT_SECRET"):
        assert environ[name] not in dump, name


@on_both
def test_rotating_the_keys_moves_every_token_and_then_the_old_key_may_go(
    ready: Person, app: Flask, environ: dict[str, str], tmp_path: Path
) -> None:
    tokens = stored(app)
    both = create_app({**environ, "TOKEN_KEYS": f"{NEW},{environ['TOKEN_KEYS']}"}, tmp_path)
    told = both.test_cli_runner().invoke(args=["rotate-keys"])
    assert told.exit_code == 0, told.output
    assert re.match(r"[3-9]\d* tokens moved to the first key", told.output)
    assert both.test_cli_runner().invoke(args=["rotate-keys"]).output.startswith("0 tokens")
    after = create_app({**environ, "TOKEN_KEYS": NEW}, tmp_path)
    assert stored(after) == tokens


def test_tokens_that_no_key_opens_are_told_by_number(
    ready: Person, app: Flask, environ: dict[str, str], tmp_path: Path
) -> None:
    stranger = create_app({**environ, "TOKEN_KEYS": STRANGE}, tmp_path)
    told = stranger.test_cli_runner().invoke(args=["rotate-keys"])
    assert told.exit_code == 1
    assert "can be opened by none of the keys" in told.output
    assert stored(stranger) == []


def test_sessions_outlive_the_replacement_of_the_secret(ready: Person, environ: dict[str, str], tmp_path: Path) -> None:
    kept = ready.client.get_cookie("b24xero")
    assert kept
    new = "n" * 40
    for secret, status in ((f"{new},{environ['SECRET_KEY']}", 200), (new, 302)):
        client = create_app({**environ, "SECRET_KEY": secret}, tmp_path).test_client()
        client.set_cookie("b24xero", kept.value)
        assert client.get("/activity").status_code in (status, 303 if status == 302 else status)
