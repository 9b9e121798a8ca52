"""Days and instants. A legal day is a `date`; an instant is UTC; only the edges ask the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def local_day(instant: dt.datetime, zone: ZoneInfo = PARIS) -> dt.date:
    """The calendar day an instant falls on, where `zone` is. Raises ValueError for a naive instant."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} names no time zone")
    return instant.astimezone(zone).date()


def day_bounds(day: dt.date, zone: ZoneInfo = PARIS) -> tuple[dt.datetime, dt.datetime]:
    """First instant of `day` and of the day after, in UTC: 23, 24 or 25 hours apart."""
    start = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def days_bounds(first: dt.date, last: dt.date, zone: ZoneInfo = PARIS) -> tuple[dt.datetime, dt.datetime]:
    """First instant of `first` and of the day after `last`, in UTC."""
    return day_bounds(first, zone)[0], day_bounds(last, zone)[1]


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from `first` to `last`, both included; empty when `last` comes first."""
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
