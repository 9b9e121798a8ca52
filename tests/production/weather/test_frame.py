"""The frame every source gives, and frames nothing is computed from."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production import weather
from production.weather import frame
from tests.production.weather import AMSTERDAM, HOUR, UCCLE, needs_shared_data


def test_the_fingerprint_is_of_the_numbers(loos):
    data, meta = loos
    changed = data.copy()
    changed.iloc[4000, 0] += 1e-4
    assert weather.fingerprint(data) == meta.sha256
    assert weather.fingerprint(changed) != meta.sha256
    assert len(meta.sha256) == 64


def test_the_fingerprint_forgets_how_pandas_keeps_time(loos):
    data, meta = loos
    coarse = data.set_axis(pd.DatetimeIndex(data.index).as_unit("s"))
    assert weather.fingerprint(coarse) == meta.sha256


def with_fault(data, column, value):
    changed = data.copy()
    changed.iloc[100, changed.columns.get_loc(column)] = value
    return changed


FAULTS = {
    "NaN irradiance": (
        weather.MissingValues,
        lambda w: with_fault(w, "ghi", np.nan),
        "ghi is not a number at 20",
    ),
    "no wind": (weather.MissingColumn, lambda w: w.drop(columns="wind_speed"), "wind_speed"),
    "naive times": (weather.WrongTimeZone, lambda w: w.tz_localize(None), "no time zone"),
    "local times": (weather.WrongTimeZone, lambda w: w.tz_convert("Europe/Paris"), "Europe/Paris"),
    "a missing hour": (weather.MissingHours, lambda w: w.drop(w.index[50]), "not 1:00:00 later"),
    "nothing": (weather.MissingHours, lambda w: w.iloc[:0], "empty"),
    "kW given for W": (weather.ImplausibleWeather, lambda w: w.assign(ghi=w["ghi"] / 1000), "kW"),
    "joules given for W": (weather.ImplausibleWeather, lambda w: w.assign(ghi=w["ghi"] * 3600), "W/m²"),
    "negative light": (weather.ImplausibleWeather, lambda w: with_fault(w, "dhi", -50.0), "dhi"),
    "kelvins": (weather.ImplausibleWeather, lambda w: w.assign(temp_air=w["temp_air"] + 273.15), "°C"),
    "negative wind": (weather.ImplausibleWeather, lambda w: with_fault(w, "wind_speed", -1.0), "wind_speed"),
    "wind not measured": (weather.ImplausibleWeather, lambda w: with_fault(w, "wind_speed", 999.0), "999"),
    "Fahrenheit": (
        weather.ImplausibleWeather,
        lambda w: w.assign(temp_air=w["temp_air"] * 9 / 5 + 32),
        "°C",
    ),
    "albedo in percent": (weather.ImplausibleWeather, lambda w: w.assign(albedo=20.0), "albedo"),
    "a plane in kW": (
        weather.ImplausibleWeather,
        lambda w: w.assign(poa_global_east=w["ghi"] * 1000),
        "poa_global_east",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_weather_is_refused_by_name(loos, fault):
    error, change, match = FAULTS[fault]
    with pytest.raises(error, match=match):
        weather.check_weather(change(loos[0]), HOUR)


def test_a_step_that_is_not_the_series_own_is_refused(loos):
    with pytest.raises(weather.MissingHours, match="not 0:10:00 later"):
        weather.check_weather(loos[0], timedelta(minutes=10))


def test_a_typical_year_s_light_is_balanced_at_noon(loos):
    assert abs(weather.light_from_noon_h(loos[0], HOUR, 2.795)) < 0.05


@pytest.mark.parametrize("hours", [-2, -1, 1, 2, 12])
def test_an_hour_s_slip_of_the_clock_is_seen(loos, hours):
    slipped = loos[0].set_axis(loos[0].index + hours * HOUR)
    with pytest.raises(weather.SunOutOfPlace, match=r"longitude 2\.795"):
        weather.check_sun(slipped, HOUR, 2.795)


@needs_shared_data
def test_the_real_files_pass_the_sun_s_check_within_half_an_hour_or_so():
    away = {
        path.name[:3]: weather.light_from_noon_h(data, HOUR, meta.longitude)
        for path in (UCCLE, AMSTERDAM)
        for data, meta in [weather.read_epw(path)]
    }
    assert away["NLD"] == pytest.approx(0.07, abs=0.02)
    assert away["BEL"] == pytest.approx(-0.55, abs=0.02)
    assert max(map(abs, away.values())) < frame.MAX_LIGHT_FROM_NOON_H


def test_a_week_is_too_short_to_judge_its_sun_by(loos):
    cloudy_mornings = loos[0].iloc[:168].assign(ghi=lambda w: np.where(w.index.hour < 12, 0.0, w["ghi"]))
    weather.check_sun(cloudy_mornings, HOUR, 2.795)


def test_a_plane_that_looks_east_has_its_light_in_the_morning(loos):
    east = pd.DataFrame({"poa_global": np.where(loos[0].index.hour < 12, loos[0]["ghi"], 0.0)}, loos[0].index)
    weather.check_sun(east, HOUR, 2.795)


@pytest.mark.parametrize(("zone", "longitude"), [(8.0, 4.4), (-1.0, 55.5), (float("nan"), 4.4)])
def test_a_zone_far_from_its_longitude_is_refused(zone, longitude):
    with pytest.raises(weather.WrongTimeZone, match=r"file\.epw: time zone"):
        frame.check_zone(zone, longitude, "file.epw")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50),
    st.sampled_from([60, 600, 3600]),
)
def test_frozen_numbers_come_back_to_the_bit(values, step_s):
    index = pd.date_range("2025-03-30", periods=len(values), freq=f"{step_s}s", tz="UTC", name="start")
    data = pd.DataFrame({"ghi": values, "temp_air": values[::-1]}, index=index)
    again = weather.thaw(weather.freeze(data), weather.fingerprint(data))
    assert weather.fingerprint(again) == weather.fingerprint(data)
    assert (again["ghi"].to_numpy() == data["ghi"].to_numpy()).all()
    assert weather.freeze(again) == weather.freeze(data)


def test_a_changed_frozen_weather_is_refused(loos):
    data, meta = loos
    other = data.copy()
    other.iloc[0, 3] += 1e-9
    with pytest.raises(weather.AlteredWeather, match="not those"):
        weather.thaw(weather.freeze(other), meta.sha256)


@pytest.mark.parametrize(
    "junk", [b"", b"x", b"\x1f\x8b\x00", b"{}\n", b'{"format": "other"}\n', b"\xff" * 99]
)
def test_bytes_that_are_no_frozen_weather_are_refused(junk):
    with pytest.raises(weather.WeatherError):
        weather.thaw(junk, "0" * 64)


def test_a_cut_frozen_weather_is_refused(loos):
    with pytest.raises(weather.UnreadableFile, match="cut short"):
        weather.thaw(weather.freeze(loos[0])[:-20], loos[1].sha256)
