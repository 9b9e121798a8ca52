"""What is always true of plants, their arrays and their meters."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from installations.models import Plant
from installations.permissions import follows
from shareholders.permissions import Actor
from shareholders.roles import Role
from tests.factories import MeterFactory, PlantFactory, PVArrayFactory

pytestmark = pytest.mark.django_db


def refused(rule: str, factory: Callable[..., Any], **fields: Any) -> None:
    """The database refuses a row by the constraint of that name."""
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        factory(**fields)


@pytest.mark.parametrize("place", [{"latitude_deg": 90.1}, {"latitude_deg": -91}, {"longitude_deg": 180.5}])
def test_a_plant_is_on_earth(place: dict[str, float]):
    refused("plant_is_on_earth", PlantFactory, **place)


@pytest.mark.parametrize("percent", ["-0.1", "60.1", "99.9"])
def test_losses_are_plausible(percent: str):
    refused("losses_are_plausible", PlantFactory, loss_percent=Decimal(percent))


def test_a_plant_has_inverters():
    refused("plant_has_inverters", PlantFactory, inverter_power_w=0)


def test_an_address_leads_to_one_plant_of_a_cooperative():
    plant = PlantFactory()
    refused("one_plant_per_slug", PlantFactory, cooperative=plant.cooperative, slug=plant.slug)


def test_neighbours_may_both_have_a_plant_of_that_name():
    plant = PlantFactory()
    assert PlantFactory(slug=plant.slug).cooperative != plant.cooperative


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("array_has_power", {"peak_power_w": 0}),
        ("tilt_from_flat_to_wall", {"tilt_deg": -1}),
        ("tilt_from_flat_to_wall", {"tilt_deg": 91}),
        ("azimuth_on_compass", {"azimuth_deg": 360}),
        ("azimuth_on_compass", {"azimuth_deg": -90}),
    ],
)
def test_an_array_looks_somewhere_and_has_power(rule: str, wrong: dict[str, float]):
    refused(rule, PVArrayFactory, **wrong)


@pytest.mark.parametrize(
    "right", [{"tilt_deg": 0}, {"tilt_deg": 90}, {"azimuth_deg": 0}, {"azimuth_deg": 359.9}]
)
def test_flat_upright_and_northern_arrays_exist(right: dict[str, float]):
    assert PVArrayFactory(**right).pk


def test_a_meter_code_names_one_meter():
    refused("code", MeterFactory, code=MeterFactory().code)


def test_a_plant_is_as_powerful_as_its_arrays_together():
    plant = PlantFactory()
    PVArrayFactory(plant=plant, peak_power_w=30_000, azimuth_deg=90)
    PVArrayFactory(plant=plant, peak_power_w=20_000, azimuth_deg=270)
    assert Plant.objects.of(plant.cooperative).get().peak_power_w == 50_000


def test_meters_do_not_multiply_a_plants_power():
    plant = PVArrayFactory(peak_power_w=30_000).plant
    MeterFactory.create_batch(2, plant=plant)
    assert Plant.objects.of(plant.cooperative).get().peak_power_w == 30_000


def test_a_plant_without_arrays_has_no_power():
    assert Plant.objects.of(PlantFactory().cooperative).get().peak_power_w == 0


def test_a_cooperatives_plants_are_its_own():
    plant, _neighbours = PlantFactory(), PlantFactory()
    assert list(Plant.objects.of(plant.cooperative)) == [plant]


@pytest.mark.parametrize(
    ("role", "insee", "seen"),
    [
        (Role.MUNICIPALITY, "62498", True),
        (Role.MUNICIPALITY, "62528", False),
        (Role.AUDITOR, "", True),
    ],
)
def test_a_municipality_follows_its_own_roofs_and_an_auditor_all(role: Role, insee: str, seen: bool):
    plant = PlantFactory(commune_insee="62498")
    actor = Actor(None, plant.cooperative, frozenset({role}), insee)
    assert follows(actor, plant) is seen


def test_a_plants_days_are_those_of_its_place():
    assert PlantFactory.build(time_zone="Indian/Reunion").zone.key == "Indian/Reunion"


def test_an_array_says_its_power_and_which_way_it_looks():
    assert str(PVArrayFactory.build(peak_power_w=50_000, tilt_deg=15, azimuth_deg=180)) == "50000 W, 15°/180°"
