"""Collective self-consumption from rows: production and consumptions on common steps, shared by the keys."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from installations.models import Plant
from mine_de_soleil.core.calendar import days, days_bounds
from production.daylight import daylight
from production.formats.series import local_days
from production.models import ConsumptionCurve, Participant, Reading, SharingKeys
from production.revenue import Metered, share_by_consumption, share_by_key
from production.revenue.curves import Curve, Steps, common_step_s, in_steps, joined, unpack
from production.revenue.key_curves import KeyCurve, keys_in_steps, unpack_keys
from production.revenue.sharing import Allocation, Bools, Ints, by_day

Method = SharingKeys.Method
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Shared:
    """What each participant got and what was left, day by day; participants by id."""

    by_participant: dict[int, list[Metered]]
    surplus: list[Metered]


def shares_anything(plant_ids: Iterable[int]) -> set[int]:
    """Of these plants, those whose output is shared at all."""
    known = SharingKeys.objects.filter(plant__in=list(plant_ids)).order_by()
    return set(known.values_list("plant_id", flat=True).distinct())


def shared_energy(plant: Plant, first: dt.date, last: dt.date) -> Shared:
    """The output of `plant` shared from `first` to `last` by the keys in force. Raises InvalidSharing.

    A step that a meter left out shares nothing and makes its day incomplete; at night, with the sun below
    5°, a plant that says nothing makes nothing.
    """
    participants = list(Participant.objects.filter(plant=plant).order_by("pk"))
    found: dict[int, list[Metered]] = {one.pk: [] for one in participants}
    surplus: list[Metered] = []
    for start, end, keys in _periods(plant, first, last):
        if not participants:
            break
        part = _share(plant, participants, keys, start, end)
        for key, metered in part.by_participant.items():
            found[key] += metered
        surplus += part.surplus
    return Shared(found, surplus)


def _periods(plant: Plant, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date, SharingKeys]]:
    """The days cut where the keys change; days before the first keys aren't shared."""
    rows = SharingKeys.objects.filter(plant=plant, since__lte=last).order_by("since", "-pk")
    steps = list(rows.distinct("since"))
    periods = []
    for at, keys in enumerate(steps):
        until = steps[at + 1].since - dt.timedelta(days=1) if at + 1 < len(steps) else last
        start, end = max(first, keys.since), min(last, until)
        if start <= end:
            periods.append((start, end, keys))
    return periods


def _share(
    plant: Plant, participants: Sequence[Participant], keys: SharingKeys, first: dt.date, last: dt.date
) -> Shared:
    first_s, end_s = _seconds(plant.zone, first, last)
    made = _production(plant, first_s, end_s)
    used = _consumptions(participants, plant.zone, first, last)
    step_s = common_step_s([made, *used])
    if not step_s:
        return Shared({}, [])
    production = _awake(plant, in_steps(made, first_s, end_s, step_s), first_s, step_s, (first, last))
    consumption = [in_steps(curve, first_s, end_s, step_s) for curve in used]
    known = np.logical_and.reduce([production.known, *(one.known for one in consumption)])
    table = np.stack([one.energy_wh for one in consumption], axis=1)
    starts = first_s + step_s * np.arange(len(production.energy_wh), dtype=np.int64)
    allocation = _allocate(keys, participants, production.energy_wh, table, known, starts)
    ordinals = local_days(starts, plant.zone) + EPOCH_ORDINAL
    shares = {
        one.pk: by_day(np.ascontiguousarray(allocation.allocated_wh[:, n]), allocation.known, ordinals)
        for n, one in enumerate(participants)
    }
    return Shared(shares, by_day(allocation.surplus_wh, allocation.known, ordinals))


def _allocate(
    keys: SharingKeys,
    participants: Sequence[Participant],
    production_wh: Ints,
    consumption_wh: Ints,
    known: Bools,
    starts_s: Ints,
) -> Allocation:
    if keys.method == Method.PROPORTION:
        return share_by_consumption(production_wh, consumption_wh, known)
    names = [one.pk for one in participants]
    if keys.method == Method.FIXED:
        fixed = np.array([int(keys.keys.get(str(key), 0)) for key in names], dtype=np.int64)
        return share_by_key(production_wh, consumption_wh, fixed, known)
    table, told = keys_in_steps(_key_curve(keys), names, starts_s)
    return share_by_key(production_wh, consumption_wh, table, known & told)


def _key_curve(keys: SharingKeys) -> KeyCurve:
    assert keys.curve is not None  # the database holds it
    return unpack_keys(bytes(keys.curve))


def _seconds(zone: ZoneInfo, first: dt.date, last: dt.date) -> tuple[int, int]:
    start, end = days_bounds(first, last, zone)
    return int(start.timestamp()), int(end.timestamp())


def _production(plant: Plant, first_s: int, end_s: int) -> Curve:
    """The plant's readings of the period; of several meters, those that start alike are added."""
    begin, end = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (first_s, end_s))
    rows = Reading.objects.filter(meter__plant=plant, start__gte=begin, start__lt=end)
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for start, length, energy in rows.order_by().values_list("start", "length_s", "energy_wh"):
        sums[int(start.timestamp()), length] += energy
    table = np.array([(*key, wh) for key, wh in sorted(sums.items())], dtype=np.int64).reshape(-1, 3)
    return Curve(table[:, 0], table[:, 1], table[:, 2])


def _consumptions(
    participants: Sequence[Participant], zone: ZoneInfo, first: dt.date, last: dt.date
) -> list[Curve]:
    """Each one's curve, of the files that reach into these days: an older one's step is its own affair."""
    begin, end = days_bounds(first, last, zone)
    rows = ConsumptionCurve.objects.filter(
        participant__in=participants, first_start__lt=end, last_end__gt=begin
    )
    rows = rows.order_by("pk")
    own: dict[int, list[Curve]] = defaultdict(list)
    for key, kept in rows.values_list("participant_id", "curve"):
        own[key].append(unpack(bytes(kept)))
    return [joined(own[one.pk]) for one in participants]


def _awake(plant: Plant, steps: Steps, first_s: int, step_s: int, span: tuple[dt.date, dt.date]) -> Steps:
    """The same with the night's silence taken for what it is: nothing."""
    sunrise, sunset = daylight(days(*span), plant.latitude_deg, plant.longitude_deg)
    begins, ends = (np.asarray(at.as_unit("s").asi8, dtype=np.int64) for at in (sunrise, sunset))
    starts = first_s + step_s * np.arange(len(steps.known), dtype=np.int64)
    # The last day whose sun was up before the step ends: is it still up when the step starts?
    place = np.searchsorted(begins, starts + step_s, side="left") - 1
    light = (place >= 0) & (ends[np.maximum(place, 0)] > starts)
    known: Bools = steps.known | ~light
    return Steps(steps.energy_wh, known)
