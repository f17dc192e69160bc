"""While a release is replaced its processes still run, on the tables of head: web and worker of the last one do."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from b24xero.db.models import SyncRun
from b24xero.extensions import db
from tests.conftest import ROOT, Vendors, on_both
from tests.over_http import Process, Visitor, until_ready
from tests.pgtest import free_port
from tests.releases.kept import RELEASES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout of the last release, from its tag."""
    tag = f"v{RELEASES[-1]}"
    made = subprocess.run(["git", "archive", tag], cwd=ROOT, capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"the tag {tag} is not in this checkout, so its code cannot be started")
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@on_both
def test_web_and_worker_of_the_last_release_run_on_the_tables_of_head(
    old_code: Path, released: Flask, vendors: Vendors, environ: dict[str, str], tmp_path: Path
) -> None:
    with released.app_context():
        upgrade()
        db.engine.dispose()
    port = free_port()
    base, where = f"http://127.0.0.1:{port}", {**environ, "PORT": str(port), "WEB_CONCURRENCY": "1"}
    web = Process(old_code, where, tmp_path / "web.log", "gunicorn", "wsgi:app")
    worker = Process(old_code, where, tmp_path / "worker.log", "flask", "--app", "wsgi", "worker")
    try:
        until_ready(base, web)
        mere = Visitor(base, "Mere Tautahi").sign_in().connect()
        acme = vendors.control("bitrix24/company", title="Nord Works", email="ap@nord.example")["item"]["id"]
        one, *many = [vendors.new_invoice(companyId=acme) for _ in range(12)][-6:]
        assert mere.press(one).status_code == 200
        answer = mere.client.post(
            "/invoices/many/write", data={"csrf_token": mere.token(), "id": ",".join(map(str, many))}
        )  # fmt: skip
        run_id = int(re.search(r"/runs/(\d+)$", answer.headers["Location"])[1])  # type: ignore[index]
        give_up = time.monotonic() + 30
        while (run := state(released, run_id)).state != "finished":
            assert time.monotonic() < give_up, (tmp_path / "worker.log").read_text()[-2000:]
            time.sleep(0.2)
        assert run.counts == {"created": len(many)}
    finally:
        assert [web.end(), worker.end()] == [0, 0]


def state(app: Flask, run_id: int) -> SyncRun:
    with app.app_context():
        return db.session.scalars(sa.select(SyncRun).where(SyncRun.id == run_id)).one()
