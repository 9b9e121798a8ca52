"""Plants under the weather that was: worked sums, and never one over a gap."""

import datetime as dt

import pytest

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days
from production.judgement import split_total
from production.models import DailyEnergy
from production.reports import outlooks
from production.weather_reports import (
    FleetDay,
    WeatherMonth,
    announced_day,
    days_under_weather,
    told_days,
    weather_months,
    weathers_used,
)
from tests.factories import flat_forecast, plant_with_meter
from tests.production.told import Kind, a_weather, measured_on, tell

pytestmark = pytest.mark.django_db

JUNE_1, JUNE_30 = dt.date(2025, 6, 1), dt.date(2025, 6, 30)
JUNE = days(JUNE_1, JUNE_30)


def count_days(meter: Meter, read: list[dt.date], energy_wh: int, covered: float = 1.0) -> None:
    DailyEnergy.objects.bulk_create(
        DailyEnergy(meter=meter, day=day, energy_wh=energy_wh, covered_s=round(covered * 100), daylight_s=100)
        for day in read
    )


@pytest.fixture
def meter() -> Meter:
    """100 kWh forecast of an ordinary day of June."""
    found = plant_with_meter()
    flat_forecast(found.plant)
    return found


def june(plant: Plant) -> WeatherMonth:
    (month,) = weather_months([plant], JUNE_1, JUNE_30, outlooks([plant]))
    return month


def test_a_sunny_june_of_a_tired_roof(meter: Meter):
    count_days(meter, JUNE, 103_880)
    tell(meter.plant, dict.fromkeys(JUNE, 106_000), a_weather())
    found = june(meter.plant)
    # 106 of 100 kWh: 6 % more sun; 103.88 of 106 kWh: 2 % less made of it; together 3.88 % more.
    assert found.split.weather_share == pytest.approx(0.06)
    assert found.split.rest == pytest.approx(-0.02)
    assert found.split.deviation == pytest.approx(0.0388)
    assert (found.split.days, found.days_told, found.days_asked) == (30, 30, 30)
    assert found.whole_wh == 30 * 106_000


def test_only_days_both_read_and_told_are_split(meter: Meter):
    count_days(meter, JUNE[:20], 90_000)
    count_days(meter, JUNE[20:25], 1_000, covered=0.5)
    tell(meter.plant, dict.fromkeys(JUNE[10:], 100_000), a_weather())
    found = june(meter.plant)
    # The 11th to the 20th: ten days of 90 kWh.
    assert (found.split.days, found.split.metered_wh, found.split.weather_wh) == (10, 900_000, 1_000_000)
    assert found.split.forecast_wh == pytest.approx(1_000_000)


def test_a_month_with_a_day_nobody_told_has_no_sum(meter: Meter):
    tell(meter.plant, dict.fromkeys(JUNE[1:], 100_000), a_weather())
    found = june(meter.plant)
    assert (found.told_wh, found.days_told, found.whole_wh) == (2_900_000, 29, None)


def test_the_weather_told_last_is_the_one_that_counts(meter: Meter):
    count_days(meter, JUNE, 100_000)
    tell(meter.plant, dict.fromkeys(JUNE, 50_000), a_weather())
    tell(meter.plant, dict.fromkeys(JUNE, 100_000), better := a_weather("b" * 64))
    assert june(meter.plant).split.rest == 0
    assert {day.weather_id for day in told_days([meter.plant], JUNE_1, JUNE_30).values()} == {better.pk}


def test_an_announced_day_is_no_weather_that_was(meter: Meter):
    count_days(meter, JUNE, 100_000)
    tell(meter.plant, dict.fromkeys(JUNE, 50_000), a_weather(kind="forecast"), Kind.AHEAD)
    assert (june(meter.plant).split.days, june(meter.plant).days_told) == (0, 0)


def test_without_a_forecast_nothing_is_shared_out():
    meter = plant_with_meter()
    count_days(meter, JUNE, 100_000)
    tell(meter.plant, dict.fromkeys(JUNE, 100_000), a_weather())
    found = june(meter.plant)
    assert found.split.weather_share is None
    assert found.whole_wh == 3_000_000


def test_days_before_commissioning_are_not_asked_for():
    meter = plant_with_meter(commissioned_on=dt.date(2025, 6, 21))
    tell(meter.plant, dict.fromkeys(JUNE[20:], 100_000), a_weather())
    assert (june(meter.plant).days_asked, june(meter.plant).whole_wh) == (10, 1_000_000)


def test_a_month_before_commissioning_is_left_out():
    plant = plant_with_meter(commissioned_on=dt.date(2025, 7, 1)).plant
    assert weather_months([plant], dt.date(1, 1, 1), JUNE_30, {}) == []


def test_a_period_the_wrong_way_round_is_empty(meter: Meter):
    assert weather_months([meter.plant], JUNE_30, JUNE_1, {}) == []


def test_two_roofs_add_energies_not_shares(meter: Meter):
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    flat_forecast(other.plant, 30_000_000)
    plants, kept = [meter.plant, other.plant], a_weather()
    for one, metered, weather in ((meter, 100_000, 200_000), (other, 1_000_000, 1_000_000)):
        count_days(one, JUNE, metered)
        tell(one.plant, dict.fromkeys(JUNE, weather), kept)
    months = weather_months(plants, JUNE_1, JUNE_30, outlooks(plants))
    # 33 of 36 MWh, not the mean of one half and one.
    assert split_total(month.split for month in months).rest == pytest.approx(33 / 36 - 1)


def test_each_weather_is_named_once_and_without_its_numbers(meter: Meter, django_assert_num_queries):
    tell(meter.plant, dict.fromkeys(JUNE[:10], 1), first := a_weather())
    tell(
        meter.plant,
        dict.fromkeys(JUNE[10:], 1),
        a_weather("b" * 64, first_start=first.end, end=first.end + dt.timedelta(9)),
    )
    told = told_days([meter.plant], JUNE_1, JUNE_30)
    with django_assert_num_queries(1):
        used = weathers_used(told.values())
    assert [one.weather.sha256[:1] for one in used] == ["a", "b"]
    assert "numbers" in used[0].weather.get_deferred_fields()
    assert weathers_used([]) == []


def test_a_day_names_the_weather_that_told_it(meter: Meter):
    tell(meter.plant, {JUNE_1: 120_000}, kept := a_weather())
    first, second = days_under_weather(meter.plant, JUNE_1, dt.date(2025, 6, 2))
    assert (first.weather_wh, first.weather_name, first.weather_sha256) == (120_000, kept.name, kept.sha256)
    assert (second.weather_wh, second.weather_name, second.weather_sha256) == (None, None, None)


def test_tomorrow_of_the_fleet_takes_the_latest_announcement(meter: Meter):
    other = plant_with_meter(cooperative=meter.plant.cooperative)
    plants = [meter.plant, other.plant]
    for one in plants:
        tell(one, {JUNE_1: 10}, a_weather(f"{one.pk:064d}", kind="forecast"), Kind.AHEAD)
    tell(meter.plant, {JUNE_1: 90}, a_weather("f" * 64, kind="forecast"), Kind.AHEAD)
    assert announced_day(plants, JUNE_1) == FleetDay(energy_wh=100, roofs=2)
    assert announced_day(plants, JUNE_30) == FleetDay(0, 0)


def test_an_archive_that_comes_after_the_roofs_sensors_changes_no_figure(meter: Meter):
    own = measured_on(meter.plant)
    count_days(meter, JUNE, 100_000)
    tell(meter.plant, dict.fromkeys(JUNE, 104_000), own)
    before = june(meter.plant)
    tell(meter.plant, dict.fromkeys(JUNE, 200_000), a_weather())
    assert june(meter.plant) == before
    assert before.told_wh == 30 * 104_000
    told = told_days([meter.plant], JUNE_1, JUNE_30)
    assert {day.weather_id for day in told.values()} == {own.pk}
    assert {day.weather_wh for day in days_under_weather(meter.plant, JUNE_1, JUNE_30)} == {104_000}


def test_days_without_sensors_are_told_by_the_archive(meter: Meter):
    own = measured_on(meter.plant)
    tell(meter.plant, dict.fromkeys(JUNE[:10], 50_000), own)
    tell(meter.plant, dict.fromkeys(JUNE, 60_000), a_weather())
    assert june(meter.plant).told_wh == 10 * 50_000 + 20 * 60_000
