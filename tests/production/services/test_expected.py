"""Days expected under a weather that was: stored once, whole days only, traced to frozen numbers."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from django.db import DatabaseError, transaction

from installations.models import Plant, TechnicalSheet
from production.models import ExpectedDay, FrozenWeather
from production.services.expected import expect_days
from production.services.weather import keep_weather, thawed
from production.weather import AlteredWeather, WeatherMeta, fingerprint, get_typical_year
from production.weather.meta import describe
from tests.factories import PlantFactory, PVArrayFactory

pytestmark = pytest.mark.django_db

PAST = ExpectedDay.Kind.PAST


def a_week(
    first: dt.datetime = dt.datetime(2025, 6, 1, 22, tzinfo=dt.UTC),
) -> tuple[pd.DataFrame, WeatherMeta]:
    """Seven June days, midnight to midnight in Paris."""
    data, meta = get_typical_year(50.456, 2.795, 55)
    part = data[(data.index >= first) & (data.index < first + dt.timedelta(days=7))]
    return part, replace(describe(part, meta), kind="past", method="open-meteo-archive")


def roof(**fields: object) -> Plant:
    plant = PlantFactory(commissioned_on=dt.date(2024, 1, 1), **fields)
    PVArrayFactory(plant=plant, peak_power_w=50_000, tilt_deg=35, azimuth_deg=180)
    return plant


def test_each_whole_day_of_the_weather_is_told_once():
    plant, kept = roof(), keep_weather(*a_week())
    assert expect_days([plant], kept, kind=PAST) == 7
    assert expect_days([plant], kept, kind=PAST) == 0  # rows made, not rows asked for
    days = list(ExpectedDay.objects.order_by("day"))
    assert [day.day for day in days] == [dt.date(2025, 6, 2) + dt.timedelta(days=n) for n in range(7)]
    assert all(20_000 < day.energy_wh < 400_000 for day in days)
    assert {day.weather for day in days} == {kept}


def test_a_day_that_the_weather_covers_in_part_is_not_told():
    plant = roof()
    kept = keep_weather(*a_week(dt.datetime(2025, 6, 1, 23, tzinfo=dt.UTC)))
    expect_days([plant], kept, kind=PAST)
    assert ExpectedDay.objects.order_by("day").first().day == dt.date(2025, 6, 3)
    assert ExpectedDay.objects.count() == 6


def test_days_before_commissioning_expect_nothing():
    plant = roof()
    plant.commissioned_on = dt.date(2025, 6, 7)
    expect_days([plant], keep_weather(*a_week()), kind=PAST)
    assert ExpectedDay.objects.count() == 2


def test_an_older_roof_with_a_sheet_is_expected_to_make_less():
    young, old = roof(), roof()
    for plant, year in ((young, 2025), (old, 2005)):
        TechnicalSheet.objects.create(plant=plant)
        plant.commissioned_on = dt.date(year, 1, 1)
    expect_days([young, old], keep_weather(*a_week()), kind=PAST)
    made = {plant: sum(d.energy_wh for d in plant.expected_days.order_by("day")) for plant in (young, old)}
    assert 0.85 < made[old] / made[young] < 0.95


def test_the_same_numbers_are_kept_once_and_come_back_exactly():
    data, meta = a_week()
    kept = keep_weather(data, meta)
    assert keep_weather(data, meta) == kept
    again, told = thawed(FrozenWeather.objects.get())
    assert fingerprint(again) == kept.sha256 == told.sha256
    assert told.stations == meta.stations


@pytest.mark.as_owner
def test_altered_numbers_are_noticed():
    kept = keep_weather(*a_week())
    kept.numbers = keep_weather(*a_week(dt.datetime(2025, 5, 1, 22, tzinfo=dt.UTC))).numbers
    with pytest.raises(AlteredWeather):
        thawed(kept)


def test_what_was_kept_cannot_be_changed():
    plant, kept = roof(), keep_weather(*a_week())
    expect_days([plant], kept, kind=PAST)
    for rows in (FrozenWeather.objects.all(), ExpectedDay.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_a_better_weather_adds_a_row_and_the_latest_tells():
    plant, first = roof(), keep_weather(*a_week())
    expect_days([plant], first, kind=PAST)
    data, meta = a_week()
    brighter = data * 1.1
    second = keep_weather(brighter, replace(describe(brighter, meta), method="sensor-like"))
    expect_days([plant], second, kind=PAST)
    latest = ExpectedDay.objects.latest_made()
    assert len(latest) == 7
    assert {day.weather_id for day in latest} == {second.pk}


def sensors_of(plant: Plant) -> FrozenWeather:
    """The same week as a roof's own sensors measured it, a tenth darker."""
    data, meta = a_week()
    darker = data * 0.9
    measured = replace(describe(darker, meta), kind="sensor", method="sensor")
    return keep_weather(darker, measured, plant=plant)


@pytest.mark.parametrize("sensors_first", [True, False])
def test_the_roofs_own_sensors_tell_whether_the_archive_came_before_or_after(sensors_first: bool):
    plant = roof()
    own, archive = sensors_of(plant), keep_weather(*a_week())
    for kept in (own, archive) if sensors_first else (archive, own):
        expect_days([plant], kept, kind=PAST)
    latest = ExpectedDay.objects.latest_made()
    assert ExpectedDay.objects.count() == 14
    assert [day.weather_id for day in latest] == [own.pk] * 7
    assert ExpectedDay.objects.filter(day=dt.date(2025, 6, 5)).best().weather == own


def test_of_two_series_of_sensors_the_one_kept_last_tells():
    plant = roof()
    first = sensors_of(plant)
    data, meta = a_week()
    again = keep_weather(
        data * 0.8, replace(describe(data * 0.8, meta), kind="sensor", method="sensor"), plant=plant
    )
    for kept in (first, again, keep_weather(data, meta)):
        expect_days([plant], kept, kind=PAST)
    assert {day.weather_id for day in ExpectedDay.objects.latest_made()} == {again.pk}


def test_an_announced_day_is_told_beside_the_sensors_not_by_them():
    plant = roof()
    expect_days([plant], sensors_of(plant), kind=PAST)
    expect_days([plant], keep_weather(*a_week()), kind=ExpectedDay.Kind.AHEAD)
    assert [day.kind for day in ExpectedDay.objects.filter(day=dt.date(2025, 6, 5)).latest_made()] == [
        "ahead",
        "past",
    ]
