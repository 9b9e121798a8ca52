"""The description of a heat network: checked by the engine before anything is stored."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from installations.models import HeatBuilding, HeatNetwork, Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.climate import ClimateError
from production.described_heat import described_building, described_rows, network_of
from production.heat import HeatError, check_network
from production.heat.checking import check_building
from production.heat_words import said_of_heat, said_twice
from production.services.forecasts import cell_of
from production.services.heat import climate_at

NETWORK = "network"


class NetworkRefused(Exception):
    """A network no engine can compute: `faults` are sentences, by `network` or the position of a building."""

    def __init__(self, faults: Mapping[str | int, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class NetworkChanged(Exception):
    """Somebody else saved the description since it was read."""


def seen_token(plant: Plant) -> str:
    """What is described now, as a short text: whoever saves gives back the one they read."""
    network = network_of(plant)
    if network is None:
        return "new"
    stands = [_values(network), [_values(building) for building in network.buildings.all()]]
    return hashlib.sha256(json.dumps(stands, sort_keys=True, default=str).encode()).hexdigest()[:16]


def save_network(
    *,
    actor: User | None,
    plant: Plant,
    network: Mapping[str, Any],
    buildings: Sequence[Mapping[str, Any]],
    seen: str | None = None,
) -> HeatNetwork:
    """Store a network and its buildings whole; saved twice alike, the second time writes nothing.

    network, buildings: fields of the rows by name; seen: `seen_token` when they were read (None: whatever
    stands). Raises NetworkRefused, NetworkChanged.
    """
    # By its key alone: given the plant itself, an unsaved row would stand as the plant's network.
    row = HeatNetwork(plant_id=plant.pk, **network)
    houses = [HeatBuilding(**one) for one in buildings]
    _check(plant, row, houses)
    with transaction.atomic():
        locked = Plant.objects.select_for_update(of=("self",)).select_related("cooperative").get(pk=plant.pk)
        before = HeatNetwork.objects.filter(plant=locked).first()
        if seen is not None and seen != seen_token(locked):
            raise NetworkChanged
        changed = _changes(before, row, houses)
        if before is not None and not changed:
            return before
        stored, _made = HeatNetwork.objects.update_or_create(plant=locked, defaults=dict(network))
        _replace(stored, houses)
        record(
            actor, "save_network", stored, scope=locked.cooperative.slug, plant=locked.slug, changed=changed
        )
    return stored


def _check(plant: Plant, row: HeatNetwork, houses: Sequence[HeatBuilding]) -> None:
    """Raise NetworkRefused with every building's fault, or with that of the whole."""
    faults: dict[str | int, str] = {}
    names: set[str] = set()
    for position, house in enumerate(houses):
        try:
            check_building(described_building(house))
        except HeatError as error:
            faults[position] = said_of_heat(error)
        if house.name in names:
            faults[position] = said_twice(house.name)
        names.add(house.name)
    if not faults:
        try:
            climate = climate_at(cell_of(plant))
            check_network(described_rows(row, list(houses), climate, plant.time_zone))
        except (HeatError, ClimateError) as error:
            faults[NETWORK] = said_of_heat(error)
    if faults:
        raise NetworkRefused(faults)


def _replace(network: HeatNetwork, houses: Sequence[HeatBuilding]) -> None:
    network.buildings.all().delete()
    for house in houses:
        house.network = network
    HeatBuilding.objects.bulk_create(houses)


def _changes(before: HeatNetwork | None, row: HeatNetwork, houses: Sequence[HeatBuilding]) -> list[str]:
    """Names of what differs from what stands."""
    if before is None:
        return ["new"]
    old, new = _values(before), _values(row)
    changed = [name for name in new if new[name] != old[name]]
    stand = [_values(building) for building in before.buildings.all()]
    return changed if stand == [_values(house) for house in houses] else [*changed, "buildings"]


def _values(row: HeatNetwork | HeatBuilding) -> dict[str, Any]:
    return model_to_dict(row, exclude=["id", "plant", "network"])
