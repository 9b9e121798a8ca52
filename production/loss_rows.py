"""Losses that somebody named, or that a meter's own days call an outage, day by day."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from installations.models import Plant
from production.loss_reports import seen_days
from production.losses_by_cause import KNOWN_CAUSES, Cause
from production.lost_energy import lost_days
from production.models import DayQuality, PlantAlert

# Of two alerts that claim a day, the one that stops a plant explains more than the one that dims it.
_ORDER: dict[Cause, int] = {cause: rank for rank, cause in enumerate(KNOWN_CAUSES)}


@dataclass(frozen=True, slots=True)
class DayLoss:
    """Energy one cause took on one day [Wh], and the alert that says so; None where the readings alone do."""

    day: dt.date
    cause: Cause
    lost_wh: int
    alert_id: int | None


def day_losses(plant: Plant, first: dt.date, last: dt.date) -> dict[dt.date, DayLoss]:
    """Of each day at most one loss: a closed alert's named cause, else an outage that lasts."""
    alerts = list(PlantAlert.objects.filter(plant=plant).touching(first, last).order_by("pk"))
    found: dict[dt.date, DayLoss] = {}
    closed = [alert for alert in alerts if alert.state == PlantAlert.State.CLOSED]
    named = [loss for alert in closed for loss in _named(alert)]
    for loss in sorted(named, key=lambda loss: (_ORDER[loss.cause], loss.alert_id or 0)):
        if first <= loss.day <= last:
            found.setdefault(loss.day, loss)
    answered = {day for alert in closed for day in _days_of(alert, first, last)}
    for loss in _outages(plant, alerts, first, last):
        if loss.day not in answered:
            found.setdefault(loss.day, loss)
    return found


def _named(alert: PlantAlert) -> Iterator[DayLoss]:
    """What a closed alert says of each day, where its cause is one that a balance names."""
    if alert.cause not in {str(cause) for cause in KNOWN_CAUSES}:
        return
    for row in alert.lost_sources.get("days", []):
        lost = row["expected_wh"] - row["metered_wh"]
        yield DayLoss(dt.date.fromisoformat(row["day"]), Cause(alert.cause), lost, alert.pk)


def _outages(plant: Plant, alerts: Sequence[PlantAlert], first: dt.date, last: dt.date) -> Iterator[DayLoss]:
    """Days of outages nobody has closed yet, and days whose readings are an outage's."""
    open_outages = [
        alert
        for alert in alerts
        if alert.kind == PlantAlert.Kind.OUTAGE and alert.state != PlantAlert.State.CLOSED
    ]
    by_alert = {day: alert.pk for alert in open_outages for day in _days_of(alert, first, last)}
    stopped = DayQuality.objects.filter(meter__plant=plant, state=DayQuality.State.OUTAGE)
    days = {*by_alert, *stopped.between(first, last).order_by().values_list("day", flat=True)}
    if not days:
        return
    for lost in lost_days(seen_days(plant, min(days), max(days))):
        if lost.day in days:
            yield DayLoss(lost.day, Cause.OUTAGE, lost.lost_wh, by_alert.get(lost.day))


def _days_of(alert: PlantAlert, first: dt.date, last: dt.date) -> list[dt.date]:
    start, end = max(first, alert.began_on), min(last, alert.ended_on or last)
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
