"""What the customers of a list are called: asked for by their ids, early where it is known who will be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from b24xero.bitrix24 import parse, parse_customer
from b24xero.bitrix24.batch import Batch
from b24xero.bitrix24.item_list import COMPANY, CONTACT, PAGE, UNCOUNTED, Owner, list_command
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.invoice import InvoiceRow
from b24xero.errors import Forbidden

MOST_COMMANDS = 50  # a batch; these pages are found by ids alone
# So many are asked for before it is known who is shown: four commands beside the page.
MOST_LIKELY = 200
_PREFIX = "names_"
_FIELDS = {COMPANY: ("id", "title"), CONTACT: ("id", *parse_customer.CONTACT_NAMES)}


class CustomerNames:
    """Of one page, as far as they are known. Who will be shown is often known before the page is: then the names travel
    with it, and only those that are missing afterwards cost a call of their own."""

    def __init__(self) -> None:
        self._known: dict[Owner, str] = {}
        self._asked: set[Owner] = set()
        self._expected: dict[Owner, None] = {}

    def tell(self, names: Mapping[Owner, str]) -> None:
        """What was read elsewhere."""
        self._known |= names

    def expect(self, owners: Iterable[Owner]) -> None:
        """They are likely to be shown, the first of them most."""
        self._expected |= dict.fromkeys(owners)

    def likely(self) -> Commands:
        """What asks for those that are expected, if not for too many."""
        return self._commands(islice(filter(self._is_open, self._expected), MOST_LIKELY))

    def missing(self, rows: Iterable[InvoiceRow]) -> Commands:
        """What asks for the rest of those that are shown."""
        return self._commands(filter(self._is_open, map(owner_of_row, rows)))

    def take(self, answer: Batch) -> None:
        """Whichever of them came with it; a customer whom this person may not see has no name, nor has any of a list
        that was refused: the page stands without."""
        asked = [name for name in answer.results if name.startswith(_PREFIX)]
        self._known |= read_names(answer, asked)

    def named(self, rows: Iterable[InvoiceRow]) -> tuple[InvoiceRow, ...]:
        return tuple(replace(row, customer_name=self._known.get(owner_of_row(row), "")) for row in rows)

    def _is_open(self, owner: Owner) -> bool:
        return owner[1] > 0 and owner not in self._known and owner not in self._asked

    def _commands(self, owners: Iterable[Owner]) -> Commands:
        wanted = set(owners)
        self._asked |= wanted
        return name_commands(wanted)


def owner_of_row(row: InvoiceRow) -> Owner:
    return (COMPANY, row.company_id) if row.company_id else (CONTACT, row.contact_id)


def names_of(session: Session, owners: Iterable[Owner]) -> dict[Owner, str]:
    """Of the customers that this person sees: one call for every 2,500."""
    found: dict[Owner, str] = {}
    commands = list(name_commands(owners).items())
    for first in range(0, len(commands), MOST_COMMANDS):
        some = dict(commands[first : first + MOST_COMMANDS])
        found |= read_names(session.batch(some), some)
    return found


def name_commands(owners: Iterable[Owner]) -> Commands:
    wanted = sorted(owner for owner in set(owners) if owner[1])
    return {
        f"{_PREFIX}{entity}_{ids[first]}": list_command(
            entity, {"@id": ids[first : first + PAGE]}, _FIELDS[entity], start=UNCOUNTED
        )
        for entity in _FIELDS
        if (ids := [id for kind, id in wanted if kind == entity])
        for first in range(0, len(ids), PAGE)
    }


def read_names(answer: Batch, commands: Iterable[str]) -> dict[Owner, str]:
    """What ``name_commands`` asked for; of a kind that this person may not read none."""
    found: dict[Owner, str] = {}
    for name in commands:
        if isinstance(answer.errors.get(name), Forbidden):
            continue
        entity = int(name.split("_")[1])
        spelt = parse_customer.company_name if entity == COMPANY else parse_customer.contact_name
        found |= {(entity, parse.number(item.get("id"))): spelt(item) for item in answer.rows(name, "items")}
    return found
