"""The public series as tables: their columns, types and meanings. No Django, no clock.

Column names are those of the API; kinds and constraints are Frictionless Table Schema's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mine_de_soleil.core.sentences import gettext_noop as _


class Kind(StrEnum):
    """What a column holds; the words are Table Schema's types."""

    TEXT = "string"
    DAY = "date"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `meaning` is a sentence to be translated, with its unit where it has one."""

    name: str
    kind: Kind
    meaning: str
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A series: `name` is its file's, `key` the columns that tell one row from all others."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_yearly: bool = False


PLANT = Column("plant", Kind.TEXT, _("Identifiant du toit, comme dans son adresse."))
DAY = Column("day", Kind.DAY, _("Jour, à l’heure de la coopérative."))
MONTH = Column("month", Kind.DAY, _("Premier jour du mois."))
METERED = Column("metered_wh", Kind.INTEGER, _("Énergie mesurée, tous relevés compris [Wh]."))
COMPARED = Column("compared_wh", Kind.INTEGER, _("Énergie mesurée les jours complets, ceux comparés [Wh]."))
EXPECTED = Column("expected_wh", Kind.INTEGER, _("Prévu pour ces jours-là, jours ordinaires [Wh]."))

ROOFS = Table(
    "toits",
    _("Les toits"),
    (
        PLANT,
        Column("name", Kind.TEXT, _("Nom du toit.")),
        Column("commune", Kind.TEXT, _("Commune.")),
        Column("commune_insee", Kind.TEXT, _("Code INSEE de la commune.")),
        Column("latitude_deg", Kind.NUMBER, _("Latitude, WGS 84 [°].")),
        Column("longitude_deg", Kind.NUMBER, _("Longitude, WGS 84 [°].")),
        Column("commissioned_on", Kind.DAY, _("Mise en service.")),
        Column("peak_power_w", Kind.INTEGER, _("Puissance crête des panneaux [W].")),
        Column("inverter_power_w", Kind.INTEGER, _("Puissance des onduleurs [W].")),
        Column("panel_area_m2", Kind.INTEGER, _("Surface de panneaux [m²].")),
    ),
    ("plant",),
)
DAYS = Table(
    "jours",
    _("Chaque toit, jour par jour"),
    (
        PLANT,
        DAY,
        Column("metered_wh", Kind.INTEGER, _("Énergie mesurée [Wh] ; vide sans relevé."), False),
        Column("ordinary_wh", Kind.INTEGER, _("Prévu un jour ordinaire de ce mois [Wh].")),
        Column("is_complete", Kind.YES_NO, _("Au moins neuf dixièmes des heures de soleil sont relevés.")),
        Column(
            "quality",
            Kind.TEXT,
            _("Qualité des relevés : good, partial, doubtful, outage, lost, silent ; vide sans examen."),
            False,
        ),
        Column("weather_wh", Kind.INTEGER, _("Prévu pour le temps qu’il a fait [Wh], si connu."), False),
        Column("weather_sha256", Kind.TEXT, _("Empreinte de la météo employée."), False),
    ),
    ("plant", "day"),
    is_yearly=True,
)
MONTHS = Table(
    "mois",
    _("Chaque toit, mois par mois"),
    (
        PLANT,
        MONTH,
        METERED,
        COMPARED,
        EXPECTED,
        Column("days_read", Kind.INTEGER, _("Jours dont le relevé est complet.")),
        Column("days_missing", Kind.INTEGER, _("Jours sans relevé complet, hors de la comparaison.")),
        Column("weather_wh", Kind.INTEGER, _("Prévu pour le temps qu’il a fait, jours connus [Wh].")),
        Column("days_told", Kind.INTEGER, _("Jours dont le temps est connu.")),
    ),
    ("plant", "month"),
)
TOTAL_DAYS = Table(
    "total-jours",
    _("Tous les toits ensemble, jour par jour"),
    (
        DAY,
        METERED,
        COMPARED,
        EXPECTED,
        Column("roofs_read", Kind.INTEGER, _("Toits dont le relevé de ce jour est complet.")),
        Column("roofs", Kind.INTEGER, _("Toits en service ce jour-là.")),
    ),
    ("day",),
    is_yearly=True,
)
TOTAL_MONTHS = Table(
    "total-mois",
    _("Tous les toits ensemble, mois par mois"),
    (
        MONTH,
        METERED,
        COMPARED,
        EXPECTED,
        Column("days_read", Kind.INTEGER, _("Jours de toit dont le relevé est complet.")),
        Column("days_missing", Kind.INTEGER, _("Jours de toit sans relevé complet.")),
    ),
    ("month",),
)
TABLES = (ROOFS, TOTAL_MONTHS, MONTHS, TOTAL_DAYS, DAYS)
ENDINGS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Series:
    """One table, of one year where it is cut by years."""

    table: Table
    year: int | None = None

    @property
    def name(self) -> str:
        """How its file is called: `mois`, `jours-2025`."""
        return f"{self.table.name}-{self.year}" if self.year else self.table.name


def series_named(name: str) -> Series | None:
    """The series a file's name asks for; None for anything else."""
    found = re.fullmatch(r"([a-z-]+?)(?:-(\d{4}))?", name, re.ASCII)
    if found is None:
        return None
    table = next((one for one in TABLES if one.name == found[1]), None)
    if table is None or table.is_yearly != bool(found[2]):
        return None
    year = int(found[2]) if found[2] else None
    return Series(table, year) if year is None or 1900 <= year <= 2200 else None
