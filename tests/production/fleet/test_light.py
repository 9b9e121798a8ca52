"""Sensors in the plane: a pyranometer reads what falls on the glass, a reference cell what passes it."""

import numpy as np
import pandas as pd
import pytest

from production import weather
from production.fleet import Physics, PvArray, PvPlant, build_fleet, expected_energy_wh, loss_stages
from production.fleet.light import LEAST_PASSED, plane_light
from production.fleet.sky import read_record, sky_over
from production.weather import CELL, PLANE
from tests.production.fleet.plants import HOUR, LOOS

ROOF = (PvArray(30.0, 120.0, 3000.0, "0"), PvArray(15.0, 300.0, 2000.0, "1"))


@pytest.fixture(scope="module")
def june(loos: pd.DataFrame) -> pd.DataFrame:
    return loos.iloc[24 * 151 : 24 * 165]


def roof(arrays=ROOF) -> PvPlant:
    return PvPlant(*LOOS, 5000.0, arrays)


def lights(sky: pd.DataFrame, arrays=ROOF) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What heats, what converts, shape (arrays, lit) [W/m²], and which hours are lit."""
    fleet, record = build_fleet([roof(arrays)]), read_record(sky, HOUR)
    above = sky_over(LOOS, record, Physics().transposition)
    plane, effective = plane_light(fleet, np.arange(len(arrays)), above, Physics())
    return plane, effective, record.lit


def with_sensors(sky: pd.DataFrame, kind: str, readings: np.ndarray, lit: np.ndarray) -> pd.DataFrame:
    columns = {}
    for plane, values in enumerate(readings):
        columns[f"{kind}_{plane}"] = np.zeros(len(sky))
        columns[f"{kind}_{plane}"][lit] = values
    return sky.assign(**columns)


def energy_wh(sky: pd.DataFrame) -> pd.Series:
    return expected_energy_wh(build_fleet([roof()]), sky, HOUR)[0]


def test_what_a_cell_reads_is_what_converts(june: pd.DataFrame) -> None:
    _, _, lit = lights(june)
    readings = np.array([june["ghi"].to_numpy()[lit] * share for share in (0.9, 0.7)])
    plane, effective, _ = lights(with_sensors(june, CELL, readings, lit))
    assert (effective == readings).all()
    assert (plane >= readings).all()
    assert (plane <= readings / LEAST_PASSED).all()


def test_a_perfect_sensor_of_either_kind_changes_no_watt_hour(june: pd.DataFrame) -> None:
    plane, effective, lit = lights(june)
    modelled = energy_wh(june)
    pyranometers = energy_wh(with_sensors(june, PLANE, plane, lit))
    cells = energy_wh(with_sensors(june, CELL, effective, lit))
    np.testing.assert_allclose(pyranometers, modelled, rtol=1e-9)
    # At grazing light the cell's reading can't be traced back: it heats a little less.
    np.testing.assert_allclose(cells, modelled, atol=0.05)
    assert cells.sum() == pytest.approx(modelled.sum(), rel=1e-6)


def test_a_cell_taken_for_a_pyranometer_costs_reflection_twice(june: pd.DataFrame) -> None:
    _, effective, lit = lights(june)
    known, mistaken = (energy_wh(with_sensors(june, kind, effective, lit)).sum() for kind in (CELL, PLANE))
    assert 0.02 < known / mistaken - 1 < 0.06


def test_beside_a_pyranometer_the_cell_converts_and_the_pyranometer_heats(june: pd.DataFrame) -> None:
    plane, effective, lit = lights(june)
    both = with_sensors(with_sensors(june, PLANE, plane * 1.1, lit), CELL, effective * 0.9, lit)
    heats, converts, _ = lights(both)
    np.testing.assert_allclose(heats, plane * 1.1)
    np.testing.assert_allclose(converts, effective * 0.9)


def test_a_cell_named_for_a_plane_speaks_before_a_pyranometer_for_all(june: pd.DataFrame) -> None:
    _, _, lit = lights(june)
    sky = june.assign(poa_cell_0=june["ghi"] * 0.5, poa_global=june["ghi"])
    heats, converts, _ = lights(sky)
    ghi = june["ghi"].to_numpy()[lit]
    assert (converts[0] == ghi * 0.5).all()
    assert (heats[1] == ghi).all()
    assert (heats[0] < ghi).any()


def test_one_cell_serves_every_plane(june: pd.DataFrame) -> None:
    _, converts, _ = lights(june.assign(poa_cell=june["ghi"]))
    assert (converts[0] == converts[1]).all()


def test_a_plane_without_sensor_beside_one_with_a_cell_is_refused(june: pd.DataFrame) -> None:
    with pytest.raises(weather.MissingColumn, match="poa_global_1"):
        energy_wh(june.assign(poa_cell_0=june["ghi"]))


def test_a_cell_in_millivolts_is_refused_before_anything_is_computed(june: pd.DataFrame) -> None:
    with pytest.raises(weather.ImplausibleWeather, match="poa_cell_0"):
        energy_wh(june.assign(poa_cell_0=9000.0, poa_cell_1=1.0))


def test_the_loss_by_reflection_stands_in_the_stages_of_a_cell_too(june: pd.DataFrame) -> None:
    sky = june.assign(poa_cell=june["ghi"] * 0.8)
    yearly = loss_stages(build_fleet([roof()]), sky, HOUR).yearly()[0]
    assert 0.94 < yearly["reflection"] / yearly["horizon"] < 0.99
