"""Whether the addresses that both vendors need are registered there."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from b24xero import hints
from b24xero.checks.result import Around, Check, Verdict, Words, unknown, well
from b24xero.db.models import AccessEvent, Organisation
from b24xero.extensions import db


def look(around: Around) -> Verdict:
    """No method tells what stands in the application's card; who came back by it proves it."""
    told = dict(zip(("handler", "installation", "redirect"), hints.callbacks(around.settings).values(), strict=True))
    came = db.session.scalar(select(AccessEvent.id).where(AccessEvent.event == "signed_in").limit(1))
    connected = db.session.scalar(select(Organisation.id).limit(1))
    if came and connected:
        return well(**told)
    return unknown("unproven", **told)


CHECK = Check(
    "addresses",
    _("Registered addresses"),
    {
        "well": Words(_("People have come back by them: %(handler)s and %(redirect)s.")),
        "unproven": Words(
            _("Nobody has come back from both systems yet, so it is not known whether they are registered."),
            _("b24xero is new, or nobody has connected to Xero."),
            _("Compare letter for letter. Bitrix24, handler: %(handler)s; installation: %(installation)s. Xero, "
              "redirect URI: %(redirect)s."),
        ),
    },
    look,
)  # fmt: skip
