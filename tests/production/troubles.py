"""What goes wrong on roofs, for tests: alerts, neighbours' verdicts, quality of days, entries of the log."""

import datetime as dt
from typing import Any

from django.utils import timezone

from installations.models import Meter, Plant
from production.models import DayQuality, MaintenanceEntry, NeighbourDay, PlantAlert


def an_alert(plant: Plant, began_on: dt.date, ended_on: dt.date | None = None, **fields: Any) -> PlantAlert:
    """An open outage."""
    known = {"kind": PlantAlert.Kind.OUTAGE, "raised_on": began_on} | fields
    return PlantAlert.objects.create(plant=plant, began_on=began_on, ended_on=ended_on, **known)


def a_closed_alert(
    plant: Plant, began_on: dt.date, ended_on: dt.date, lost_wh: int, **fields: Any
) -> PlantAlert:
    """An outage somebody closed, with what it cost."""
    closed = {"state": "closed", "cause": "outage", "closed_at": timezone.now(), "lost_wh": lost_wh}
    return an_alert(plant, began_on, ended_on, **(closed | fields))


def neighbours_say(plant: Plant, day: dt.date, expected_wh: int, residual: float) -> NeighbourDay:
    """The neighbours let expect `expected_wh`; the roof made that much less (or more) of it."""
    return NeighbourDay.objects.create(
        plant=plant, day=day, expected_wh=expected_wh, residual=residual, peers=3, reason="judged"
    )


def a_quality(meter: Meter, day: dt.date, state: str = "doubtful", **fields: Any) -> DayQuality:
    """A day whose readings can't be trusted."""
    return DayQuality.objects.create(meter=meter, day=day, state=state, **fields)


def an_entry(plant: Plant, day: dt.date, text: str = "Onduleur remplacé") -> MaintenanceEntry:
    """A line of the maintenance log."""
    return MaintenanceEntry.objects.create(plant=plant, day=day, text=text)
