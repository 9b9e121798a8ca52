"""Troubles of a meter read from the states of its days: where a run of bad days begins and ends. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DAY = dt.timedelta(days=1)
# Days in a row before somebody is bothered, by the state's name (`models.DayQuality.State`): a stopped
# inverter costs from the first day; a day without contact often comes in with the next file; a doubtful day
# may be one reading's whim, three are a fault of the meter or of its clock.
DAYS_TO_TELL = {"outage": 1, "lost": 3, "silent": 3, "doubtful": 3}
# What each state is an alert of (`models.PlantAlert.Kind`).
KIND_OF = {"outage": "outage", "lost": "silent", "silent": "silent", "doubtful": "data"}
# Others have told their days and this meter hasn't: it is the meter. When nobody has, it is the month's file
# that is late: exports by hand come once a month.
LATE_ALONE, LATE_TOGETHER = 3, 40


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a plant or one of its meters; `ended_on` is its last day, None while it lasts."""

    plant_id: int
    meter_id: int | None
    kind: str
    began_on: dt.date
    raised_on: dt.date
    ended_on: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def troubles_of_days(
    plant_id: int, meter_id: int, states: Mapping[dt.date, str], last: dt.date
) -> list[Trouble]:
    """Runs of days of one state long enough to be told; a run that reaches `last` is still going on."""
    found = []
    for kind in sorted(set(KIND_OF.values())):
        days = {day: state for day, state in states.items() if KIND_OF.get(state) == kind}
        for run in _runs(sorted(days)):
            wait = min(DAYS_TO_TELL[days[day]] for day in run)
            if len(run) >= wait:
                ended = None if run[-1] >= last else run[-1]
                facts = {"days": len(run), "states": sorted({days[day] for day in run})}
                raised = run[0] + DAY * (wait - 1)
                found.append(Trouble(plant_id, meter_id, kind, run[0], raised, ended, facts))
    return found


def _runs(days: Sequence[dt.date]) -> list[list[dt.date]]:
    """Days that follow each other."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


@dataclass(frozen=True, slots=True)
class Heard:
    """The last day a meter spoke, None if it never did, and the day from which it ought to."""

    plant_id: int
    meter_id: int
    last: dt.date | None
    since: dt.date


def silences(meters: Iterable[Heard], yesterday: dt.date) -> list[Trouble]:
    """Meters that tell nothing any more: alone, or, after longer, with all the others."""
    known = list(meters)
    latest = max((meter.last for meter in known if meter.last), default=None)
    found = []
    for meter in known:
        first = meter.last + DAY if meter.last else meter.since
        alone = latest is not None and (latest - first).days + 1 >= LATE_ALONE
        together = (yesterday - first).days + 1 >= LATE_TOGETHER
        if first <= yesterday and (alone or together):
            wait = LATE_ALONE if alone else LATE_TOGETHER
            facts = {"last_heard": meter.last.isoformat() if meter.last else None, "alone": alone}
            raised = first + DAY * (wait - 1)
            found.append(Trouble(meter.plant_id, meter.meter_id, "silent", first, raised, None, facts))
    return found
