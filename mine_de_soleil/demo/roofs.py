"""The eight roofs of the demo. Pure.

True: the names of the buildings, eight roofs, 2,500 m² of panels, 450 kWp, the commune. Invented: all else,
that is how many panels each roof carries, how they are tilted and turned, the inverters, the losses, the
places on the map (somewhere within 1.2 km of the town's centre) and the commissioning days.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

COMMUNE, COMMUNE_INSEE = "Loos-en-Gohelle", "62528"
LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M = 50.456, 2.795, 55.0
# 1,500 modules of 300 W, 1 m by 1.667 m: 450 kWp on 2,500 m², as known of the eight roofs together.
MODULE_W = 300
MODULES_ON_5_M2 = 3


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """Modules that look the same way: how many, tilt [°] from flat, azimuth [°] from north, clockwise."""

    modules: int
    tilt_deg: float
    azimuth_deg: float

    @property
    def peak_power_w(self) -> int:
        return self.modules * MODULE_W


@dataclass(frozen=True, slots=True)
class Roof:
    """A plant to be: coordinates [°], AC rating [W], losses [%], one meter."""

    slug: str
    name: str
    building: str
    meter_code: str
    latitude_deg: float
    longitude_deg: float
    commissioned_on: dt.date
    inverter_power_w: int
    loss_percent: Decimal
    arrays: tuple[ArrayOf, ...]
    commune: str = COMMUNE
    commune_insee: str = COMMUNE_INSEE

    @property
    def modules(self) -> int:
        return sum(array.modules for array in self.arrays)

    @property
    def peak_power_w(self) -> int:
        return self.modules * MODULE_W

    @property
    def panel_area_m2(self) -> int:
        """Area of the panels [m²]; every roof's count of modules is a multiple of three."""
        return self.modules * 5 // MODULES_ON_5_M2


ROOFS = (
    Roof(
        slug="salle-varet",
        name="Salle Varet",
        building="Salle communale",
        meter_code="MDS-VARET",
        latitude_deg=50.4582,
        longitude_deg=2.7921,
        commissioned_on=dt.date(2020, 3, 4),
        inverter_power_w=84_000,
        loss_percent=Decimal("12.5"),
        arrays=(ArrayOf(228, 16, 172), ArrayOf(90, 16, 265)),
    ),
    Roof(
        slug="centre-technique-municipal",
        name="Centre technique municipal",
        building="Ateliers",
        meter_code="MDS-CTM",
        latitude_deg=50.4611,
        longitude_deg=2.8036,
        commissioned_on=dt.date(2020, 3, 18),
        inverter_power_w=80_000,
        loss_percent=Decimal("12.8"),
        arrays=(ArrayOf(306, 12, 186),),
    ),
    Roof(
        slug="ecole-ovide-leroy",
        name="École Ovide-Leroy",
        building="École",
        meter_code="MDS-LEROY",
        latitude_deg=50.4537,
        longitude_deg=2.7873,
        commissioned_on=dt.date(2020, 7, 9),
        inverter_power_w=48_000,
        loss_percent=Decimal("13.0"),
        arrays=(ArrayOf(126, 27, 196), ArrayOf(54, 27, 106)),
    ),
    Roof(
        slug="ecole-lamendin",
        name="École Lamendin",
        building="École",
        meter_code="MDS-LAMENDIN",
        latitude_deg=50.4496,
        longitude_deg=2.7962,
        commissioned_on=dt.date(2020, 7, 16),
        inverter_power_w=60_000,
        loss_percent=Decimal("12.6"),
        arrays=(ArrayOf(216, 24, 178),),
    ),
    Roof(
        slug="ecole-basly-batiment-4",
        name="École Basly (bâtiment 4)",
        building="École",
        meter_code="MDS-BASLY-4",
        latitude_deg=50.4524,
        longitude_deg=2.8052,
        commissioned_on=dt.date(2020, 8, 20),
        inverter_power_w=33_000,
        loss_percent=Decimal("12.4"),
        arrays=(ArrayOf(117, 29, 207),),
    ),
    Roof(
        slug="ecole-basly-batiment-5",
        name="École Basly (bâtiment 5)",
        building="École",
        meter_code="MDS-BASLY-5",
        latitude_deg=50.4521,
        longitude_deg=2.8058,
        commissioned_on=dt.date(2020, 8, 20),
        inverter_power_w=27_000,
        loss_percent=Decimal("13.4"),
        arrays=(ArrayOf(66, 29, 207), ArrayOf(33, 29, 117)),
    ),
    Roof(
        slug="ecole-salengro",
        name="École Salengro",
        building="École",
        meter_code="MDS-SALENGRO",
        latitude_deg=50.4473,
        longitude_deg=2.7899,
        commissioned_on=dt.date(2020, 10, 7),
        inverter_power_w=42_000,
        loss_percent=Decimal("12.9"),
        arrays=(ArrayOf(105, 22, 165), ArrayOf(54, 22, 255)),
    ),
    Roof(
        slug="cybercoin",
        name="Cybercoin",
        building="Espace numérique",
        meter_code="MDS-CYBERCOIN",
        latitude_deg=50.4559,
        longitude_deg=2.7948,
        commissioned_on=dt.date(2020, 11, 25),
        inverter_power_w=29_000,
        loss_percent=Decimal("12.2"),
        arrays=(ArrayOf(105, 8, 152),),
    ),
)
