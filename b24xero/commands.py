"""The commands: the worker, and the demo that needs no vendor at all."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy import make_url

from b24xero import backups, connections, hints, logs, maintenance, support, worker
from b24xero.checks import every, probe
from b24xero.checks.result import Around
from b24xero.db import schema
from b24xero.db.models import utc_now
from b24xero.moving import commands as moving
from b24xero.ratelimit import places
from b24xero.version import version

ROOT = Path(__file__).resolve().parent.parent


def register(app: Flask) -> None:
    app.cli.command("messages", help="Take new words up into the catalogues of the languages, and compile them.")(
        update_messages
    )
    app.cli.command("backup", help="Copy the whole database to FILE while all runs; without the keys.")(backup)
    app.cli.command("restore", help="Put the copy FILE in place of what the database holds.")(restore)
    app.cli.command("support", help="Write a zip without secrets and names, for whoever helps.")(write_support)
    app.cli.command("check", help="Look at everything that b24xero needs; ends with 1 where something is broken.")(
        check
    )
    app.cli.command("probe", help="Ask both real systems, by reading, what their manuals leave open; print a report.")(
        print_probe
    )
    app.cli.command("show-settings", help="Print where b24xero is reached, what is to be registered, and hints.")(
        show_settings
    )
    app.cli.command("rotate-keys", help="Encrypt every stored token with the first key of TOKEN_KEYS.")(rotate_keys)
    moving.register(app)
    app.cli.command("worker", help="Carry on runs, erase lapsed Xero logins, move tokens to the newest key.")(
        run_worker
    )


@click.argument("bitrix24_id", type=int, required=False)
@click.option("--write", is_flag=True, help="Also make and delete a sample draft; in a demo company of Xero alone.")
def print_probe(bitrix24_id: int | None, write: bool) -> None:
    """Without BITRIX24_ID the only administrator's logins are used."""
    try:
        user = probe.whose(bitrix24_id)
    except probe.NobodyToAsk as error:
        sys.exit(str(error))
    for line in probe.report(user, utc_now(), write=write):
        print(line, flush=True)


@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Both databases alike, in one file of JSON lines."""
    try:
        rows = backups.make(file, utc_now())
    except FileExistsError:
        sys.exit(f"{file} is there already: nothing was written.")
    except OSError as error:
        sys.exit(f"{file} cannot be written ({error.strerror}).")
    print(f"{rows} rows are in {file}. The keys are not: keep SECRET_KEY and TOKEN_KEYS, or the files secret_key and")
    print("token_keys of DATA_DIR, somewhere else. Without TOKEN_KEYS everybody signs in again.")


@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what the database holds.")
def restore(file: Path, replace: bool) -> None:
    """Web and worker are stopped meanwhile."""
    try:
        about = backups.restore(file, utc_now(), replace=replace)
    except backups.NotRestored as error:
        sys.exit(str(error))
    print(f"Restored: {sum(about['rows'].values())} rows of {about['made_at']}, version {about['version']}.")
    print("Everybody signs in again. What was written in Xero since then is found there at the next press.")


@click.argument("file", type=click.Path(path_type=Path), default=Path("b24xero-support.zip"))
@click.option("--invoice", type=int, help="Also the history of the invoice with this id in Bitrix24.")
def write_support(file: Path, invoice: int | None) -> None:
    """Versions, settings without their values, checks, the last failures by their codes."""
    try:
        support.write(file, connections.settings(), utc_now(), invoice)
    except OSError as error:
        sys.exit(f"{file} was not written ({error.strerror}).")
    print(f"{file} is written. Look through it, and send it to whoever helps; the log of that hour helps too.")


@click.argument("bitrix24_id", type=int, required=False)
def check(bitrix24_id: int | None) -> None:
    """Without BITRIX24_ID the only administrator's sign-in is used, where there is one."""
    print(f"b24xero {version()}")
    try:
        user = probe.whose(bitrix24_id) if schema.standing() == "current" else None
    except probe.NobodyToAsk as error:
        print(f"({error})")
        user = None
    found = every.look(Around(connections.settings(), utc_now(), user))
    with force_locale("en"):
        for one in found:
            fault, cause, fix = one.said()
            print(f"{STATES[one.verdict.state]:8}{one.check.title}: {fault}")
            for label, text in (("likely cause", cause), ("fix", fix)):
                if text:
                    print(f"        {label}: {text}")
    if schema.standing() == "current":
        every.keep(found)
    sys.exit(1 if every.worst(found) == "broken" else 0)


STATES = {"broken": "BROKEN", "see_to": "see to", "unknown": "?", "well": "well"}


def show_settings() -> None:
    """What ``run.py serve`` prints at its start; no secret."""
    settings = connections.settings()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = {
        "b24xero": f"{version()} at {settings.public_url}",
        "portal": settings.bitrix24_portal_url,
        **hints.callbacks(settings),
        "listens on": f"{host}:{settings.port}",
        "database": make_url(settings.database_url).render_as_string(hide_password=True),
        "data": settings.data_dir,
    }
    width = max(map(len, shown))
    for name, value in shown.items():
        print(f"  {name:{width}}  {value}")
    for hint in hints.of(settings):
        print(f"  Hint: {hint}")


def rotate_keys() -> None:
    """After a new first key was put before the old ones in TOKEN_KEYS: when this is done the old ones may go."""
    moved = maintenance.move_to_first_key()
    lost = maintenance.lost_secrets()
    print(f"{moved} tokens moved to the first key of TOKEN_KEYS.")
    if lost:
        sys.exit(f"{lost} tokens can be opened by none of the keys: their owners sign in again.")


def run_worker() -> None:
    """Carry on runs and tidy until SIGTERM or SIGINT; then finish the call in flight and stop."""
    logs.set_up()
    worker.work(current_app._get_current_object())  # type: ignore[attr-defined]


def update_messages() -> None:
    """For whoever changes a string or translates one; each language with what it still lacks."""
    from b24xero import i18n  # it loads what no page needs

    for language in i18n.languages():
        print(f"{language}: {i18n.update(language)} untranslated")


# -- demo -------------------------------------------------------------------------------------------------------------


def main() -> None:
    asked = asked_for(sys.argv[1:])
    demo(asked.port, asked.sim_port, asked.invoices)


def asked_for(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m b24xero")
    demo_parser = parser.add_subparsers(dest="command", required=True).add_parser("demo")
    demo_parser.add_argument("--port", type=int, default=8000)
    demo_parser.add_argument("--sim-port", type=int, default=0, help="the simulator's port; default: the next free one")
    demo_parser.add_argument("--invoices", choices=("new", "old", "both"), default="new", help="which the portal has")
    return parser.parse_args(words)


def demo(port: int, sim_port: int, invoices: str) -> None:
    """Simulator, worker and web app on an empty throw-away database; all of it ends at Ctrl-C."""
    from b24xero.simulator import demo_pairs, http, world  # the demo and the tests alone know the simulator

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    public_url = f"http://localhost:{port}"
    instance = ROOT / "instance" / "demo" / str(port)  # two demos on two ports leave each other alone
    shutil.rmtree(instance, ignore_errors=True)
    instance.mkdir(mode=0o700, parents=True)
    built = world.build(public_url, invoices=invoices)
    demo_pairs.seed(built.bitrix24, built.xero)
    built.bitrix24.world.settings.also_granted = "department,im"
    with http.serving(built.server, port=sim_port or free_port(port + 1)) as base:
        environ = {
            **os.environ,
            **world.settings(base),
            "PORT": str(port),
            "DATA_DIR": str(instance),
            "PUBLIC_URL": public_url,
            "DATABASE_URL": f"sqlite:///{instance / 'app.db'}",
            "SECRET_KEY": "",
            "TOKEN_KEYS": "",
            "FLASK_SKIP_DOTENV": "1",
        }
        worker = _migrate_and_start_worker(environ)
        try:
            _serve(environ, instance, port, base)
        finally:
            worker.terminate()
            worker.wait(10)


def free_port(wanted: int) -> int:
    """``wanted`` or the next port that nobody listens on."""
    for port in range(wanted, wanted + 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0


def _migrate_and_start_worker(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], check=True, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    return subprocess.Popen([*flask, "worker"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)


def _serve(environ: dict[str, str], instance: Path, port: int, base: str) -> None:
    import waitress

    from b24xero import create_app

    app = create_app(environ)
    print(f"\n  b24xero      http://localhost:{port}\n  simulator    {base}  (both vendors, with invented data)")
    print("  Sign in as Mere Tautahi (admin), then connect to Xero and press Save set-up. Ctrl-C stops everything.\n")
    sys.stdout.flush()
    waitress.serve(app, host="127.0.0.1", port=port, threads=places.THREADS, _quiet=True)
