"""What the demo company sells, and what its invoices are about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ware:
    """Something the joinery sells. ``price`` is without tax; ``product`` 0 is a row of free text; ``code`` is one that
    Xero knows as well."""

    name: str
    price: str
    product: int
    quantities: tuple[str, ...] = ("1",)
    measure: tuple[int, str] = (796, "pcs")
    tax: int | None = 15
    code: str = ""


HOURS, METRES = (356, "h"), (6, "m")
WARES = (
    Ware("Kitchen cabinet, base unit 600 mm", "684.50", 1201, ("2", "4", "6"), code="KC-600"),
    Ware("Kitchen cabinet, wall unit 900 mm", "512.00", 1203, ("2", "3", "5"), code="KC-900"),
    Ware("Benchtop, rimu, oiled", "389.90", 1205, ("1.8", "2.4", "3.65"), METRES),
    Ware("Internal door, solid, primed", "462.35", 1207, ("1", "3", "11"), code="DOOR-INT"),
    Ware("Stair treads, white oak", "128.75", 1209, ("13", "14", "16")),
    Ware("Window seat with drawers", "749.57", 1211),
    Ware("Bag shelf, birch ply", "214.20", 1213, ("4", "8", "12")),
    Ware("Coat hooks, turned, set of six", "46.95", 1215, ("3", "5", "20")),
    Ware("Reception counter, recycled mataī", "4850.00", 1217),
    Ware("Sash window, reglazed", "935.00", 1219, ("1", "2", "6")),
    Ware("Site labour, joiner", "92.00", 1221, ("3.5", "7.25", "16", "40"), HOURS),
    Ware("Workshop labour", "78.50", 1223, ("2.75", "12", "33.5"), HOURS),
    Ware("Drawing and design", "115.00", 1225, ("1.5", "4", "9"), HOURS),
    Ware("Delivery, Nelson–Tasman", "85.00", 1227),
    Ware("Brass hinges, pair", "18.33", 1229, ("6", "17", "24")),
    Ware("Oil finish, third coat", "7.77", 1231, ("3", "9.5", "41"), METRES),
    Ware("Removal of old fittings", "340.00", 0),
    Ware("Ferry crossing, at cost", "289.13", 0),
    Ware("Extra work agreed on site, see e-mail", "150.00", 0, ("1", "2")),
    Ware("Council consent fee, passed on", "412.00", 0, tax=None),
    Ware("Donated hours", "60.00", 0, ("4", "6"), HOURS, tax=None),
)
EXPORTS = (
    Ware("Consulting, boatbuilding timber", "145.00", 1233, ("8", "16", "62.5"), HOURS, tax=0),
    Ware("Design licence, annual", "2100.65", 1235, tax=0),
    Ware("Sample boards, crated", "318.40", 1237, ("1", "3"), tax=0),
    Ware("Freight, Port Nelson", "960.00", 0, tax=0),
    Ware("Export documents", "75.00", 0, tax=None),
)
TITLES = (
    "Kitchen, stage 1", "Kitchen, stage 2", "Kitchen, final stage", "Bag shelves", "Stair treads, lot {n}",
    "Slipway doors, {n} of 20", "Sample boards", "Cellar door joinery", "Window seat", "Internal doors, {n} off",
    "Library fit-out", "Bunk room repairs", "Notice board", "Reception counter", "Coat hooks", "Tasting bar",
    "Heritage sashes, level {n}", "Display cases", "Pergola", "Wardrobe & drawers", 'Sign "Open"', "Bookcase, room {n}",
    "Honours board", "Bar front", "Repairs after the storm", "Cot & changing table",
)  # fmt: skip
EXPORT_TITLES = (
    "Consulting, Q{n}",
    "Design licence",
    "Sample boards",
    "Boat interior, package {n}",
    "Gallery plinths",
)
