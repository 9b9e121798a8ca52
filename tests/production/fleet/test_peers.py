"""The engine against pvlib's ModelChain, option by option, and against NREL's PVWatts 8, item by item."""

import importlib.util
import os
from itertools import product

import numpy as np
import pandas as pd
import pytest

from benchmarks._yield_peers import model_chain_energy_wh, pvwatts_v8
from production.fleet import Losses, Physics, PvArray, PvPlant, build_fleet, expected_energy_wh, loss_stages
from production.fleet.conversion import dc_power
from production.fleet.sun import sun_over, sun_series
from tests.production.fleet.plants import (
    HOUR,
    INVERTER,
    LOOS,
    MODULE,
    needs_shared_data,
    place_of,
    plant,
)

TEMPERATURES = [("faiman", ""), ("pvsyst", "semi_integrated"), ("sapm", "close_mount_glass_glass")]
PVWATTS_MODULE = "Canadian_Solar_Inc__CS1H_320MS"  # its "standard" one
MODULES = [{"low_light": "none"}, {"low_light": "huld-2025"}, {"module": MODULE}]
PAIRS = [
    Physics(transposition=sky, temperature=model, mounting=mounting, inverter=inverter, **module)
    for sky, (model, mounting), module, inverter in product(
        ("perez-driesse", "hay-davies"), TEMPERATURES, MODULES, ("", INVERTER)
    )
]
OTHERS = [Physics(diffuse_iam=False), Physics(reflection="ashrae"), Physics(low_light="huld-2011")]
needs_pysam = pytest.mark.skipif(
    importlib.util.find_spec("PySAM") is None and os.environ.get("CI") != "true", reason="PySAM is absent"
)


def named(physics):
    parts = (physics.transposition, physics.temperature, physics.module or physics.low_light)
    return " ".join([*parts, "sandia" if physics.inverter else "pvwatts"])


def assert_agrees(one, data):
    ours = expected_energy_wh(build_fleet([one]), data, HOUR)[0]
    theirs = model_chain_energy_wh(one, data, HOUR)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-3)
    assert (ours - theirs).abs().max() < 0.01 * theirs.max()


@pytest.mark.parametrize("physics", PAIRS + OTHERS, ids=named)
def test_every_pair_of_options_agrees_with_modelchain_on_the_embedded_year(loos, physics):
    assert_agrees(plant(physics=physics), loos)


@needs_shared_data
@pytest.mark.parametrize("physics", PAIRS + OTHERS, ids=named)
def test_every_pair_of_options_agrees_with_modelchain_at_uccle(uccle, physics):
    data, meta = uccle
    assert_agrees(plant(20, 230, place=place_of(meta), physics=physics), data)


@pytest.mark.parametrize(("tilt", "azimuth"), [(10, 90), (0, 180), (60, 315), (90, 0)])
def test_every_orientation_agrees_with_modelchain(loos, tilt, azimuth):
    assert_agrees(plant(tilt, azimuth), loos)


@pytest.mark.parametrize("physics", [Physics(), Physics(module=MODULE, inverter=INVERTER)], ids=named)
def test_two_arrays_behind_a_small_inverter_agree_with_modelchain(loos, physics):
    arrays = (PvArray(15, 90, 30_000.0), PvArray(15, 270, 20_000.0))
    both = PvPlant(*LOOS, 25_000.0, arrays, 0.1, physics=physics)
    assert_agrees(both, loos)
    assert expected_energy_wh(build_fleet([both]), loos, HOUR)[0].max() == pytest.approx(25_000)


def test_itemised_losses_agree_with_modelchain(loos):
    assert_agrees(plant(losses=Losses()), loos)


@needs_shared_data
def test_uccle_with_the_peers_models_lies_between_the_peers(uccle):
    data, meta = uccle
    peers_models = Physics(transposition="hay-davies", diffuse_iam=False, low_light="none")
    one = plant(place=place_of(meta), physics=peers_models)
    assert 1048.8 < expected_energy_wh(build_fleet([one]), data, HOUR)[0].sum() / 1000 < 1058.0


def efficiencies_of(one, data):
    """What each step keeps: sky to plane, plane to cells, cells, inverter; and the yearly energy [kWh]."""
    stages = loss_stages(build_fleet([one]), data, HOUR).yearly()[0] / 1000
    steps = [
        stages["plane"] / stages["horizontal"],
        stages["reflection"] / stages["plane"],
        stages["temperature"] / stages["reflection"],
        stages["clipping"] / stages["degradation"],
    ]
    return np.array(steps), stages["clipping"]


def pvwatts_efficiencies(one, data):
    found = {name: values.sum() / 1000 for name, values in pvwatts_v8(one, data).items() if name != "tcell"}
    steps = [
        found["poa"] / (data["ghi"].sum() / 1000),
        found["tpoa"] / found["poa"],
        found["dc"] / (1 - one.losses_fraction) / found["tpoa"],
        found["ac"] / found["dc"],
    ]
    return np.array(steps), found["ac"]


# Ours over PVWatts' at each step; docs/algorithms/expected-yield.md says why.
EXPLAINED = {
    "uccle": (1.0043, 0.9933, 0.9733, 1.0046),
    "amsterdam": (0.9985, 0.9949, 0.9688, 1.0041),
}


@needs_pysam
@needs_shared_data
@pytest.mark.parametrize("place", EXPLAINED)
def test_each_step_differs_from_pvwatts_8_as_documented(request, place):
    data, meta = request.getfixturevalue(place)
    one = plant(place=place_of(meta))
    ours, our_kwh = efficiencies_of(one, data)
    theirs, their_kwh = pvwatts_efficiencies(one, data)
    np.testing.assert_allclose(ours / theirs, EXPLAINED[place], atol=0.002)
    # The steps are all there is: nothing is left unexplained.
    assert our_kwh / their_kwh == pytest.approx(float(np.prod(ours / theirs)), rel=1e-9)
    assert our_kwh == pytest.approx(their_kwh, rel=0.05)


@needs_pysam
@needs_shared_data
@pytest.mark.parametrize("place", EXPLAINED)
def test_pvwatts_8_is_rebuilt_from_its_module_its_temperature_and_its_spectrum(request, place):
    """What makes the cells' step differ is known: with its parts our single diode gives its DC energy."""
    data, meta = request.getfixturevalue(place)
    found = pvwatts_v8(plant(place=place_of(meta)), data)
    middle = data.index + pd.Timedelta(minutes=30)
    zenith = np.clip(sun_over(place_of(meta), sun_series(middle))[0], 0, 86)
    air_mass = 1 / (np.cos(np.radians(zenith)) + 0.5057 * (96.080 - zenith) ** -1.634)
    air_mass *= np.exp(-0.0001184 * meta.altitude_m)
    # King's polynomial for crystalline silicon, as De Soto et al. (2006) give it.
    spectrum = np.polyval([-0.000126, 0.002816, -0.024459, 0.086257, 0.918093], air_mass)
    power, _ = dc_power(
        found["tpoa"] * spectrum, found["tcell"], np.float64(1000.0), Physics(module=PVWATTS_MODULE)
    )
    assert power.sum() * 0.86 == pytest.approx(found["dc"].sum(), rel=2e-3)
