"""Daily output as open data: one CSV writer for one roof and for all."""

import csv
import datetime as dt
import io
from collections.abc import Sequence

from installations.models import Plant
from production.reports import plant_days

COLUMNS = ["day", "metered_wh", "ordinary_day_wh", "is_complete"]


def daily_csv(plant: Plant, first: dt.date, last: dt.date) -> str:
    """One roof: day, metered Wh (empty without readings), ordinary day's Wh, complete or not."""
    return _csv(COLUMNS, [row[1:] for row in _rows([plant], first, last)])


def fleet_csv(plants: Sequence[Plant], first: dt.date, last: dt.date) -> str:
    """The same for several roofs, each line beginning with its roof's slug."""
    return _csv(["plant", *COLUMNS], _rows(plants, first, last))


def _rows(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[list[str | int]]:
    by_plant = plant_days(plants, first, last)
    return [
        [
            plant.slug,
            day.day.isoformat(),
            "" if day.metered_wh is None else day.metered_wh,
            round(day.ordinary_wh),
            int(day.is_complete),
        ]
        for plant in plants
        for day in by_plant[plant.pk]
    ]


def _csv(columns: list[str], rows: Sequence[Sequence[str | int]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
