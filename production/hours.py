"""One day of one roof by hours: what the meter counted, and what the day's weather allowed.

The curve isn't stored: it is computed again from the frozen weather that told the day.
"""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from django.db.models import Max, Sum
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import day_bounds
from production.charts import Bar
from production.described import described
from production.fleet import FleetError, build_fleet, expected_energy_wh
from production.models import ExpectedDay, FrozenWeather, Reading
from production.services.weather import step_of, thawed
from production.weather import WeatherError

HOUR = dt.timedelta(hours=1)
log = logging.getLogger(__name__)
# Part of an hour that readings must cover for its column not to be hatched.
ENOUGH_OF_AN_HOUR = 0.9


@dataclass(frozen=True, slots=True)
class MeteredHours:
    """Energy [Wh] and seconds covered by UTC hour; `is_coarse`: a reading lasts longer than an hour."""

    energy_wh: Mapping[dt.datetime, int]
    covered_s: Mapping[dt.datetime, int]
    meters: int
    is_coarse: bool


@dataclass(frozen=True, slots=True)
class HourlyCurve:
    """Energy expected [Wh] by UTC hour under one weather, of the past or announced."""

    energy_wh: Mapping[dt.datetime, float]
    weather: FrozenWeather
    kind: str


def metered_hours(plant: Plant, day: dt.date) -> MeteredHours:
    """What the plant's meters counted in each hour of a local day; readings longer than that are left out."""
    start, end = day_bounds(day, plant.zone)
    rows = Reading.objects.filter(meter__plant=plant, start__gte=start, start__lt=end)
    longest = rows.aggregate(longest=Max("length_s"))["longest"] or 0
    hours = list(
        rows.filter(length_s__lte=HOUR.total_seconds())
        .annotate(hour=TruncHour("start", tzinfo=dt.UTC))
        .values_list("hour")
        .annotate(wh=Sum("energy_wh"), covered=Sum("length_s"))
        .order_by("hour")
    )
    return MeteredHours(
        energy_wh={hour: wh for hour, wh, _covered in hours},
        covered_s={hour: covered for hour, _wh, covered in hours},
        meters=Meter.objects.filter(plant=plant).in_service(day).count(),
        is_coarse=longest > HOUR.total_seconds(),
    )


def expected_hours(plant: Plant, day: dt.date) -> HourlyCurve | None:
    """The curve under the weather that told the day: the one that was, else the one announced last.

    None where neither is known, or where a sheet or numbers changed since no longer allow it.
    """
    found = ExpectedDay.objects.filter(plant=plant, day=day).select_related("weather").best()
    if found is None:
        return None
    try:
        energy = _by_hour(plant, day, found.weather)
    except (FleetError, WeatherError) as reason:
        log.warning("no curve of %s on %s: %s", plant, day, reason)
        return None
    return HourlyCurve(energy, found.weather, found.kind)


def _by_hour(plant: Plant, day: dt.date, kept: FrozenWeather) -> dict[dt.datetime, float]:
    data, _meta = thawed(kept)
    step = step_of(kept)
    start, end = (pd.Timestamp(bound) for bound in day_bounds(day, plant.zone))
    inside = data[(data.index >= start) & (data.index < end)]
    fleet = build_fleet([described(plant, on=day)])
    energy = expected_energy_wh(fleet, inside, step).iloc[:, 0]
    # PVGIS begins its hours at any minute: an hour is named by the one its middle is in.
    hours = (pd.DatetimeIndex(energy.index) + step / 2).floor("h")
    sums = energy.groupby(hours).sum()
    starts = pd.DatetimeIndex(sums.index).to_pydatetime()
    return dict(zip(starts.tolist(), sums.tolist(), strict=True))


def hour_bars(plant: Plant, day: dt.date, metered: MeteredHours, curve: HourlyCurve | None) -> list[Bar]:
    """One bar a local hour, from the first to the last with any light."""
    expected: Mapping[dt.datetime, float] = curve.energy_wh if curve else {}
    start, end = day_bounds(day, plant.zone)
    hours = [start + n * HOUR for n in range(round((end - start) / HOUR))]
    lit = [n for n, hour in enumerate(hours) if metered.energy_wh.get(hour) or expected.get(hour)]
    if not lit:
        return []
    enough = ENOUGH_OF_AN_HOUR * HOUR.total_seconds() * metered.meters
    return [
        Bar(
            _label(hour, plant, hours),
            metered.energy_wh.get(hour),
            0,
            0,
            0,
            metered.covered_s.get(hour, 0) >= enough,
            weather_wh=expected.get(hour),
        )
        for hour in hours[lit[0] : lit[-1] + 1]
    ]


def _label(hour: dt.datetime, plant: Plant, hours: list[dt.datetime]) -> str:
    """`14 h`; the hour that comes twice on an autumn night is told apart."""
    local = hour.astimezone(plant.zone)
    twice = hour - HOUR in hours and (hour - HOUR).astimezone(plant.zone).hour == local.hour
    return _("%(hour)s h bis") % {"hour": local.hour} if twice else _("%(hour)s h") % {"hour": local.hour}
