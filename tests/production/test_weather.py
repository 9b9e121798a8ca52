"""Weather with its origin, and weather nothing is computed from."""

import gzip
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from production import climate, weather

SHARED_WEATHER = Path(__file__).parents[2].parent / "shared" / "data" / "weather"
UCCLE = SHARED_WEATHER / "BEL_VLG_Uccle.064470_TMYx.2007-2021.epw.gz"
HOUR = timedelta(hours=1)
needs_shared_data = pytest.mark.skipif(
    not SHARED_WEATHER.exists() and os.environ.get("CI") != "true", reason="../shared/data is absent"
)


@pytest.fixture(scope="module")
def loos():
    return weather.get_typical_year(50.456, 2.795, 55.0)


def test_the_typical_year_passes_its_own_check(loos):
    data, _ = loos
    weather.check_weather(data, HOUR)
    assert tuple(data.columns) == weather.COLUMNS


def test_the_typical_year_names_its_stations_source_and_licence(loos):
    _, meta = loos
    assert "Uccle 66%" in meta.name
    assert [part.station for part in meta.stations] == ["Uccle", "Trappes", "Nancy"]
    assert "EN ISO 15927-4" in meta.source
    assert "BSD" in meta.licence


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


def test_latitude_95_is_refused():
    with pytest.raises(climate.InvalidCoordinates, match="latitude 95"):
        weather.get_typical_year(95.0, 2.8, 0.0)


@needs_shared_data
def test_the_uccle_epw_reads_as_its_publisher_says():
    data, meta = weather.read_epw(UCCLE)
    assert len(data) == 8760
    assert data["ghi"].sum() / 1000 == pytest.approx(1113.5, abs=0.1)
    assert data["temp_air"].mean() == pytest.approx(11.09, abs=0.005)
    assert (meta.latitude, meta.longitude, meta.altitude_m) == (50.7969, 4.3581, 101.0)


@needs_shared_data
def test_an_epw_s_first_hour_starts_at_midnight_of_its_zone():
    data, _ = weather.read_epw(UCCLE)
    assert data.index[0] == pd.Timestamp("2024-12-31 23:00", tz="UTC")


@needs_shared_data
def test_an_epw_in_the_wrong_time_zone_is_refused(tmp_path):
    text = gzip.decompress(UCCLE.read_bytes()).decode()
    wrong = tmp_path / "wrong.epw"
    wrong.write_text(text.replace(",4.35810,1.0,", ",4.35810,8.0,", 1))
    with pytest.raises(weather.WrongTimeZone, match=r"wrong.epw: time zone \+8"):
        weather.read_epw(wrong)


@needs_shared_data
def test_an_epw_with_a_missing_day_is_refused(tmp_path):
    lines = gzip.decompress(UCCLE.read_bytes()).decode().splitlines(keepends=True)
    short = tmp_path / "short.epw"
    short.write_text("".join(lines[:1000] + lines[1024:]))
    with pytest.raises(weather.MissingHours, match="8736 hours"):
        weather.read_epw(short)


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
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_weather_is_refused_by_name(loos, fault):
    error, change, match = FAULTS[fault]
    with pytest.raises(error, match=match):
        weather.check_weather(change(loos[0]), HOUR)


def test_a_step_that_is_not_the_series_own_is_refused(loos):
    with pytest.raises(weather.MissingHours, match="not 0:10:00 later"):
        weather.check_weather(loos[0], timedelta(minutes=10))
