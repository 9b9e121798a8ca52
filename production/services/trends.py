"""Ageing, dirt and standstills of roofs with two years of readings: made anew each month, at night."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
from django.db import transaction
from django.db.models import Min, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from installations.models import Plant
from production.described import DAYS_A_YEAR, described
from production.models import ExpectedDay, PlantTrend
from production.quality.longterm import TWO_YEARS_DAYS, trend
from production.services.quality import complete_days

MONTH = dt.timedelta(days=30)
# Half a minute a roof: a night has room for these, and the next night goes on.
MOST_A_NIGHT = 40
TREND_TASK = "production.tasks.make_trends"


def ask_trends() -> None:
    """Have the worker make the trends that are due now rather than tonight; asked twice, made once."""
    try:
        with transaction.atomic():
            app.configure_task(TREND_TASK, queueing_lock="make_trends").defer(timestamp=0)
    except AlreadyEnqueued:
        # Somebody asked a moment ago.
        return


def make_late_trends(now: dt.datetime) -> int:
    """Make the trends that are a month old or were never made. Returns how many."""
    since = now.date() - dt.timedelta(days=TWO_YEARS_DAYS)
    due = Q(trend=None) | Q(trend__made_at__lt=now - MONTH)
    roofs = Plant.objects.filter(due, kind=Plant.Kind.SOLAR, commissioned_on__lte=since)
    heard = roofs.annotate(heard_from=Min("meters__days__day")).filter(heard_from__lte=since)
    return sum(make_trend(plant, now) for plant in heard.order_by("pk")[:MOST_A_NIGHT])


def make_trend(plant: Plant, now: dt.datetime) -> bool:
    """Make one roof's trend from its complete days whose weather is known; False without any such day."""
    days = _days(plant, now.date() - dt.timedelta(days=1))
    if days.empty:
        return False
    found = trend(days["metered"], days["expected"])
    PlantTrend.objects.update_or_create(
        plant=plant,
        defaults={
            "first_day": days.index[0].date(),
            "last_day": days.index[-1].date(),
            "days_used": found.days_used,
            "figures": {name: asdict(figure) for name, figure in found.figures.items()},
            "reasons": {name: reason.value for name, reason in found.reasons.items()},
            "made_at": now,
        },
    )
    return True


def _days(plant: Plant, last: dt.date) -> pd.DataFrame:
    """Metered and expected under the weather that was, by day [Wh]; days that lack one are left out.

    What was expected already ages as the technical sheet says: that is taken out again, for it is what is
    looked for.
    """
    losses = described(plant).losses
    metered = {day: wh for _plant, day, wh in complete_days([plant], plant.commissioned_on, last)}
    told = ExpectedDay.objects.filter(plant=plant, kind=ExpectedDay.Kind.PAST, day__lte=last).latest_made()
    both = [
        (
            row.day,
            metered[row.day],
            row.energy_wh / (losses.kept_at_age(_age(plant, row.day)) if losses else 1),
        )
        for row in told
        if row.day in metered
    ]
    return _framed(sorted(both))


def _age(plant: Plant, day: dt.date) -> float:
    return max(0.0, (day - plant.commissioned_on).days / DAYS_A_YEAR)


def _framed(rows: Sequence[tuple[dt.date, int, float]]) -> pd.DataFrame:
    index = pd.DatetimeIndex([day for day, _metered, _expected in rows])
    columns = {"metered": [row[1] for row in rows], "expected": [row[2] for row in rows]}
    return pd.DataFrame(columns, index=index, dtype=float)
