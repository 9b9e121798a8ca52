"""A network written down comes back the same, or is refused by name."""

import json
from typing import Any

import pytest

from production.heat import (
    HeatError,
    HeatNetwork,
    InvalidBoiler,
    LossFraction,
    LossPerKelvin,
    Pipes,
    UnreadableNetwork,
    as_json,
    balance,
    demonstration_network,
    network_from,
    reference_climate,
)
from production.weather import get_typical_year
from tests.production.heat.networks import HOUR, network


@pytest.mark.parametrize("loss", [LossPerKelvin(0.4), LossFraction(0.1), network().pipes.loss], ids=str)
def test_a_network_survives_json(loss: Any):
    described = network(pipes=Pipes(700.0, loss))
    assert network_from(json.loads(json.dumps(as_json(described)))) == described


@pytest.mark.parametrize("removed", ["buildings", "pipes", "boiler", "climate"])
def test_a_description_with_a_part_missing_is_refused(removed: str):
    described = as_json(network())
    del described[removed]
    with pytest.raises(UnreadableNetwork, match=removed):
        network_from(described)


@pytest.mark.parametrize(
    "changes",
    [
        {"chimney_m": 12},
        {"buildings": 3},
        {"buildings": [{"name": "École"}]},
        {"pipes": {"length_m": 5}},
        {"pipes": {"length_m": 5, "loss": {"method": "magic"}}},
        {"boiler": "500 kW"},
        {"boiler": {"nominal_power_w": "500 kW"}},
    ],
    ids=str,
)
def test_a_description_of_something_else_is_refused(changes: dict[str, Any]):
    with pytest.raises(HeatError):
        network_from(as_json(network()) | changes)


def test_what_a_description_says_is_checked_as_well():
    described = as_json(network())
    described["boiler"]["efficiency"] = 1.4
    with pytest.raises(InvalidBoiler):
        network_from(described)


@pytest.fixture(scope="module")
def demonstration() -> HeatNetwork:
    weather, _ = get_typical_year(50.456, 2.795, 55.0)
    return demonstration_network(reference_climate(weather, HOUR))


def test_the_demonstration_is_invented_and_of_the_size_under_study(demonstration: HeatNetwork):
    assert len(demonstration.buildings) == 12
    assert all("démonstration" in building.name for building in demonstration.buildings)
    assert 1.2e9 <= demonstration.annual_heat_wh <= 2.0e9
    assert 5e5 <= demonstration.boiler.nominal_power_w <= 6e5


def test_the_demonstration_lies_where_such_networks_do(demonstration: HeatNetwork):
    weather, _ = get_typical_year(50.456, 2.795, 55.0)
    found = balance(demonstration, weather, HOUR)
    lost = found.totals["loss_wh"] / (found.totals["loss_wh"] + found.totals["demand_wh"])
    assert found.totals["demand_wh"] == pytest.approx(demonstration.annual_heat_wh, rel=0.005)
    assert 0.08 <= lost <= 0.15  # fact sheet, section G
    assert found.coverage > 0.85
