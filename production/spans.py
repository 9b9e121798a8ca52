"""What counters counted on no known day, as pages say it: never spread over days."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from installations.models import Meter, Plant
from production.models import ReadingSpan

# A counter shows whole kilowatt-hours: what is left below that is its last digit.
LEAST_WH = 1000
MOST_SPANS = 200
MOST_TOLD = 12
EVER = (dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class UnplacedEnergy:
    """Energy a counter gives between two instants; `known_wh` of it is in readings that lie wholly there."""

    meter: str
    start: dt.datetime
    end: dt.datetime
    counted_wh: int
    known_wh: int
    import_id: int
    line: int

    @property
    def unplaced_wh(self) -> int:
        """What no day can claim."""
        return max(0, self.counted_wh - self.known_wh)


def unplaced(meters: Iterable[Meter], first: dt.datetime, end: dt.datetime) -> tuple[UnplacedEnergy, ...]:
    """Energies of these meters that reach into the time from `first` to `end`, newest first: one query."""
    holding = ReadingSpan.objects.holding().between(first, end).filter(meter__in=meters)
    rows = holding.with_known().select_related("meter").order_by("-start")
    found = (
        UnplacedEnergy(
            span.meter.code, span.start, span.end, span.energy_wh, span.known_wh, span.source_id, span.line
        )
        for span in rows[:MOST_SPANS]
    )
    return tuple(energy for energy in found if energy.unplaced_wh >= LEAST_WH)


def unplaced_of(plant: Plant) -> tuple[UnplacedEnergy, ...]:
    """The latest of all meters of a plant, whenever they were: one query, for its page."""
    return unplaced(Meter.objects.filter(plant=plant), *EVER)[:MOST_TOLD]
