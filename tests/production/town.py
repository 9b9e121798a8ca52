"""A town of four roofs whose day sums are kept, for tests of the watch: no reading is needed."""

import datetime as dt
from collections.abc import Mapping

import numpy as np

from installations.models import Plant
from production.models import NeighbourDay
from production.services.town_days import UNHEARD
from shareholders.models import Cooperative
from tests.factories import CooperativeFactory, plant_with_meter

TODAY = dt.date(2026, 7, 1)
DAY = dt.timedelta(days=1)
DAYS = 150
CLEAR_WH = 100_000


def town(cooperative: Cooperative | None = None, roofs: int = 4) -> list[Plant]:
    """Roofs of one commune, with arrays, as the watch reads them."""
    cooperative = cooperative or CooperativeFactory()
    for number in range(roofs):
        plant_with_meter(cooperative=cooperative, name=f"Toit {number}", latitude_deg=50.45 + number / 1000)
    return read(cooperative)


def read(cooperative: Cooperative) -> list[Plant]:
    own = Plant.objects.filter(cooperative=cooperative).select_related("cooperative", "sheet")
    return list(own.prefetch_related("arrays").order_by("pk"))


def keep_days(
    plants: list[Plant], losses: Mapping[int, tuple[dt.date, dt.date, float]], days: int = DAYS
) -> None:
    """Day sums up to yesterday: about a day's energy each; of some plants a loss [1] between two days."""
    rng = np.random.default_rng(5)
    first = TODAY - DAY * days
    rows = []
    for number, plant in enumerate(plants):
        for n in range(days):
            day, left = first + DAY * n, 1.0
            if number in losses and losses[number][0] <= day <= losses[number][1]:
                left = 1 - losses[number][2]
            metered = round(80_000 * left * float(np.exp(rng.normal(0, 0.01))))
            rows.append(
                NeighbourDay(
                    plant=plant,
                    day=day,
                    expected_wh=80_000,
                    metered_wh=metered,
                    clear_wh=CLEAR_WH,
                    coverage=1.0,
                    counted_wh=UNHEARD,
                    reason="gap",
                )
            )
    NeighbourDay.objects.bulk_create(rows)
