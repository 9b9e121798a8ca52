"""What a kilowatt-hour of a plant is sold for on a day, as energy that is missing is told in euros."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from installations.models import Plant
from production.revenue.figures import Figure
from production.revenue_rows import prices_of

CENTS = 100


def prices_on(plant: Plant, days: Collection[dt.date]) -> dict[dt.date, Figure | None]:
    """The price [€/kWh] of a plant's energy on each of `days`, with its source and mark; None if unknown."""
    found = prices_of(plant, days)
    return {day: replace(price, value=price.value / CENTS) if price else None for day, price in found.items()}
