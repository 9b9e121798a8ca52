"""A network as plain values and back: what a frozen study keeps, what a data file holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from production.heat.checking import check_network
from production.heat.description import (
    Building,
    HeatNetwork,
    LossFraction,
    LossPerKelvin,
    LossPerMetre,
    PipeLoss,
    Pipes,
    ReferenceClimate,
    WoodBoiler,
)
from production.heat.errors import UnreadableNetwork

LOSSES: dict[str, type[LossPerKelvin] | type[LossPerMetre] | type[LossFraction]] = {
    "per_kelvin": LossPerKelvin,
    "per_metre": LossPerMetre,
    "fraction": LossFraction,
}
DEMONSTRATION = Path(__file__).parent / "data" / "demonstration.toml"


def as_json(network: HeatNetwork) -> dict[str, Any]:
    """Values json can write; `network_from` gives back an equal network."""
    found = asdict(network)
    found["pipes"]["loss"]["method"] = _method_of(network.pipes.loss)
    return found


def network_from(described: Mapping[str, Any]) -> HeatNetwork:
    """A network from plain values, checked. Raises UnreadableNetwork, and HeatError for what it says."""
    try:
        network = _network(dict(described))
        check_network(network)
    except (TypeError, KeyError, AttributeError) as fault:
        raise UnreadableNetwork(f"no network is described so: {fault}") from fault
    return network


def demonstration_network(climate: ReferenceClimate) -> HeatNetwork:
    """An invented network of the size under study in Loos-en-Gohelle, under a climate of the place."""
    described = tomllib.loads(DEMONSTRATION.read_text(encoding="utf-8"))
    return network_from({**described, "climate": asdict(climate)})


def _network(described: dict[str, Any]) -> HeatNetwork:
    pipes = dict(described.pop("pipes"))
    loss = dict(pipes.pop("loss"))
    made = LOSSES[loss.pop("method")](**loss)
    return HeatNetwork(
        buildings=tuple(Building(**building) for building in described.pop("buildings")),
        pipes=Pipes(loss=made, **pipes),
        boiler=WoodBoiler(**_tuples(described.pop("boiler"))),
        climate=ReferenceClimate(**_tuples(described.pop("climate"))),
        **described,
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """json knows lists alone."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _method_of(loss: PipeLoss) -> str:
    return next(name for name, kind in LOSSES.items() if isinstance(loss, kind))
