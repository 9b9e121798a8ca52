"""What a kilowatt-hour of a plant is sold for on a day: asked of whoever keeps the contracts."""

import datetime as dt
from collections.abc import Callable

from installations.models import Plant
from production.revenue.figures import Figure

PriceOn = Callable[[Plant, dt.date], Figure | None]


def without_contract(plant: Plant, day: dt.date) -> Figure | None:
    """No contract is kept here: no price is known, and none is guessed."""
    return None


# The price [€/kWh] of a plant's energy on a day, with its source and mark; None where no contract tells.
price_on: PriceOn = without_contract
