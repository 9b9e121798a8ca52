"""Values that speak against themselves: stuck, straight, by night, impossible, zero by day."""

import numpy as np
import pytest

from tests.production.quality.roofs import LAST, ROOF, at, between, said_of, site, sound, troubled, verdicts


def test_a_sound_roof_raises_nothing_in_two_months():
    assert troubled(verdicts(sound())) == []


@pytest.mark.parametrize("step_s", [60, 300, 900, 1800, 3600])
def test_a_sound_roof_raises_nothing_at_any_step(step_s: int):
    assert troubled(verdicts(sound(step_s=step_s))) == []


@pytest.mark.parametrize("peak_power_w", [3_000.0, 9_000.0, 400_000.0])
def test_whole_watt_hours_of_a_small_roof_are_no_fault(peak_power_w: float):
    roof = site(peak_power_w=peak_power_w)
    assert troubled(verdicts(sound(roof, step_s=300), roof)) == []


def test_the_same_value_for_three_hours_is_stuck():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 11), at("2025-06-05", 14)), "energy_wh"] = 3_000.0
    found = verdicts(readings)
    assert troubled(found) == ["2025-06-05"]
    assert said_of("2025-06-05", found) == ("doubtful", ["stuck"])
    stuck = next(one for one in found if one.findings).findings[0]
    assert (stuck.first, stuck.last, stuck.value) == (at("2025-06-05", 11), at("2025-06-05", 14), 18_000.0)


def test_the_inverters_limit_all_noon_long_is_not_stuck():
    readings = sound()
    most = ROOF.plant.inverter_power_w / 6
    readings.loc[between(readings, at("2025-06-05", 10), at("2025-06-05", 15)), "energy_wh"] = most
    assert troubled(verdicts(readings)) == []


def test_a_gap_filled_by_a_straight_line_is_seen():
    readings = sound()
    filled = between(readings, at("2025-06-05", 9), at("2025-06-05", 13))
    readings.loc[filled, "energy_wh"] = np.linspace(2_000, 5_000, int(filled.sum())).round()
    assert said_of("2025-06-05", verdicts(readings)) == ("doubtful", ["straight"])


def test_energy_at_midnight_is_seen():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 0), at("2025-06-05", 1)), "energy_wh"] = 500.0
    found = verdicts(readings)
    assert said_of("2025-06-05", found) == ("doubtful", ["night"])
    assert next(one for one in found if one.findings).findings[0].value == 3_000


def test_a_watt_of_the_meters_own_at_night_is_nothing():
    readings = sound()
    readings.loc[readings["energy_wh"] == 0, "energy_wh"] = 2.0
    assert troubled(verdicts(readings)) == []


def test_more_than_panels_and_inverters_can_is_impossible():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 12), at("2025-06-05", 12.1)), "energy_wh"] = 12_000.0
    found = verdicts(readings)
    assert said_of("2025-06-05", found) == ("doubtful", ["too_much"])
    assert next(one for one in found if one.findings).findings[0].value == 72_000


def test_zeros_through_the_noon_of_one_day_are_an_outage():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 10), at("2025-06-05", 13)), "energy_wh"] = 0.0
    assert said_of("2025-06-05", verdicts(readings)) == ("outage", ["stopped"])


def test_a_short_cut_of_the_grid_is_no_outage():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 12), at("2025-06-05", 13)), "energy_wh"] = 0.0
    assert troubled(verdicts(readings)) == []


def test_zeros_everywhere_are_no_outage_of_this_roof():
    readings = sound()
    readings.loc[between(readings, at("2025-06-05", 0), at("2025-06-06", 0)), "energy_wh"] = 0.0
    day = {at("2025-06-05", 0).date(): 0.01}
    assert said_of("2025-06-05", verdicts(readings, town=day)) == ("good", ["all_dark"])


def test_a_whole_day_in_one_reading_is_judged_by_its_sum_alone():
    readings = sound(step_s=600).set_index("start")["energy_wh"]
    days = readings.tz_convert("Europe/Paris").resample("D").sum()
    daily = days.tz_convert("UTC").rename_axis("start").reset_index()
    daily = daily.assign(length_s=86_400, source=1)
    assert troubled(verdicts(daily)) == []
    daily.loc[10, "energy_wh"] = 900_000.0
    daily.loc[20, "energy_wh"] = 0.0
    assert troubled(verdicts(daily)) == ["2025-05-11", "2025-05-21"]


def test_one_reading_alone_is_judged():
    assert len(verdicts(sound().iloc[[70]])) == (LAST - at("2025-05-01", 0).date()).days + 1
