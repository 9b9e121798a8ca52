"""Guesses at what a logger's columns hold, from their titles; the operator has the last word."""

from __future__ import annotations

import re

from production.weather.units import Quantity, units_of

# The first that fits wins: "irradiance in the plane" is tried before "irradiance", a cell before both.
_PATTERNS: tuple[tuple[Quantity, str], ...] = (
    ("poa_cell", r"reference cell|ref\.? ?cell|cell(ule)? (de )?r[ée]f|cellule \w* ?irrad"),
    ("poa_global", r"poa|\bgti\b|plane|plan des|plan incl|inclin|tilt|gpi|g_?pv|in.?plane"),
    ("dhi", r"\bdhi\b|diffus"),
    ("dni", r"\bdni\b|beam|directe? normal|direct"),
    ("ghi", r"\bghi\b|global|irradi|rayonnement|ensoleil|pyrano|solar rad|glob"),
    ("albedo", r"alb[eé]do"),
    ("snow_depth", r"neige|snow"),
    ("humidity", r"humid|\brh\b|hygro"),
    ("pressure", r"press"),
    ("wind_speed", r"vent|wind|\bws\b|anemo|an[ée]mo"),
    ("temp_air", r"temp|\bt_?(air|amb|ext)|ambian|air|°c"),
)
# Of the same words, but of something else: a panel's or a battery's temperature, a wind's direction.
_OTHER = re.compile(
    r"temp.*(panneau|module|cell|panel)|(panneau|module|cell|panel).*temp|\bt (mod|cell|panneau)"
    r"|onduleur|inverter|batter|direction|\bdir\b|girou|statut|status",
    re.I,
)


def suggest(title: str) -> tuple[Quantity, str] | None:
    """Quantity and unit a column's title speaks of; None where it says nothing we use."""
    said = title.lower().replace("_", " ")
    if _OTHER.search(said):
        return None
    for quantity, pattern in _PATTERNS:
        if re.search(pattern, said):
            return quantity, _unit(quantity, title)
    return None


def _unit(quantity: Quantity, title: str) -> str:
    """The unit written in the title, longest first; ours where it writes none."""
    written = title.replace("m2", "m²").replace("cm2", "cm²").replace(" ", "").lower()
    known = sorted(units_of(quantity), key=len, reverse=True)
    return next((unit for unit in known if len(unit) > 1 and unit.lower() in written), units_of(quantity)[0])
