"""Quality of days: rebuilt after each import, each night, again and again the same."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import Meter
from production.models import DayQuality
from production.services import quality as services
from production.services.imports import undo_import
from production.services.quality import check_days, check_late_days, check_meter
from tests.factories import MeterFactory, PVArrayFactory, plant_with_meter
from tests.production.deliveries import PARIS, bring
from tests.production.quality.roofs import ROOF, sound

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2025, 5, 1), dt.date(2025, 6, 30)
NOW = dt.datetime(2025, 7, 4, 6, tzinfo=dt.UTC)
PLACE = {
    "latitude_deg": ROOF.plant.latitude,
    "longitude_deg": ROOF.plant.longitude,
    "altitude_m": 55,
    "inverter_power_w": 45_000,
    "commissioned_on": dt.date(2020, 1, 1),
}


def roof(**fields: object) -> Meter:
    """A roof of 50 kWp facing south, as the readings of `sound` describe it but for its tilt."""
    return plant_with_meter(**PLACE, **fields)


def deliver(meter: Meter, *, without: tuple[int, ...] = (), until: int = 61, part: float = 1.0):
    """Bring two months of readings; days are counted from 1 May on."""
    readings = sound(step_s=3600)
    number = (readings["start"].dt.tz_convert(PARIS).dt.date - FIRST).apply(lambda d: d.days)
    kept = readings[~number.isin(without) & (number < until)]
    rows = zip(kept["start"].dt.to_pydatetime(), kept["energy_wh"], strict=True)
    # Another meter may not bring the very same bytes.
    return bring(meter, {start: int(wh * part) for start, wh in rows}, f"{meter.code}.csv")


def states(meter: Meter) -> dict[str, list[int]]:
    """Days by state, counted from 1 May on, good ones left out."""
    found: dict[str, list[int]] = {}
    for day, state in DayQuality.objects.filter(meter=meter).order_by("day").values_list("day", "state"):
        if state != "good":
            found.setdefault(state, []).append((day - FIRST).days)
    return found


def check(meter: Meter, first: dt.date = FIRST, last: dt.date = LAST) -> int:
    return check_days(meter=meter, first=first, last=last, now=NOW)


def test_each_day_of_a_meter_gets_one_row():
    meter = roof()
    deliver(meter, without=(10, 11))
    assert check(meter) == 61
    assert states(meter) == {"lost": [10, 11]}
    row = DayQuality.objects.get(meter=meter, day=FIRST + dt.timedelta(days=10))
    assert [found["kind"] for found in row.findings] == ["mute", "no_reading"]
    assert set(row.findings[0]) == {"kind", "first", "last", "value"}


def test_checked_again_the_rows_are_the_same():
    meter = roof()
    deliver(meter, without=(10, 11))
    check(meter)
    before = list(DayQuality.objects.order_by("meter", "day").values())
    check(meter)
    assert list(DayQuality.objects.order_by("meter", "day").values()) == before


def test_a_day_checked_alone_is_judged_as_among_the_others():
    meter = roof()
    deliver(meter, without=(10, 11))
    check(meter)
    whole = list(DayQuality.objects.order_by("day").values("day", "state", "findings"))
    DayQuality.objects.all().delete()
    for day in range(61):
        check(meter, FIRST + dt.timedelta(days=day), FIRST + dt.timedelta(days=day))
    assert list(DayQuality.objects.order_by("day").values("day", "state", "findings")) == whole


def test_stretches_join_without_a_seam(monkeypatch: pytest.MonkeyPatch):
    meter = roof()
    deliver(meter, without=(10, 11, 40))
    check(meter)
    whole = list(DayQuality.objects.order_by("day").values("day", "state", "findings"))
    monkeypatch.setattr(services, "STRETCH", dt.timedelta(days=11))
    check(meter)
    assert list(DayQuality.objects.order_by("day").values("day", "state", "findings")) == whole


def test_an_import_asks_for_its_days_in_its_own_transaction():
    meter = roof()
    deliver(meter)
    assert connection.in_atomic_block
    job = ProcrastinateJob.objects.get(task_name="production.tasks.check_quality")
    assert job.args == {"meter_id": meter.pk, "first": "2025-05-01", "last": "2025-06-30"}


def test_an_import_taken_back_leaves_no_verdict_behind():
    meter = roof()
    done = deliver(meter)
    check_meter(meter.pk, FIRST, LAST, NOW)
    assert DayQuality.objects.exists()
    undo_import(actor=None, target=done)
    assert ProcrastinateJob.objects.filter(task_name="production.tasks.check_quality").count() == 2
    check_meter(meter.pk, FIRST, LAST, NOW)
    assert not DayQuality.objects.exists()


def test_days_since_the_last_reading_are_said_to_be_awaited():
    meter = roof()
    deliver(meter)
    check_meter(meter.pk, FIRST, LAST, NOW)
    assert states(meter) == {"silent": [61, 62, 63]}


def test_late_readings_turn_awaited_days_good():
    meter = roof()
    deliver(meter, until=50)
    check_late_days(NOW)
    assert len(states(meter)["silent"]) == 14
    deliver(meter)
    check_meter(meter.pk, FIRST, LAST, NOW)
    assert states(meter) == {"silent": [61, 62, 63]}


def test_each_night_what_was_never_checked_is():
    meter = roof()
    deliver(meter)
    assert check_late_days(NOW) == 64
    assert check_late_days(NOW) == 11
    assert check_late_days(NOW + dt.timedelta(days=1)) == 11


def test_today_is_not_over_and_gets_no_verdict():
    meter = roof()
    deliver(meter)
    check_days(meter=meter, first=FIRST, last=LAST, now=dt.datetime(2025, 6, 30, 18, tzinfo=dt.UTC))
    assert DayQuality.objects.latest("day").day == dt.date(2025, 6, 29)


def test_days_before_commissioning_and_after_removal_are_asked_nothing():
    meter = roof()
    meter.plant.commissioned_on = FIRST + dt.timedelta(days=5)
    meter.plant.save()
    meter.removed_on = FIRST + dt.timedelta(days=20)
    meter.save()
    deliver(meter)
    assert check(meter) == 16


def test_a_meter_that_never_spoke_and_one_without_a_roof_get_nothing():
    silent, bare = roof(), MeterFactory()
    assert check(silent) == 0
    assert check_late_days(NOW) == 0
    assert not DayQuality.objects.filter(meter__in=[silent, bare]).exists()


def test_a_meter_that_is_gone_is_left_alone():
    assert check_meter(4_242, FIRST, LAST, timezone.now()) == 0


def town(count: int = 4) -> list[Meter]:
    """Roofs of one town."""
    first = roof(commune_insee="62528")
    own = first.plant
    others = [
        roof(cooperative=own.cooperative, commune_insee="62528", slug=f"voisin-{n}") for n in range(count - 1)
    ]
    return [first, *others]


def test_half_a_roof_stopped_is_an_outage_by_its_neighbours():
    weak, *others = town()
    for rank, meter in enumerate(others):
        deliver(meter, part=1.0 - rank / 100)
    deliver(weak, part=0.5)
    check(weak)
    assert len(states(weak)["outage"]) > 50
    check(others[0])
    assert states(others[0]) == {}


def test_two_swapped_meters_are_named_with_each_other():
    one, large, *rest = town()
    for rank, meter in enumerate(rest):
        deliver(meter, part=1.0 - rank / 100)
    # Twice as large; each of the two brings what the other counted.
    PVArrayFactory(plant=large.plant, peak_power_w=60_000)
    large.plant.inverter_power_w = 100_000
    large.plant.save()
    deliver(large, part=0.985)
    deliver(one, part=1.6)
    check(one)
    rows = DayQuality.objects.filter(meter=one).order_by("day")
    said = [found for row in rows for found in row.findings if found["kind"] == "swapped"]
    assert {found["other"] for found in said} == {large.code}
    assert {row.state for row in rows} == {"doubtful"}


def test_a_check_makes_as_many_queries_for_nine_neighbours_as_for_two(django_assert_max_num_queries):
    counts = []
    for size in (3, 10):
        meters = town(size)
        for rank, meter in enumerate(meters):
            deliver(meter, part=1.0 - rank / 100, until=20)
        with django_assert_max_num_queries(60) as seen:
            check_meter(meters[0].pk, FIRST, FIRST + dt.timedelta(days=19), NOW)
        counts.append(len(seen))
    assert counts[0] == counts[1]
