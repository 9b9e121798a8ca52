"""Daily output as open data: one CSV writer for one roof and for all."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Count, Sum

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import day_bounds
from mine_de_soleil.core.csv_text import csv_text
from production.models import Reading
from production.reports import plant_days
from production.weather_reports import ToldDay, told_days, weathers_used

COLUMNS = ["day", "metered_wh", "ordinary_day_wh", "is_complete", "weather_wh", "weather_sha256"]


def daily_csv(plant: Plant, first: dt.date, last: dt.date) -> str:
    """One roof: day, metered Wh (empty without readings), ordinary day's Wh, complete or not.

    Then Wh expected for the weather that was, and the fingerprint of that weather; empty where not known.
    """
    rows = [row[1:] for row in _rows([plant], first, last)]
    return csv_text([COLUMNS, *rows], end="\r\n")


def fleet_csv(plants: Sequence[Plant], first: dt.date, last: dt.date) -> str:
    """The same for several roofs, each line beginning with its roof's slug."""
    return csv_text([["plant", *COLUMNS], *_rows(plants, first, last)], end="\r\n")


def steps_csv(plant: Plant, day: dt.date) -> str:
    """Every reading of one local day: UTC start, length [s], energy [Wh], the roof's meters together.

    Then how many meters gave that very interval, and how many were in service on that day.
    """
    start, end = day_bounds(day, plant.zone)
    rows = Reading.objects.filter(meter__plant=plant, start__gte=start, start__lt=end).order_by(
        "start", "length_s"
    )
    summed = rows.values_list("start", "length_s").annotate(wh=Sum("energy_wh"), meters=Count("meter"))
    serving = Meter.objects.filter(plant=plant).in_service(day).count()
    steps = [
        (f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", length_s, wh, meters, serving)
        for at, length_s, wh, meters in summed
    ]
    return csv_text([("start", "length_s", "energy_wh", "meters_read", "meters"), *steps], end="\r\n")


def _rows(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[list[str | int]]:
    by_plant = plant_days(plants, first, last)
    told = told_days(plants, first, last)
    sha256 = {used.weather.pk: used.weather.sha256 for used in weathers_used(told.values())}
    return [
        [
            plant.slug,
            day.day.isoformat(),
            "" if day.metered_wh is None else day.metered_wh,
            round(day.ordinary_wh),
            int(day.is_complete),
            *_told(told.get((plant.pk, day.day)), sha256),
        ]
        for plant in plants
        for day in by_plant[plant.pk]
    ]


def _told(day: ToldDay | None, sha256: Mapping[int, str]) -> tuple[str | int, str]:
    return (day.energy_wh, sha256[day.weather_id]) if day else ("", "")
