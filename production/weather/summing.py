"""What a weather amounts to, before anybody decides to keep it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from production.weather.frame import IN_PLANE, REQUIRED

SECONDS_A_DAY = 86_400.0
LIGHT = ("ghi", "dni", "dhi")
# From so many days on, a sum may be told as a year's.
LEAST_DAYS_OF_YEAR, DAYS_A_YEAR = 360.0, 365.0


@dataclass(frozen=True, slots=True)
class WeatherSums:
    """Of a whole weather: its length [d], irradiation by column of light [kWh/m²], means of the rest.

    `means` are by column, in its own unit. `missing` are the quantities the yield engine still needs.
    """

    days: float
    irradiation_kwh_m2: dict[str, float]
    means: dict[str, float]
    missing: tuple[str, ...]

    @property
    def is_a_year_or_more(self) -> bool:
        return self.days >= LEAST_DAYS_OF_YEAR

    @property
    def yearly_kwh_m2(self) -> dict[str, float]:
        """Irradiation of a mean year [kWh/m²]; empty for less than a year."""
        if not self.is_a_year_or_more:
            return {}
        return {name: sums * DAYS_A_YEAR / self.days for name, sums in self.irradiation_kwh_m2.items()}


def sum_weather(data: pd.DataFrame, step_s: float) -> WeatherSums:
    """Sums and means of a weather of intervals of step_s [s]."""
    light = [str(name) for name in data.columns if name in LIGHT or str(name).startswith(IN_PLANE)]
    hours = step_s / 3600
    return WeatherSums(
        days=len(data) * step_s / SECONDS_A_DAY,
        irradiation_kwh_m2={name: float(data[name].sum()) * hours / 1000 for name in light},
        means={str(name): float(data[name].mean()) for name in data.columns if name not in light},
        missing=tuple(name for name in REQUIRED if name not in data.columns),
    )
