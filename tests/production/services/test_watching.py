"""The watch over a town: sums from readings, verdicts, alerts; again and again without harm."""

import datetime as dt

import numpy as np
import pytest

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import JournalEntry
from production.models import DayQuality, NeighbourDay, PlantAlert
from production.services import watching
from production.services.imports import undo_import
from production.services.town_days import UNHEARD, days_to_sum, read_town, sum_days
from production.services.watching import watch_cooperative, watch_meters, watch_town
from shareholders.models import Cooperative
from tests.factories import plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell
from tests.production.town import DAY, TODAY, keep_days, read, town

pytestmark = pytest.mark.django_db

FALL = TODAY - DAY * 40


def judge_all(plants: list[Plant]) -> int:
    """The watch with its verdicts written from the first day kept on, as after a first load."""
    NeighbourDay.objects.filter(day=TODAY - DAY * 150).update(reason="gap")
    return watch_town(plants, today=TODAY)


def test_a_loss_of_five_percent_raises_one_alert_that_lasts():
    plants = town()
    keep_days(plants, {2: (FALL, TODAY, 0.05)})
    assert watch_town(plants, today=TODAY) == 1
    alert = PlantAlert.objects.get()
    assert (alert.plant, alert.kind, alert.ended_on) == (plants[2], "behind", None)
    assert FALL <= alert.began_on <= FALL + DAY * 5
    assert alert.raised_on - FALL <= DAY * 14
    assert alert.facts["behind"] == pytest.approx(0.05, abs=0.01)
    assert JournalEntry.objects.filter(act="raise_alert").count() == 1


def test_a_mended_loss_ends_on_its_last_bad_day():
    plants = town()
    keep_days(plants, {1: (FALL, FALL + DAY * 14, 0.2)})
    watch_town(plants, today=TODAY)
    assert PlantAlert.objects.get().ended_on == FALL + DAY * 14


def test_healthy_roofs_raise_nothing():
    plants = town()
    keep_days(plants, {})
    assert watch_town(plants, today=TODAY) == 0
    assert not PlantAlert.objects.exists()


def test_watching_twice_changes_nothing():
    plants = town()
    keep_days(plants, {2: (FALL, TODAY, 0.1)})
    watch_town(plants, today=TODAY)
    rows = list(PlantAlert.objects.values()), list(NeighbourDay.objects.order_by("pk").values())
    assert watch_town(plants, today=TODAY) == 0
    assert (list(PlantAlert.objects.values()), list(NeighbourDay.objects.order_by("pk").values())) == rows


def test_a_later_day_changes_no_earlier_verdict():
    cooperative, plants = _three_days()
    watch_town(plants, today=TODAY)
    before = list(NeighbourDay.objects.order_by("plant_id", "day").values())
    for plant in plants:
        bring(plant.meters.get(), paris_day(TODAY, 700 + plant.pk), name=f"{plant.slug}-plus.csv")
    watch_town(read(cooperative), today=TODAY + DAY)
    after = NeighbourDay.objects.exclude(day=TODAY).order_by("plant_id", "day").values()
    assert list(after) == before


def _three_days() -> tuple[Cooperative, list[Plant]]:
    """Four roofs with hourly readings of three days: the last one makes half of the others."""
    plants = town()
    for number, plant in enumerate(plants):
        hours: dict[dt.datetime, int] = {}
        for n in range(3):
            day = paris_day(TODAY - DAY * (n + 1), 0)
            wh = 6_003 if number == 3 else 12_000 + number  # no two files are alike
            hours |= {start: wh if 6 <= start.hour <= 17 else 0 for start in day}
        bring(plant.meters.get(), hours, name=f"{plant.slug}.csv")
    return plants[0].cooperative, plants


def test_sums_come_from_the_readings_of_the_others():
    _cooperative, plants = _three_days()
    wanted = days_to_sum(plants, TODAY - DAY * 10, TODAY - DAY)
    assert wanted == [TODAY - DAY * n for n in (3, 2, 1)]
    assert sum_days(plants, wanted) == 12
    rows = NeighbourDay.objects.filter(day=TODAY - DAY)
    well, half = rows.get(plant=plants[0]), rows.get(plant=plants[3])
    assert half.counted_wh == 12 * 6_003
    assert half.coverage > 0.9
    assert half.metered_wh / half.expected_wh == pytest.approx(0.5, abs=0.05)
    assert well.metered_wh / well.expected_wh == pytest.approx(1.0, abs=0.1)
    assert days_to_sum(plants, TODAY - DAY * 10, TODAY - DAY) == []


def test_a_corrected_day_is_summed_anew_and_no_other():
    _cooperative, plants = _three_days()
    watch_town(plants, today=TODAY)
    day = TODAY - DAY * 2
    late = bring(plants[1].meters.get(), paris_day(day, 500), name="corrige.csv")
    assert days_to_sum(plants, TODAY - DAY * 10, TODAY - DAY) == [day]
    watch_town(plants, today=TODAY)
    assert NeighbourDay.objects.get(plant=plants[1], day=day).counted_wh == 24 * 500
    undo_import(actor=None, target=late)
    assert days_to_sum(plants, TODAY - DAY * 10, TODAY - DAY) == [day]


def test_a_silent_hour_leaves_its_steps_out():
    plants = town(roofs=5)
    day = TODAY - DAY * 5
    whole = paris_day(day, 9_000)
    holed = {start: wh for start, wh in whole.items() if start.hour not in (10, 11)}
    bring(plants[0].meters.get(), holed, name="troue.csv")
    for plant in plants[1:]:
        bring(plant.meters.get(), paris_day(day, 9_000 + plant.pk), name=f"{plant.slug}-5.csv")
    sum_days(plants, [day])
    rows = NeighbourDay.objects.filter(day=day)
    assert rows.get(plant=plants[0]).coverage < rows.get(plant=plants[1]).coverage
    assert rows.get(plant=plants[0]).metered_wh < rows.get(plant=plants[1]).metered_wh


def test_a_day_without_readings_stays_a_gap():
    _cooperative, plants = _three_days()
    sum_days(plants, [TODAY - DAY * 4])
    row = NeighbourDay.objects.get(plant=plants[0], day=TODAY - DAY * 4)
    assert (row.expected_wh, row.metered_wh, row.counted_wh) == (None, None, UNHEARD)


def test_too_few_neighbours_are_judged_by_the_weather_once_it_is_told():
    plants = town(roofs=2)
    day = TODAY - DAY * 3
    bring(plants[0].meters.get(), paris_day(day, 5_000))
    watch_town(plants, today=TODAY)
    assert NeighbourDay.objects.get(plant=plants[0], day=day).expected_wh is None
    tell(plants[0], {day: 150_000}, a_weather())
    watch_town(plants, today=TODAY)
    row = NeighbourDay.objects.get(plant=plants[0], day=day)
    assert (row.expected_wh, row.metered_wh, row.peers) == (150_000, 120_000, 0)


def test_one_roof_described_wrongly_blinds_no_other_town():
    plants = town()
    keep_days(plants, {2: (FALL, TODAY, 0.1)})
    lone = plant_with_meter(
        cooperative=plants[0].cooperative, commune_insee="59350", latitude_deg=50.63, longitude_deg=3.06
    ).plant
    TechnicalSheet.objects.create(plant=lone, physics={"gamma_per_k": -5})
    bring(lone.meters.get(), paris_day(TODAY - DAY, 1_000))
    assert watch_cooperative(plants[0].cooperative, today=TODAY) >= 1
    assert PlantAlert.objects.filter(plant=plants[2], kind="behind").exists()


def test_days_of_a_meter_become_alerts_and_end_with_them():
    meter = plant_with_meter()
    last = TODAY - DAY
    DayQuality.objects.bulk_create(
        DayQuality(meter=meter, day=last - DAY * n, state="outage" if n in (4, 5) else "good")
        for n in range(8)
    )
    watch_meters(meter.plant.cooperative, today=TODAY)
    alert = PlantAlert.objects.get(kind="outage")
    assert (alert.meter, alert.began_on, alert.ended_on) == (meter, last - DAY * 5, last - DAY * 4)


def test_a_meter_that_falls_silent_beside_others_is_told_once_and_ends_when_it_speaks():
    first = plant_with_meter()
    second = plant_with_meter(cooperative=first.plant.cooperative)
    bring(first, paris_day(TODAY - DAY, 1_000), name="a.csv")
    bring(second, paris_day(TODAY - DAY * 6, 1_000), name="b.csv")
    assert watch_meters(first.plant.cooperative, today=TODAY) == 1
    assert watch_meters(first.plant.cooperative, today=TODAY) == 0
    assert PlantAlert.objects.get().began_on == TODAY - DAY * 5
    bring(second, paris_day(TODAY - DAY, 1_001), name="c.csv")
    watch_meters(first.plant.cooperative, today=TODAY)
    assert PlantAlert.objects.get().ended_on is not None


def test_a_watch_reads_sums_only_where_they_hold(django_assert_max_num_queries):
    plants = town()
    keep_days(plants, {})
    watch_town(plants, today=TODAY)
    with django_assert_max_num_queries(20):
        watch_town(plants, today=TODAY)


def test_kept_sums_are_read_back_as_they_were():
    plants = town()
    keep_days(plants, {0: (FALL, TODAY, 0.5)})
    found = read_town(plants, FALL - DAY, TODAY - DAY)
    assert found.metered_wh.shape == (41, 4)
    assert np.median(found.metered_wh[1:, 0]) == pytest.approx(40_000, rel=0.02)
    assert watching.DAYS_WATCHED > 365 * 2
