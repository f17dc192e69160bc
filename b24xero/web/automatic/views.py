"""Automatic sync: who gave its login, what goes by itself, and how it goes; for administrators."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required

from b24xero import connections, rights, service_login
from b24xero.db.models import AutomaticSync, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Stage
from b24xero.domain.set_up import DO_NOT_SEND
from b24xero.errors import Problem, RetryLater
from b24xero.extensions import db
from b24xero.news import events, sends, telling
from b24xero.runs import lookup
from b24xero.web.common import admins, automatic_tiles, formats, language, moments
from b24xero.web.messages import render

bp = Blueprint("automatic", __name__)


@bp.get("/automatic")
@login_required
def index() -> Response:
    admins.need(_heading())
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return make_response(render_template("automatic/later.html", heading=_heading()))
    login = service_login.of(organisation)
    sync = db.session.get(AutomaticSync, organisation.id)
    stages, silent = _sendable(organisation)
    now = utc_now()
    return make_response(
        render_template(
            "automatic/index.html",
            heading=_heading(),
            organisation=organisation,
            login=login,
            given=moments.moment(login.given_at) if login else "",
            ends=formats.day(moments.here(login.renewed_at + service_login.UNUSED).date()) if login else "",
            sync=sync,
            shut_out=lookup.is_shut_out(organisation),
            stages=stages,
            silent=render.notes(silent),
            used=automatic_tiles.last_used(sync, now) if sync else "",
            tiles=automatic_tiles.of(organisation, now),
            webhook=_webhook(),
            told=bool(connections.settings().xero_webhook_keys),
            reaches_us=events.reaches_us(sync, now) if sync and sync.sent_stages else None,
        )
    )


@bp.post("/automatic")
@login_required
def save() -> Response:
    """The switches. What is turned on begins with what changes from now on: nothing that is there is swept up."""
    admins.need(_heading())
    organisation = connections.current_organisation(current_user)
    if organisation is None or service_login.of(organisation) is None:
        return make_response(redirect(url_for("automatic.index"), HTTPStatus.SEE_OTHER))
    known = _sent_by_set_up(organisation)
    chosen = [id for id in request.form.getlist("stage") if id in known]
    sync = db.session.get_one(AutomaticSync, organisation.id)
    # Turning off asks nobody: it has to work while Bitrix24 does not answer.
    begins = sends.turned_on(current_user) if chosen and not sync.sent_stages else None
    with writing():
        sync = db.session.get_one(AutomaticSync, organisation.id)
        sync.moves_stages = "moves_stages" in request.form
        if (tells := "tells" in request.form) and not sync.tells:
            sync.told = telling.begun(sync.told, organisation.id, language.language())
        sync.tells = tells
        if begins:
            sync.sends_since, sync.changed_until, sync.asked_bitrix24_at = begins, None, None
            sync.seen, sync.owed, sync.push_run_id = {}, {}, None
        sync.sent_stages = chosen
    flash(gettext("Saved. It goes by itself from now on."), "good")
    return make_response(redirect(url_for("automatic.index"), HTTPStatus.SEE_OTHER))


def _heading() -> str:
    return gettext("Automatic sync")


def _sent_by_set_up(organisation: Organisation) -> set[str]:
    """The stages of Bitrix24 that the set-up writes to Xero."""
    return {id for id, to in organisation.set_up.stages.items() if to != DO_NOT_SEND}


def _sendable(organisation: Organisation) -> tuple[list[Stage], tuple[Problem, ...]]:
    """The same as Bitrix24 shows them, or why it does not: a login can be ended all the same."""
    sent = _sent_by_set_up(organisation)
    try:
        return [stage for stage in rights.portal_lists(current_user).all_stages if stage.id in sent], ()
    except RetryLater as error:
        return [], error.problems


def _webhook() -> str:
    return f"{connections.settings().public_url}/webhooks/xero"
