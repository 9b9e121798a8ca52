"""The yield engine: published marks, fleets of one and of many, several weathers, streams."""

import resource
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production import weather
from production.fleet import (
    Losses,
    Physics,
    PvArray,
    PvPlant,
    build_fleet,
    expected_energy_wh,
    stream_energy_wh,
)
from production.fleet.batches import plan
from production.fleet.conversion import LOW_LIGHT, low_light_efficiency
from tests.production.fleet.plants import HOUR, LOOS, needs_shared_data, place_of, plant, yearly_kwh

# Eight invented roofs: school and hall roofs of 10° to 35°, as they come, none chosen for its sun.
EIGHT_ROOFS = [(30, 180), (35, 165), (20, 200), (15, 180), (10, 135), (10, 225), (25, 190), (15, 150)]


@needs_shared_data
def test_uccle_with_our_models_stays_within_two_percent_of_the_peers(uccle):
    data, meta = uccle
    assert 1048.8 * 0.98 < yearly_kwh([plant(place=place_of(meta))], data)[0] < 1058.0 * 1.02


@needs_shared_data
def test_the_sun_is_taken_at_mid_hour(uccle):
    data, meta = uccle
    one = plant(place=place_of(meta))
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
    synthetic, _ = weather.get_typical_year(*place_of(meta))
    one = plant(place=place_of(meta))
    assert yearly_kwh([one], synthetic) == pytest.approx(yearly_kwh([one], data), rel=0.01)


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


ORIENTATIONS = st.tuples(st.floats(0, 90), st.floats(0, 360), st.floats(100, 1e6))
KINDS = [Physics(), Physics(transposition="hay-davies"), Physics(temperature="pvsyst", mounting="insulated")]


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.lists(ORIENTATIONS, min_size=1, max_size=3), st.sampled_from(KINDS), st.integers(0, 1)),
        min_size=1,
        max_size=6,
    )
)
def test_any_fleet_yields_what_its_plants_yield_alone(described):
    data, _ = weather.get_typical_year(*LOOS)
    june = data["2025-06-01":"2025-06-03"]
    weathers = [june, june.assign(ghi=june["ghi"] * 0.8, dhi=june["dhi"] * 0.8)]
    plants = [
        PvPlant(*LOOS, sum(a[2] for a in arrays), tuple(PvArray(*a) for a in arrays), physics=kind, weather=w)
        for arrays, kind, w in described
    ]
    together = expected_energy_wh(build_fleet(plants), weathers, HOUR)
    for number, one in enumerate(plants):
        alone = expected_energy_wh(build_fleet([one]), weathers, HOUR)[0]
        np.testing.assert_allclose(together[number], alone, rtol=1e-9, atol=1e-6)


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


def test_a_leap_year_of_8784_hours_is_computed_whole(loos):
    year = pd.date_range("2024-01-01", periods=8784, freq="h", tz="UTC")
    leap = pd.DataFrame(np.resize(loos.to_numpy(), (8784, 5)), index=year, columns=loos.columns)
    energy = expected_energy_wh(build_fleet([plant()]), leap, HOUR)[0]
    assert len(energy) == 8784
    assert energy["2024-02-29"].sum() > 0


def test_night_yields_nothing_and_no_hour_passes_the_inverter(loos):
    energy = expected_energy_wh(build_fleet([plant(inverter_power_w=500.0)]), loos, HOUR)[0]
    assert (energy[loos["ghi"] == 0] == 0).all()
    assert energy.max() == pytest.approx(500)
    assert energy.min() == 0


def test_a_fortnight_of_polar_night_yields_nothing(loos):
    dark = loos.iloc[:336].assign(ghi=0.0, dni=0.0, dhi=0.0)
    assert (expected_energy_wh(build_fleet([plant()]), dark, HOUR) == 0).all(axis=None)


@pytest.mark.parametrize("missing", [["dni"], ["dhi"], ["dni", "dhi"]])
def test_missing_beam_or_diffuse_is_decomposed(loos, missing):
    whole = yearly_kwh([plant()], loos)[0]
    assert yearly_kwh([plant()], loos.drop(columns=missing))[0] == pytest.approx(whole, rel=0.03)


def test_what_two_of_three_give_is_better_than_what_one_gives(loos):
    whole = yearly_kwh([plant()], loos)[0]
    two, one = (yearly_kwh([plant()], loos.drop(columns=gone))[0] for gone in (["dni"], ["dni", "dhi"]))
    assert abs(two - whole) < abs(one - whole)


def test_a_sensor_in_the_plane_replaces_the_model(loos):
    sensor = loos.assign(poa_global=loos["ghi"] * 1.2)
    steep, flat = (expected_energy_wh(build_fleet([plant(tilt)]), sensor, HOUR)[0].sum() for tilt in (40, 10))
    assert steep == pytest.approx(flat, rel=0.03)  # what differs is reflection
    brighter = expected_energy_wh(build_fleet([plant(40)]), loos.assign(poa_global=loos["ghi"] * 1.32), HOUR)
    assert brighter[0].sum() / steep == pytest.approx(1.1, rel=0.02)


def test_each_named_plane_has_its_sensor(loos):
    arrays = (PvArray(10, 90, 500.0, plane="east"), PvArray(10, 270, 500.0, plane="west"))
    both = PvPlant(*LOOS, 1000.0, arrays)
    sensors = loos.assign(poa_global_east=loos["ghi"], poa_global_west=0.0)
    lit = expected_energy_wh(build_fleet([both]), sensors, HOUR)[0].sum()
    all_lit = expected_energy_wh(build_fleet([both]), loos.assign(poa_global=loos["ghi"]), HOUR)[0].sum()
    assert lit / all_lit == pytest.approx(0.5, abs=0.03)


def test_a_plane_without_its_sensor_is_refused_and_a_weather_without_sensors_is_not(loos):
    one = PvPlant(*LOOS, 1000.0, (PvArray(10, 90, 500.0, plane="east"),))
    with pytest.raises(weather.MissingColumn, match="poa_global_east"):
        expected_energy_wh(build_fleet([one]), loos.assign(poa_global_west=1.0), HOUR)
    assert yearly_kwh([one], loos)[0] > 0


def test_snow_on_the_ground_shines_on_a_steep_plane(loos):
    bare, white = (yearly_kwh([plant(80)], loos.assign(albedo=value))[0] for value in (0.2, 0.7))
    assert white > 1.1 * bare
    assert bare == pytest.approx(yearly_kwh([plant(80)], loos)[0])


@pytest.mark.parametrize("curve", LOW_LIGHT)
def test_the_curve_in_dim_light_is_that_of_pvlib(curve):
    from pvlib import pvarray

    light = np.array([5.0, 50.0, 200.0, 1000.0])
    version = {"huld-2025": "pvgis6", "huld-2011": "pvgis5"}[curve]
    theirs = pvarray.huld(light, 25.0, 1.0, cell_type="csi", k_version=version) / (light / 1000)
    np.testing.assert_allclose(low_light_efficiency(light, curve), np.maximum(theirs, 0), rtol=1e-9)


def test_each_plant_takes_its_own_weather_from_a_list_a_mapping_or_a_function(loos):
    dim = loos.assign(ghi=loos["ghi"] / 2, dni=loos["dni"] / 2, dhi=loos["dhi"] / 2)
    fleet = build_fleet([plant(weather=1), plant(weather=0), plant(weather=1)])
    given = [loos, dim]
    answers = [
        expected_energy_wh(fleet, weathers, HOUR)
        for weathers in (given, dict(enumerate(given)), lambda number: given[number])
    ]
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])
        assert answer[1].sum() > 1.9 * answer[0].sum()
        np.testing.assert_array_equal(answer[0], answer[2])


def test_a_stream_gives_every_plant_once_and_the_same_numbers(loos):
    plants = [plant(tilt, azimuth, weather=n % 2) for n, (tilt, azimuth) in enumerate(EIGHT_ROOFS)]
    fleet, weathers = build_fleet(plants), [loos, loos.assign(temp_air=20.0)]
    whole = expected_energy_wh(fleet, weathers, HOUR)
    blocks = list(stream_energy_wh(fleet, weathers, HOUR, block_plants=3))
    assert sorted(number for block in blocks for number in block.plants) == list(range(8))
    assert max(len(block.plants) for block in blocks) <= 3
    for block in blocks:
        np.testing.assert_allclose(block.energy_wh, whole[list(block.plants)], rtol=1e-12)


def test_a_weather_is_loaded_once_and_when_its_turn_comes(loos):
    asked = []

    def load(number):
        asked.append(number)
        return loos.iloc[:48]

    fleet = build_fleet([plant(weather=n % 3) for n in range(9)])
    stream = stream_energy_wh(fleet, load, HOUR, block_plants=2)
    assert asked == []
    next(stream)
    assert asked == [0]
    assert len(list(stream)) == 5
    assert asked == [0, 1, 2]


MEASURE = """
from tests.production.fleet.test_engine import stream_many
print(stream_many({count}))
"""


def stream_many(count):
    """Stream plants over a year of hours; how many blocks came and the process's highest memory [MB]."""
    data, _ = weather.get_typical_year(*LOOS)
    fleet = build_fleet([plant(weather=n % 40) for n in range(count)])
    total = sum(block.energy_wh.shape[1] for block in stream_energy_wh(fleet, lambda _: data.copy(), HOUR))
    assert total == count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def test_ten_times_the_plants_stream_in_the_same_memory():
    small, large = (
        float(subprocess.check_output([sys.executable, "-c", MEASURE.format(count=n)], text=True))
        for n in (400, 4000)
    )
    # All answers at once would be 280 MB, all weathers 14 MB.
    assert large - small < 30


def test_a_batch_carries_only_the_losses_and_horizons_of_its_own_plants():
    sheets = [
        plant(place=(44.0 + n, 2.0, 0.0), losses=Losses(soiling=n / 100), horizon_deg=(float(n),) * 8)
        for n in range(5)
    ]
    fleet = build_fleet(sheets)
    batches = list(plan(fleet))
    assert (
        [len(one.fleet.losses) for one in batches] == [len(one.fleet.horizons) for one in batches] == [1] * 5
    )
    for batch in batches:
        (number,) = batch.plants.tolist()
        assert batch.fleet.losses == (sheets[number].losses,)
        assert batch.fleet.horizons == (sheets[number].horizon_deg,)
        assert (batch.fleet.kept_by_month() == fleet.kept_by_month()[number]).all()
