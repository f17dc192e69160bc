"""The plan of the house as a picture: its rooms, floor by floor, and the imports between them.

``python -m gallery.plan`` writes docs/architecture.svg anew; a test holds the picture against the imports.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from html import escape

from gallery.imports import ROOT, arrows, modules, room_of

PICTURE = ROOT / "docs" / "architecture.svg"

# What everybody may use would be an arrow from everywhere: it is written below the picture instead.
FOR_ALL = ("domain", "errors", "db", "extensions")
LEFT_OUT = ("__main__", "simulator", "encryption", "i18n", "config", *FOR_ALL)

WIDTH, BOX, HEIGHT, STEP, TOP, ASIDE = 1120, 168, 58, 104, 50, 105


def plan() -> dict[str, set[str]]:
    """Each room and the rooms that it imports."""
    found = modules()
    rooms = {room_of(name) for name in found} - set(LEFT_OUT)
    ways: dict[str, set[str]] = {room: set() for room in rooms}
    for start, end in arrows(found, found, room_of):
        # create_app is asked for by its own command alone, when that is run
        if start in rooms and end in rooms and end != "b24xero":
            ways[start].add(end)
    return ways


def floors(ways: Mapping[str, set[str]]) -> list[list[str]]:
    """The rooms from the top floor down: each stands above all that it imports."""
    level: dict[str, int] = {}

    def height(room: str) -> int:
        if room not in level:
            level[room] = 1 + max((height(below) for below in ways[room]), default=-1)
        return level[room]

    for room in ways:
        height(room)
    return [sorted(room for room in ways if level[room] == floor) for floor in reversed(range(max(level.values()) + 1))]


def nearest(ways: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """The arrows that say something: none to a room that is reached by way of another one as well."""
    far: dict[str, set[str]] = {}

    def reached(room: str) -> set[str]:
        if room not in far:
            far[room] = ways[room].union(*(reached(below) for below in ways[room]))
        return far[room]

    return {
        (room, below)
        for room, direct in ways.items()
        for below in direct
        if not any(below in reached(other) for other in direct - {below})
    }


def sentence(room: str) -> str:
    """What the room says of itself, up to its first stop."""
    module = modules()[f"b24xero.{room}" if room != "b24xero" else room]
    said = (ast.get_docstring(module.tree) or "").split("\n")[0]
    return said.split(":")[0].split(" Pure")[0].rstrip(".")


def svg() -> str:
    """The picture; every box carries its sentence as a title, for the pointer and for screen readers."""
    ways = plan()
    storeys = floors(ways)
    places = {
        # each floor stands a little aside of the next, so that no arrow runs unseen behind a box
        room: (WIDTH * (2 * column + 1) // (2 * len(storey)) + ASIDE * (floor % 3 - 1), TOP + STEP * floor)
        for floor, storey in enumerate(storeys)
        for column, room in enumerate(storey)
    }
    lines = [_arrow(places[start], places[end]) for start, end in sorted(nearest(ways))]
    boxes = [_box(room, *places[room]) for storey in storeys for room in storey]
    height = TOP + STEP * len(storeys)
    foot = f"Arrows lead to what is imported. Everybody may use {', '.join(FOR_ALL[:-1])} and {FOR_ALL[-1]}."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 20}" role="img" '
            'font-family="system-ui, sans-serif" font-size="15">',
            "<title>The rooms of b24xero and who imports whom</title>",
            f'<rect width="{WIDTH}" height="{height + 20}" fill="#fff"/>',
            '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#586173"/></marker>',
            *lines,
            *boxes,
            f'<text x="{WIDTH // 2}" y="{height}" text-anchor="middle" fill="#586173">{escape(foot)}</text>',
            "</svg>",
            "",
        ]
    )


def _box(room: str, x: int, y: int) -> str:
    name = "create_app" if room == "b24xero" else room
    corner = f'x="{x - BOX // 2}" y="{y - HEIGHT // 2}" width="{BOX}" height="{HEIGHT}"'
    return (
        f"<g><title>{escape(sentence(room))}</title>"
        f'<rect {corner} rx="8" fill="#f1f3f6" stroke="#828a9b"/>'
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-weight="600" fill="#1a1f2b">{name}</text></g>'
    )


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x, y), (to_x, to_y) = start, end
    y, to_y = y + HEIGHT // 2, to_y - HEIGHT // 2
    bend = (to_y - y) // 2
    return (
        f'<path d="M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}" fill="none" stroke="#586173" '
        'stroke-width="1.2" opacity=".7" marker-end="url(#tip)"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
