"""A file that is another meter's: its readings are stored there already."""

from __future__ import annotations

import numpy as np

from production.doubts.doubt import Doubt
from production.formats.series import Ints

SAMPLE = 40
# Constant or tiny energies coincide by chance; ten different ones on the same minutes don't.
FEWEST_DISTINCT = 10
ALIKE = 0.9


def sample(energy_wh: Ints) -> Ints:
    """Return the ranks of readings that tell a meter from another, shape (k,): with energy, spread evenly."""
    lit = np.flatnonzero(energy_wh > 0)
    if len(lit) < FEWEST_DISTINCT:
        return np.zeros(0, dtype=np.int64)
    spread = np.unique(np.linspace(0, len(lit) - 1, min(SAMPLE, len(lit))).round().astype(np.int64))
    chosen: Ints = lit[spread]
    return chosen if len(np.unique(energy_wh[chosen])) >= FEWEST_DISTINCT else np.zeros(0, dtype=np.int64)


def doubt_meter(alike: dict[str, int], asked: int) -> Doubt | None:
    """Judge how many of `asked` sampled readings each other meter (by its name) holds to the watt-hour."""
    if not asked or not alike:
        return None
    name = max(alike, key=lambda other: alike[other])
    if alike[name] < ALIKE * asked:
        return None
    problem = f"ce fichier donne les relevés déjà enregistrés pour {name}, au watt-heure près"
    remedy = f"choisissez le compteur {name}, ou le fichier du compteur voulu"
    return Doubt("meter", problem, remedy)
