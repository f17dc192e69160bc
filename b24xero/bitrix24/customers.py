"""Who owes the money of invoices: companies and contacts with their requisites and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from b24xero.bitrix24 import parse, parse_customer
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.flags import is_no
from b24xero.bitrix24.item_list import COMPANY, CONTACT, Owner
from b24xero.domain.invoice import Customer


class Customers:
    """Companies and contacts with their requisites and addresses, as far as this person sees them."""

    def __init__(
        self,
        items: Mapping[int, Iterable[Params]],
        requisites: Iterable[Params],
        addresses: Iterable[Params],
        *,
        addresses_hidden: bool = False,
    ) -> None:
        """``addresses_hidden``: the portal refuses them to this person, whoever they are of (source §1 #8)."""
        self._addresses_hidden = addresses_hidden
        self._gone: set[Owner] = set()
        self._items = {(entity, parse.number(item.get("id"))): item for entity in items for item in items[entity]}
        self._requisites = _by_owner(requisites, "ENTITY_TYPE_ID", "ENTITY_ID")
        self._addresses = _by_owner(addresses, "ANCHOR_TYPE_ID", "ANCHOR_ID")

    def of(self, item: Params, requisite_id: int) -> Customer | None:
        """The invoice's customer; None when it has none, and when its company is hidden from this person: the contact
        is not who owes the money."""
        owner = owner_of(item)
        if owner not in self._items:
            return None
        return parse_customer.customer(
            self._items[owner] if owner[0] == COMPANY else None,
            self._items.get((CONTACT, contact_id(item))),
            self._requisites.get(owner, []),
            self._addresses.get(owner, []),
            requisite_id,
            address_hidden=self._addresses_hidden,
        )

    def industry_of(self, item: Params) -> str:
        """Of the company that owes the money, by its code in the portal's list (facts §4)."""
        owner = owner_of(item)
        return parse.text(self._items[owner].get("industry")) if owner[0] == COMPANY and owner in self._items else ""

    def lacks(self, item: Params) -> bool:
        """Whether the invoice names a customer who is not among them."""
        return bool(owner_of(item)[1]) and owner_of(item) not in self._items

    def are_gone(self, owners: Iterable[Owner]) -> None:
        """Bitrix24 has just said that these were deleted."""
        self._gone |= set(owners)

    def is_gone(self, item: Params) -> bool:
        return owner_of(item) in self._gone

    def leave_a_choice(self, item: Params) -> bool:
        """Whether it matters which requisite the invoice names. Without a name an inactive one is not taken."""
        owner = owner_of(item)
        own = self._requisites.get(owner, [])
        return owner in self._items and (len(own) > 1 or any(is_no(one.get("ACTIVE")) for one in own))


def _by_owner(rows: Iterable[Params], kind: str, id: str) -> dict[Owner, list[Params]]:
    found: dict[Owner, list[Params]] = defaultdict(list)
    for row in rows:
        found[parse.number(row.get(kind)), parse.number(row.get(id))].append(row)
    return dict(found)


def owner_of(item: Params) -> Owner:
    """Who owes the money: the company if there is one, else the contact."""
    company = parse.number(item.get("companyId"))
    return (COMPANY, company) if company else (CONTACT, contact_id(item))


def contact_id(item: Params) -> int:
    """The primary contact: to what a reference in a batch leads when one invoice is read."""
    return parse.number(item.get("contactId"))
