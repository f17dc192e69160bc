"""How Activity tells of products: what was pressed, what came of it, where it leads."""

from __future__ import annotations

from flask import url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_babel import lazy_gettext as _

from b24xero.db.models import SyncEntry
from b24xero.db.states import EntryKind
from b24xero.web.common import urls
from b24xero.web.messages.render import Fix

KINDS: dict[EntryKind, LazyString] = {"product": _("Add product"), "items": _("Create in Xero")}

SAID = {
    ("product", "created"): lazy_gettext("“%(after)s” is in Bitrix24 and in Xero."),
    ("product", "failed"): lazy_gettext("“%(after)s” is not in both catalogues yet. Products has what is missing."),
    ("items", "created"): lazy_gettext("Created in Xero as item %(after)s."),
    ("items", "linked"): lazy_gettext("Linked with the item %(after)s, which Xero had already. Nothing was written."),
    ("items", "unchanged"): lazy_gettext("The product had its item %(after)s already, so nothing was sent."),
    ("items", "skipped"): lazy_gettext("Nothing was sent to Xero."),
    ("items", "rejected"): lazy_gettext("The product could not get an item in Xero."),
    ("items", "failed"): lazy_gettext("This could not be finished."),
}


def places_of() -> urls.Places:
    """An entry of a product has no invoice to lead to."""
    return urls.Places(portal=urls.portal_url())


def links(entry: SyncEntry) -> tuple[Fix, ...]:
    found = [Fix(gettext("Show it in Products"), url_for("products.index", q=entry.number.lstrip("#")))]
    if entry.run_id:
        found.insert(0, Fix(gettext("Run %(id)s", id=entry.run_id), url_for("runs.show", run_id=entry.run_id)))
    return tuple(found)
