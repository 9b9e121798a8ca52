"""Studies of invented roofs, computed once for all tests."""

import datetime as dt
from functools import lru_cache

import pandas as pd

from production.fleet import Losses, Physics, PvArray, PvPlant
from production.study import Study, Subject, make_study
from production.weather import WeatherMeta, get_typical_year

SUBJECT = Subject("École Basly", "Loos-en-Gohelle", "Mine de Soleil", "Mine de Soleil 0.1.0", "fleet 2")
DAY = dt.date(2026, 11, 21)
# Heights given as whole numbers on purpose: they are stored as decimals.
HORIZON = (5, 5, 5, 5, 20, 20, 5, 5)
ARRAYS = (PvArray(20, 160, 20_000), PvArray(20, 250, 16_000))
WINTER_DUST = (0.05, 0.05, 0.03, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.04)


def roof(**changes) -> PvPlant:
    fields = {
        "latitude": 50.456,
        "longitude": 2.795,
        "altitude_m": 55,
        "inverter_power_w": 30_000,
        "arrays": ARRAYS,
        "losses": Losses(soiling=WINTER_DUST),
        "physics": Physics(),
        "horizon_deg": HORIZON,
    }
    return PvPlant(**{**fields, **changes})


@lru_cache(maxsize=1)
def loos() -> tuple[pd.DataFrame, WeatherMeta]:
    return get_typical_year(50.456, 2.795, 55.0)


@lru_cache(maxsize=4)
def study(plant: PvPlant | None = None) -> Study:
    data, meta = loos()
    return make_study(SUBJECT, plant or roof(), data, meta, made_on=DAY)
