"""What was typed into Set-up when the sign-in to Bitrix24 ended: kept, and shown once it is back."""

from __future__ import annotations

from collections.abc import Mapping

from b24xero import connections
from b24xero.db.models import Organisation, SetUpDraft, User
from b24xero.db.transactions import writing
from b24xero.extensions import db

# No form of ours is longer; more is not kept.
_MOST_FIELDS, _LONGEST = 1000, 500


def keep(user: User, typed: Mapping[str, str]) -> None:
    """For the organisation that this person is at; a later one takes the place of an earlier one."""
    organisation = connections.current_organisation(user)
    values = {name: value for name, value in typed.items() if name != "csrf_token" and len(value) <= _LONGEST}
    if organisation is None or not 0 < len(values) <= _MOST_FIELDS:
        return
    with writing():
        kept = db.session.get(SetUpDraft, user.id)
        if kept is None:
            kept = SetUpDraft(user_id=user.id)
            db.session.add(kept)
        kept.organisation_id, kept.values = organisation.id, values


def take(user: User, organisation: Organisation) -> dict[str, str] | None:
    """What was kept for this organisation, once."""
    kept = db.session.get(SetUpDraft, user.id)
    db.session.commit()
    if kept is None or kept.organisation_id != organisation.id:
        return None
    values = dict(kept.values)
    with writing():
        db.session.delete(kept)
    return values
