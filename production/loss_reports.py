"""What a plant lost over some days, from the rows that know: neighbours, weathers, forecasts, daily sums."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from installations.models import Plant
from production.lost_energy import By, Compared, LostDay, SeenDay, lost_days
from production.models import NeighbourDay
from production.reports import plant_days
from production.weather_reports import told_days


@dataclass(frozen=True, slots=True)
class LostOver:
    """The days that could be told, and how many couldn't for want of readings or of anything expected."""

    days: tuple[LostDay, ...]
    days_unread: int


def lost_over(plant: Plant, first: dt.date, last: dt.date) -> LostOver:
    """Each day from `first` to `last`, both included: expected by its best witness, and metered."""
    seen = seen_days(plant, first, last)
    found = lost_days(seen)
    return LostOver(tuple(found), len(seen) - len(found))


def seen_days(plant: Plant, first: dt.date, last: dt.date) -> Sequence[SeenDay]:
    """All that is known of these days of a plant; from its commissioning on."""
    compared = _compared(plant, first, last)
    told = told_days([plant], first, last)
    return [
        SeenDay(
            day=known.day,
            metered_wh=known.metered_wh if known.is_complete else None,
            compared=compared.get(known.day),
            told_wh=told[plant.pk, known.day].energy_wh if (plant.pk, known.day) in told else None,
            ordinary_wh=round(known.ordinary_wh),
        )
        for known in plant_days([plant], first, last)[plant.pk]
        if known.day >= plant.commissioned_on
    ]


def _compared(plant: Plant, first: dt.date, last: dt.date) -> dict[dt.date, Compared]:
    rows = NeighbourDay.objects.filter(plant=plant, day__range=(first, last), expected_wh__isnull=False)
    return {
        row.day: Compared(
            row.expected_wh or 0,
            row.metered_wh or 0,
            row.residual,
            By.NEIGHBOURS if row.peers else By.WEATHER,
        )
        for row in rows.order_by("day")
    }
