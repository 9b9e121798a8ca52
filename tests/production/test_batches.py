"""Readings of many meters at once: the same rows and sums as meter by meter."""

import datetime as dt
import json
import random
from typing import Any

import pytest
from django.utils import timezone

from installations.models import Meter
from production.batches import Incoming, store_many
from production.models import DailyEnergy, Reading, ReadingImport
from production.readings_body import API_JSON, open_body, read_body
from production.services.bodies import known_meter
from production.services.imports import Delivery
from production.services.opened import describe, new_import
from production.storage import store_readings
from tests.factories import plant_with_meter

pytestmark = pytest.mark.django_db

Sent = list[tuple[str, int, list[int]]]  # start, step in minutes, energies


def incoming(meter: Meter, sent: Sent) -> Incoming:
    series = [
        {"meter": meter.code, "start": start, "step_minutes": step, "energy_wh": energies}
        for start, step, energies in sent
    ]
    content = json.dumps({"series": series}).encode()
    body = open_body(content, API_JSON)
    found = read_body(body, {meter.code: known_meter(meter)}, latest=timezone.now())[meter.code]
    target = new_import(None, meter, Delivery("x.json", content), dry_run=False)
    describe(target, found)
    target.save()
    return Incoming(target, meter, found.readings)


def rows(meter: Meter) -> list[tuple[object, ...]]:
    held = Reading.objects.filter(meter=meter).order_by("start")
    return list(held.values_list("start", "length_s", "energy_wh", "line"))


def sums(meter: Meter) -> list[tuple[object, ...]]:
    days = DailyEnergy.objects.filter(meter=meter).order_by("day")
    return list(days.values_list("day", "energy_wh", "covered_s", "daylight_s"))


def steps(start: str, hours: int, minutes: int = 30) -> Sent:
    drawn = random.Random(start)
    return [(start, minutes, [drawn.randrange(2_000) for _ in range(hours * 60 // minutes)])]


CASES: dict[str, list[Sent]] = {
    "a summer day": [steps("2025-06-01T00:00:00+02:00", 24)],
    "both clock changes": [steps("2025-03-30T00:00:00+01:00", 23), steps("2025-10-26T00:00:00+02:00", 25)],
    "over New Year's Eve in UTC": [steps("2024-12-31T20:00:00Z", 8)],
    "a day in two pieces": [steps("2025-06-01T04:00:00Z", 6), steps("2025-06-01T10:00:00Z", 6)],
    "the same twice": [steps("2025-06-01T04:00:00Z", 6), steps("2025-06-01T04:00:00Z", 6)],
    "a late piece between": [
        [*steps("2025-06-01T04:00:00Z", 2), *steps("2025-06-01T14:00:00Z", 2)],
        steps("2025-06-01T08:00:00Z", 3),
    ],
    "a correction": [[("2025-06-01T10:00:00Z", 10, [1, 2, 3])], [("2025-06-01T10:10:00Z", 10, [7])]],
}


@pytest.mark.parametrize("name", CASES)
def test_many_meters_at_once_hold_what_each_alone_would(name: str):
    together = [plant_with_meter(), plant_with_meter(latitude_deg=48.1, longitude_deg=-1.7)]
    alone = [plant_with_meter(), plant_with_meter(latitude_deg=48.1, longitude_deg=-1.7)]
    for sent in CASES[name]:
        stored = store_many([incoming(meter, sent) for meter in together], exact=True)
        for one, meter in zip(stored, alone, strict=True):
            said = incoming(meter, sent)
            assert store_readings(said.target, meter, said.readings, exact=True) == one
    assert [rows(meter) for meter in together] == [rows(meter) for meter in alone]
    assert [sums(meter) for meter in together] == [sums(meter) for meter in alone]
    assert all(rows(meter) for meter in together)


def test_a_meter_with_something_there_and_one_without_go_together():
    old, new = plant_with_meter(), plant_with_meter()
    store_many([incoming(old, [("2025-06-01T10:00:00Z", 10, [1, 2])])])
    sent: Sent = [("2025-06-01T10:10:00Z", 10, [2, 3])]
    by_old, by_new = store_many([incoming(old, sent), incoming(new, sent)])
    assert (by_old.new, by_old.unchanged, by_new.new) == (1, 1, 2)
    assert [sums(meter)[0][1] for meter in (old, new)] == [6, 5]


def test_statements_do_not_grow_with_meters(assert_flat_queries: Any):
    meters = [plant_with_meter() for _ in range(9)]
    batches = iter(
        [
            [incoming(meter, [(f"2025-07-0{day}T10:00:00Z", 10, [1, 2])]) for meter in meters[:size]]
            for day, size in ((1, 2), (2, 2), (3, 9))
        ]
    )
    assert_flat_queries(lambda: store_many(next(batches)), lambda: None)
    assert ReadingImport.objects.count() == 13
    assert dt.date(2025, 7, 3) in {row[0] for row in sums(meters[8])}
