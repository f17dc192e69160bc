"""Whether the login of automatic sync lives, and whether Xero's webhook tells of what it should."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from b24xero import service_login
from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, well
from b24xero.db.models import AutomaticSync, Bitrix24Login, ServiceLogin
from b24xero.db.states import RunKind
from b24xero.extensions import db
from b24xero.runs import lookup

# Nobody has used it for so long that somebody should look why.
SOON = timedelta(days=14)


def look(around: Around) -> Verdict:
    logins = db.session.scalars(select(ServiceLogin)).all()
    if not logins:
        return well("off")
    if over := [login.organisation.name for login in logins if not login.lives]:
        return broken("over", organisation=", ".join(over))
    if any(not _signed_in(login.user_id) for login in logins):
        return broken("signed_out")
    if any(not login.user.told_admin for login in logins):
        return broken("no_admin")
    if shut_out := [login.organisation.name for login in logins if lookup.is_shut_out(login.organisation)]:
        return broken("shut_out", organisation=", ".join(shut_out))
    if stuck := [login.organisation.name for login in logins if _is_stuck(login)]:
        return see_to("stuck", organisation=", ".join(stuck))
    ends = min(login.renewed_at for login in logins) + service_login.UNUSED
    if ends - around.now < SOON:
        return see_to("soon", until=ends.date())
    missed = [one for one in db.session.scalars(select(AutomaticSync)) if one.untold and one.untold_since]
    if missed and around.settings.xero_webhook_keys:
        since = min(one.untold_since for one in missed if one.untold_since)
        return see_to("untold", count=sum(one.untold for one in missed), moment=since.isoformat())
    return well(until=ends.date())


def _signed_in(user_id: int) -> bool:
    kept = db.session.get(Bitrix24Login, user_id)
    return kept is not None and bool(kept.access_token or kept.refresh_token)


def _is_stuck(login: ServiceLogin) -> bool:
    kinds: tuple[RunKind, ...] = ("pull", "push")
    last = [lookup.last_by_service(kind, login.organisation) for kind in kinds]
    return any(run is not None and lookup.is_stuck(run) for run in last)


CHECK = Check(
    "automatic",
    _("Automatic sync"),
    {
        "off": Words(_("Off: nothing goes by itself.")),
        "well": Words(_("Its login for Xero holds; unused it would until %(until)s.")),
        "over": Words(
            _("The login of automatic sync has ended for %(organisation)s, so nothing goes by itself."),
            _("It was ended in Xero, or the Xero app’s secret is another one."),
            _("Give it a new one under Automatic sync."),
        ),
        "signed_out": Words(
            _("The person as whom automatic sync acts is signed out of Bitrix24, so nothing goes by itself."),
            _("They left the company, or Bitrix24 ended their sign-in."),
            _("They sign in to b24xero again, or another administrator gives the login anew under Automatic sync."),
        ),
        "no_admin": Words(
            _("The person as whom automatic sync acts is no administrator of Bitrix24 any more, so nothing is sent to "
              "Xero by itself."),
            _("Bitrix24 would show them a part of the invoices, and the others would be passed over."),
            _("Another administrator gives the login anew under Automatic sync."),
        ),
        "shut_out": Words(
            _("Xero does not let automatic sync into %(organisation)s, so nothing goes by itself."),
            _("Its app was disconnected there (Settings > Connected apps), or whoever gave the login lost their "
              "access."),
            _("Give it a new one under Automatic sync."),
        ),
        "stuck": Words(
            _("The last look of automatic sync did not come through for %(organisation)s. It is tried again by "
              "itself."),
            _("Activity says why at its newest entry of Automatic sync."),
            _("Nothing was lost: what it did not get to is looked at again."),
        ),
        "soon": Words(
            _("The login of automatic sync has not been used for weeks and ends on %(until)s."),
            _("Nothing is turned on, or no worker is running."),
            _("Look under Automatic sync; a login that is used does not end."),
        ),
        "untold": Words(
            _("Xero’s webhook leaves changes out: %(count)s since %(moment)s. They were found by asking, which is "
              "slower."),
            _("Xero has turned the webhook off because this address did not answer for a day, or events are not "
              "chosen in it."),
            _("In Xero: My Apps > Webhooks, send “Intent to receive” again, with invoices, credit notes and payments "
              "chosen."),
        ),
    },
    look,
)  # fmt: skip
