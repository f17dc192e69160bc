"""What of an invoice the rules of a set-up go by, and which of it has to be asked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Needs:
    """What is asked of Bitrix24 for rules alone. ``lists``: fields of the list kind, spelt as Bitrix24 does."""

    departments: bool = False
    sections: bool = False
    lists: tuple[str, ...] = ()


NOTHING = Needs()


@dataclass(frozen=True)
class Traits:
    """Ids are Bitrix24's, 0 or "" where there is none. ``departments``: of whoever is responsible; ``lists``: by field,
    the ids of the values that are chosen; ``sections``: by product of its rows. None, and a field that is missing: not
    asked for, or Bitrix24 did not say."""

    my_company: int = 0
    pipeline: int = 0
    responsible: int = 0
    industry: str = ""
    departments: tuple[int, ...] | None = None
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    sections: Mapping[int, int] | None = field(default=None, hash=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "my_company": self.my_company,
            "pipeline": self.pipeline,
            "responsible": self.responsible,
            "industry": self.industry,
            "departments": None if self.departments is None else list(self.departments),
            "lists": {name: list(values) for name, values in self.lists.items()},
            "sections": None if self.sections is None else {str(id): one for id, one in self.sections.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Traits:
        departments, sections = stored.get("departments"), stored.get("sections")
        return cls(
            my_company=int(stored.get("my_company") or 0),
            pipeline=int(stored.get("pipeline") or 0),
            responsible=int(stored.get("responsible") or 0),
            industry=str(stored.get("industry") or ""),
            departments=None if departments is None else tuple(departments),
            lists={name: tuple(values) for name, values in (stored.get("lists") or {}).items()},
            sections=None if sections is None else {int(id): int(one) for id, one in sections.items()},
        )
