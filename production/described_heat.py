"""A heat network's rows as the heat engine is told them."""

from installations.models import HeatBuilding, Plant
from installations.models import HeatNetwork as NetworkRow
from production.heat import (
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    NoBuilding,
    Pipes,
    ReferenceClimate,
    WoodBoiler,
    building_of_area,
)
from production.heat.description import PipeLoss

# Told with every figure; it moves when the same inputs would give another.
HEAT_ENGINE = "heat 1 (BDEW profiles by oemof-demand, Kusuda-Achenbach)"


def described_heat(plant: Plant, climate: ReferenceClimate, *, weather: int = 0) -> HeatNetwork:
    """The plant's network and buildings, whose yearly heat refers to that climate.

    Raises heat.HeatError for what no engine can compute, heat.NoBuilding where nothing is described.
    """
    row = network_of(plant)
    if row is None:
        raise NoBuilding(f"{plant.slug} has no network")
    return described_rows(row, list(row.buildings.all()), climate, plant.time_zone, weather=weather)


def described_rows(
    row: NetworkRow,
    buildings: list[HeatBuilding],
    climate: ReferenceClimate,
    time_zone: str = "Europe/Paris",
    *,
    weather: int = 0,
) -> HeatNetwork:
    """The same from rows that need not be stored yet. Raises heat.HeatError."""
    return HeatNetwork(
        buildings=tuple(described_building(building) for building in buildings),
        pipes=Pipes(row.pipes_length_m, pipe_loss_of(row)),
        boiler=boiler_of(row),
        climate=climate,
        gas_efficiency=row.gas_efficiency,
        timezone=time_zone,
        weather=weather,
    )


def described_building(row: HeatBuilding) -> Building:
    """A building by its yearly heat, or by area and need. Raises heat.InvalidBuilding."""
    if row.annual_heat_wh is not None:
        return Building(row.name, row.kind, float(row.annual_heat_wh), row.hot_water_fraction)
    area, need = row.floor_area_m2 or 0.0, row.heat_kwh_per_m2 or 0.0
    return building_of_area(row.name, row.kind, area, need, row.hot_water_fraction)


def boiler_of(row: NetworkRow) -> WoodBoiler:
    """The wood boiler."""
    return WoodBoiler(
        nominal_power_w=float(row.boiler_power_w),
        minimum_fraction=row.minimum_fraction,
        efficiency=row.efficiency,
        minimum_efficiency=row.minimum_efficiency,
        store_wh=float(row.store_wh),
        start_loss_fraction=row.start_loss_fraction,
        availability=row.availability,
        months=row.months,
        humidity=row.humidity,
    )


def pipe_loss_of(row: NetworkRow) -> PipeLoss:
    """What the pipes lose, told one of three ways."""
    if row.pipe_loss_method == NetworkRow.PipeLoss.PER_METRE:
        return LossPerMetre(row.pipe_loss)
    if row.pipe_loss_method == NetworkRow.PipeLoss.FRACTION:
        return LossFraction(row.pipe_loss)
    return LossPerKelvin(
        w_per_m_k=row.pipe_loss,
        supply_cold_c=row.supply_cold_c,
        supply_mild_c=row.supply_mild_c,
        return_c=row.return_c,
        depth_m=row.depth_m,
    )


def network_of(plant: Plant) -> NetworkRow | None:
    """The network of a plant, if one is described."""
    return getattr(plant, "network", None)
