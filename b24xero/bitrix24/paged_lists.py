"""How lists of the portal are read to their ends, many pages in one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import PAGE, rows_of
from b24xero.bitrix24.session import Commands, Session
from b24xero.errors import RetryLater, problem

MOST_COMMANDS = 50  # a batch (facts §7.5)
_INSIDE = {"crm.item.list": "items", "crm.item.productrow.list": "productRows"}


@dataclass(frozen=True)
class _Page:
    """A page of a list; ``start`` None is the first one, asked for as its command stands."""

    name: str
    start: int | None = None

    @property
    def key(self) -> str:
        return self.name if self.start is None else f"{self.name}_from_{self.start}"


class Lists:
    """Lists of the portal, each read to its end, up to 50 pages a call in the order in which they were asked for.

    A list of which a page was refused stands in ``errors`` and is empty: it is never given in part.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._commands: dict[str, tuple[str, Params]] = {}
        self._waiting: dict[_Page, None] = {}
        self._seen: set[_Page] = set()
        self._rows: dict[str, list[Params]] = defaultdict(list)
        self.errors: dict[str, Exception] = {}
        self._began: list[datetime | None] = []

    def ask(self, commands: Commands) -> None:
        self._commands |= commands
        self._waiting |= {_Page(name): None for name in commands}

    @property
    def is_open(self) -> bool:
        return bool(self._waiting)

    def finish(self) -> None:
        """As many calls as it takes."""
        while self._waiting:
            self.step()

    def step(self, beside: Commands | None = None) -> Batch:
        """One call. ``beside``: what else it asks, which is in the answer under its own names."""
        waiting, further = list(self._waiting), dict(beside or {})
        most = MOST_COMMANDS - len(further)
        pages, self._waiting = waiting[:most], dict.fromkeys(waiting[most:])
        self._seen |= set(pages)
        answer = self._session.batch({**{page.key: self._command(page) for page in pages}, **further})
        self._began.append(answer.began)
        for page in pages:
            if page.key in answer.errors:
                self.errors[page.name] = answer.errors[page.key]
                continue
            try:
                rows = _rows_in(self._commands[page.name][0], answer.result(page.key))
            except RetryLater as error:
                self.errors[page.name] = error
                continue
            # A legacy list that has become shorter meanwhile begins anew beyond its end (source §1 #16).
            known = self._rows[page.name]
            known += [row for row in rows if page.start is None or row not in known]
            following = answer.nexts.get(page.key)
            if rows and following:
                self._go_on(page.name, following, answer.totals.get(page.key, 0))
        return answer

    @property
    def began(self) -> datetime | None:
        """When the portal began to answer the first of the calls, by its own clock; None where it does not tell."""
        known = [moment for moment in self._began if moment]
        return min(known) if known and len(known) == len(self._began) else None

    def _command(self, page: _Page) -> tuple[str, Params]:
        method, params = self._commands[page.name]
        return method, params if page.start is None else {**params, "start": page.start}

    def _go_on(self, name: str, following: int, total: int) -> None:
        """All further pages at once where the portal counts, else the next one."""
        pages = [_Page(name, start) for start in range(following, max(total, following + 1), PAGE)]
        self._waiting |= {page: None for page in pages if page not in self._seen}

    def take(self, name: str, answer: Batch) -> None:
        """A list of one page that was answered beside something else."""
        if name in answer.errors:
            self.errors[name] = answer.errors[name]
        else:
            self._rows[name] = list(rows_of(answer.get(name)))

    def get(self, name: str) -> list[Params]:
        """A list that may have been refused (a customer), or was not asked for; then empty."""
        return [] if name in self.errors else self._rows.get(name, [])

    def result(self, name: str) -> list[Params]:
        """A list that must have come; raises what was in the way."""
        if name in self.errors:
            raise self.errors[name]
        return self.get(name)


def _rows_in(method: str, answer: Any) -> list[Params]:
    inside = _INSIDE.get(method)
    rows = answer.get(inside) if inside and isinstance(answer, Mapping) else answer
    if inside and not isinstance(rows, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [rows] if isinstance(rows, Mapping) else rows_of(rows)  # a requisite link comes alone
