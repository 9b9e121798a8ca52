"""Forecasts: computed from a named weather, then frozen."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from installations.models import Plant
from mine_de_soleil.core.models import JournalEntry
from production.climate import OutsideClimateArea
from production.fleet import FleetError
from production.models import Forecast
from production.reports import expectations
from production.services.forecasts import cell_of, compute, make_forecasts
from production.wording import engine_words, weather_origin_words, weather_words
from tests.factories import PlantFactory, PVArrayFactory

pytestmark = pytest.mark.django_db


def south_roof(tilt_deg: float = 35, azimuth_deg: float = 180, **fields: object) -> Plant:
    """1 array of 50 kWp, 14 % losses, as the peers of shared/data."""
    plant = PlantFactory(**fields)
    PVArrayFactory(plant=plant, tilt_deg=tilt_deg, azimuth_deg=azimuth_deg)
    return plant


def made(plant: Plant) -> Forecast:
    (forecast,) = make_forecasts(actor=None, plants=[plant])
    return forecast


def test_a_forecast_names_its_weather_its_hash_and_its_engine():
    forecast = made(south_roof())
    assert forecast.weather_name == "typical-year 50.456 2.795 55 m"
    assert len(forecast.weather_sha256) == 64
    assert "Perez" in forecast.engine
    weather = forecast.assumptions["weather"]
    assert weather["stations"][0]["station"] == "Uccle"
    assert sum(part["weight"] for part in weather["stations"]) == pytest.approx(1)
    assert weather["source"]
    assert forecast.assumptions["plant"]["arrays"][0]["tilt_deg"] == 35


def test_its_weather_is_told_in_the_readers_language():
    forecast = made(south_roof())
    with translation.override("fr"):
        assert "stations : Uccle 6" in weather_words(forecast.assumptions, forecast.weather_name)
        assert "EDF-Lab" in weather_origin_words(forecast.assumptions)
        assert "version 2" in engine_words(forecast.engine)
    assert weather_words({}, "essai") == "essai"
    assert weather_origin_words({}) == ""


def test_the_first_forecast_judges_from_the_start_and_a_later_one_from_when_it_is_made():
    plant = south_roof(commissioned_on=dt.date(2024, 5, 17))
    assert made(plant).valid_from == dt.date(2024, 5, 1)
    assert made(plant).valid_from == timezone.localdate()
    (asked,) = make_forecasts(actor=None, plants=[plant], valid_from=dt.date(2025, 1, 1))
    assert asked.valid_from == dt.date(2025, 1, 1)


def test_months_add_up_to_the_year():
    forecast = made(south_roof())
    months = list(forecast.months.all())
    assert [month.month for month in months] == list(range(1, 13))
    assert sum(month.p50_wh for month in months) == forecast.year_p50_wh


def test_a_good_year_is_above_the_middle_and_a_poor_one_below():
    forecast = made(south_roof())
    for band in (forecast.months.all(), [None]):
        for month in band:
            low, middle, high = (
                (month.p90_wh, month.p50_wh, month.p10_wh)
                if month
                else (forecast.year_p90_wh, forecast.year_p50_wh, forecast.year_p10_wh)
            )
            assert 0 < low < middle < high
    assert forecast.year_p90_wh < forecast.year_p75_wh < forecast.year_p50_wh


def test_a_year_is_surer_than_its_months():
    forecast = made(south_roof())
    year = (forecast.year_p10_wh - forecast.year_p90_wh) / forecast.year_p50_wh
    assert all((m.p10_wh - m.p90_wh) / m.p50_wh > year for m in forecast.months.all())


def test_the_yield_of_a_roof_near_lens_is_that_of_the_region():
    # Peers on Uccle's own weather: 1,049 and 1,058 kWh/kWp (shared/data/README.md).
    assert made(south_roof()).year_p50_wh / 50_000 == pytest.approx(1050, rel=0.05)


def test_a_north_roof_makes_less_and_june_more_than_december():
    south, north = compute([south_roof(), south_roof(azimuth_deg=0)])
    assert north.year_p50_wh < 0.75 * south.year_p50_wh
    assert south.p50_wh[5] > 3 * south.p50_wh[11]


def test_roofs_of_one_town_share_their_weather():
    here, there = compute([south_roof(), south_roof(latitude_deg=50.463, longitude_deg=2.81, altitude_m=70)])
    assert here.weather.sha256 == there.weather.sha256
    assert here.p50_wh == there.p50_wh


def test_roofs_of_another_region_do_not():
    here, nice = compute([south_roof(), south_roof(latitude_deg=43.7, longitude_deg=7.27, altitude_m=10)])
    assert here.weather.sha256 != nice.weather.sha256
    assert nice.year_p50_wh > 1.2 * here.year_p50_wh


def test_plants_come_out_in_the_order_they_went_in():
    plants = [south_roof(latitude_deg=lat) for lat in (50.456, 48.0, 50.456, 44.0)]
    assert [expected.plant for expected in compute(plants)] == plants
    assert cell_of(plants[0]) == cell_of(plants[2])


def test_computing_twice_gives_the_same_watt_hours():
    plant = south_roof()
    assert made(plant).year_p50_wh == made(plant).year_p50_wh


def test_a_frozen_forecast_never_changes():
    plant = south_roof()
    forecast = made(plant)
    with pytest.raises(DatabaseError), transaction.atomic():
        Forecast.objects.filter(pk=forecast.pk).update(year_p50_wh=1)
    plant.loss_percent = 40
    plant.save()
    today = timezone.localdate()
    assert expectations([plant], today)[plant.pk].year_wh == forecast.year_p50_wh
    newer = made(plant)
    assert newer.year_p50_wh < forecast.year_p50_wh
    assert expectations([plant], today)[plant.pk].forecast == newer
    assert expectations([plant], today - dt.timedelta(days=1))[plant.pk].forecast == forecast
    assert Forecast.objects.get(pk=forecast.pk).year_p50_wh == forecast.year_p50_wh


def test_the_journal_says_who_made_it():
    plant = south_roof()
    entry = JournalEntry.objects.get(subject=f"production.Forecast:{made(plant).pk}")
    assert (entry.act, entry.scope) == ("make_forecast", plant.cooperative.slug)


def test_one_plant_that_cannot_be_computed_freezes_none():
    with pytest.raises(FleetError):
        make_forecasts(actor=None, plants=[south_roof(), PlantFactory()])
    with pytest.raises(OutsideClimateArea):
        make_forecasts(actor=None, plants=[south_roof(), south_roof(latitude_deg=-21.3, longitude_deg=55.5)])
    assert not Forecast.objects.exists()


def test_no_plant_is_no_forecast():
    assert make_forecasts(actor=None, plants=[]) == []
