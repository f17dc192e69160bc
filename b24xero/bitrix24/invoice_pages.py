"""Where an invoice of either kind stands in the portal, and which one an address there leads to. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from b24xero.domain.invoice_key import LARGEST_ID, id_of, key_of, kind_of

# Smart processes stand at /crm/type/{entityTypeId}/details/{id}/, invoices are 31 (facts, placements).
_NEW = "/crm/type/31/details/#invoice_id#/"
# A portal may keep its old invoices elsewhere: its option crm.path_to_invoice_show, spelt so (source facts §3.6).
USUAL_OLD = "/crm/invoice/show/#invoice_id#/"
PLACE = "#invoice_id#"


@dataclass(frozen=True)
class InvoicePages:
    """``old_path``: where this portal keeps its old invoices."""

    portal_url: str
    old_path: str = USUAL_OLD

    def of(self, key: int) -> str:
        path = _NEW if kind_of(key) == "smart" else self.old_path
        return f"{self.portal_url}{path.replace(PLACE, str(id_of(key)))}"

    def key_at(self, address: str) -> int:
        """The invoice to which an address leads, 0 for none. The usual place of old ones is known also where the portal
        keeps them elsewhere by now."""
        for path in (_NEW, self.old_path, USUAL_OLD):
            before, _, after = path.partition(PLACE)
            pattern = re.escape(self.portal_url + before) + r"([0-9]{1,10})" + re.escape(after)
            if (led := re.fullmatch(pattern, address)) and int(led[1]) <= LARGEST_ID:
                return key_of("smart" if path is _NEW else "legacy", int(led[1]))
        return 0
