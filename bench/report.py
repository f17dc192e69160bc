"""How the table is told: as text, as JSON, as a chart, and between two marks in docs/performance.md."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from bench.place import ROOT

PAGE, CHART, DATA = (ROOT / "docs" / f"performance.{kind}" for kind in ("md", "svg", "json"))
BEGIN, END = "<!-- figures: written by run.py bench -->", "<!-- end of figures -->"

Sections = Mapping[str, Mapping[str, Any]]
TITLES = {
    "pushes": "Pushing", "pulls": "Pulling", "press": "One press, vendors at 150 ms: time ÷ the vendors' own",
    "pages": "Pages: CPU in ms", "processes": "Processes",
}  # fmt: skip
_WIDTH, _LINE, _LABEL = 760, 22, 330


def text(sections: Sections) -> str:
    """As Markdown, which reads well enough on a screen."""
    return "\n\n".join(f"### {TITLES[name]}\n\n{_table(section)}" for name, section in sections.items())


def _table(section: Mapping[str, Any]) -> str:
    nested = {name: row if isinstance(row, Mapping) else {"": row} for name, row in section.items()}
    blocks: dict[tuple[str, ...], list[str]] = {}
    for name, row in nested.items():
        line = f"| {name} | {' | '.join(map(_figure, row.values()))} |"
        blocks.setdefault(tuple(row), []).append(line)
    return "\n\n".join(
        f"| | {' | '.join(heads)} |\n|---|{'---:|' * len(heads)}\n" + "\n".join(lines)
        for heads, lines in blocks.items()
    )


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def write(sections: Sections) -> None:
    """Into the documentation; what people wrote around the figures stays."""
    now = datetime.now(UTC)
    about = f"Measured on {now:%Y-%m-%d} with Python {platform.python_version()} on {platform.machine()}."
    DATA.write_text(json.dumps({"at": now.isoformat(timespec="seconds"), **sections}, indent=1) + "\n")
    CHART.write_text(chart(sections["pushes"], sections.get("pulls", {})))
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{about}\n\n{text(sections)}\n{END}{after}")


def chart(*sections: Mapping[str, Any]) -> str:
    """Bars of the calls to both vendors, on a scale of tens: peers need hundreds of times as many."""
    calls = {
        name: row["Bitrix24"] + row["Xero"]
        for section in sections
        for name, row in section.items()
        if "Bitrix24" in row and not name.endswith("postgresql")
    }
    most = max(len(str(count)) for count in calls.values())
    lines = [_bar(n, name, count, most) for n, (name, count) in enumerate(calls.items())]
    height = _LINE * (len(lines) + 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" font-size="13" '
        f'font-family="sans-serif"><title>Calls to both vendors</title>\n'
        f'<text x="0" y="16" font-weight="bold">Calls to both vendors, each tick ten times as many</text>\n'
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def _bar(n: int, name: str, count: int, most: int) -> str:
    """As long as the number has digits, and parts of one."""
    y = _LINE * (n + 2)
    digits = len(str(count)) - 1 + count / 10 ** len(str(count)) if count else 0.0
    length = (_WIDTH - _LABEL - 70) * digits / most
    colour = "#8a8f98" if name.startswith(("peer", "floor")) else "#1a73b7"
    return (
        f'<text x="{_LABEL - 8}" y="{y}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="{y - 13}" width="{length:.0f}" height="15" fill="{colour}"/>'
        f'<text x="{_LABEL + length + 6:.0f}" y="{y}">{count:,}</text>'
    )
