"""The yield engine: against pvlib's ModelChain, against published marks, and against bad input."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.fleet_forecast import model_chain_energy_wh
from production import weather
from production.fleet import (
    ArrayWithoutPower,
    EmptyFleet,
    InvalidPlace,
    Losses,
    LossesOutOfRange,
    OrientationOutOfRange,
    Physics,
    PvArray,
    PvPlant,
    build_fleet,
    expected_energy_wh,
)

SHARED_WEATHER = Path(__file__).parents[2].parent / "shared" / "data" / "weather"
needs_shared_data = pytest.mark.skipif(
    not SHARED_WEATHER.exists() and os.environ.get("CI") != "true", reason="../shared/data is absent"
)
HOUR = timedelta(hours=1)
LOOS = (50.456, 2.795, 55.0)
# Eight invented roofs: school and hall roofs of 10° to 35°, as they come, none chosen for its sun.
EIGHT_ROOFS = [(30, 180), (35, 165), (20, 200), (15, 180), (10, 135), (10, 225), (25, 190), (15, 150)]


def plant(tilt=35.0, azimuth=180.0, place=LOOS, peak_power_w=1000.0, inverter_power_w=1000.0, losses=0.14):
    return PvPlant(*place, inverter_power_w, (PvArray(tilt, azimuth, peak_power_w),), losses)


def yearly_kwh(plants, data, physics=None):
    return expected_energy_wh(build_fleet(plants), data, HOUR, physics).sum().to_numpy() / 1000


@pytest.fixture(scope="module")
def loos():
    return weather.get_typical_year(*LOOS)[0]


@pytest.fixture(scope="module")
def uccle():
    return weather.read_epw(SHARED_WEATHER / "BEL_VLG_Uccle.064470_TMYx.2007-2021.epw.gz")


@pytest.mark.parametrize(
    "physics",
    [Physics(), Physics(diffuse_iam=False), Physics(transposition="hay-davies", diffuse_iam=False)],
    ids=["default", "no diffuse modifier", "hay-davies"],
)
@pytest.mark.parametrize(("tilt", "azimuth"), [(35, 180), (10, 90), (0, 180), (60, 315)])
def test_a_year_agrees_with_modelchain_within_a_thousandth(loos, physics, tilt, azimuth):
    ours = expected_energy_wh(build_fleet([plant(tilt, azimuth)]), loos, HOUR, physics)[0]
    theirs = model_chain_energy_wh(plant(tilt, azimuth), loos, HOUR, physics)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-3)
    assert (ours - theirs).abs().max() < 0.01 * theirs.max()


def test_two_arrays_behind_a_small_inverter_agree_with_modelchain(loos):
    arrays = (PvArray(15, 90, 30_000.0), PvArray(15, 270, 20_000.0))
    both = PvPlant(*LOOS, 25_000.0, arrays, 0.1)
    ours = expected_energy_wh(build_fleet([both]), loos, HOUR)[0]
    theirs = model_chain_energy_wh(both, loos, HOUR, Physics())
    assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-3)
    assert ours.max() == pytest.approx(25_000)


@needs_shared_data
def test_uccle_with_the_peers_models_lies_between_the_peers(uccle):
    data, meta = uccle
    one = plant(place=(meta.latitude, meta.longitude, meta.altitude_m))
    peers_models = Physics(transposition="hay-davies", diffuse_iam=False)
    assert 1048.8 < yearly_kwh([one], data, peers_models)[0] < 1058.0


@needs_shared_data
def test_uccle_with_our_models_stays_within_two_percent_of_the_peers(uccle):
    data, meta = uccle
    one = plant(place=(meta.latitude, meta.longitude, meta.altitude_m))
    assert 1048.8 * 0.98 < yearly_kwh([one], data)[0] < 1058.0 * 1.02


@needs_shared_data
def test_the_sun_is_taken_at_mid_hour(uccle):
    data, meta = uccle
    one = plant(place=(meta.latitude, meta.longitude, meta.altitude_m))
    late = data.set_axis(data.index - pd.Timedelta(minutes=30))
    assert 1 - yearly_kwh([one], late)[0] / yearly_kwh([one], data)[0] > 0.01


@pytest.mark.parametrize("tilt", [20, 30, 35, 40])
def test_a_well_tilted_south_roof_at_loos_yields_what_is_published(loos, tilt):
    assert 850 < yearly_kwh([plant(tilt)], loos)[0] < 1100


def test_eight_plausible_roofs_yield_what_the_eight_roofs_do(loos):
    yields = yearly_kwh([plant(tilt, azimuth) for tilt, azimuth in EIGHT_ROOFS], loos)
    assert yields.mean() == pytest.approx(978, rel=0.07)


@needs_shared_data
def test_the_synthesised_year_yields_as_the_real_one(uccle):
    data, meta = uccle
    place = (meta.latitude, meta.longitude, meta.altitude_m)
    synthetic, _ = weather.get_typical_year(*place)
    assert yearly_kwh([plant(place=place)], synthetic) == pytest.approx(
        yearly_kwh([plant(place=place)], data), rel=0.01
    )


def test_one_plant_is_the_fleet_of_one(loos):
    plants = [plant(tilt, azimuth) for tilt, azimuth in EIGHT_ROOFS]
    together = expected_energy_wh(build_fleet(plants), loos, HOUR)
    alone = expected_energy_wh(build_fleet([plants[3]]), loos, HOUR)
    np.testing.assert_allclose(together[3], alone[0], rtol=1e-12)


def test_plants_of_several_places_keep_their_order(loos):
    far = plant(place=(51.0, 2.4, 5.0), tilt=10)
    mixed = expected_energy_wh(build_fleet([plant(), far, plant(20)]), loos, HOUR)
    np.testing.assert_allclose(mixed[1], expected_energy_wh(build_fleet([far]), loos, HOUR)[0])
    np.testing.assert_allclose(
        mixed[2], expected_energy_wh(build_fleet([plant(20)]), loos, HOUR)[0], rtol=1e-12
    )


def test_ten_minute_steps_sum_to_the_hours(loos):
    june = loos["2025-06-01":"2025-06-14"]
    fine = (
        june.resample("10min")
        .ffill()
        .reindex(pd.date_range(june.index[0], periods=len(june) * 6, freq="10min"), method="ffill")
    )
    fleet = build_fleet([plant()])
    hourly = expected_energy_wh(fleet, june, HOUR)[0].sum()
    finer = expected_energy_wh(fleet, fine, timedelta(minutes=10))[0]
    assert len(finer) == 6 * len(june)
    assert finer.sum() == pytest.approx(hourly, rel=0.01)


def test_night_yields_nothing_and_no_hour_passes_the_inverter(loos):
    energy = expected_energy_wh(build_fleet([plant(inverter_power_w=500.0)]), loos, HOUR)[0]
    assert (energy[loos["ghi"] == 0] == 0).all()
    assert energy.max() == pytest.approx(500)
    assert energy.min() == 0


def test_a_fortnight_of_polar_night_yields_nothing(loos):
    dark = loos.iloc[:336].assign(ghi=0.0, dni=0.0, dhi=0.0)
    assert (expected_energy_wh(build_fleet([plant()]), dark, HOUR) == 0).all(axis=None)


def test_missing_beam_and_diffuse_are_decomposed(loos):
    whole = yearly_kwh([plant()], loos)[0]
    global_only = yearly_kwh([plant()], loos.drop(columns=["dni", "dhi"]))[0]
    assert global_only == pytest.approx(whole, rel=0.03)


def test_losses_multiply_to_the_pvwatts_default():
    assert Losses().fraction == pytest.approx(0.1408, abs=5e-5)
    assert replace(Losses(), soiling=1.0).fraction == 1.0


def test_more_losses_mean_less_energy_in_proportion(loos):
    none, some = yearly_kwh([plant(losses=0.0), plant(losses=0.1)], loos)
    assert some / none == pytest.approx(0.9, abs=0.005)


FAULTS = {
    "array without power": (ArrayWithoutPower, plant(peak_power_w=0.0), "array 0: peak power"),
    "unknown power": (ArrayWithoutPower, plant(peak_power_w=float("nan")), "peak power"),
    "inverter without power": (ArrayWithoutPower, plant(inverter_power_w=0.0), "plant 0: inverter power"),
    "plant without array": (ArrayWithoutPower, PvPlant(*LOOS, 1000.0, ()), "plant 0 has no array"),
    "tilt 95": (OrientationOutOfRange, plant(95), "tilt"),
    "azimuth -90": (OrientationOutOfRange, plant(30, -90), "azimuth"),
    "latitude 95": (InvalidPlace, plant(place=(95.0, 2.8, 0.0)), "latitude"),
    "losses in percent": (LossesOutOfRange, plant(losses=14.0), "losses"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_plants_are_refused_by_name(fault):
    error, wrong, match = FAULTS[fault]
    with pytest.raises(error, match=match):
        build_fleet([wrong])


def test_an_empty_fleet_is_refused():
    with pytest.raises(EmptyFleet):
        build_fleet([])


def test_faulty_weather_is_refused_before_any_computation(loos):
    broken = loos.copy()
    broken.iloc[5000, 0] = np.nan
    with pytest.raises(weather.MissingValues, match="ghi"):
        expected_energy_wh(build_fleet([plant()]), broken, HOUR)
