"""What is pressed on a worklist: try again, answer once for all, set aside, take up again, and its file."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user, login_required

from b24xero import connections, rights
from b24xero.contacts.resolve import NEW_CONTACT, Customers
from b24xero.db.models import SyncRun
from b24xero.domain import invoice_key
from b24xero.errors import NotFound, problem
from b24xero.pull import job as pull_job
from b24xero.push import batch, single
from b24xero.push.choices import Choices
from b24xero.runs import set_aside
from b24xero.web.common import csv_file, formats, urls
from b24xero.web.messages import render
from b24xero.web.runs import reading, worklist
from b24xero.web.runs.worklist import Left, Worklist

bp = Blueprint("work", __name__)


@bp.post("/runs/<int:run_id>/again")
@login_required
def again(run_id: int) -> Response:
    """ "Try again (n)": those of the run that are still to be put right, as a run of their own."""
    run = reading.readable(run_id)
    ids = worklist.chosen(run, request.form.get("ids", ""))
    if not ids:
        flash(gettext("Nothing is left of it: all was put right meanwhile."), "good")
    elif run.kind == "pull":
        pull_job.ask(current_user)
    else:
        batch.ask(current_user, ids, reading.back_of(run))
    return _to(run)


@bp.post("/runs/<int:run_id>/aside")
@login_required
def put_aside(run_id: int) -> Response:
    """ "Set aside", with the reason."""
    run = reading.readable(run_id)
    reason = " ".join(request.form.get("reason", "").split())
    rows = worklist.rows_of(worklist.chosen(run, request.form.get("ids", "")))
    if not reason:
        flash(gettext("Nothing was set aside: say why, so that others know."), "warn")
    elif rows:
        set_aside.put(run.organisation, current_user, rows, reason)
    return _to(run)


@bp.post("/runs/<int:run_id>/take-up")
@login_required
def take_up(run_id: int) -> Response:
    run = reading.readable(run_id)
    ids = worklist.chosen(run, request.form.get("ids", ""))
    set_aside.take_up(run.organisation, [row.id for row in worklist.rows_of(ids)])
    return _to(run)


def _to(run: SyncRun) -> Response:
    return make_response(redirect(url_for("runs.show", run_id=run.id), HTTPStatus.SEE_OTHER))


# -- one answer for all ------------------------------------------------------------------------------------------------


@bp.get("/runs/<int:run_id>/question")
@login_required
def question(run_id: int) -> Response:
    """Which contact in Xero is this customer? One call to Bitrix24, one to Xero; nothing is written."""
    run = reading.readable(run_id)
    ids = worklist.chosen(run, request.args.get("ids", ""))
    if not ids:
        return _to(run)
    xero, organisation = connections.ready_for(current_user)
    customer = rights.invoice(current_user, ids[0], None).customer
    if customer is None:
        raise NotFound(problem("not_found"))
    choices = Customers(organisation, current_user, xero, {}, "").choices(customer)
    heading = gettext("Which contact in Xero is %(customer)s?", customer=customer.name)
    return make_response(
        render_template(
            "runs/question.html", run=run, heading=heading, customer=customer, choices=choices, new=NEW_CONTACT,
            ids=",".join(map(invoice_key.written, ids)), count=len(ids), chosen=request.args.get("contact", ""),
        )
    )  # fmt: skip


@bp.post("/runs/<int:run_id>/answer")
@login_required
def answer(run_id: int) -> Response:
    """The first is written with the answer, which is remembered for the customer; the others follow as a run."""
    run = reading.readable(run_id)
    ids = worklist.chosen(run, request.form.get("ids", ""))
    contact = request.form.get("contact", "")
    if not ids or not contact:
        return _to(run)
    urls.come_back_to(url_for("work.question", run_id=run_id, ids=request.form.get("ids"), contact=contact))
    outcome = single.press(ids[0], current_user, Choices(contact=contact))
    if outcome.candidates:
        flash(gettext("The answer was not taken. Choose a contact that Xero still has."), "warn")
        return _to(run)
    for note in render.notes(outcome.problems):
        flash(note.text, "warn")
    if ids[1:]:
        batch.ask(current_user, ids[1:], reading.back_of(run))
    flash(
        ngettext("The answer is kept, and the invoice was sent.", "The answer is kept, and all %(num)d are sent.",
                 len(ids)),
        "good",
    )  # fmt: skip
    return _to(run)


# -- the file ----------------------------------------------------------------------------------------------------------


@bp.get("/runs/<int:run_id>.csv")
@login_required
def download(run_id: int) -> Response:
    """What the run left, with what was put right since; small enough to be written at once."""
    run = reading.readable(run_id)
    response = Response("".join(_lines(worklist.shown(run))), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="b24xero-run-{run.id}.csv"'
    return response


def _lines(work: Worklist) -> list[str]:
    heads = [
        gettext("State"), gettext("Customer"), gettext("Invoice"), gettext("Date"), gettext("Currency"),
        gettext("Amount"), gettext("Why"), gettext("Bitrix24 id"),
    ]  # fmt: skip
    groups: list[tuple[str, list[Left]]] = [
        (gettext("To put right"), [one for cause in work.causes for one in cause.left]),
        (gettext("Put right"), list(work.right)),
        (gettext("Set aside"), list(work.aside)),
        (gettext("Stays as it is"), [one for cause in work.stays for one in cause.left]),
    ]
    found = [csv_file.BEGINNING + csv_file.line(heads)]
    return found + [_line(state, one) for state, left in groups for one in left]


def _line(state: str, one: Left) -> str:
    if one.row is None:
        return csv_file.line([state, one.customer, "", "", "", "", "", ""])
    row, why = one.row, one.aside.reason if one.aside else one.note.text
    return csv_file.line(
        [state, one.customer, one.number, row.date.isoformat(), row.currency, row.total, why, row.id]
    )  # fmt: skip


bp.add_app_template_filter(formats.whole, "whole")
