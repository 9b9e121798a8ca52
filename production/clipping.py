"""What the inverter's rating cuts in a forecast's ordinary year: it is in the forecast already."""

import datetime as dt
from functools import lru_cache

from production.fleet import FleetError, LossStages, PvPlant, build_fleet, loss_stages
from production.models import Forecast
from production.services.weather import step_of, thawed
from production.study.stored import rebuilt
from production.weather import WeatherError

NOT_KNOWN: tuple[int, ...] = ()


@lru_cache(maxsize=256)
def clipped_by_month(forecast_id: int) -> tuple[int, ...]:
    """Energy clipped in each month of the year a forecast was made of, January first [Wh]; else empty.

    A forecast is written once, with all it rests on: what was computed of it stays true.
    """
    forecast = Forecast.objects.select_related("weather").get(pk=forecast_id)
    stored = forecast.assumptions.get("plant")
    if forecast.weather is None or not stored:
        return NOT_KNOWN
    try:
        data, _meta = thawed(forecast.weather)
        fleet = build_fleet([rebuilt(PvPlant, stored)])
        return _clipped(loss_stages(fleet, data, step_of(forecast.weather)))
    except (FleetError, WeatherError, TypeError):  # an assumption no engine of today computes
        return NOT_KNOWN


def _clipped(stages: LossStages) -> tuple[int, ...]:
    before, after = (stages.energy_wh[stages.names.index(name), 0] for name in ("inverter", "clipping"))
    return tuple(round(wh) for wh in (before - after).tolist())


def age_assumed(forecast: Forecast) -> float:
    """Age of the panels the forecast was made for [a]."""
    return float(forecast.assumptions.get("plant", {}).get("age_years", 0.0))


def age_on(commissioned_on: dt.date, day: dt.date) -> float:
    """Age of the panels on a day [a]."""
    return max(0.0, (day - commissioned_on).days / 365.25)
