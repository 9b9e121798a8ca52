"""What pages say about output: worked comparisons over daily sums."""

import datetime as dt

import pytest

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days
from production.models import DailyEnergy
from production.reports import (
    days_with_readings,
    expectations,
    fleet_result,
    plant_days,
    plant_months,
    results_by_plant,
)
from tests.factories import MeterFactory, PlantFactory, flat_forecast, plant_with_meter

pytestmark = pytest.mark.django_db

DAYLIGHT_S = 40_000
JUNE_1, JUNE_30 = dt.date(2025, 6, 1), dt.date(2025, 6, 30)


def count_days(meter: Meter, first: dt.date, last: dt.date, energy_wh: int, covered: float = 1.0) -> None:
    """Daily sums as an import would leave them."""
    DailyEnergy.objects.bulk_create(
        DailyEnergy(
            meter=meter,
            day=day,
            energy_wh=energy_wh,
            covered_s=round(covered * DAYLIGHT_S),
            daylight_s=DAYLIGHT_S,
        )
        for day in days(first, last)
    )


def judged_plant(**fields: object) -> Meter:
    """3,000 kWh a month: 100 kWh an ordinary day of June."""
    meter = plant_with_meter(**fields)
    flat_forecast(meter.plant)
    return meter


def test_a_month_a_tenth_above_its_forecast():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_30, 110_000)
    result = results_by_plant([meter.plant], JUNE_1, JUNE_30)[meter.plant_id]
    assert (result.metered_wh, result.expected_wh) == (3_300_000, 3_000_000)
    assert result.deviation == pytest.approx(0.1)
    assert result.is_complete


def test_a_day_without_a_complete_reading_is_left_out_of_the_comparison_and_counted():
    meter = judged_plant()
    count_days(meter, JUNE_1, dt.date(2025, 6, 10), 90_000)
    count_days(meter, dt.date(2025, 6, 11), dt.date(2025, 6, 11), 20_000, covered=0.89)
    result = fleet_result([meter.plant], JUNE_1, dt.date(2025, 6, 12))
    assert result.metered_wh == 920_000
    assert result.deviation == pytest.approx(-0.1)
    assert (result.days_read, result.days_missing) == (10, 2)


def test_nine_tenths_of_the_daylight_are_enough():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_1, 90_000, covered=0.9)
    assert fleet_result([meter.plant], JUNE_1, JUNE_1).is_complete


def test_a_plant_is_asked_for_nothing_before_its_commissioning():
    meter = judged_plant(commissioned_on=dt.date(2025, 6, 21))
    count_days(meter, dt.date(2025, 6, 15), JUNE_30, 100_000)  # six days of trials, then ten that count
    (month,) = plant_months([meter.plant], dt.date(2025, 1, 1), JUNE_30)
    assert month.first == dt.date(2025, 6, 21)
    assert (month.result.days_read, month.result.days_missing) == (10, 0)
    assert (month.result.metered_wh, month.result.expected_wh) == (1_000_000, 1_000_000)
    before, after = plant_days(meter.plant, dt.date(2025, 6, 20), dt.date(2025, 6, 21))
    assert (before.ordinary_wh, after.ordinary_wh) == (0, 100_000)


def test_two_meters_of_a_plant_add_up():
    meter = judged_plant()
    for counted in (meter, MeterFactory(plant=meter.plant)):
        count_days(counted, JUNE_1, JUNE_30, 50_000)
    assert fleet_result([meter.plant], JUNE_1, JUNE_30).deviation == pytest.approx(0)
    assert plant_days(meter.plant, JUNE_1, JUNE_1)[0].metered_wh == 100_000


def test_a_day_on_which_one_of_two_meters_is_silent_is_not_compared():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_30, 50_000)
    count_days(MeterFactory(plant=meter.plant), JUNE_1, dt.date(2025, 6, 20), 50_000)
    result = fleet_result([meter.plant], JUNE_1, JUNE_30)
    assert (result.days_read, result.days_missing) == (20, 10)
    assert result.deviation == pytest.approx(0)
    assert [
        day.is_complete for day in plant_days(meter.plant, dt.date(2025, 6, 20), dt.date(2025, 6, 21))
    ] == [
        True,
        False,
    ]


def test_a_plant_without_a_forecast_does_not_swell_the_fleet():
    judged, unjudged = judged_plant(), plant_with_meter()
    for meter in (judged, unjudged):
        count_days(meter, JUNE_1, JUNE_30, 100_000)
    result = fleet_result([judged.plant, unjudged.plant], JUNE_1, JUNE_30)
    assert result.metered_wh == 6_000_000
    assert result.deviation == pytest.approx(0)


def test_nothing_was_metered_where_nothing_was_read():
    meter = judged_plant()
    (day,) = plant_days(meter.plant, JUNE_1, JUNE_1)
    assert day.metered_wh is None
    assert not day.is_complete
    assert days_with_readings([meter.plant]) is None


def test_a_period_that_ends_before_it_starts_is_empty():
    meter = judged_plant()
    assert fleet_result([meter.plant], JUNE_30, JUNE_1).days_missing == 0
    assert plant_days(meter.plant, JUNE_30, JUNE_1) == []


def test_a_plant_is_judged_against_its_latest_forecast():
    meter = judged_plant()
    flat_forecast(meter.plant, 6_000_000)
    assert expectations([meter.plant])[meter.plant_id].year_wh == 72_000_000


def test_days_and_months_say_the_same():
    meter = judged_plant()
    count_days(meter, dt.date(2025, 5, 20), dt.date(2025, 6, 10), 70_000)
    first, last = dt.date(2025, 5, 1), JUNE_30
    by_day = plant_days(meter.plant, first, last)
    by_month = fleet_result([meter.plant], first, last)
    assert sum(day.metered_wh or 0 for day in by_day) == by_month.metered_wh
    assert sum(day.is_complete for day in by_day) == by_month.days_read
    assert sum(d.ordinary_wh for d in by_day if d.is_complete) == pytest.approx(by_month.expected_wh)


def test_more_plants_make_no_more_queries(assert_flat_queries):
    plants = [judged_plant().plant, judged_plant().plant]

    def grow() -> None:
        for _ in range(7):
            meter = judged_plant()
            count_days(meter, JUNE_1, JUNE_30, 1)
            plants.append(meter.plant)

    assert_flat_queries(lambda: results_by_plant(plants, JUNE_1, JUNE_30), grow)


def test_a_plant_without_a_meter_has_no_result_but_is_there():
    plant: Plant = PlantFactory()
    assert results_by_plant([plant], JUNE_1, JUNE_30)[plant.pk].metered_wh == 0
