"""What a kilowatt-hour of a plant is sold for on a day, as energy that is missing is told in euros."""

import datetime as dt
from dataclasses import replace

from installations.models import Plant
from production.revenue.figures import Figure
from production.revenue_rows import price_of

CENTS = 100


def price_on(plant: Plant, day: dt.date) -> Figure | None:
    """The price [€/kWh] of a plant's energy on a day, with its source and mark; None where none is known."""
    found = price_of(plant, day)
    return replace(found, value=found.value / CENTS) if found else None
