"""What the operator's pages show."""

import datetime as dt
from dataclasses import dataclass

from installations.models import Meter, Plant
from production.formats import FileRefused
from production.models import DailyEnergy, ReadingImport
from production.plant_pages import RoofRow
from production.reports import results_by_plant
from production.wording import against_forecast, mood
from shareholders.models import Cooperative

LATELY = dt.timedelta(days=30)
# A dull month alone brings a roof this far below its forecast; only beyond is it a fault's doing.
CLOUDS = 0.25
# Readings older than this are late: the worst roof may be the one nobody hears from.
SILENT_AFTER = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class OperatedPlant:
    """One plant over the last thirty days, and the last day its meters spoke."""

    row: RoofRow
    last_day: dt.date | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Plants worst first, and what came in lately."""

    plants: tuple[OperatedPlant, ...]
    imports: tuple[ReadingImport, ...]
    first: dt.date
    last: dt.date

    @property
    def silent(self) -> int:
        return sum(plant.is_silent for plant in self.plants)


@dataclass(frozen=True, slots=True)
class RefusalReport:
    """A refused file as the page tells it."""

    name: str
    meter: Meter
    sentences: tuple[str, ...]
    others: int


def operation_page(cooperative: Cooperative, today: dt.date) -> OperationPage:
    """The operator's page: a number of queries that doesn't grow with the plants."""
    plants = list(Plant.objects.of(cooperative))
    first, last = today - LATELY, today - dt.timedelta(days=1)
    results = results_by_plant(plants, first, last)
    spoken = _last_days(cooperative)
    operated = [
        OperatedPlant(
            row=RoofRow(
                plant,
                results[plant.pk],
                against_forecast(results[plant.pk]),
                mood(results[plant.pk], CLOUDS),
            ),
            last_day=spoken.get(plant.pk),
            is_silent=plant.pk not in spoken or today - spoken[plant.pk] > SILENT_AFTER,
        )
        for plant in plants
    ]
    return OperationPage(
        tuple(sorted(operated, key=_worst_first)), tuple(_latest_imports(cooperative)), first, last
    )


def _worst_first(operated: OperatedPlant) -> tuple[bool, float]:
    deviation = operated.row.result.deviation
    return (not operated.is_silent, deviation if deviation is not None else -1.0)


def _last_days(cooperative: Cooperative) -> dict[int, dt.date]:
    rows = DailyEnergy.objects.filter(meter__plant__cooperative=cooperative)
    latest = rows.order_by("meter__plant_id", "-day").distinct("meter__plant_id")
    return dict(latest.values_list("meter__plant_id", "day"))


def _latest_imports(cooperative: Cooperative) -> list[ReadingImport]:
    return list(ReadingImport.objects.of(cooperative).without_content().order_by("-id")[:12])


def refusal_report(refusal: FileRefused, meter: Meter) -> RefusalReport:
    """The refusal of a file, ready to be read."""
    others = refusal.fault_count - len(refusal.faults)
    return RefusalReport(refusal.filename, meter, refusal.sentences, others)
