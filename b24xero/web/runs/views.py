"""Runs as people meet them: "Update from Xero", the panel that tells how far it is, and "Stop"."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request

from b24xero import connections, rights
from b24xero.db.models import SyncRun
from b24xero.errors import NotFound, problem
from b24xero.matching import candidates
from b24xero.pull import job
from b24xero.runs import lifecycle, lookup
from b24xero.web.activity import outcomes
from b24xero.web.common import moments, who
from b24xero.web.runs import notice, reading, worklist, xero_news
from b24xero.web.runs.panel import RunView, view
from b24xero.writes import invoice_links

bp = Blueprint("runs", __name__)
bp.add_app_template_global(notice.moving, "moving_runs")


# -- the addresses ----------------------------------------------------------------------------------------------------


@bp.post("/runs/pull")
@login_required
def start() -> Response:
    """ "Update from Xero" for all that is linked."""
    return _began(job.ask(current_user))


@bp.post("/invoices/<invoice:bitrix24_id>/pull")
@login_required
def start_one(bitrix24_id: int) -> Response:
    """ "Update from Xero" for one invoice that is in Xero."""
    organisation = connections.current_organisation(current_user)
    if organisation:
        # One answer for an invoice that is not in Xero, is somebody else's, or is none.
        link = invoice_links.find(organisation, bitrix24_id)
        seen = rights.visible(current_user, {bitrix24_id})
        if link is None or not link.xero_id or bitrix24_id not in seen:
            raise NotFound(problem("not_found"))
    return _began(job.ask(current_user, bitrix24_id))


def _began(run: SyncRun) -> Response:
    if htmx_request.htmx:
        return _panel(run, aloud=gettext("Update from Xero has begun."))
    return make_response(redirect(url_for("runs.show", run_id=run.id), HTTPStatus.SEE_OTHER))


@bp.get("/runs/<int:run_id>")
@login_required
def show(run_id: int) -> Response:
    """The run's page; to htmx its panel, which asks for itself until the run has ended or waits for its person, unless
    it asks for the whole: when the run has ended, what it left stands there too."""
    run = reading.readable(run_id)
    if htmx_request.htmx and not (htmx_request.htmx.history_restore_request or "whole" in request.args):
        return _panel(run)
    shown = view(run)
    begun = gettext(
        "Run %(id)s, begun by %(name)s, %(when)s.", id=run.id, name=who.begun(run), when=moments.moment(run.created_at)
    )
    work = worklist.shown(run) if shown.ended and run.kind in ("push", "pull") else worklist.Worklist()
    return make_response(
        render_template(
            "runs/show.html", run=shown, heading=shown.title, begun=begun, work=work, back=reading.back_of(run),
            going_on=_going_on(run), told=xero_news.groups(run) if run.kind == "pull" else (), moment=moments.moment,
        )
    )  # fmt: skip


@bp.post("/runs/<int:run_id>/stop")
@login_required
def stop(run_id: int) -> Response:
    run = reading.readable(run_id)
    if run.state not in lookup.ENDED:
        lifecycle.ask_to_stop(run)
        candidates.forget_halves()
    if htmx_request.htmx:
        return _panel(run)
    return make_response(redirect(url_for("runs.show", run_id=run.id), HTTPStatus.SEE_OTHER))


@bp.get("/runs/<int:run_id>/news")
@login_required
def news(run_id: int) -> Response:
    """What its person's other pages ask while they do not show the run: nothing yet, or that it moves no more."""
    run = reading.readable(run_id)
    if run.user_id != current_user.id:
        raise NotFound(problem("not_found"))
    if notice.moves(run):
        return Response(status=HTTPStatus.NO_CONTENT)
    words, tone = notice.words(run), notice.tone(run)
    return make_response(render_template("runs/_news.html", run=run, words=words, tone=tone))


def _going_on(run: SyncRun) -> RunView | None:
    """What this person has under way of the same kind, such as another try of what this run left."""
    if run.state not in lookup.ENDED or run.kind not in ("push", "pull"):
        return None
    active = lookup.active(run.kind, current_user, run.organisation)
    return view(active) if active else None


def _panel(run: SyncRun, aloud: str = "") -> Response:
    """The panel alone, or that it shows all of it already. The end is told to whoever listens on the page (the list)
    and said aloud, once: the panel of a run that has ended asks no more."""
    shown = view(run)
    if request.args.get("shown") == shown.state:
        return Response(status=HTTPStatus.NO_CONTENT)
    if shown.ended:
        aloud = f"{shown.words}: {shown.news or outcomes.counted(run)}."
    elif run.state == "waiting":
        aloud = shown.words
    response = make_response(render_template("runs/_answer.html", run=shown, aloud=aloud))
    if shown.ended:
        response.headers["HX-Trigger"] = "run-ended"
    return response


# -- what is shown ----------------------------------------------------------------------------------------------------


def active_view() -> RunView | None:
    """This person's run that is under way, for the invoices page."""
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        return None
    run = lookup.active("push", current_user, organisation) or lookup.active("pull", current_user, organisation)
    return view(run) if run else None
