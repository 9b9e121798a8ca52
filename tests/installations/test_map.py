"""Roofs on a plain drawing: to scale, north up, all of them inside."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installations.map import APART, HEIGHT, MARGIN, SCALES_KM, WIDTH, draw

LOOS = (50.456, 2.795)
KM_NORTH = 1 / 111.32
KM_EAST = KM_NORTH / math.cos(math.radians(LOOS[0]))

places = st.lists(st.tuples(st.floats(41, 51.5), st.floats(-5, 9.5)), min_size=1, max_size=20)


def test_without_roofs_the_drawing_is_empty():
    assert draw([]).points == ()


def test_a_single_roof_is_in_the_middle():
    (point,) = draw([LOOS]).points
    assert (point.number, point.x, point.y) == (1, WIDTH / 2, HEIGHT / 2)


def test_roofs_of_one_site_are_moved_apart_enough_to_be_touched():
    left, right = sorted(draw([LOOS, LOOS]).points, key=lambda point: point.x)
    assert right.x - left.x == pytest.approx(APART, abs=0.2)
    assert left.y == right.y == HEIGHT / 2


def test_roofs_far_enough_apart_stay_where_they_are():
    here, there = draw([LOOS, (LOOS[0], LOOS[1] + 5 * KM_EAST)]).points
    assert (here.x, there.x) == (MARGIN, WIDTH - MARGIN)


def test_north_is_up_and_east_is_right():
    here, north, east = draw([LOOS, (LOOS[0] + 0.01, LOOS[1]), (LOOS[0], LOOS[1] + 0.01)]).points
    assert north.y < here.y and north.x == here.x
    assert east.x > here.x and east.y == here.y


def test_a_kilometre_is_as_long_to_the_north_as_to_the_east():
    here, north, east = draw([LOOS, (LOOS[0] + KM_NORTH, LOOS[1]), (LOOS[0], LOOS[1] + KM_EAST)]).points
    assert here.y - north.y == pytest.approx(east.x - here.x, rel=0.001)


def test_the_scale_bar_is_as_long_as_it_says():
    here, east = (drawing := draw([LOOS, (LOOS[0], LOOS[1] + KM_EAST)])).points
    assert drawing.scale_px == pytest.approx((east.x - here.x) * drawing.scale_km, rel=0.01)
    assert drawing.scale_end == 24 + drawing.scale_px


@pytest.mark.parametrize(("apart_km", "label"), [(0, "100 m"), (1, "200 m"), (5, "2 km"), (60, "20 km")])
def test_the_scale_is_a_round_number(apart_km: float, label: str):
    assert draw([LOOS, (LOOS[0], LOOS[1] + apart_km * KM_EAST)]).scale_label == label


@settings(deadline=None)
@given(places=places)
def test_every_roof_is_inside_and_keeps_its_number(places: list[tuple[float, float]]):
    drawing = draw(places)
    assert [point.number for point in drawing.points] == list(range(1, len(places) + 1))
    for point in drawing.points:
        assert MARGIN / 2 <= point.x <= WIDTH - MARGIN / 2
        assert MARGIN / 2 <= point.y <= HEIGHT - MARGIN / 2


@settings(deadline=None)
@given(places=places)
def test_the_scale_bar_fits_and_is_as_long_as_can_be(places: list[tuple[float, float]]):
    drawing = draw(places)
    assert drawing.scale_km in SCALES_KM
    assert 0 < drawing.scale_px <= WIDTH / 3 + 0.1
