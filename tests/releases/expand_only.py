"""What head may do to the tables while code of the last release still runs on them. Pure.

Tables change by expanding first: what the last release reads and writes stays as it is, and what is new can be left out
by whoever does not know it. It is taken away by a release after that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """``length`` of a text that has one; ``required``: it must be given with each row, since it has no default."""

    kind: str
    required: bool = False
    length: int = 0


@dataclass(frozen=True)
class Table:
    """``unique``: the columns of each constraint or index that lets no two rows be equal."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    unique: Collection[frozenset[str]] = ()


Tables = Mapping[str, Table]


def broken_for_old_code(before: Tables, after: Tables, used: Collection[str]) -> list[str]:
    """What the release's code would stumble over, one sentence each.

    Args:
        used: "table.column" of what that code names; whatever else there was may go.
    """
    said = []
    for name, table in before.items():
        still_used = {column for column in table.columns if f"{name}.{column}" in used}
        if not still_used:
            continue
        if name not in after:
            said.append(f"{name} is gone")
            continue
        said += [f"{name}.{words}" for words in _columns(table, after[name], still_used)]
        for unique in set(after[name].unique) - set(table.unique):
            if unique <= table.columns.keys():
                said.append(f"{name} lets no two rows have the same {', '.join(sorted(unique))}")
    return sorted(said)


def _columns(before: Table, after: Table, used: Collection[str]) -> list[str]:
    said = []
    for name in used:
        old, new = before.columns[name], after.columns.get(name)
        if new is None:
            said.append(f"{name} is gone")
        elif old.kind != new.kind:
            said.append(f"{name} was {old.kind} and is {new.kind}")
        elif new.length and (not old.length or new.length < old.length):
            said.append(f"{name} holds {new.length} characters and no more")
        elif new.required and not old.required:
            said.append(f"{name} must be given now")
    unknown = after.columns.keys() - used
    return said + [
        f"{name} must be given by code that does not know it" for name in unknown if after.columns[name].required
    ]
