"""Modules and inverters by name; the table against the diode itself."""

import pickle

import numpy as np
import pytest
from pvlib import pvsystem

from production.fleet import (
    Physics,
    UnknownInverter,
    UnknownModule,
    build_fleet,
    near_inverters,
    near_modules,
)
from production.fleet.catalogue import DIODE_NAMES, diode_output, diode_table, find_module
from tests.production.fleet.plants import INVERTER, MODULE, plant

THIN_FILM = "First_Solar__Inc__FS_6420A"


@pytest.mark.parametrize("name", [MODULE, THIN_FILM])
def test_the_table_is_within_a_twentieth_of_a_percent_of_the_diode_over_a_year(loos, name):
    light, cell_c = loos["ghi"][loos["ghi"] > 0].to_numpy(), loos["temp_air"][loos["ghi"] > 0].to_numpy() + 8
    module = find_module(name)
    diode = pvsystem.calcparams_cec(light, cell_c, **{key: module[key] for key in DIODE_NAMES})
    exact = pvsystem.singlediode(*diode, method="lambertw")
    efficiency, voltage = diode_output(diode_table(name), light, cell_c)
    ours = efficiency * light * module["I_mp_ref"] * module["V_mp_ref"] / 1000
    assert ours.sum() == pytest.approx(exact["p_mp"].sum(), rel=5e-4)
    assert np.abs(ours - exact["p_mp"]).max() < 1e-3 * exact["p_mp"].max()
    bright = light > 50
    np.testing.assert_allclose(voltage[bright] * module["V_mp_ref"], exact["v_mp"][bright], rtol=2e-3)


def test_standard_conditions_give_the_rated_power():
    efficiency, voltage = diode_output(diode_table(MODULE), np.array([1000.0]), np.array([25.0]))
    assert efficiency[0] == pytest.approx(1, abs=2e-3)
    assert voltage[0] == pytest.approx(1, abs=5e-3)


def test_darkness_and_more_than_the_table_holds_give_numbers():
    efficiency, voltage = diode_output(diode_table(MODULE), np.array([0.0, 3000.0]), np.array([-80.0, 200.0]))
    assert efficiency[0] == voltage[0] == 0
    assert np.isfinite(efficiency).all() and np.isfinite(voltage).all()


def test_an_unknown_module_is_refused_with_names_near_it():
    with pytest.raises(UnknownModule, match="Canadian_Solar") as caught:
        build_fleet([plant(physics=Physics(module="Canadian Solar Inc CS1K-300MS"))])
    assert MODULE in caught.value.near


def test_an_unknown_inverter_is_refused_with_names_near_it():
    with pytest.raises(UnknownInverter) as caught:
        build_fleet([plant(physics=Physics(inverter="SMA_America__STP12000TL"))])
    assert INVERTER in caught.value.near


def test_the_error_survives_the_way_home_from_a_worker():
    error = pickle.loads(pickle.dumps(UnknownModule("module", "X", ("Y",))))  # noqa: S301 - our own bytes
    assert (error.name, error.near, str(error)) == ("X", ("Y",), str(UnknownModule("module", "X", ("Y",))))


def test_nothing_is_near_an_empty_name():
    assert near_modules("") == near_inverters("") == ()


def test_part_of_a_name_finds_it():
    assert all("CS1K" in name for name in near_modules("CS1K_"))
