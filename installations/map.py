"""Roofs on a plain drawing: positions to scale, north up, no tiles fetched from anybody. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

KM_PER_DEGREE = 111.32
WIDTH, HEIGHT, MARGIN = 640, 420, 56
SCALES_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """A roof's place in the drawing, in its units, and its number in the list."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class RoofMap:
    """A drawing of `width` × `height`; the scale bar is `scale_px` long for `scale_km`."""

    width: int
    height: int
    points: tuple[Point, ...]
    scale_px: float
    scale_km: float

    @property
    def scale_end(self) -> float:
        """Where the scale bar ends; it starts at 24."""
        return 24 + self.scale_px

    @property
    def scale_label(self) -> str:
        return f"{round(self.scale_km * 1000)} m" if self.scale_km < 1 else f"{self.scale_km:g} km"


def draw(places: Sequence[tuple[float, float]]) -> RoofMap:
    """Place (latitude, longitude) pairs [°] on the drawing, with the same scale both ways."""
    if not places:
        return RoofMap(WIDTH, HEIGHT, (), 0, 0)
    middle_latitude = sum(lat for lat, _ in places) / len(places)
    shrink = math.cos(math.radians(middle_latitude))
    east = [lon * KM_PER_DEGREE * shrink for _, lon in places]
    north = [lat * KM_PER_DEGREE for lat, _ in places]
    # A single roof, or several on one street, still get a drawing of a few hundred metres.
    span_x, span_y = max(max(east) - min(east), 0.4), max(max(north) - min(north), 0.3)
    px_per_km = min((WIDTH - 2 * MARGIN) / span_x, (HEIGHT - 2 * MARGIN) / span_y)
    centre_x, centre_y = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2
    points = tuple(
        Point(
            i + 1,
            round(WIDTH / 2 + (x - centre_x) * px_per_km, 1),
            round(HEIGHT / 2 - (y - centre_y) * px_per_km, 1),
        )
        for i, (x, y) in enumerate(zip(east, north, strict=True))
    )
    scale_km = max((s for s in SCALES_KM if s * px_per_km <= WIDTH / 3), default=SCALES_KM[0])
    return RoofMap(WIDTH, HEIGHT, points, round(scale_km * px_per_km, 1), scale_km)
