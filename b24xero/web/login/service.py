"""The consent for the service login of automatic sync, and its end; for administrators.

It goes the way of every consent, with one thing more asked for: that it stays. It is kept for the organisation that the
administrator is connected with, and for no other that the consent may have opened.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from b24xero import connections, service_login
from b24xero.db.models import Organisation, utc_now
from b24xero.errors import JobError, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.news import events
from b24xero.web.common import admins, flashed
from b24xero.web.login.bitrix24 import begin_attempt, bp
from b24xero.xero import oauth


@bp.get("/xero/service")
@login_required
def ask_for_service() -> Response:
    """To Xero's page, which says that this login stays. A link as every way to Xero: what is posted from a page of ours
    may not lead to another site."""
    admins.need(_("Automatic sync"))
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return redirect(url_for("setup.index"), HTTPStatus.SEE_OTHER)
    consent = oauth.begin(connections.xero_app(), kept=True)
    begin_attempt("consent", consent.state, verifier=consent.verifier, next=_page(), service=str(organisation.id))
    return redirect(consent.url, HTTPStatus.SEE_OTHER)


def back(attempt: dict[str, str]) -> Response:
    """The way back from it."""
    admins.need(_("Automatic sync"))
    if "error" in request.args:
        return redirect(_page(), HTTPStatus.SEE_OTHER)
    organisation = db.session.get_one(Organisation, int(attempt["service"]))
    try:
        _keep(organisation, attempt["verifier"])
    except JobError as error:
        flashed.problems(error.problems)
    else:
        flash(_("Automatic sync has its login. Now choose what goes by itself."), "good")
    return redirect(_page(), HTTPStatus.SEE_OTHER)


def _keep(organisation: Organisation, verifier: str) -> None:
    """
    Raises:
        Rejected: the consent is not for this organisation, or gives nothing that stays. RetryLater.
    """
    wanted, app = organisation.xero_id, connections.xero_app()
    db.session.commit()
    grant = oauth.exchange(app, request.args.get("code", ""), verifier)
    if not grant.refresh_token:
        raise Rejected(problem("service_login_does_not_stay"))
    found = next((one for one in oauth.connections(app, grant) if one.organisation_id == wanted), None)
    if found is None:
        raise Rejected(problem("service_login_other", name=organisation.name))
    service_login.give(current_user, organisation, grant, found.id, utc_now())


@bp.post("/xero/service/end")
@login_required
def end_service() -> Response:
    admins.need(_("Automatic sync"))
    organisation = connections.current_organisation(current_user)
    if organisation:
        try:
            events.end(current_user, organisation)
            service_login.end(organisation)
            flash(_("The login of automatic sync is ended. Nothing goes by itself any more."), "good")
        except RetryLater as error:
            flashed.problems((*error.problems, problem("disconnected_here_only")))
    return redirect(_page(), HTTPStatus.SEE_OTHER)


def _page() -> str:
    return url_for("automatic.index")
