"""The sky read from the neighbours' meters."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from production.fleet import PvArray, PvPlant, build_fleet, expected_energy_wh
from production.neighbours import (
    CLEAR,
    LEVELS,
    NeighboursRefused,
    day_sums,
    infer_expected_wh,
    output_by_level,
)
from production.neighbours.levels import clear_sky_ghi

HOUR = dt.timedelta(hours=1)
DAYS = 4
STARTS = pd.date_range("2026-05-04", periods=24 * DAYS, freq="h", tz="UTC")
AZIMUTHS = (95.0, 140.0, 180.0, 200.0, 265.0)


def fleet():
    return build_fleet(
        [PvPlant(50.45, 2.8, 50.0, 9_000.0, (PvArray(25.0, azimuth, 9_000),)) for azimuth in AZIMUTHS]
    )


def scale(warmth=15.0):
    flat = np.full(len(STARTS), 1.0)
    return output_by_level(fleet(), STARTS, HOUR, warmth * flat, 2.0 * flat)


def meters(clearness, warmth=15.0):
    clear = clear_sky_ghi(fleet(), STARTS, HOUR)
    weather = {"ghi": clear * clearness, "temp_air": warmth, "wind_speed": 2.0}
    return expected_energy_wh(fleet(), pd.DataFrame(weather, index=STARTS), HOUR).to_numpy().copy()


def compared(metered, expected):
    return day_sums(metered, expected, scale()[CLEAR], np.repeat(np.arange(DAYS), 24))


def changing_sky():
    return np.random.default_rng(4).uniform(0.1, 1.0, len(STARTS))


def test_roofs_that_look_elsewhere_tell_each_other_s_day():
    metered = meters(changing_sky())
    days = compared(metered, infer_expected_wh(metered, scale(), LEVELS))
    assert days.expected_wh == pytest.approx(days.metered_wh, rel=0.03)
    # At dawn and dusk too few roofs see the sun to tell anything.
    assert days.coverage.min() > 0.9


def test_a_warmer_day_than_usual_changes_no_roof_against_another():
    metered = meters(changing_sky(), warmth=30.0)
    days = compared(metered, infer_expected_wh(metered, scale(), LEVELS))
    ratio = days.metered_wh.sum(axis=0) / days.expected_wh.sum(axis=0)
    assert ratio / np.median(ratio) == pytest.approx(np.ones(len(AZIMUTHS)), abs=0.02)


def test_a_faulty_roof_does_not_change_what_is_expected_of_it():
    metered, faulty = meters(changing_sky()), meters(changing_sky())
    faulty[:, 2] *= 0.5
    whole, other = (infer_expected_wh(m, scale(), LEVELS) for m in (metered, faulty))
    assert np.array_equal(whole[:, 2], other[:, 2], equal_nan=True)


def test_with_two_others_nothing_is_expected_by_day():
    metered = meters(changing_sky())
    metered[:, 3:] = np.nan
    found = infer_expected_wh(metered, scale(), LEVELS)
    noon = np.arange(12, len(STARTS), 24)
    assert np.isnan(found[noon, :3]).all()
    assert (found[scale()[-1] == 0] == 0).all()


def test_the_clear_level_is_the_clear_sky():
    assert scale()[CLEAR] == pytest.approx(meters(1.0))


@pytest.mark.parametrize(
    ("metered", "by_level", "levels", "field"),
    [
        (np.ones((2, 3)), np.ones((2, 2, 4)), np.array([0.5, 1.0]), "by_level_wh"),
        (np.ones((2, 3)), np.ones((2, 2, 3)), np.array([1.0, 0.5]), "levels"),
        (np.ones((2, 3)), np.ones((2, 2, 3)), np.array([0.0, 0.5]), "levels"),
        (np.ones((2, 3)), np.full((2, 2, 3), np.nan), np.array([0.5, 1.0]), "by_level_wh"),
        (-np.ones((2, 3)), np.ones((2, 2, 3)), np.array([0.5, 1.0]), "metered_wh"),
        (np.full((2, 3), np.inf), np.ones((2, 2, 3)), np.array([0.5, 1.0]), "metered_wh"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(metered, by_level, levels, field):
    with pytest.raises(NeighboursRefused) as caught:
        infer_expected_wh(metered, by_level, levels)
    assert caught.value.field == field
