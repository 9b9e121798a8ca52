"""Roofs on a plain drawing: positions to scale, north up, no tiles fetched from anybody. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

KM_PER_DEGREE = 111.32
WIDTH, HEIGHT, MARGIN = 640, 480, 56
# Marks of roofs on one site are moved apart, so that each can be read and touched.
APART, ROUNDS = 46.0, 40
# Past this many there is no room to move, and the work grows with the square.
MOST_MOVED = 60
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
    spots = [
        (WIDTH / 2 + (x - centre_x) * px_per_km, HEIGHT / 2 - (y - centre_y) * px_per_km)
        for x, y in zip(east, north, strict=True)
    ]
    points = tuple(
        Point(n, round(x, 1), round(y, 1)) for n, (x, y) in enumerate(_moved_apart(spots), start=1)
    )
    scale_km = max((s for s in SCALES_KM if s * px_per_km <= WIDTH / 3), default=SCALES_KM[0])
    return RoofMap(WIDTH, HEIGHT, points, round(scale_km * px_per_km, 1), scale_km)


def _moved_apart(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push marks that cover each other apart, a little each round, and keep them on the drawing."""
    moved = list(spots)
    for _ in range(ROUNDS if len(spots) <= MOST_MOVED else 0):
        for i in range(len(moved)):
            for j in range(i):
                moved[i], moved[j] = _pushed(moved[i], moved[j])
    low, right, bottom = MARGIN / 2, WIDTH - MARGIN / 2, HEIGHT - MARGIN / 2
    return [(min(max(x, low), right), min(max(y, low), bottom)) for x, y in moved]


def _pushed(
    a: tuple[float, float], b: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    gap_x, gap_y = a[0] - b[0], a[1] - b[1]
    gap = math.hypot(gap_x, gap_y)
    if gap >= APART:
        return a, b
    # Two roofs at the very same place are told apart from left to right.
    unit_x, unit_y = (gap_x / gap, gap_y / gap) if gap > 1e-6 else (1.0, 0.0)
    step = (APART - gap) / 2
    return (a[0] + unit_x * step, a[1] + unit_y * step), (b[0] - unit_x * step, b[1] - unit_y * step)
