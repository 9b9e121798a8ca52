"""Heat networks in the product: rows to engine, studies frozen, days told; every refusal has words."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from installations.models import HeatBuilding, HeatNetwork, Plant
from mine_de_soleil.core.models import JournalEntry
from production.described_heat import HEAT_ENGINE, described_heat
from production.heat import KINDS, HeatError, LossFraction, LossPerMetre, NoBuilding
from production.heat_words import REFUSALS, said_of_heat
from production.models import ExpectedDay, Forecast
from production.reports import expectations
from production.services import weather_days
from production.services.expected import expect_days
from production.services.forecasts import cell_of
from production.services.heat import climate_at
from production.services.heat_networks import NetworkChanged, NetworkRefused, save_network, seen_token
from production.services.sensor_days import tell_sensor_days
from production.services.studies import draft_heat_study, freeze_study
from production.services.weather import keep_weather
from production.study import NothingMade
from production.study.heat import HeatStudy
from production.weather import get_typical_year
from production.weather.meta import describe
from tests.factories import PlantFactory, PVArrayFactory
from tests.production.heat_networks import (
    FLATS,
    NETWORK,
    SCHOOL,
    bare_heat_plant,
    frozen_heat_study,
    heat_plant,
    reread,
)

pytestmark = pytest.mark.django_db
PAST = ExpectedDay.Kind.PAST


def january() -> tuple:
    """Seven January days, midnight to midnight in Paris, told as weather that was."""
    data, meta = get_typical_year(50.456, 2.795, 55)
    first = dt.datetime(2025, 1, 12, 23, tzinfo=dt.UTC)
    part = data[(data.index >= first) & (data.index < first + dt.timedelta(days=7))]
    return part, replace(describe(part, meta), kind="past", method="open-meteo-archive")


def test_every_kind_of_building_is_one_the_engine_knows():
    assert set(HeatBuilding.Kind.values) == set(KINDS)


def test_rows_say_to_the_engine_what_they_hold():
    network = described_heat(heat_plant(), climate_at(cell_of(heat_plant(slug="autre"))))
    assert network.annual_heat_wh == 500e6
    assert network.boiler.nominal_power_w == 150_000
    assert network.boiler.months == tuple(range(1, 13))
    assert network.pipes.loss.w_per_m_k == 0.45


@pytest.mark.parametrize(
    ("method", "value", "kind"), [("per_metre", 20.0, LossPerMetre), ("fraction", 0.1, LossFraction)]
)
def test_losses_are_counted_as_the_network_says(method: str, value: float, kind: type):
    plant = heat_plant()
    HeatNetwork.objects.update(pipe_loss_method=method, pipe_loss=value)
    found = described_heat(reread(plant), climate_at(cell_of(plant)))
    assert isinstance(found.pipes.loss, kind)
    study = draft_heat_study(reread(plant), made_on=dt.date(2026, 11, 21))
    assert HeatStudy.from_json(study.as_json()) == study


def test_a_boiler_lit_over_the_new_year_rests_in_summer():
    network = HeatNetwork(first_month=10, last_month=4)
    assert network.months == (1, 2, 3, 4, 10, 11, 12)


@pytest.mark.parametrize(
    "fields",
    [
        {"boiler_power_w": 0},
        {"pipes_length_m": 0},
        {"pipe_loss": -1},
        {"humidity": 0.7},
        {"first_month": 0},
        {"efficiency": 1.2},
    ],
)
def test_the_database_refuses_a_network_that_cannot_be(fields: dict):
    plant = bare_heat_plant()
    with pytest.raises(IntegrityError), transaction.atomic():
        HeatNetwork.objects.create(plant=plant, **{**NETWORK, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"annual_heat_wh": None},
        {"floor_area_m2": 100.0, "heat_kwh_per_m2": 100.0},
        {"annual_heat_wh": 0},
        {"hot_water_fraction": 1.5},
    ],
)
def test_the_database_refuses_a_building_that_cannot_be(fields: dict):
    network = HeatNetwork.objects.create(plant=bare_heat_plant(), **NETWORK)
    with pytest.raises(IntegrityError), transaction.atomic():
        HeatBuilding.objects.create(network=network, **{**SCHOOL, **fields})


def test_a_roof_is_never_under_study():
    with pytest.raises(IntegrityError), transaction.atomic():
        PlantFactory(under_study=True)


def test_roofs_and_networks_are_listed_apart():
    plant = heat_plant()
    roof = PlantFactory(cooperative=plant.cooperative)
    assert list(Plant.objects.of(plant.cooperative)) == [roof]
    assert list(Plant.objects.heating(plant.cooperative)) == [plant]


def test_every_refusal_of_the_engine_has_a_french_sentence():
    classes = HeatError.__subclasses__()
    assert set(classes) == set(REFUSALS) and len(classes) == 11
    with translation.override("fr"):
        for kind in classes:
            error = kind("castle", ()) if kind.__name__ == "UnknownBuildingKind" else kind("in English")
            said = said_of_heat(error)
            assert "Que faire\u202f:" in said and "English" not in said
        assert "Que faire" not in said_of_heat(HeatError("bare")) or said_of_heat(HeatError("bare"))


def test_a_bad_building_is_named_by_its_place():
    with pytest.raises(NetworkRefused) as refused:
        bad = {**FLATS, "heat_kwh_per_m2": 1e6}
        save_network(actor=None, plant=bare_heat_plant(), network=NETWORK, buildings=[SCHOOL, bad])
    assert list(refused.value.faults) == [1]
    assert not HeatNetwork.objects.exists()


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_a_number_that_is_none_is_refused_before_the_database(value: float):
    network = {**NETWORK, "pipes_length_m": value}
    with pytest.raises(NetworkRefused):
        save_network(actor=None, plant=bare_heat_plant(), network=network, buildings=[SCHOOL])


def test_of_two_who_read_the_same_description_the_second_is_told():
    plant = heat_plant()
    seen = seen_token(plant)
    humid = {**NETWORK, "humidity": 0.4}
    save_network(actor=None, plant=plant, network=humid, buildings=[SCHOOL], seen=seen)
    with pytest.raises(NetworkChanged):
        save_network(actor=None, plant=plant, network=NETWORK, buildings=[FLATS], seen=seen)
    assert HeatNetwork.objects.get().humidity == 0.4


def test_a_frozen_study_is_a_forecast_like_a_roof_s():
    forecast = frozen_heat_study(heat_plant())
    assert forecast.engine == HEAT_ENGINE
    assert sum(month.p50_wh for month in forecast.months.all()) == forecast.year_p50_wh
    assert forecast.year_p90_wh < forecast.year_p75_wh < forecast.year_p50_wh < forecast.year_p10_wh
    assert forecast.weather.sha256 == forecast.weather_sha256
    study = HeatStudy.from_json(forecast.study)
    assert study.year_wh == forecast.year_p50_wh
    assert study.items and study.sizes and study.load and len(study.wood) == 6


def test_a_network_under_study_is_told_by_its_latest_study_as_of_its_first_day():
    plant = heat_plant()
    frozen_heat_study(plant)
    HeatNetwork.objects.update(boiler_power_w=100_000)
    second = freeze_study(actor=None, plant=reread(plant))
    assert second.valid_from == dt.date(2028, 10, 1)
    assert expectations([plant], plant.commissioned_on)[plant.pk].forecast == second


def test_the_same_study_is_frozen_once():
    plant = heat_plant()
    assert frozen_heat_study(plant) == frozen_heat_study(plant)


def test_days_of_a_network_and_of_a_roof_are_told_together():
    boiler = heat_plant(under_study=False, commissioned_on=dt.date(2024, 1, 1))
    roof = PlantFactory(cooperative=boiler.cooperative)
    PVArrayFactory(plant=roof)
    kept = keep_weather(*january())
    assert expect_days([boiler, roof], kept, kind=PAST) == 14
    heat = ExpectedDay.objects.filter(plant=boiler).order_by("day")
    assert {day.engine for day in heat} == {HEAT_ENGINE}
    # A January day takes more than a mean day of the year, and less than the boiler can give.
    assert all(500e6 / 365 < day.energy_wh < 150_000 * 24 for day in heat)


def test_a_network_under_study_has_no_days_until_it_stands():
    assert expect_days([heat_plant()], keep_weather(*january()), kind=PAST) == 0


def test_each_night_networks_in_service_are_told_and_planned_ones_are_not(monkeypatch, settings):
    settings.WEATHER_ONLINE = True
    now = timezone.now()
    asked = []
    monkeypatch.setattr(weather_days, "_archive", lambda *_: january())
    monkeypatch.setattr(weather_days, "_announced", lambda *_: january())
    monkeypatch.setattr(weather_days, "expect_days", lambda plants, *_, **__: asked.extend(plants) or 0)
    standing = heat_plant(under_study=False, commissioned_on=dt.date(2024, 1, 1))
    heat_plant(cooperative=standing.cooperative, slug="prevu")
    weather_days.tell_days(now)
    assert set(asked) == {standing}


def test_a_network_whose_wood_gives_nothing_all_year_is_no_study():
    plant = heat_plant()
    plant.network.first_month = plant.network.last_month = 7
    plant.network.buildings.update(hot_water_fraction=0)
    plant.network.save()
    with pytest.raises(NothingMade) as refused:
        freeze_study(actor=None, plant=reread(plant))
    assert "aucune chaleur" in said_of_heat(refused.value)
    assert not Forecast.objects.filter(plant=plant).exists()


def test_nothing_described_is_an_error_by_name():
    with pytest.raises(NoBuilding):
        draft_heat_study(reread(bare_heat_plant()), made_on=dt.date(2026, 11, 21))


def test_sensors_on_a_network_nobody_described_tell_nothing_and_the_journal_says_why():
    bare = bare_heat_plant()
    data, meta = january()
    kept = keep_weather(data, replace(meta, kind="sensor", method="sensor"), plant=bare)
    assert tell_sensor_days(kept.pk) == 0
    assert JournalEntry.objects.get(act="weather_failed").scope == bare.cooperative.slug
