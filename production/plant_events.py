"""What happened on a roof over a period: alerts, maintenance, days whose readings can't be trusted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core import figures
from production.models import DayQuality, MaintenanceEntry, PlantAlert
from production.periods import Period
from production.wording import days_words, language

# Days that say nothing worth a mark: good ones, and those whose gap the columns show already.
QUIET_STATES = (DayQuality.State.GOOD, DayQuality.State.PARTIAL, DayQuality.State.SILENT)
MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Event:
    """Something between two days, both included (`last` is None while it lasts), in a few words."""

    first: dt.date
    last: dt.date | None
    words: str
    detail: str = ""

    @property
    def days(self) -> str:
        """`du 3 mars 2025 au 5 mars 2025`, `le 3 mars 2025`, `depuis le 3 mars 2025`."""
        return days_words(self.first, self.last)

    @property
    def text(self) -> str:
        """The event in one line."""
        return f"{self.words}, {self.days}"


def events_of(plant: Plant, period: Period, *, sees_log: bool) -> list[Event]:
    """What happened in the period, the earliest first: three queries.

    What somebody wrote in the log is for who operates; everybody sees that somebody came.
    """
    found = [*_alerts(plant, period), *_entries(plant, period, sees_log), *_doubts(plant, period)]
    return sorted(found, key=lambda event: (event.first, event.words))


def _alerts(plant: Plant, period: Period) -> list[Event]:
    alerts = PlantAlert.objects.filter(plant=plant).touching(period.first, period.last)
    known = alerts.exclude(cause=PlantAlert.Cause.FALSE_ALARM).order_by("began_on", "pk")
    return [Event(one.began_on, one.ended_on, _alert_words(one), _lost(one)) for one in known]


def _alert_words(alert: PlantAlert) -> str:
    words = str(alert.get_cause_display() if alert.cause else alert.get_kind_display())
    return words[:1].upper() + words[1:]


def _lost(alert: PlantAlert) -> str:
    if not alert.lost_wh:
        return ""
    return _("%(energy)s perdus") % {"energy": figures.energy(alert.lost_wh, language=language())}


def _entries(plant: Plant, period: Period, sees_log: bool) -> list[Event]:
    entries = MaintenanceEntry.objects.filter(plant=plant, day__lte=period.last)
    touching = [one for one in entries.order_by("day", "pk") if (one.until or one.day) >= period.first]
    return [
        Event(one.day, one.until or one.day, _("Entretien"), one.text if sees_log else "") for one in touching
    ]


def _doubts(plant: Plant, period: Period) -> list[Event]:
    """Days of one state in a row are one event."""
    rows = DayQuality.objects.filter(meter__plant=plant).between(period.first, period.last)
    days = list(rows.exclude(state__in=QUIET_STATES).order_by("state", "day").values_list("state", "day"))
    runs: list[tuple[str, dt.date, dt.date]] = []
    for state, day in days:
        if runs and runs[-1][0] == state and day - runs[-1][2] <= dt.timedelta(days=1):
            runs[-1] = (state, runs[-1][1], day)
        else:
            runs.append((state, day, day))
    return [Event(first, last, _state_words(state)) for state, first, last in runs]


def _state_words(state: str) -> str:
    return {
        DayQuality.State.OUTAGE: _("Panne vue dans les relevés"),
        DayQuality.State.LOST_CONTACT: _("Communication perdue"),
    }.get(DayQuality.State(state), _("Relevés douteux"))


def latest_first(events: Sequence[Event]) -> tuple[list[Event], int]:
    """The events to list, the latest first, and how many more there are."""
    ordered = list(reversed(events))
    return ordered[:MOST_LISTED], max(0, len(ordered) - MOST_LISTED)
