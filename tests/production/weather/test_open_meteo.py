"""Open-Meteo: light of the hour before the time written, nulls at the end, and answers gone wrong."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from production import climate, weather
from tests.production.weather import HOUR, LENS, NOW, as_json, open_meteo_answer
from tests.production.weather.conftest import says

JUNE = date(2025, 6, 1)


def archive(service, fetch, first=JUNE, last=date(2025, 6, 30), **options):
    return weather.get_open_meteo_archive(*LENS, first, last, fetch=fetch, url=service.url, **options)


def test_whole_days_come_back_as_utc_starts(service, fetch):
    service.gives(says(as_json(open_meteo_answer(JUNE, 31))))
    data, meta = archive(service, fetch, altitude_m=40.0, retrieved_at=NOW)
    assert (len(data), data.index[0], data.index[-1]) == (
        720,
        pd.Timestamp("2025-06-01 00:00", tz="UTC"),
        pd.Timestamp("2025-06-30 23:00", tz="UTC"),
    )
    assert (meta.kind, meta.licence, meta.retrieved_at) == ("past", "CC BY 4.0, Open-Meteo.com", NOW)
    assert meta.code == "open-meteo-archive 50.45 2.82 38 m 2025-06-01T00:00Z/2025-07-01T00:00Z"
    assert meta.plant_distance_km == pytest.approx(2.3, abs=0.1)
    assert not meta.remarks
    asked = parse_qs(urlsplit(service.paths[0]).query)
    assert (asked["start_date"], asked["end_date"]) == (["2025-06-01"], ["2025-07-01"])
    assert (asked["wind_speed_unit"], asked["timeformat"], asked["elevation"]) == (
        ["ms"],
        ["unixtime"],
        ["40"],
    )
    assert "apikey" not in asked


def test_the_sun_stands_at_mid_hour(service, fetch):
    service.gives(says(as_json(open_meteo_answer(JUNE, 31))))
    data, meta = archive(service, fetch)
    assert abs(weather.light_from_noon_h(data, HOUR, meta.longitude)) < 0.02


def test_the_air_of_an_hour_is_the_mean_of_its_ends(service, fetch):
    service.gives(says(as_json(open_meteo_answer(JUNE, 2))))
    data, _ = archive(service, fetch, last=JUNE)
    assert data["temp_air"].iloc[[0, 5, 22]].tolist() == [10.5, 15.5, 32.5]


def test_the_days_that_are_not_there_yet_are_left_out_and_counted(service, fetch):
    answer = open_meteo_answer(JUNE, 31)
    for values in answer["hourly"].values():
        values[600:] = [None] * len(values[600:]) if values is not answer["hourly"]["time"] else values[600:]
    service.gives(says(as_json(answer)))
    data, meta = archive(service, fetch)
    assert (len(data), meta.end) == (599, data.index[-1] + HOUR)
    assert [(remark.code, remark.number) for remark in meta.remarks] == [("last-hours-not-there", 121)]


def test_a_forecast_is_cut_at_its_days(service, fetch):
    service.gives(says(as_json(open_meteo_answer(date(2026, 11, 20), 8))))
    data, meta = weather.get_open_meteo_forecast(*LENS, fetch=fetch, url=service.url, api_key="k1")
    assert (len(data), meta.kind, meta.method) == (168, "forecast", "open-meteo-forecast")
    asked = parse_qs(urlsplit(service.paths[0]).query)
    assert (asked["forecast_days"], asked["apikey"]) == (["8"], ["k1"])
    assert "k1" not in str(meta)


@pytest.mark.parametrize("days", [0, 16, -1])
def test_days_that_no_model_forecasts_are_refused(service, fetch, days):
    with pytest.raises(weather.MissingHours, match="1 to 15"):
        weather.get_open_meteo_forecast(*LENS, days, fetch=fetch, url=service.url)
    assert not service.paths


def changed(change):
    answer = open_meteo_answer(JUNE, 31)
    change(answer)
    return as_json(answer)


def null_inside(answer):
    answer["hourly"]["temperature_2m"][50] = None


def all_null(answer):
    answer["hourly"]["shortwave_radiation"] = [None] * 744


def hour_gone(answer):
    for values in answer["hourly"].values():
        del values[50]


FAULTS = {
    "a null inside": (null_inside, weather.MissingValues, "2025-06-03 02:00"),
    "all null": (all_null, weather.MissingValues, "no hour"),
    "an hour gone": (hour_gone, weather.MissingHours, "not 1:00:00 later"),
    "no hours": (lambda a: a.pop("hourly"), weather.UnreadableFile, "hourly"),
    "no units": (lambda a: a.pop("hourly_units"), weather.UnreadableFile, "hourly_units"),
    "no wind": (lambda a: a["hourly"].pop("wind_speed_10m"), weather.MissingColumn, "wind_speed_10m"),
    "columns of two lengths": (
        lambda a: a["hourly"]["wind_speed_10m"].pop(),
        weather.UnreadableFile,
        "Open-Meteo",
    ),
    "text for numbers": (
        lambda a: a["hourly"]["wind_speed_10m"].__setitem__(3, "calm"),
        weather.UnreadableFile,
        "else than numbers",
    ),
    "another unit": (
        lambda a: a["hourly_units"].__setitem__("shortwave_radiation", "lx"),
        weather.WrongUnit,
        "ghi in 'lx'",
    ),
    "joules under the name of watts": (
        lambda a: a["hourly"].__setitem__(
            "shortwave_radiation", [3600 * v for v in a["hourly"]["shortwave_radiation"]]
        ),
        weather.ImplausibleWeather,
        "W/m²",
    ),
    "another place": (lambda a: a.update(latitude=48.0), weather.DoesNotCover, "km away"),
    "no place": (lambda a: a.pop("latitude"), weather.UnreadableFile, "latitude"),
    "a place nowhere": (lambda a: a.update(latitude=95.0), weather.UnreadableFile, "latitude"),
    "later days": (
        lambda a: a["hourly"].update(time=[t + 86400 for t in a["hourly"]["time"]]),
        weather.DoesNotCover,
        "does not begin",
    ),
    "hours as local time": (
        lambda a: a["hourly"].update(time=[t + 7200 for t in a["hourly"]["time"]]),
        weather.SunOutOfPlace,
        "minutes after",
    ),
    "times without end": (
        lambda a: a["hourly"]["time"].__setitem__(3, 10**40),
        weather.UnreadableFile,
        "Open-Meteo",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_answer_is_refused_by_name(service, fetch, fault):
    change, error, match = FAULTS[fault]
    service.gives(says(changed(change)))
    with pytest.raises(error, match=match):
        archive(service, fetch)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"<!DOCTYPE html><html>", "web page"),
        (b'{"latitude": 50.4, "hourly": {"time": [1, 2', "cut short"),
        (b"", "empty"),
        (b"[1, 2]", "without names"),
        (b"[" * 100_000, "not the JSON"),
        (b'{"latitude": NaN}', "not the JSON"),
    ],
)
def test_what_is_no_answer_is_refused(service, fetch, content, match):
    service.gives(says(content))
    with pytest.raises(weather.UnreadableFile, match=match):
        archive(service, fetch)


def test_other_known_units_and_written_times_are_converted():
    answer = open_meteo_answer(JUNE, 2)
    plain, _ = weather.read_open_meteo(as_json(answer), kind="past")
    units, hourly = answer["hourly_units"], answer["hourly"]
    units.update(time="iso8601", temperature_2m="°F", wind_speed_10m="km/h")
    answer["utc_offset_seconds"] = 7200
    hourly["time"] = [
        f"{pd.Timestamp(seconds + 7200, unit='s'):%Y-%m-%dT%H:%M}" for seconds in hourly["time"]
    ]
    hourly["temperature_2m"] = [t * 9 / 5 + 32 for t in hourly["temperature_2m"]]
    hourly["wind_speed_10m"] = [v * 3.6 for v in hourly["wind_speed_10m"]]
    other, _ = weather.read_open_meteo(as_json(answer), kind="past")
    assert (other.index == plain.index).all()
    assert np.allclose(other.to_numpy(), plain.to_numpy())


def test_a_refusal_is_quoted_and_a_bad_place_asks_nobody(service, fetch):
    service.gives(says(b'{"error": true, "reason": "Parameter start_date is out of range"}', 400))
    with pytest.raises(weather.SourceRefused, match="out of range"):
        archive(service, fetch)
    with pytest.raises(climate.InvalidCoordinates):
        weather.get_open_meteo_forecast(0.0, 181.0, fetch=fetch, url=service.url)
    with pytest.raises(weather.MissingHours, match="days are fetched"):
        archive(service, fetch, last=date(2025, 5, 1))
    assert len(service.paths) == 1
