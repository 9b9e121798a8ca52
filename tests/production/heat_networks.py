"""A small heat network in rows, for tests of services, pages and the API."""

import datetime as dt
from typing import Any

from installations.models import HeatBuilding, HeatNetwork, Plant
from production.models import Forecast
from production.services.studies import freeze_study
from tests.factories import PlantFactory

# Two buildings, 500 MWh a year, a boiler of 150 kW with a store.
NETWORK: dict[str, Any] = {
    "boiler_power_w": 150_000,
    "store_wh": 60_000,
    "pipes_length_m": 250.0,
    "pipe_loss": 0.45,
}
SCHOOL: dict[str, Any] = {
    "name": "École",
    "kind": "school",
    "annual_heat_wh": 200_000_000,
    "hot_water_fraction": 0.05,
}
FLATS: dict[str, Any] = {
    "name": "Résidence",
    "kind": "flats",
    "floor_area_m2": 3000.0,
    "heat_kwh_per_m2": 100.0,
    "hot_water_fraction": 0.25,
}


def bare_heat_plant(**fields: Any) -> Plant:
    """A plant of kind heat that nobody described yet."""
    chosen = {"slug": "centre-ville", "name": "Centre-ville", "commissioned_on": dt.date(2028, 10, 1)}
    chosen |= {
        "kind": "heat",
        "under_study": True,
        "inverter_power_w": 0,
        "panel_area_m2": 0,
        "loss_percent": 0,
    }
    plant: Plant = PlantFactory(**{**chosen, **fields})
    return plant


def heat_plant(**fields: Any) -> Plant:
    """A heat network with its two buildings, as services want it."""
    plant = bare_heat_plant(**fields)
    network = HeatNetwork.objects.create(plant=plant, **NETWORK)
    HeatBuilding.objects.bulk_create(HeatBuilding(network=network, **one) for one in (SCHOOL, FLATS))
    return reread(plant)


def reread(plant: Plant) -> Plant:
    """The plant as pages load it."""
    networks = Plant.objects.heating(plant.cooperative)
    return networks.select_related("cooperative", "network").get(pk=plant.pk)


def frozen_heat_study(plant: Plant) -> Forecast:
    return freeze_study(actor=None, plant=plant)
