"""Technical sheets of the eight roofs. Pure; all of it invented, like the roofs.

Each adds up to the losses its roof was entered with: what the items leave out stands in the lump. Where
a neighbour's house takes the light, or a module of the catalogue stands for ours, the lump makes up for it,
so that the sheet and the series describe the same roof.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mine_de_soleil.demo.roofs import Roof
from mine_de_soleil.demo.series import AGEING_A_YEAR
from production.fleet import Losses

# Pollen in spring, dust of a dry summer; rain washes the rest of the year.
SOILING = (0.010, 0.010, 0.012, 0.018, 0.020, 0.018, 0.018, 0.018, 0.014, 0.010, 0.008, 0.008)
# Beside a road of lorries it is half as much again.
DUSTY = tuple(round(share * 1.5, 4) for share in SOILING)
MODULE = "Canadian_Solar_Inc__CS6K_300MS"
INVERTER = "SMA_America__STP_33_US_41__480V_"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one roof's sheet says beyond the common items.

    horizon_deg [°], clockwise from north; `makes_up` [1]: what horizon or module take from a year, as the
    engine counts it (less than nothing: give), so that the lump doesn't take it once more.
    """

    source: str
    soiling: tuple[float, ...] = SOILING
    shading: float = 0.015
    horizon_deg: tuple[float, ...] = ()
    physics: Mapping[str, Any] = field(default_factory=dict)
    makes_up: float = 0.0


SHEETS = {
    "salle-varet": Sheet("Dossier des ouvrages exécutés, 2020 (inventé)"),
    "centre-technique-municipal": Sheet("Dossier des ouvrages exécutés, 2020 (inventé)", soiling=DUSTY),
    "ecole-ovide-leroy": Sheet(
        "Relevé d’ombres de l’installateur, 2020 (inventé)",
        shading=0.0,
        # Tall limes to the east, a church to the south-west.
        horizon_deg=(4, 4, 6, 14, 18, 12, 5, 4, 8, 20, 9, 4),
        makes_up=0.044,
    ),
    "ecole-lamendin": Sheet("Dossier des ouvrages exécutés, 2020 (inventé)"),
    "ecole-basly-batiment-4": Sheet(
        "Fiches du module et de l’onduleur (inventé)",
        physics={"module": MODULE, "inverter": INVERTER},
        makes_up=-0.026,
    ),
    "ecole-basly-batiment-5": Sheet("Dossier des ouvrages exécutés, 2020 (inventé)"),
    "ecole-salengro": Sheet(
        "Relevé d’ombres de l’installateur, 2020 (inventé)",
        shading=0.0,
        # The next building of the school, to the west.
        horizon_deg=(3, 3, 3, 3, 3, 3, 4, 8, 16, 18, 8, 3),
        makes_up=0.028,
    ),
    "cybercoin": Sheet("Dossier des ouvrages exécutés, 2020 (inventé)"),
}


def losses_of(roof: Roof, sheet: Sheet) -> dict[str, Any]:
    """Losses of the sheet as `TechnicalSheet` keeps them."""
    items: dict[str, Any] = {
        "soiling": list(sheet.soiling),
        "shading": sheet.shading,
        "mismatch": 0.015,
        "wiring": 0.015,
        "availability": 0.015,
        "degradation_per_year": AGEING_A_YEAR,
    }
    itemised = Losses(**{**items, "soiling": sheet.soiling})
    left = (1 - float(roof.loss_percent) / 100) / (1 - itemised.fraction) / (1 - sheet.makes_up)
    return {**items, "lump": round(max(0.0, 1 - left), 4)}
