"""The embedded typical year, anywhere in metropolitan France."""

from __future__ import annotations

import pandas as pd

from production import climate, synthesis
from production.weather.meta import WeatherMeta, WeatherRemark, describe

METHOD = "typical-year"
# Irradiation is not corrected for height: above this, the page says so.
HEIGHT_TOLD_M = 400.0
HEIGHT_REMARK = "irradiation-not-corrected-for-height"


def get_typical_year(
    latitude: float, longitude: float, altitude_m: float | None = None
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Embedded typical year anywhere in metropolitan France, from 1 January 00:00 UTC+1.

    latitude, longitude [°]; altitude_m [m], None for sea level. Returns 8,760 hours of `COLUMNS`; the meta
    has the stations with their distances and weights. Raises climate.InvalidCoordinates,
    climate.OutsideClimateArea.
    """
    monthly, origin = climate.get_monthly_climate(latitude, longitude, altitude_m)
    data = synthesis.synthesise_year(
        monthly, latitude=latitude, longitude=longitude, altitude_m=origin.altitude_m
    )
    shares = ", ".join(f"{part.station} {part.weight:.0%}" for part in origin.stations)
    high = origin.altitude_m > HEIGHT_TOLD_M
    meta = WeatherMeta(
        name=f"Typical year synthesised from {shares}",
        source=origin.source,
        licence=origin.licence,
        sha256="",
        latitude=latitude,
        longitude=longitude,
        altitude_m=origin.altitude_m,
        stations=origin.stations,
        method=METHOD,
        plant_distance_km=0.0,
        remarks=(WeatherRemark(HEIGHT_REMARK, origin.altitude_m),) if high else (),
    )
    return data, describe(data, meta)
