"""The fields of the set-up form about old invoices, whose statuses mean what their order says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from b24xero.bitrix24.legacy_statuses import Effect, Status
from b24xero.domain.set_up import LEAVE, STATUSES, Stands
from b24xero.web.common import labels
from b24xero.web.setup.fields import Field, options

# What Bitrix24 does to an invoice that comes to a status there.
MEANINGS = {
    "open": _("Open: comes before the status that pays"),
    "pays": _("Bitrix24 counts the invoice as paid"),
    "pays_as_failed": _("Comes after the status that pays: Bitrix24 counts the invoice as paid, and as failed"),
    "cancels": _("Bitrix24 counts the invoice as cancelled"),
}
# What Xero says of an invoice that is over without money.
_ENDED = ("void", "deleted")


def stages(kept: Mapping[str, str], known: Sequence[Status]) -> tuple[Field, ...]:
    """In the portal's order, each with what it means there."""
    return tuple(_stage(status, kept.get(status.stage.id, "")) for status in known)


def statuses(kept: Mapping[str, str], known: Sequence[Status]) -> tuple[Field, ...]:
    return tuple(_status(name, kept.get(name, LEAVE), known) for name in STATUSES) if known else ()


def _stage(status: Status, value: str) -> Field:
    stage, error = status.stage, "" if value else gettext("New since the last save")
    return Field(f"stage:{stage.id}", stage.name, value, options(labels.TARGETS.items(), value), stage,
                 str(MEANINGS[status.effect]), error)  # fmt: skip


def _status(name: Stands, value: str, known: Sequence[Status]) -> Field:
    choices = [(LEAVE, gettext("Leave as it is")), *((one.stage.id, _named(one)) for one in known)]
    gone = value not in (chosen for chosen, _words in choices)
    error = gettext("Its status is gone from Bitrix24") if gone and value else ""
    effect: Effect = next((one.effect for one in known if one.stage.id == value), "open")
    label = str(labels.STATUSES[name])
    return Field(f"old_status:{name}", label, value, options(choices, value), name, _warning(name, effect), error)


def _named(one: Status) -> str:
    if one.effect == "pays_as_failed":
        return gettext("%(status)s (after the status that pays)", status=one.stage.name)
    return one.stage.name


def _warning(name: str, effect: Effect) -> str:
    """Whatever stands behind the status that pays is a failure to Bitrix24, which is said where it is chosen."""
    if effect == "pays_as_failed":
        return gettext("Careful: Bitrix24 then counts the invoice as paid, and as failed in its reports.")
    if effect == "cancels" and name not in _ENDED:
        return gettext("Careful: Bitrix24 then counts the invoice as cancelled.")
    if effect == "pays" and name != "paid" and name not in ("credited", "prepaid", "overpaid"):
        return gettext("Careful: Bitrix24 then counts the invoice as paid.")
    return ""
