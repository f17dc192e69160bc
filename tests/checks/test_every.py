"""Each check says its fault, a likely cause and a fix; each fault is made for real, in the simulator or on a socket."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from b24xero.checks import authorization, data_folder, disk, every, network, portal, xero
from b24xero.checks.result import Around, Check, Verdict
from b24xero.config import Settings
from b24xero.db.models import Backup, Bitrix24Login, Organisation, SyncRun, User, utc_now
from b24xero.extensions import db
from b24xero.outbound import trust
from b24xero.runs import workers
from tests.conftest import Vendors, on_both
from tests.outbound import network as wires
from tests.people import Person
from tests.web.test_runs import a_run

Look = Callable[..., Verdict]


@pytest.fixture
def said(app: Flask) -> Look:
    """What one check says now; ``changes`` are settings that are other than they should be."""

    def look(name: str, user: bool = True, now: datetime | None = None, **changes: Any) -> Verdict:
        with app.app_context():
            settings = replace(app.extensions["b24xero.settings"], **changes)
            who = db.session.scalar(db.select(User)) if user else None
            db.session.commit()
            verdict = every.BY_NAME[name].look(Around(settings, now or utc_now(), who))
            db.session.commit()
        return verdict

    return look


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", every.CHECKS, ids=lambda check: check.name)
def test_what_is_wrong_has_a_cause_and_a_fix(check: Check) -> None:
    fine = {"well", "none", "off", "unused", "unheard"}
    for code, words in check.words.items():
        assert str(words.fault)
        if code not in fine:
            assert str(words.cause), code
            assert str(words.fix), code


def test_each_check_has_a_name_of_its_own() -> None:
    assert len(every.BY_NAME) == len(every.CHECKS) > 20


# -- this machine -----------------------------------------------------------------------------------------------------


def test_a_hint_of_the_settings(said: Look) -> None:
    assert said("settings").state == "well"
    assert "localhost" in said("settings", public_url="http://127.0.0.1:8000").values["hint"]


@on_both
@pytest.mark.parametrize(("stands", "code"), [("0001", "older"), ("9999", "newer")])
def test_a_schema_of_another_version(app: Flask, said: Look, stands: str, code: str) -> None:
    assert said("database").state == "well"
    with app.app_context():
        db.session.execute(db.text(f"UPDATE alembic_version SET version_num = '{stands}'"))
        db.session.commit()
    assert (said("database").state, said("database").code) == ("broken", code)


def test_a_database_without_tables_and_one_that_is_away(app: Flask, said: Look) -> None:
    with app.app_context():
        db.drop_all()
        db.session.execute(db.text("DROP TABLE alembic_version"))
        db.session.commit()
    assert said("database", user=False).code == "missing"
    with app.app_context():
        found = every.look(Around(app.extensions["b24xero.settings"], utc_now()), every.LOCAL)
    assert {one.verdict.code for one in found if one.check.needs} == {"needs_database"}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_data_that_others_may_read_and_a_folder_that_is_not_there(tmp_path: Path, said: Look) -> None:
    folder = tmp_path / "data"
    assert said("data_folder", data_dir=str(folder)).code == "unused"
    folder.mkdir(mode=0o755)
    (folder / "app.db").touch(mode=0o600)
    assert said("data_folder", data_dir=str(folder)).state == "well"
    (folder / "app.db").chmod(0o644)
    assert said("data_folder", data_dir=str(folder)).code == "open"
    folder.chmod(0o700)
    assert said("data_folder", data_dir=str(folder)).state == "well", "the folder keeps others out"


def test_a_folder_that_we_may_not_write_to(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder.os, "access", lambda *_: False)  # root may write everywhere
    settings = replace(app.extensions["b24xero.settings"], data_dir=str(tmp_path))
    assert data_folder.look(Around(settings, utc_now())).code == "not_ours"


@pytest.mark.parametrize(("little", "very_little", "code"), [(2**70, 0, "little"), (2**70, 2**70, "full")])
def test_a_disk_that_fills(
    said: Look, monkeypatch: pytest.MonkeyPatch, little: int, very_little: int, code: str
) -> None:
    assert said("disk").state == "well"
    monkeypatch.setattr(disk, "LITTLE", little)
    monkeypatch.setattr(disk, "VERY_LITTLE", very_little)
    assert said("disk").code == code


def test_a_sign_in_that_no_key_opens(app: Flask, mere: Person, said: Look) -> None:
    assert said("keys").state == "well"
    with app.app_context():
        db.session.execute(db.text("UPDATE bitrix24_login SET access_token = 'gAAAAA-of-another-key'"))
        db.session.commit()
    told = said("keys")
    assert (told.code, told.values["count"]) == ("lost", "1")


def test_a_worker_that_lives_one_that_is_silent_and_none_at_all(app: Flask, said: Look) -> None:
    assert said("worker").code == "never"
    with app.app_context():
        workers.beat("one", utc_now() - timedelta(minutes=5))
    assert said("worker").code == "silent"
    with app.app_context():
        workers.beat("two", utc_now())
    assert said("worker").state == "well"


def test_a_run_that_waits_long(app: Flask, ready: Person, said: Look) -> None:
    assert said("waiting").code == "none"
    run_id = a_run(app, state="queued")
    assert said("waiting").state == "well"
    with app.app_context():
        db.session.get_one(SyncRun, run_id).created_at = utc_now() - timedelta(minutes=6)
        db.session.commit()
    assert said("waiting").code == "long"


def test_the_age_of_the_backup(app: Flask, said: Look) -> None:
    assert said("backup").code == "never"
    with app.app_context():
        db.session.add(Backup(made_at=utc_now() - timedelta(days=1), size=1))
        db.session.commit()
    assert said("backup").state == "well"
    assert said("backup", now=utc_now() + timedelta(days=2)).code == "old"


# -- the network ------------------------------------------------------------------------------------------------------

HOSTS = {"portal": "bitrix24_portal_url", "authorization": "bitrix24_oauth_url", "xero": "xero_api_url"}


@pytest.fixture(params=sorted(HOSTS))
def at(request: pytest.FixtureRequest, said: Look) -> Callable[[str], Verdict]:
    """What the check of each system says with its address moved."""
    return lambda url: said(request.param, user=False, **{HOSTS[request.param]: url})


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_a_host_that_answers(said: Look, name: str) -> None:
    verdict = said(name, user=False)
    assert verdict.state == "well"
    assert verdict.values["host"] == "localhost"


def test_each_step_of_the_way_is_told_apart(
    at: Callable[[str], Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "TIMEOUT", (0.5, 0.5))
    own = wires.authority(tmp_path)
    with ExitStack() as open_:
        strange = open_.enter_context(wires.serving(own.certify(tmp_path, "localhost")))
        plain = open_.enter_context(wires.serving())
        silent = open_.enter_context(wires.silent())
        assert at("https://portal.invalid").code == "name"
        assert at(f"http://{wires.nobody_listens()}").code == "connect"
        assert at(f"https://{strange}").code == "certificate"
        assert at(f"https://{plain}").code == "tls"
        assert at(f"http://{silent}").code == "slow"
        trust.also(str(own.file))
        assert at(f"https://{strange}").state == "well"
        trust.also("")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{wires.nobody_listens()}")
        assert at("https://portal.example").code == "proxy"


def test_a_gateway_that_answers_for_it(said: Look, vendors: Vendors) -> None:
    vendors.fault("answer", vendor="xero", status=503, body="<html>")
    verdict = said("xero", user=False)
    assert (verdict.code, verdict.values["status"]) == ("status", "503")


def test_the_steps_have_all_the_words_that_are_said() -> None:
    from b24xero.outbound.causes import STEPS

    assert {*STEPS, "status", "other", "well"} == network.WORDS.keys()
    assert portal.CHECK.words is authorization.CHECK.words is xero.CHECK.words is network.WORDS


# -- the vendors ------------------------------------------------------------------------------------------------------


def test_a_portal_that_cannot_ask_its_authorization_server(mere: Person, said: Look, vendors: Vendors) -> None:
    assert said("from_portal").state == "well"
    vendors.control("bitrix24/settings", no_way_out=True)
    assert (said("from_portal").state, said("from_portal").code) == ("broken", "cannot_confirm")
    assert said("from_portal", user=False).code == "nobody"


@pytest.mark.parametrize(
    ("name", "changes"),
    [("bitrix24_app", {"bitrix24_client_id": "local.of.another"}), ("bitrix24_app", {"bitrix24_client_secret": "no"}),
     ("xero_app", {"xero_client_id": "another"}), ("xero_app", {"xero_client_secret": "no"})],
)  # fmt: skip
def test_an_id_or_a_secret_that_is_wrong(said: Look, name: str, changes: dict[str, str]) -> None:
    assert said(name, user=False).state == "well"
    assert (said(name, user=False, **changes).state, said(name, user=False, **changes).code) == ("broken", "refused")


def test_an_application_that_was_taken_away(said: Look, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", app="not_installed")
    assert said("bitrix24_app", user=False).code == "inactive"


def test_scopes_that_were_not_ticked_are_named(mere: Person, said: Look, vendors: Vendors) -> None:
    assert said("scopes").state == "well"
    vendors.control("bitrix24/settings", not_granted="placement,user_basic")
    told = said("scopes")
    assert (told.state, told.values["missing"]) == ("broken", "placement, user_basic")


def test_places_of_an_older_address(mere: Person, said: Look, vendors: Vendors) -> None:
    assert said("places").code == "none"
    vendors.bitrix24.world.placements.append(
        {"placement": "LEFT_MENU", "userId": 0, "handler": "https://old.example/bitrix24/app", "title": "Xero"}
    )
    told = said("places")
    assert (told.code, told.values["addresses"]) == ("dead", "https://old.example/bitrix24/app")


def test_addresses_that_nobody_came_back_by(app: Flask, said: Look, vendors: Vendors) -> None:
    told = said("addresses", user=False)
    assert (told.state, told.code) == ("unknown", "unproven")
    assert told.values["redirect"] == "http://localhost/xero/callback"
    Person(app, "Mere Tautahi").sign_in().connect()
    assert said("addresses").state == "well"


@pytest.mark.parametrize(("seconds", "code"), [(0, "well"), (90, "apart"), (-3600, "far")])
def test_a_clock_that_is_off(said: Look, vendors: Vendors, seconds: int, code: str) -> None:
    vendors.control("clock", seconds=seconds)
    assert said("clock", user=False).code == code


# -- the books --------------------------------------------------------------------------------------------------------


def test_calls_that_are_used_up(app: Flask, ready: Person, said: Look) -> None:
    with app.app_context():
        db.session.execute(db.text("DELETE FROM call_budget"))
        db.session.commit()
    assert said("budget").code == "unheard"
    now = datetime.now(UTC).timestamp()
    for left, code in ((900, "well"), (150, "few"), (0, "used")):
        with app.app_context():
            db.session.execute(db.text("DELETE FROM call_budget"))
            state = {"day_left": left, "day_limit": 1000, "heard": now}
            organisation = db.session.scalars(db.select(Organisation)).one()
            from b24xero.db.models import CallBudget

            db.session.add(CallBudget(name=f"xero {organisation.id}", state=state))
            db.session.commit()
        assert said("budget").code == code


def test_a_lock_date_that_lies_ahead(app: Flask, ready: Person, said: Look) -> None:
    def lock(until: str | None) -> None:
        with app.app_context():
            organisation = db.session.scalars(db.select(Organisation)).one()
            organisation.stored_books = {**organisation.stored_books, "locked_until": until}
            db.session.commit()

    lock(None)
    assert said("lock_date").code == "none"
    lock("2020-03-31")
    assert said("lock_date").state == "well"
    lock((utc_now() + timedelta(days=3)).date().isoformat())
    told = said("lock_date")
    assert (told.code, told.values["organisation"]) == ("today", "Harbour & Hill Joinery")


def test_a_set_up_that_fits_no_more(app: Flask, ready: Person, said: Look) -> None:
    assert said("set_up").state == "well"
    for gone in ("accounts", "tax_rates"):
        with app.app_context():
            organisation = db.session.scalars(db.select(Organisation)).one()
            kept = organisation.stored_books
            organisation.stored_books = {**kept, gone: [{**one, "live": False} for one in kept[gone]]}
            if gone == "tax_rates":
                organisation.stored_books[gone][-1]["live"] = True
                organisation.stored_books[gone][-1]["type"] = "ANOTHER"
            db.session.commit()
        assert said("set_up").code == "gaps", gone
        with app.app_context():
            db.session.scalars(db.select(Organisation)).one().stored_books = kept
            db.session.commit()


def test_no_set_up_at_all(mere: Person, said: Look) -> None:
    assert said("set_up").code == "missing"


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_names_each_and_ends_with_1_where_one_is_broken(app: Flask, ready: Person) -> None:
    ran = app.test_cli_runner().invoke(args=["check"])
    assert ran.exit_code == 1, ran.output
    assert "BROKEN  Worker: No worker has ever run here" in ran.output
    assert "        likely cause: Only the web process was started." in ran.output
    assert "        fix: Run: systemctl restart b24xero-worker" in ran.output
    assert "well    Xero: localhost answers" in ran.output
    with app.app_context():
        workers.beat("one", utc_now())
    assert app.test_cli_runner().invoke(args=["check"]).exit_code == 0


def test_the_command_works_without_anybody_and_without_a_database(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
        db.session.execute(db.text("DROP TABLE alembic_version"))
        db.session.commit()
    ran = app.test_cli_runner().invoke(args=["check"])
    assert ran.exit_code == 1
    assert "BROKEN  Database: The database has no tables yet." in ran.output
    assert "?       Worker: Not looked at, because the database is not ready." in ran.output


def test_a_check_that_breaks_says_so_and_keeps_none_of_the_others(app: Flask, ready: Person) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE organisation SET reference = '[1]'"))
        db.session.commit()
        settings: Settings = app.extensions["b24xero.settings"]
        found = {one.check.name: one.verdict for one in every.look(Around(settings, utc_now()), every.LOCAL)}
    assert found["lock_date"].code == "crashed"
    assert found["keys"].state == "well"


def test_nobodys_sign_in_is_no_fault(app: Flask, ready: Person, said: Look) -> None:
    with app.app_context():
        db.session.delete(db.session.scalars(db.select(Bitrix24Login)).one())
        db.session.commit()
    for name in ("from_portal", "scopes", "places"):
        assert said(name).code == "nobody", name
