"""The whole table of ``run.py bench``: ours, the vendors' floor and peers in one run, from small to large."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from b24xero.db.models import InvoiceLink
from b24xero.extensions import db
from bench import company, floor, history, jobs, pages, payments, peers, process, single
from bench.company import Company
from bench.costs import Cost
from bench.peers import Peer
from bench.place import DATABASES, Place, admin, fresh_folder, place
from tests.people import Person

Section = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How large everything is; a hundredth of it shows whether the table is whole."""

    push: int = 1000
    contacts: tuple[int, ...] = (6000, 15000)
    pull: tuple[int, ...] = (10_000, 20_000)
    links: tuple[int, ...] = (200, 2_000, 20_000)
    entries_a_link: int = 5

    @property
    def customers(self) -> int:
        return self.push // 5


SMALL = Size(push=50, contacts=(160, 200), pull=(50,), links=(20, 50, 100))


def made(size: Size, say: Callable[[str], None]) -> Section:
    """Every section, each in a world of its own."""
    found: Section = {}
    for name, section in (
        ("pushes", pushes), ("pulls", pulls), ("press", presses), ("pages", all_pages), ("processes", processes),
    ):  # fmt: skip
        began = time.monotonic()
        found[name] = section(size)
        say(f"{name}: {time.monotonic() - began:.0f} s")
    return found


@contextmanager
def world(database: str = "sqlite") -> Iterator[tuple[Place, Person]]:
    with place(database, fresh_folder(f"table-{database}")) as here:
        yield here, admin(here, **payments.SET_UP)


# -- calls ------------------------------------------------------------------------------------------------------------


def pushes(size: Size) -> Section:
    found: Section = {}
    for contacts in size.contacts:
        firm = Company(size.push, size.customers, contacts)
        of_firm = f"{size.push:,} invoices, {contacts:,} contacts"
        for database in DATABASES if contacts == size.contacts[0] else DATABASES[:1]:
            with world(database) as (here, _):
                found |= {f"{n}, {of_firm}, {database}": _told(c) for n, c in jobs.pushes(here, firm).items()}
        found[f"floor of push, {of_firm}"] = _floor(*floor.of_push(firm))
    firm = Company(size.push, size.customers, size.contacts[0])
    with world() as (here, _):
        costs = jobs.pushes(here, firm, summary=True)
    found["summary"], found["push after its summary"] = _told(costs["summary"]), _told(costs["push"])
    for name, work in (("peer, one by one", peers.one_by_one), ("peer, batched", peers.batched)):
        with world() as (here, _):
            ids = company.found(here, firm)
            found[name] = _told(peers.cost(here, partial(_on_ids, work, ids)))
    return found


def _on_ids(work: Callable[[Peer, list[int]], None], ids: list[int], peer: Peer) -> None:
    work(peer, ids)


def pulls(size: Size) -> Section:
    found: Section = {}
    for count in size.pull:
        with world() as (here, _):
            found |= {f"{name} of {count:,}": _told(cost) for name, cost in jobs.pulls(here, count).items()}
        found[f"floor of pull, all of {count:,}"] = _floor(*floor.of_pull(count))
    count = size.pull[0]
    for name, work in (("peer, each open one", peers.each_open_one), ("peer, pages of 100", peers.pages_of_a_hundred)):
        with world() as (here, _):
            ids = company.linked(here, count)
            company.pay(here, ids[: count // 100])
            found[f"{name}, 1 % of {count:,}"] = _told(peers.cost(here, partial(_on_links, work, _links(here))))
    return found


def _on_links(work: Callable[[Peer, dict[str, int]], None], known: dict[str, int], peer: Peer) -> None:
    work(peer, known)


def _links(here: Place) -> dict[str, int]:
    with here.app.app_context():
        rows = db.session.execute(select(InvoiceLink.xero_id, InvoiceLink.bitrix24_id))
        return {str(xero_id): id for xero_id, id in rows}


def _told(cost: Cost) -> Section:
    bitrix24, xero = cost.calls["bitrix24"], cost.calls["xero"]
    return {
        "Bitrix24": bitrix24, "Xero": xero, "MB": round(cost.bytes_read / 1e6, 1), "queries": cost.queries,
        "commits": cost.commits, "CPU s": round(cost.cpu, 2), "limits s": floor.seconds(bitrix24, xero),
    }  # fmt: skip


def _floor(bitrix24: int, xero: int) -> Section:
    return {"Bitrix24": bitrix24, "Xero": xero, "limits s": floor.seconds(bitrix24, xero)}


# -- our own process --------------------------------------------------------------------------------------------------


def presses(_size: Size) -> Section:
    with world() as (here, mere):
        return {name: round(ratio, 2) for name, ratio in single.ratios(here, mere).items()}


def all_pages(size: Size) -> Section:
    """CPU milliseconds of each page at each size, how they grow, and plain pages beside them."""
    found: Section = {}
    for database in DATABASES:
        grown: dict[str, list[float]] = {name: [] for name in pages.PAGES}
        for links in size.links:
            with world(database) as (here, mere):
                history.fill(here, links, links * size.entries_a_link)
                looked = pages.looked_at(here, mere, links * size.entries_a_link)
            for name, page in looked.items():
                grown[name].append(page.median)
                found[f"{name}, {links:,} links, {database}"] = {k: round(v, 1) for k, v in asdict(page).items()}
        for name, costs in grown.items():
            exponent = pages.exponent(size.links, costs)
            found[f"{name}, {database}: grows with"] = {"exponent": round(exponent, 2)}
    plain = pages.plain()
    own = 1000 / found[f"{pages.PAGES[0]}, {size.links[-1]:,} links, sqlite"]["median"]
    beside = {"bare page": plain["bare"], "plain page of 50 rows": plain["plain"], "ours of 50 rows": own}
    found["requests a second of one processor"] = {name: round(each) for name, each in beside.items()}
    return found


def processes(_size: Size) -> Section:
    with world() as (here, _):
        return process.costs(here)
