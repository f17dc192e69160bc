"""The app that the tests of a process share: none of them finds what another left there."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import shared_app


def test_what_a_test_leaves_on_the_app_is_not_there_for_the_next(environ: dict[str, str], tmp_path: Path) -> None:
    app = shared_app(environ, tmp_path)
    before = dict(app.config), set(app.extensions), dict(app.view_functions), app.static_folder
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["b24xero.noted"]["left"] = app.extensions["left"] = 1
    app.view_functions["activity.index"] = str
    app.static_folder = str(tmp_path)
    again = shared_app(environ, tmp_path)
    assert again is app
    assert (dict(app.config), set(app.extensions), dict(app.view_functions), app.static_folder) == before
    assert app.extensions["b24xero.noted"] == {}


def test_other_settings_are_another_app(environ: dict[str, str], tmp_path: Path) -> None:
    assert shared_app(environ, tmp_path) is not shared_app({**environ, "XERO_LOGIN_MINUTES": "5"}, tmp_path)
