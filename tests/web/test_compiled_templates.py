"""Templates are compiled once a process, and anew when they have changed."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import DictLoader, Environment

from b24xero import create_app
from b24xero.simulator import world
from b24xero.web.common.compiled_templates import CompiledTemplates
from tests.conftest import KEYS


def compiled(app: Flask) -> CodeType:
    return app.jinja_env.get_template("invoices/index.html").root_render_func.__code__


def test_a_second_app_takes_what_the_first_has_compiled(tmp_path: Path) -> None:
    environ = {**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": "sqlite://"}
    assert compiled(create_app(environ, tmp_path)) is compiled(create_app(environ, tmp_path))


def test_a_template_that_has_changed_is_compiled_anew() -> None:
    kept = CompiledTemplates()

    def rendered(source: str) -> str:
        loader = DictLoader({"page.html": source})
        return Environment(loader=loader, bytecode_cache=kept).get_template("page.html").render()

    assert [rendered("one"), rendered("one"), rendered("two")] == ["one", "one", "two"]
