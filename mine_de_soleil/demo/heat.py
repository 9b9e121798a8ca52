"""The demo's heat network under study: invented buildings and pipes of a town centre, one frozen study."""

import datetime as dt

from installations.models import HeatBuilding, HeatNetwork, Plant
from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG
from production.heat import HeatNetwork as Described
from production.heat import LossPerKelvin, demonstration_network
from production.services.forecasts import cell_of
from production.services.heat import climate_at
from production.services.heat_networks import save_network
from production.services.studies import freeze_study
from shareholders.models import Cooperative

SLUG = "centre-ville"
SOURCE = "Démonstration : bâtiments, longueurs et besoins inventés"
PLANNED_ON = dt.date(2028, 10, 1)


def plan_heat(cooperative: Cooperative) -> Plant | None:
    """The network with its study, once; None where it is already."""
    if Plant.objects.filter(cooperative=cooperative, slug=SLUG).exists():
        return None
    plant = Plant.objects.create(
        kind=Plant.Kind.HEAT,
        under_study=True,
        cooperative=cooperative,
        slug=SLUG,
        name="Centre-ville",
        commune="Loos-en-Gohelle",
        commune_insee="62528",
        latitude_deg=LATITUDE_DEG,
        longitude_deg=LONGITUDE_DEG,
        altitude_m=ALTITUDE_M,
        commissioned_on=PLANNED_ON,
    )
    described = demonstration_network(climate_at(cell_of(plant)))
    save_network(actor=None, plant=plant, network=_network(described), buildings=_buildings(described))
    found = Plant.objects.heating(cooperative).select_related("cooperative", "network").get(pk=plant.pk)
    freeze_study(actor=None, plant=found)
    return found


def _network(described: Described) -> dict[str, object]:
    boiler, loss = described.boiler, described.pipes.loss
    assert isinstance(loss, LossPerKelvin)  # as the data file tells it
    return {
        "boiler_power_w": round(boiler.nominal_power_w),
        "store_wh": round(boiler.store_wh),
        "humidity": boiler.humidity,
        "gas_efficiency": described.gas_efficiency,
        "gas_power_w": 1_000_000,
        "pipes_length_m": float(described.pipes.length_m),
        "pipe_loss_method": HeatNetwork.PipeLoss.PER_KELVIN,
        "pipe_loss": loss.w_per_m_k,
        "source": SOURCE,
    }


def _buildings(described: Described) -> list[dict[str, object]]:
    return [
        {
            "name": building.name.removesuffix(" (démonstration)"),
            "kind": HeatBuilding.Kind(building.kind),
            "annual_heat_wh": round(building.annual_heat_wh),
            "hot_water_fraction": building.hot_water_fraction,
        }
        for building in described.buildings
    ]
