"""The span of time a chart shows, from a day by its readings to a decade by months and all years. Pure."""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from production.judgement import days_in_month


class View(StrEnum):
    """What one column of the chart is; the words are those of the address (`?pas=jour`)."""

    STEP = "releve"
    HOUR = "heure"
    DAY = "jour"
    MONTH = "mois"
    DECADE = "decennie"  # a month a column, ten years
    YEAR = "an"


_KEY_LENGTH = {View.STEP: 10, View.HOUR: 10, View.DAY: 7, View.MONTH: 4, View.DECADE: 4, View.YEAR: 0}


@dataclass(frozen=True, slots=True)
class Period:
    """A span shown in columns of `view`, both days included."""

    view: View
    first: dt.date
    last: dt.date

    @property
    def key(self) -> str:
        """How an address names it: 2025-03-14, 2025-03, 2025, or nothing for all years."""
        return self.first.isoformat()[: _KEY_LENGTH[self.view]]


def steps_of(day: dt.date) -> Period:
    """The day itself, reading by reading."""
    return Period(View.STEP, day, day)


def day_of(day: dt.date) -> Period:
    """The day itself, by hours."""
    return Period(View.HOUR, day, day)


def month_of(day: dt.date) -> Period:
    """The month of `day`, by days."""
    return Period(View.DAY, day.replace(day=1), day.replace(day=days_in_month(day)))


def year_of(day: dt.date) -> Period:
    """The year of `day`, by months."""
    return Period(View.MONTH, dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))


def decade_of(day: dt.date) -> Period:
    """The ten years of `day`, by months: 2020 to 2029."""
    first = day.year - day.year % 10
    return Period(View.DECADE, dt.date(first, 1, 1), dt.date(first + 9, 12, 31))


_PERIOD_OF: dict[str, Callable[[dt.date], Period]] = {
    View.STEP: steps_of,
    View.HOUR: day_of,
    View.DAY: month_of,
    View.MONTH: year_of,
    View.DECADE: decade_of,
}


def period_from(view: str, key: str, *, first: dt.date, last: dt.date) -> Period:
    """The period an address asks for, kept within `first`…`last`.

    What can't be understood shows the year of `last`: a chart's address is no place to scold.
    """
    if view == View.YEAR:
        return Period(View.YEAR, dt.date(first.year, 1, 1), dt.date(last.year, 12, 31))
    day = _clamped(_day_of(key) or last, first, last)
    found = _PERIOD_OF.get(view, year_of)(day)
    if found.view != View.DECADE:
        return found
    # Years before the first reading or after the last have nothing to show.
    years = max(found.first, dt.date(first.year, 1, 1)), min(found.last, dt.date(last.year, 12, 31))
    return Period(View.DECADE, *years)


def neighbours(period: Period, *, first: dt.date, last: dt.date) -> tuple[Period | None, Period | None]:
    """The period before and the one after, where there are readings."""
    if period.view == View.YEAR:
        return None, None
    of = _PERIOD_OF[period.view]
    before, after = period.first - dt.timedelta(days=1), period.last + dt.timedelta(days=1)
    return (of(before) if before >= first else None), (of(after) if after <= last else None)


def _day_of(key: str) -> dt.date | None:
    """The day `2025-03-14`, or the first one of `2025` or `2025-03`; None for anything else."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", key, re.ASCII)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        return None
    return dt.date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _clamped(day: dt.date, first: dt.date, last: dt.date) -> dt.date:
    return max(first, min(day, last))
