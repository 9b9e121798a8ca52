"""How a plant stands: which of its troubles the operator should look at first. No Django, no clock."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

# Readings older than this are late: the worst roof may be the one nobody hears from.
SILENT_AFTER = dt.timedelta(days=2)
# Down to this much below the forecast a roof is on track.
ON_TRACK = 0.03


class Standing(StrEnum):
    """From worst to best; the words are those of the address (`?etat=panne`)."""

    SILENT = "silence"
    OUTAGE = "panne"
    BEHIND = "retrait"
    DOUBTFUL = "douteux"
    BELOW = "dessous"
    FINE = "bien"


ORDER = tuple(Standing)


@dataclass(frozen=True, slots=True)
class PlantFacts:
    """What is known of one plant on a day.

    `outage_since` and `behind_since`: the first day of an alert nobody closed. `doubtful_days` of the last
    thirty. `deviation` from the forecast over the same days (0.03 is 3 % more), None without comparison.
    """

    last_day: dt.date | None
    outage_since: dt.date | None = None
    behind_since: dt.date | None = None
    doubtful_days: int = 0
    has_data_alert: bool = False
    deviation: float | None = None


def is_silent(last_day: dt.date | None, today: dt.date) -> bool:
    """Whether nothing was heard of a plant for too long."""
    return last_day is None or today - last_day > SILENT_AFTER


def standing_of(facts: PlantFacts, today: dt.date) -> Standing:
    """The first thing to look at."""
    if is_silent(facts.last_day, today):
        return Standing.SILENT
    if facts.outage_since:
        return Standing.OUTAGE
    if facts.behind_since:
        return Standing.BEHIND
    if facts.doubtful_days or facts.has_data_alert:
        return Standing.DOUBTFUL
    return Standing.BELOW if facts.deviation is not None and facts.deviation < -ON_TRACK else Standing.FINE


def worst_first(facts: PlantFacts, today: dt.date) -> tuple[int, dt.date, float]:
    """A sort key: by standing, then by how long, then by how far below the forecast."""
    standing = standing_of(facts, today)
    since = {
        Standing.SILENT: facts.last_day or dt.date.min,
        Standing.OUTAGE: facts.outage_since,
        Standing.BEHIND: facts.behind_since,
    }.get(standing)
    deviation = 0.0 if facts.deviation is None else facts.deviation
    return ORDER.index(standing), since or dt.date.min, deviation
