"""The watch over a cooperative's roofs: day sums, verdicts, alerts. Each night, and when readings come.

Safe to repeat, and at once: one watch at a time for a cooperative.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from django.db import connection, transaction

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import local_day
from production.climate import ClimateError
from production.fleet import FleetError
from production.models import DailyEnergy, DayQuality, NeighbourDay, PlantAlert
from production.neighbours import (
    FEWEST,
    Episode,
    Place,
    Reason,
    TownDays,
    Watch,
    towns,
    watch,
    watch_by_weather,
)
from production.services.alert_raising import settle_alerts
from production.services.town_days import days_to_sum, read_town, sum_days, upsert
from production.troubles import Heard, Trouble, silences, troubles_of_days
from shareholders.models import Cooperative

Kind = PlantAlert.Kind
DAY = dt.timedelta(days=1)
# Two years and the weeks before them: in its first year a roof has no season to be compared with, and the
# shade of a winter looks like a loss. What ended longer ago than `NEWS_DAYS` is told to nobody.
DAYS_WATCHED, NEWS_DAYS = 830, 400
VERDICT = ("residual", "evidence", "peers", "reason")
# Any number will do, as long as nothing else takes two-part locks under it.
WATCH_LOCK = 62_530
log = logging.getLogger(__name__)


def watch_all(now: dt.datetime) -> int:
    """Every real company, each by itself: one that fails stops no other. Returns alerts raised."""
    # A demonstration is watched by what loads it.
    companies = Cooperative.objects.filter(is_demo=False, plants__kind=Plant.Kind.SOLAR).distinct()
    return sum(watch_cooperative(one, today=_today(one, now)) for one in companies.order_by("pk"))


def watch_now(cooperative_id: int, now: dt.datetime) -> int:
    """One company. Returns alerts raised."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    return watch_cooperative(cooperative, today=_today(cooperative, now))


def _today(cooperative: Cooperative, now: dt.datetime) -> dt.date:
    return local_day(now, cooperative.zone)


def watch_cooperative(cooperative: Cooperative, *, today: dt.date) -> int:
    """Bring verdicts and alerts of all its roofs up to yesterday. Returns alerts raised."""
    plants = list(
        Plant.objects.filter(cooperative=cooperative, kind=Plant.Kind.SOLAR, arrays__isnull=False)
        .select_related("cooperative", "sheet")
        .prefetch_related("arrays")
        .distinct()
        .order_by("pk")
    )
    places = [Place(p.commune_insee, p.latitude_deg, p.longitude_deg) for p in plants]
    raised = 0
    for town in towns(places):
        try:
            raised += watch_town([plants[number] for number in town], today=today)
        except (FleetError, ClimateError) as reason:
            # One roof described wrongly mustn't blind the operator to all other towns.
            log.warning("no watch over the town of %s: %s", plants[town[0]], reason)
    return raised + watch_meters(cooperative, today=today)


@transaction.atomic
def watch_town(plants: Sequence[Plant], *, today: dt.date) -> int:
    """Judge the days of plants near each other. Plants with arrays, sheet, company. Returns alerts raised.

    Sums are made for days whose readings changed, verdicts from the first of them on. Raises
    fleet.FleetError, climate.ClimateError; nothing is then changed.
    """
    _one_at_a_time(plants[0].cooperative)
    first, last = today - DAY * DAYS_WATCHED, today - DAY
    wanted = days_to_sum(plants, first, last)
    sum_days(plants, wanted)
    town = read_town(plants, first, last)
    found = _judged(town, _accepted(plants, first))
    since = min([*wanted, *_accepted_days(plants, first)], default=None)
    if since:
        _write(plants, found, first, since)
    news = last - DAY * NEWS_DAYS
    return settle_alerts(plants, [Kind.BEHIND], _troubles(plants, found, first), first=news, last=last)


def _one_at_a_time(cooperative: Cooperative) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [WATCH_LOCK, cooperative.pk])


def _judged(town: TownDays, accepted: Mapping[int, tuple[int, ...]]) -> Watch:
    judge = watch if town.metered_wh.shape[1] >= FEWEST else watch_by_weather
    return judge(town, accepted=accepted)


def _accepted(plants: Sequence[Plant], first: dt.date) -> dict[int, tuple[int, ...]]:
    """Of each plant's position, the days on which its loss was taken for the new usual, from `first` on."""
    column = {plant.pk: number for number, plant in enumerate(plants)}
    rows = PlantAlert.objects.filter(plant__in=plants, kind=Kind.BEHIND, accepted_on__gte=first)
    found: dict[int, list[int]] = defaultdict(list)
    for plant_id, day in rows.order_by("accepted_on").values_list("plant_id", "accepted_on"):
        assert day is not None  # by the filter
        found[column[plant_id]].append((day - first).days)
    return {plant: tuple(numbers) for plant, numbers in found.items()}


def _accepted_days(plants: Sequence[Plant], first: dt.date) -> list[dt.date]:
    numbers = {number for found in _accepted(plants, first).values() for number in found}
    return [first + DAY * number for number in sorted(numbers)]


def _write(plants: Sequence[Plant], found: Watch, first: dt.date, since: dt.date) -> None:
    """Store the verdicts that differ from those kept, from `since` on: a later day changes no earlier one."""
    column = {plant.pk: number for number, plant in enumerate(plants)}
    rows = []
    for row in NeighbourDay.objects.filter(plant__in=plants, day__gte=since).order_by("plant_id", "day"):
        place = (row.day - first).days, column[row.plant_id]
        if place[0] >= len(found.residual):
            continue
        residual = found.residual[place]
        now = (
            round(float(residual), 6) if np.isfinite(residual) else None,
            round(float(found.evidence[place]), 4),
            int(found.peers[place]),
            str(found.reason[place]),
        )
        if now != (row.residual, row.evidence, row.peers, row.reason):
            row.residual, row.evidence, row.peers, row.reason = now
            rows.append(row)
    upsert(rows, VERDICT)


def _troubles(plants: Sequence[Plant], found: Watch, first: dt.date) -> list[Trouble]:
    """The episodes of the watch as troubles. Accepted ones were closed by somebody, and are left out."""
    return [_trouble(plants, found, first, one) for one in found.episodes if not one.accepted]


def _trouble(plants: Sequence[Plant], found: Watch, first: dt.date, episode: Episode) -> Trouble:
    end = len(found.residual) if episode.closed_on is None else _last_bad(found, episode) + 1
    seen = found.residual[episode.began_on : end, episode.plant]
    judged = seen[np.isfinite(seen)]
    facts = {
        "by": "neighbours" if found.peers[:, episode.plant].any() else "weather",
        "days_judged": len(judged),
        "behind": round(float(-np.median(judged)), 4) if len(judged) else None,
        "evidence": round(float(found.evidence[episode.raised_on, episode.plant]), 2),
    }
    ended = None if episode.closed_on is None else first + DAY * (end - 1)
    return Trouble(
        plant_id=plants[episode.plant].pk,
        meter_id=None,
        kind=Kind.BEHIND,
        began_on=first + DAY * episode.began_on,
        raised_on=first + DAY * episode.raised_on,
        ended_on=ended,
        facts=facts,
    )


def _last_bad(found: Watch, episode: Episode) -> int:
    """The day before the good days that closed the episode: the last that spoke for a loss."""
    assert episode.closed_on is not None
    lost = found.residual[:, episode.plant] < -0.05 / 2
    judged = (found.reason[:, episode.plant] == Reason.JUDGED) & lost
    bad = np.flatnonzero(judged[episode.began_on : episode.closed_on])
    return episode.began_on + int(bad[-1]) if len(bad) else episode.raised_on


@transaction.atomic
def watch_meters(cooperative: Cooperative, *, today: dt.date) -> int:
    """Outages, silences and doubtful readings, from the states of days and from silence itself."""
    _one_at_a_time(cooperative)
    first, last = today - DAY * NEWS_DAYS, today - DAY
    meters = list(
        Meter.objects.filter(plant__cooperative=cooperative, plant__kind=Plant.Kind.SOLAR)
        .select_related("plant__cooperative")
        .order_by("pk")
    )
    states: dict[int, dict[dt.date, str]] = defaultdict(dict)
    rows = DayQuality.objects.of(cooperative).between(first, last).order_by()
    for meter_id, day, state in rows.values_list("meter_id", "day", "state"):
        states[meter_id][day] = state
    troubles = [
        trouble
        for meter in meters
        for trouble in troubles_of_days(
            meter.plant_id, meter.pk, states[meter.pk], max(states[meter.pk], default=last)
        )
    ]
    quiet = silences(_heard(meters, last), last)
    troubles = _joined(troubles, quiet)
    plants = list({meter.plant_id: meter.plant for meter in meters}.values())
    kinds = [Kind.OUTAGE, Kind.SILENT, Kind.DATA]
    return settle_alerts(plants, kinds, troubles, first=first, last=last)


def _joined(troubles: Sequence[Trouble], quiet: Sequence[Trouble]) -> list[Trouble]:
    """A meter silent today is told once: the silence measured by its last day says it best."""
    latest = {trouble.meter_id: trouble for trouble in quiet}
    kept = [
        one
        for one in troubles
        if not (
            one.kind == Kind.SILENT
            and one.meter_id in latest
            and (one.ended_on or dt.date.max) >= latest[one.meter_id].began_on
        )
    ]
    return [*kept, *quiet]


def _heard(meters: Sequence[Meter], last: dt.date) -> list[Heard]:
    """The last day each meter in service spoke."""
    spoke = dict(
        DailyEnergy.objects.filter(meter__in=meters, day__lte=last)
        .order_by("meter_id", "-day")
        .distinct("meter_id")
        .values_list("meter_id", "day")
    )
    return [
        Heard(
            meter.plant_id,
            meter.pk,
            spoke.get(meter.pk),
            max(filter(None, (meter.installed_on, meter.plant.commissioned_on))),
        )
        for meter in meters
        if meter.removed_on is None
    ]
