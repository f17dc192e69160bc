"""What deploy/ and the guide say is true of the program: commands, settings, files, addresses."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest
import yaml

from b24xero.checks import scopes
from b24xero.config import SETTINGS
from b24xero.hints import callbacks
from b24xero.xero.oauth import SCOPES
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
NAMES = {setting.name for setting in SETTINGS}
REQUIRED = {setting.name for setting in SETTINGS if setting.default is None}
# Read by other programs than ours.
ELSEWHERE = {"HTTPS_PROXY", "NO_PROXY", "WEB_CONCURRENCY", "POSTGRES_PASSWORD", "TRUSTED_PROXIES"}
PROCESSES = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name)
    return parser


@pytest.mark.parametrize("name", ["b24xero-web.service", "b24xero-worker.service", "b24xero-backup.service"])
def test_a_unit_runs_as_its_own_user_with_the_settings_of_one_file(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] == "b24xero"
    assert service["EnvironmentFile"] == "/etc/b24xero.env"
    assert service["UMask"] == "0077"
    assert service["Environment"] == "DATA_DIR=/var/lib/b24xero"


def test_units_and_the_image_start_what_the_procfile_starts() -> None:
    web, worker = (unit(f"b24xero-{name}.service")["Service"]["ExecStart"] for name in ("web", "worker"))
    assert PROCESSES["web"].startswith("gunicorn wsgi:app ")
    assert web.endswith("/gunicorn wsgi:app"), "gunicorn.conf.py says the rest"
    assert worker.endswith(PROCESSES["worker"])
    image = (DEPLOY / "Dockerfile").read_text()
    assert 'CMD ["gunicorn", "wsgi:app"]' in image
    assert "HOST=0.0.0.0" in image


def test_the_image_holds_what_it_needs_and_what_is_copied_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = [part for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for part in line.split()]
    assert {"requirements.txt", "gunicorn.conf.py", "wsgi.py", "b24xero", "migrations", "templates"} <= {*copied}
    assert all((ROOT / part).exists() for part in copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_in
    assert "USER b24xero" in text
    assert f"python:{(ROOT / '.python-version').read_text().strip()}-" in text


def test_compose_gives_each_setting_that_is_required_with_postgresql() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(compose["services"]) == {"database", "upgrade", "web", "worker"}
    for name in ("upgrade", "web", "worker"):
        environment = compose["services"][name]["environment"]
        assert REQUIRED | {"SECRET_KEY", "TOKEN_KEYS", "DATABASE_URL", "PUBLIC_URL"} <= environment.keys()
        assert environment.keys() <= NAMES | ELSEWHERE
    assert compose["services"]["worker"]["command"] == PROCESSES["worker"].split()
    assert compose["services"]["upgrade"]["command"] == PROCESSES["release"].split()
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_heroku_gets_a_worker_a_database_and_what_is_required() -> None:
    described = json.loads((ROOT / "app.json").read_text())
    assert {name: one["quantity"] for name, one in described["formation"].items()} == {"web": 1, "worker": 1}
    assert described["formation"].keys() == PROCESSES.keys() - {"release"}
    assert "postgresql" in described["addons"][0]["plan"]
    assert REQUIRED | {"SECRET_KEY", "TOKEN_KEYS", "PUBLIC_URL"} <= described["env"].keys()
    assert described["env"].keys() <= NAMES | ELSEWHERE
    assert "generator" not in described["env"]["TOKEN_KEYS"], "what Heroku generates is no Fernet key"


def test_the_file_of_settings_names_settings() -> None:
    lines = (DEPLOY / "b24xero.env.example").read_text().splitlines()
    named = {match[1]: bool(match[0]) for line in lines if (match := re.match(r"(#?)([A-Z][A-Z0-9_]+)=", line))}
    found = {re.match(r"#?([A-Z0-9_]+)=", line)[1] for line in lines if re.match(r"#?[A-Z0-9_]+=", line)}  # type: ignore[index]
    assert found <= NAMES | ELSEWHERE
    assert found >= REQUIRED
    assert named


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.name)
def test_what_a_page_of_the_guide_names_is_there(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text):
        assert (page.parent / target).exists(), target
    for file in re.findall(r"\bdeploy/[\w.-]+", text):
        assert (ROOT / file.rstrip(".")).exists(), file
    for name in re.findall(r"`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`", text):
        assert name in NAMES | ELSEWHERE, name


def test_the_guide_says_the_addresses_and_scopes_of_the_program() -> None:
    text = "\n".join(page.read_text() for page in GUIDE)
    example = type("Settings", (), {"public_url": "https://xero.example.com"})()
    for address in callbacks(example).values():  # type: ignore[arg-type]
        assert address in text
    for scope in (*scopes.NEEDED, *SCOPES):
        assert f"`{scope}`" in text


def test_the_guide_says_what_was_not_tried() -> None:
    overview = (ROOT / "docs" / "guide" / "README.md").read_text()
    assert "## What could not be tried here" in overview
    for page in ("linux.md", "docker.md", "heroku.md"):
        assert "README.md#what-could-not-be-tried-here" in (ROOT / "docs" / "guide" / page).read_text()
