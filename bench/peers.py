"""The same work as others do it, written plainly: what they ask of both vendors for it, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import requests

from bench.costs import Cost, counted
from bench.place import Place

Json = dict[str, Any]
SMART_INVOICE, COMPANY = 31, 4
PAID = "DT31_7:P"


class Peer:
    """One person's tokens at both vendors, and a plain client."""

    def __init__(self, here: Place) -> None:
        self.here = here
        self.portal, self.xero = here.environ["BITRIX24_PORTAL_URL"], f"{here.environ['XERO_API_URL']}/api.xro/2.0"
        self.token = str(here.control("bitrix24/token", user_id=1)["access_token"])
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {here.control('xero/token')['access_token']}"
        self.session.headers["Accept"] = "application/json"
        self.session.headers["xero-tenant-id"] = next(iter(here.world.xero.organisations))

    # -- the two wires --------------------------------------------------------------------------------------------

    def ask(self, method: str, **params: Any) -> Any:
        answer = requests.post(f"{self.portal}/rest/{method}", json={**params, "auth": self.token}, timeout=60)
        answer.raise_for_status()
        return answer.json()["result"]

    def batch(self, commands: Sequence[tuple[str, Json]]) -> list[Any]:
        """Fifty at most."""
        lines = {f"c{n}": f"{method}?{urlencode(params)}" for n, (method, params) in enumerate(commands)}
        results = self.ask("batch", halt=0, cmd=lines)["result"]
        return [results[name] for name in lines]

    def get(self, path: str, **query: Any) -> Json:
        return self._sent(self.session.get(f"{self.xero}/{path}", params=query, timeout=60))

    def put(self, path: str, body: Json) -> Json:
        return self._sent(self.session.put(f"{self.xero}/{path}", json=body, timeout=60))

    def _sent(self, answer: requests.Response) -> Json:
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    # -- parts of the work ----------------------------------------------------------------------------------------

    def contact(self, title: str) -> str:
        """By its name, created where Xero has none."""
        found = self.get("Contacts", where=f'Name=="{title}"')["Contacts"]
        made = found or self.put("Contacts", {"Contacts": [{"Name": title}]})["Contacts"]
        return str(made[0]["ContactID"])

    def move(self, id: int) -> None:
        self.ask("crm.item.update", entityTypeId=SMART_INVOICE, id=id, fields={"stageId": PAID})


def _invoice(item: Json, rows: Sequence[Json], contact_id: str) -> Json:
    lines = [
        {
            "Description": row["productName"], "Quantity": row["quantity"], "UnitAmount": row["price"],
            "AccountCode": "200",
        }
        for row in rows
    ]  # fmt: skip
    return {
        "Type": "ACCREC", "Contact": {"ContactID": contact_id}, "Reference": f"{item['accountNumber']}",
        "Status": "DRAFT", "LineItems": lines,
    }  # fmt: skip


def _get(id: int) -> tuple[str, Json]:
    return "crm.item.get", {"entityTypeId": SMART_INVOICE, "id": id}


def _rows(id: int) -> tuple[str, Json]:
    return "crm.item.productrow.list", {"filter[=ownerType]": "SI", "filter[=ownerId]": id}


# -- pushing ----------------------------------------------------------------------------------------------------------


def one_by_one(peer: Peer, ids: Sequence[int]) -> None:
    """Each invoice with its rows and its company, its contact looked for, and written alone."""
    for id in ids:
        item = peer.ask("crm.item.get", entityTypeId=SMART_INVOICE, id=id)["item"]
        rows = peer.ask("crm.item.productrow.list", filter={"=ownerType": "SI", "=ownerId": id})["productRows"]
        company = peer.ask("crm.item.get", entityTypeId=COMPANY, id=item["companyId"])["item"]
        peer.put("Invoices", {"Invoices": [_invoice(item, rows, peer.contact(company["title"]))]})


def batched(peer: Peer, ids: Sequence[int]) -> None:
    """Everything in batches of fifty, but for the contacts, which are looked for one by one and remembered."""
    contacts: dict[int, str] = {}
    for part in _parts(ids, 50):
        items = [answer["item"] for answer in peer.batch([_get(id) for id in part])]
        rows = [answer["productRows"] for answer in peer.batch([_rows(id) for id in part])]
        for company in {item["companyId"] for item in items} - contacts.keys():
            found = peer.ask("crm.item.get", entityTypeId=COMPANY, id=company)["item"]
            contacts[company] = peer.contact(found["title"])
        made = [_invoice(item, own, contacts[item["companyId"]]) for item, own in zip(items, rows, strict=True)]
        peer.put("Invoices", {"Invoices": made})


# -- pulling ----------------------------------------------------------------------------------------------------------


def each_open_one(peer: Peer, known: dict[str, int]) -> None:
    """Every invoice that is open is asked for by its id, and moved alone where it was paid.

    Args:
        known: the invoices of Bitrix24 by their ids in Xero.
    """
    for xero_id, id in known.items():
        if peer.get(f"Invoices/{xero_id}")["Invoices"][0]["Status"] == "PAID":
            peer.move(id)


def pages_of_a_hundred(peer: Peer, known: dict[str, int]) -> None:
    """All invoices, a hundred a page as Xero gives them unless told otherwise; each that was paid is moved alone."""
    number = 1
    while found := peer.get("Invoices", page=number, where='Type=="ACCREC"')["Invoices"]:
        for said in found:
            if said["Status"] == "PAID" and said["InvoiceID"] in known:
                peer.move(known[said["InvoiceID"]])
        number += 1


def _parts(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[first : first + size] for first in range(0, len(ids), size))


def cost(here: Place, work: Callable[[Peer], None]) -> Cost:
    peer = Peer(here)
    with here.app.app_context(), counted(here) as found:
        work(peer)
    return found


__all__ = ["Peer", "batched", "cost", "each_open_one", "one_by_one", "pages_of_a_hundred"]
