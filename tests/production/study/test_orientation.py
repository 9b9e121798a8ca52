"""The map of slopes and directions."""

import pytest

from production.fleet import PvArray
from production.study.orientation import AZIMUTHS_DEG, TILTS_DEG, orientation_map, turned

from ..studies import roof, study


def test_the_best_is_one_and_nothing_is_better():
    found = study(roof(horizon_deg=())).orientation
    shares = [share for row in found.relative for share in row]
    assert max(shares) == 1.0
    assert min(shares) > 0
    assert found.best_tilt_deg in (30, 40)
    assert 150 <= found.best_azimuth_deg <= 210


def test_flat_has_no_direction():
    assert len({round(share, 6) for share in study().orientation.relative[0]}) == 1


def test_a_mark_on_the_grid_has_the_tile_s_value():
    plant = roof(arrays=(PvArray(30, 180, 36_000),))
    found = study(plant).orientation
    tile = found.relative[TILTS_DEG.index(30)][AZIMUTHS_DEG.index(180)]
    assert found.marks[0].relative == pytest.approx(tile)


def test_every_turned_plant_has_the_whole_power():
    plants = turned(roof())
    assert len(plants) == len(TILTS_DEG) * len(AZIMUTHS_DEG) + 2
    assert {plant.arrays[0].peak_power_w for plant in plants} == {36_000}


def test_in_endless_night_no_direction_is_worse():
    found = orientation_map(roof(), [0.0] * len(turned(roof())))
    assert found.best_kwh_kwp == 0
    assert {share for row in found.relative for share in row} == {0.0}
