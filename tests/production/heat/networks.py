"""Networks and weathers the tests of heat share: round figures one can reckon with."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from production.heat import Building, HeatNetwork, LossPerMetre, Pipes, ReferenceClimate, WoodBoiler

HOUR = timedelta(hours=1)
MWH = 1e6
CLIMATE = ReferenceClimate(degree_days=2500.0, ground_mean_c=11.0, ground_swing_c=7.0, coldest_day=20.0)
FLATS = Building("Logements", "flats", 1000 * MWH, 0.2)
# Burns at any load, always, at 80 %: what is left to check is heat.
PLAIN = WoodBoiler(1e6, minimum_fraction=0.0, efficiency=0.8, minimum_efficiency=0.8, availability=1.0)


def network(**changes: Any) -> HeatNetwork:
    """Flats of 1,000 MWh a year on 500 m of pipes of 20 W/m."""
    described: dict[str, Any] = {
        "buildings": (FLATS,),
        "pipes": Pipes(500.0, LossPerMetre(20.0)),
        "boiler": PLAIN,
        "climate": CLIMATE,
    }
    return HeatNetwork(**(described | changes))


def steady(outdoor_c: float, days: int = 7, start: str = "2025-01-12 23:00") -> pd.DataFrame:
    """Whole Paris days in winter, a Monday first, at one temperature."""
    times = pd.date_range(start, periods=24 * days, freq="h", tz="UTC")
    return pd.DataFrame({"temp_air": float(outdoor_c)}, index=times)


def wavy_year(year: int = 2025) -> pd.DataFrame:
    """A year of Paris days with winters, nights and cold spells."""
    times = pd.date_range(f"{year - 1}-12-31 23:00", f"{year}-12-31 22:00", freq="h", tz="UTC")
    day = np.arange(len(times)) / 24
    winter = -8 * np.cos(2 * np.pi * (day - 17) / 365)
    spells, nights = 4 * np.sin(2 * np.pi * day / 9.5), -3 * np.cos(2 * np.pi * (day - 0.6))
    return pd.DataFrame({"temp_air": 11 + winter + spells + nights}, index=times)
