"""What pages say about output: worked comparisons over daily sums."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.connection import ConnectionDoesNotExist

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days
from mine_de_soleil.rules.law import Parameter, Step
from production.models import DailyEnergy
from production.reports import (
    PlantDay,
    days_with_readings,
    energy_by_day,
    expectations,
    fleet_result,
    last_day_heard,
    law_figures,
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


def days_of(plant: Plant, first: dt.date, last: dt.date) -> list[PlantDay]:
    return plant_days([plant], first, last)[plant.pk]


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
    assert (month.result.days_read, month.result.days_missing) == (10, 0)
    # The energy of the trials is shown, not compared.
    assert month.result.metered_wh == 1_600_000
    assert (month.result.compared_wh, month.result.expected_wh) == (1_000_000, 1_000_000)
    before, after = days_of(meter.plant, dt.date(2025, 6, 20), dt.date(2025, 6, 21))
    assert (before.metered_wh, before.ordinary_wh, before.is_complete) == (100_000, 0, False)
    assert (after.metered_wh, after.ordinary_wh, after.is_complete) == (100_000, 100_000, True)


def test_a_month_of_trials_alone_is_shown_and_asks_for_nothing():
    meter = judged_plant(commissioned_on=dt.date(2025, 6, 21))
    count_days(meter, dt.date(2025, 5, 30), dt.date(2025, 5, 31), 1_000)
    may, june = plant_months([meter.plant], dt.date(2025, 1, 1), JUNE_30)
    assert (may.first, may.result.metered_wh, may.result.days_missing) == (dt.date(2025, 5, 1), 2_000, 0)
    assert (june.result.metered_wh, june.result.days_missing) == (0, 10)


def test_two_meters_of_a_plant_add_up():
    meter = judged_plant()
    for counted in (meter, MeterFactory(plant=meter.plant)):
        count_days(counted, JUNE_1, JUNE_30, 50_000)
    assert fleet_result([meter.plant], JUNE_1, JUNE_30).deviation == pytest.approx(0)
    assert days_of(meter.plant, JUNE_1, JUNE_1)[0].metered_wh == 100_000


def test_a_day_on_which_one_of_two_meters_is_silent_is_not_compared():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_30, 50_000)
    count_days(MeterFactory(plant=meter.plant), JUNE_1, dt.date(2025, 6, 20), 50_000)
    result = fleet_result([meter.plant], JUNE_1, JUNE_30)
    assert (result.days_read, result.days_missing) == (20, 10)
    assert result.deviation == pytest.approx(0)
    assert [day.is_complete for day in days_of(meter.plant, dt.date(2025, 6, 20), dt.date(2025, 6, 21))] == [
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
    (day,) = days_of(meter.plant, JUNE_1, JUNE_1)
    assert day.metered_wh is None
    assert not day.is_complete
    assert days_with_readings([meter.plant]) is None


def test_a_period_that_ends_before_it_starts_is_empty():
    meter = judged_plant()
    assert fleet_result([meter.plant], JUNE_30, JUNE_1).days_missing == 0
    assert days_of(meter.plant, JUNE_30, JUNE_1) == []


def test_a_replaced_meter_leaves_the_past_and_the_future_compared():
    old, change = judged_plant(), dt.date(2025, 6, 15)
    new = MeterFactory(plant=old.plant, installed_on=change)
    old.removed_on = change
    old.save()
    count_days(old, JUNE_1, dt.date(2025, 6, 14), 100_000)
    count_days(old, change, change, 40_000, covered=0.4)
    count_days(new, change, change, 60_000, covered=0.6)
    count_days(new, dt.date(2025, 6, 16), JUNE_30, 100_000)
    result = fleet_result([old.plant], JUNE_1, JUNE_30)
    # Of the day of the change neither meter knows enough: counted, not compared.
    assert (result.metered_wh, result.days_read, result.days_missing) == (3_000_000, 29, 1)
    assert result.deviation == pytest.approx(0)


def test_a_second_meter_leaves_the_days_before_it_compared():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_30, 50_000)
    second = MeterFactory(plant=meter.plant, installed_on=dt.date(2025, 6, 21))
    result = fleet_result([meter.plant], JUNE_1, JUNE_30)
    assert (result.days_read, result.days_missing) == (20, 10)
    count_days(second, dt.date(2025, 6, 21), JUNE_30, 50_000)
    assert fleet_result([meter.plant], JUNE_1, JUNE_30).is_complete


def test_readings_of_a_meter_out_of_service_are_counted_and_not_compared():
    meter = judged_plant()
    count_days(meter, JUNE_1, JUNE_1, 50_000)
    meter.installed_on = dt.date(2025, 6, 2)
    meter.save()
    (day,) = days_of(meter.plant, JUNE_1, JUNE_1)
    assert (day.metered_wh, day.is_complete) == (50_000, False)


def test_of_two_forecasts_valid_from_one_day_the_later_judges():
    meter = judged_plant()
    flat_forecast(meter.plant, 6_000_000)
    assert expectations([meter.plant], JUNE_1)[meter.plant_id].year_wh == 72_000_000


def test_a_new_forecast_leaves_last_years_deviation_as_it_was():
    meter = judged_plant()
    count_days(meter, dt.date(2024, 6, 1), JUNE_30, 100_000)
    spans = (dt.date(2024, 6, 1), dt.date(2024, 6, 30)), (JUNE_1, JUNE_30)
    old, new = (fleet_result([meter.plant], *span).deviation for span in spans)
    flat_forecast(meter.plant, 6_000_000, valid_from=dt.date(2025, 1, 1))
    old_after, new_after = (fleet_result([meter.plant], *span).deviation for span in spans)
    assert (old, new) == (pytest.approx(0), pytest.approx(0))
    assert (old_after, new_after) == (old, pytest.approx(-0.5))
    assert [days_of(meter.plant, span[0], span[0])[0].ordinary_wh for span in spans] == [100_000, 200_000]


def test_a_month_begun_is_judged_by_the_forecast_of_its_first_day():
    meter = judged_plant()
    flat_forecast(meter.plant, 6_000_000, valid_from=dt.date(2025, 6, 2))
    june, july = plant_months([meter.plant], JUNE_1, dt.date(2025, 7, 31))
    assert [m.expected and m.expected.p50_wh[m.first.month] for m in (june, july)] == [3_000_000, 6_000_000]
    assert days_of(meter.plant, JUNE_30, JUNE_30)[0].ordinary_wh == 100_000


def test_the_last_day_heard_is_never_one_still_running():
    first, second = judged_plant(), judged_plant()
    plants = [first.plant, second.plant]
    assert last_day_heard(plants, JUNE_30) is None
    count_days(first, JUNE_1, JUNE_1, 1)
    count_days(second, JUNE_1 - dt.timedelta(days=1), JUNE_1 - dt.timedelta(days=1), 1)
    count_days(second, JUNE_30, JUNE_30, 1)
    assert last_day_heard(plants, JUNE_30 - dt.timedelta(days=1)) == (JUNE_1, {first.plant_id})


def test_the_plants_energy_adds_up_day_by_day():
    first, second = judged_plant(), judged_plant()
    count_days(first, JUNE_1, dt.date(2025, 6, 2), 1_000)
    count_days(second, dt.date(2025, 6, 2), dt.date(2025, 6, 3), 500)
    found = energy_by_day([first.plant, second.plant], JUNE_1, dt.date(2025, 6, 2))
    assert found == {JUNE_1: 1_000, dt.date(2025, 6, 2): 1_500}


def test_a_figure_of_the_law_is_that_of_the_day_with_its_own_decimals():
    def words(day: dt.date) -> str:
        (csg,) = [figure for figure in law_figures(day) if figure.parameter.name.endswith("csg_percent")]
        return csg.value_words

    assert words(dt.date(2025, 12, 31)) == "9,2\u202f%"
    assert words(dt.date(2026, 1, 1)) == "10,6\u202f%"


def test_a_repealed_figure_says_so_and_one_to_come_is_not_there(monkeypatch: pytest.MonkeyPatch):
    steps = (Step(JUNE_1, Decimal(2), "loi", "V"), Step(JUNE_30, None, "abrogation", "V"))
    known = Parameter("essai.taux", "Taux", "Rate", "%", "payment", JUNE_1, steps)
    monkeypatch.setattr("production.reports.parameters", lambda: {known.name: known})
    assert law_figures(JUNE_1 - dt.timedelta(days=1)) == []
    assert [figure.value_words for figure in law_figures(JUNE_1)] == ["2\u202f%"]
    (repealed,) = law_figures(JUNE_30)
    assert (repealed.value_words, repealed.step.source) == ("abrogé", "abrogation")


def test_days_and_months_say_the_same():
    meter = judged_plant(commissioned_on=dt.date(2025, 5, 25))
    count_days(meter, dt.date(2025, 5, 20), dt.date(2025, 6, 10), 70_000)
    first, last = dt.date(2025, 5, 1), JUNE_30
    by_day = days_of(meter.plant, first, last)
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

    def read() -> None:
        results_by_plant(plants, JUNE_1, JUNE_30)
        plant_days(plants, JUNE_1, JUNE_30)

    assert_flat_queries(read, grow)


def test_a_plant_without_a_meter_has_no_result_but_is_there():
    plant: Plant = PlantFactory()
    assert results_by_plant([plant], JUNE_1, JUNE_30)[plant.pk].metered_wh == 0


def test_sums_are_asked_of_the_copy_where_there_is_one(settings):
    settings.READ_DATABASE = "a-copy-that-is-not-there"
    with pytest.raises(ConnectionDoesNotExist):
        plant_months([PlantFactory()], JUNE_1, JUNE_30)
