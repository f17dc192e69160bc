"""Tracking options of a line as it was written, as it would be and as Xero shows it, category by category. Pure.

What we say of a category is compared with what stands there; a category of which we say nothing is whoever's set it in
Xero, and stays. Xero takes the list of a line as a whole, so what stays is sent along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from b24xero.domain.books import Books, TrackingCategory, TrackingOption
from b24xero.xero.parse import Tracking, tracked

Json = Mapping[str, Any]
Options = Sequence[Tracking] | None


def named(choice: Tracking, books: Books | None) -> Tracking:
    """The same by ids and by names, as far as the books know them: a body has the ids alone, a list of Xero's leaves
    out the option's, and both may be renamed there."""
    category = _category(choice, books)
    if category is None:
        return choice
    option = _option(choice, category)
    found = replace(choice, name=category.name, category_id=category.id)
    return replace(found, option=option.name, option_id=option.id) if option else found


def _category(choice: Tracking, books: Books | None) -> TrackingCategory | None:
    known = (books.tracking if books else None) or ()
    return next(
        (one for one in known if one.id == choice.category_id or (not choice.category_id and one.name == choice.name)),
        None,
    )


def _option(choice: Tracking, category: TrackingCategory) -> TrackingOption | None:
    if choice.option_id:
        return category.option(choice.option_id)
    same = [one for one in category.options if one.name.casefold() == choice.option.casefold()]
    return next((one for one in same if one.live), same[0] if same else None)


def key_of(choice: Tracking) -> str:
    """Which category it is of."""
    return choice.category_id or choice.name


def option_of(choice: Tracking) -> str:
    """Which option, as a body of ours says it."""
    return choice.option_id or choice.option.casefold()


def by_category(options: Options) -> dict[str, Tracking]:
    return {key_of(one): one for one in options or ()}


@dataclass(frozen=True)
class Compared:
    """One category of one line in the three versions, None where nothing of it is said."""

    category: str
    written: Tracking | None
    now: Tracking | None
    current: Tracking | None

    @property
    def changed(self) -> bool:
        return not _same(self.written, self.now)

    @property
    def edited(self) -> bool:
        return not _same(self.written, self.current)


def _same(one: Tracking | None, other: Tracking | None) -> bool:
    """By their ids, else by their names; of an id beside a name, while the books do not know them, nothing is told."""
    if one is None or other is None:
        return one is other
    if one.option_id and other.option_id:
        return one.option_id == other.option_id
    return not (one.option and other.option) or one.option.casefold() == other.option.casefold()


def compared(written: Options, now: Options, current: Options) -> Iterator[Compared]:
    """The categories of which we say, or last said, something, and that differ from what Xero shows."""
    if current is None:
        return  # the answer does not tell
    was, said, shown = by_category(written), by_category(now), by_category(current)
    for category in dict.fromkeys((*said, *was)):
        one = Compared(category, was.get(category), said.get(category), shown.get(category))
        if not _same(one.now, one.current):
            yield one


def is_same(one: Options, other: Options) -> bool:
    """Whether both say the same options."""
    left, right = by_category(one), by_category(other)
    return all(_same(left.get(key), right.get(key)) for key in {*left, *right})


def beside(current: Options, *ours: Options) -> list[Tracking]:
    """Those of the line in Xero that are of none of our categories."""
    mine = {key for options in ours for key in by_category(options)}
    return [one for one in current or () if key_of(one) not in mine]


def put(line: dict[str, Any], category: str, value: Tracking | None) -> None:
    """Say of one category what Xero shows, None: nothing."""
    said = [one for one in line.get("Tracking", ()) if key_of(tracked(one)) != category]
    line["Tracking"] = [*said, value.body()] if value else said
