"""Which roofs are neighbours: those of one commune, small communes joined to the nearest, large ones cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

KM_A_DEGREE = 111.2
FEWEST = 4  # a roof and the three others that judge it
# Beyond it two roofs see other clouds by the hour (our own judgement, confidence M).
FARTHEST_KM = 12.0
MOST = 24  # the work grows with the square of a town's roofs, what they tell each other hardly does


@dataclass(frozen=True, slots=True)
class Place:
    """Where a roof is [°], and its commune's code."""

    commune: str
    latitude: float
    longitude: float


def towns(places: Sequence[Place]) -> list[list[int]]:
    """Positions of the roofs of each town, each roof in one town; a lone roof is a town of one.

    The same places give the same towns in the same order.
    """
    groups = [
        [number for number, place in enumerate(places) if place.commune == commune]
        for commune in sorted({place.commune for place in places})
    ]
    return [part for group in _joined(groups, places) for part in _cut(group, places)]


def _joined(groups: list[list[int]], places: Sequence[Place]) -> list[list[int]]:
    """Groups too small to judge, each with the nearest one within reach."""
    joined = [list(group) for group in groups]
    while True:
        pairs = [
            (distance, a, b)
            for a, small in enumerate(joined)
            if len(small) < FEWEST
            for b, other in enumerate(joined)
            if a != b and (distance := _apart_km(small, other, places)) <= FARTHEST_KM
        ]
        if not pairs:
            return joined
        _distance, a, b = min(pairs)
        joined[b] = sorted(joined[b] + joined[a])
        del joined[a]


def _cut(group: list[int], places: Sequence[Place]) -> list[list[int]]:
    """A group too large, halved from west to east until it isn't."""
    if len(group) <= MOST:
        return [group]
    ordered = sorted(group, key=lambda number: (places[number].longitude, number))
    half = len(ordered) // 2
    return [*_cut(sorted(ordered[:half]), places), *_cut(sorted(ordered[half:]), places)]


def _apart_km(one: Sequence[int], other: Sequence[int], places: Sequence[Place]) -> float:
    """The longest way between two roofs of two groups [km], on a flat map."""
    return max(_km(places[a], places[b]) for a in one for b in other)


def _km(a: Place, b: Place) -> float:
    east = (a.longitude - b.longitude) * cos(radians((a.latitude + b.latitude) / 2))
    return KM_A_DEGREE * hypot(a.latitude - b.latitude, east)
