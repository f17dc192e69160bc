"""The switches of the simulated portal."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from b24xero.simulator.bitrix24.sums import PRECISIONS

# Which invoices a portal has.
WORLDS = ("new", "old", "both", "none")
DATE_FORMATS = ("DD/MM/YYYY", "DD.MM.YYYY", "MM/DD/YYYY", "YYYY-MM-DD")
_CHOICES: dict[str, tuple[str, ...]] = {
    "precision": tuple(PRECISIONS),
    "invoices": WORLDS,
    "date_format": DATE_FORMATS,
}


@dataclass
class Settings:
    """Switches of the portal that a control may turn; each default is the stricter or the documented behaviour.

    ``zone``: the server's time zone, as "America/New_York"; without one it is ``offset_hours`` all year round.
    ``total_at_minus_one``: "omit" or "zero" (start=-1). ``app``: "installed", "not_installed", "payment_required" or
    "no_licence" (REST is not licensed). ``language``: a text that replaces every error_description, as on a
    non-English portal. ``short_tokens``: leave ``expires`` and ``user_id`` out of token answers, as in the older
    documentation. ``blocked_method``: has used up its time of ten minutes after ``blocked_after`` more calls, in
    batches or alone (facts §7.2). ``catalog_methods`` False: an old box that has crm.product.* alone (facts §5).
    ``not_offered``: placements that it does not have, with commas. ``invoices``: one of WORLDS; a portal of old ones
    alone has no catalogue, no product rows, no invoices among its items and no ``fm`` (source §2.5, §3.6; facts §11);
    "none": nobody has opened the list of today's yet, so that their type is not made (source §2.3).
    ``date_format``: how the site spells days, which an update of an old invoice reads back as an American would
    (source §3.4). ``invoice_currency``: which every old invoice is labelled with when it is saved; "" is the base
    currency. ``location_tax``: percent of the tax that the document tax mode adds to old invoices whatever their rows
    say; below 0 the portal is in VAT mode (more §1.4). ``whole_numbers``: error codes that are numbers come as JSON
    numbers, as before 2026 (source §1 #12). ``recurring_field`` False: a box of before 2026
    that has recurring templates among its invoices and no field that tells (source §1 #7). ``exceptions_of``: a method
    of old code whose refusal leaves an exception behind for the rest of its batch (source §1 #13).
    ``fails_after_save``: what an update is told to have failed with although it is saved (source §1 #19).
    ``handlers_anywhere``: placements take a handler on a host without a dot, which a portal refuses (source §1 #21):
    for an app that stands on one.
    ``suffixed_events``: events of items come by their kind, too, as ONCRMDYNAMICITEMUPDATE_31 (facts §8.1).
    ``updates_restricted``: the plan lets nobody change items (source §2.3).
    ``not_granted``: scopes that were not ticked for the application, with commas; ``also_granted``: those that were
    ticked though b24xero does without them. ``no_way_out``: the portal cannot reach its authorization server, so no
    token is confirmed (facts §1.5). ``list_field``: whether invoices of either kind have the field of the list kind.
    ``precision``: "new" (a box of spring 2026, eight decimals a row) or "old" (each row to the cent); what is stored
    changes with the next save. ``serialize_precision``: PHP's; -1 spells a number in as few digits as name it, 17
    spells 432.1 as 432.10000000000002 (source §2.1).
    """

    limits: bool = True
    offset_hours: float = 2.0
    zone: str = ""
    total_at_minus_one: str = "omit"
    app: str = "installed"
    language: str = ""
    short_tokens: bool = False
    blocked_method: str = ""
    blocked_after: int = 0
    not_offered: str = ""
    invoices: str = "new"
    date_format: str = "DD/MM/YYYY"
    invoice_currency: str = ""
    location_tax: float = -1.0
    whole_numbers: bool = False
    recurring_field: bool = True
    exceptions_of: str = ""
    fails_after_save: str = ""
    updates_restricted: bool = False
    handlers_anywhere: bool = False
    catalog_methods: bool = True
    suffixed_events: bool = False
    not_granted: str = ""
    also_granted: str = ""
    no_way_out: bool = False
    precision: str = "new"
    serialize_precision: int = -1
    list_field: bool = True

    @property
    def has_new_invoices(self) -> bool:
        return self.invoices in ("new", "both")

    @property
    def has_old_invoices(self) -> bool:
        return self.invoices in ("old", "both")

    @property
    def has_catalog(self) -> bool:
        return self.catalog_methods and self.invoices != "old"

    @property
    def in_tax_mode(self) -> bool:
        return self.location_tax >= 0

    def change(self, values: dict[str, Any]) -> None:
        """Any of them by name.

        Raises:
            ValueError: there is no such setting, or it has no such value.
        """
        for name, value in values.items():
            if name not in {field.name for field in fields(self)}:
                raise ValueError(f"no such setting: {name}")
            if value not in _CHOICES.get(name, (value,)):
                raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}")
            setattr(self, name, type(getattr(self, name))(value))
