"""PVGIS: the sun stands where the satellite saw it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from production import climate, weather
from tests.production.weather import (
    HOUR,
    LENS,
    NOW,
    PVGIS,
    as_json,
    needs_shared_data,
    pvgis_hourly_answer,
    pvgis_tmy_answer,
    unpacked,
)
from tests.production.weather.conftest import says


@pytest.fixture(scope="module")
def hourly():
    return weather.read_pvgis_hourly(as_json(pvgis_hourly_answer()), retrieved_at=NOW)


@needs_shared_data
def test_the_typical_year_keeps_pvgis_own_sums():
    data, meta = weather.read_pvgis_tmy(PVGIS, retrieved_at=NOW)
    rows = unpacked(PVGIS).partition("time(UTC)")[2].split("\n")[1:8761]
    told = sum(float(row.split(",")[3]) for row in rows)
    assert (len(data), data["ghi"].sum()) == (8760, pytest.approx(told))
    assert (meta.latitude, meta.longitude, meta.altitude_m) == (45.0, 8.0, 250.0)
    assert (meta.kind, meta.method, meta.retrieved_at) == ("typical", "pvgis-tmy", NOW)


@needs_shared_data
def test_the_middle_of_each_hour_is_the_instant_the_file_says():
    data, meta = weather.read_pvgis_tmy(PVGIS)
    first_middle = data.index[0] + HOUR / 2
    assert first_middle == pd.Timestamp("2025-01-01 00:10:34", tz="UTC")  # 0.1761 h
    assert abs(weather.light_from_noon_h(data, HOUR, meta.longitude)) < 0.06
    unshifted = data.set_axis(data.index + timedelta(minutes=30) - pd.Timedelta(hours=0.1761))
    assert weather.light_from_noon_h(unshifted, HOUR, meta.longitude) > 0.3


@needs_shared_data
def test_json_and_csv_of_one_year_are_the_same_weather():
    answer = pvgis_tmy_answer(unpacked(PVGIS))
    from_json, meta = weather.read_pvgis_tmy(as_json(answer))
    from_csv, other = weather.read_pvgis_tmy(unpacked(PVGIS).encode(), filename="tmy.csv")
    pd.testing.assert_frame_equal(from_json, from_csv)
    assert meta.sha256 == other.sha256
    assert meta.name == "pvgis-tmy from PVGIS-SARAH3"


@needs_shared_data
def test_a_file_that_tells_no_offset_is_remarked_unless_one_is_given():
    untold = (
        unpacked(PVGIS)
        .replace("Irradiance Time Offset (h): 0.1761\n", "")
        .replace("Irradiance Time Offset (h): 0.1761\r\n", "")
    )
    assumed, meta = weather.read_pvgis_tmy(untold.encode())
    given, other = weather.read_pvgis_tmy(untold.encode(), offset_h=0.1761)
    assert [remark.code for remark in meta.remarks] == ["sun-offset-assumed"]
    assert assumed.index[0] == pd.Timestamp("2024-12-31 23:30", tz="UTC")
    assert not other.remarks
    assert given.index[0] == weather.read_pvgis_tmy(PVGIS)[0].index[0]


@needs_shared_data
def test_faults_of_a_typical_year_name_their_line():
    rows = unpacked(PVGIS).replace("\r\n", "\n").split("\n")
    title = next(i for i, row in enumerate(rows) if row.startswith("time(UTC)"))
    torn = [*rows]
    torn[title + 5] = torn[title + 5].replace(",", ",?", 1)
    with pytest.raises(weather.UnreadableFile) as caught:
        weather.read_pvgis_tmy("\n".join(torn).encode())
    assert caught.value.line == title + 6
    with pytest.raises(weather.WrongYearLength, match="8759 hours"):
        weather.read_pvgis_tmy("\n".join(rows[: title + 3] + rows[title + 4 :]).encode())
    swapped = [*rows]
    swapped[title + 3], swapped[title + 4] = swapped[title + 4], swapped[title + 3]
    with pytest.raises(weather.MissingHours, match="is due"):
        weather.read_pvgis_tmy("\n".join(swapped).encode())


@needs_shared_data
def test_times_that_are_no_text_are_refused():
    for odd in (None, 1.5, [], 10**30):
        answer = pvgis_tmy_answer(unpacked(PVGIS))
        answer["outputs"]["tmy_hourly"][1]["time(UTC)"] = odd
        with pytest.raises(weather.UnreadableFile, match="without a time"):
            weather.read_pvgis_tmy(as_json(answer))


@needs_shared_data
def test_a_null_or_a_short_answer_is_refused():
    answer = pvgis_tmy_answer(unpacked(PVGIS))
    answer["outputs"]["tmy_hourly"][4000]["G(h)"] = None
    with pytest.raises(weather.MissingValues, match="ghi"):
        weather.read_pvgis_tmy(as_json(answer))
    del answer["outputs"]["tmy_hourly"][4000]
    with pytest.raises(weather.WrongYearLength, match="8759"):
        weather.read_pvgis_tmy(as_json(answer))
    del answer["outputs"]["tmy_hourly"]
    with pytest.raises(weather.UnreadableFile, match="tmy_hourly"):
        weather.read_pvgis_tmy(as_json(answer))


@needs_shared_data
def test_a_typical_year_is_fetched_without_terrain_unless_asked(service, fetch):
    service.gives(says(as_json(pvgis_tmy_answer(unpacked(PVGIS)))))
    _, meta = weather.get_pvgis_tmy(45.01, 8.0, fetch=fetch, url=service.url, retrieved_at=NOW)
    asked = parse_qs(urlsplit(service.paths[0]).query)
    assert asked == {"lat": ["45.01000"], "lon": ["8.00000"], "outputformat": ["json"], "usehorizon": ["0"]}
    assert meta.plant_distance_km == pytest.approx(1.11, abs=0.01)


def test_hours_lie_around_the_satellite_s_instants(hourly):
    data, meta = hourly
    assert data.index[0] == pd.Timestamp("2019-12-31 23:40", tz="UTC")
    assert len(data) == 8784  # 2020 was a leap year, and it was real
    assert abs(weather.light_from_noon_h(data, HOUR, meta.longitude)) < 0.02
    assert (meta.kind, meta.start) == ("past", data.index[0])
    assert [remark.code for remark in meta.remarks] == ["horizon-included"]


def test_beam_and_sky_make_the_global_and_no_beam_passes_the_sun(hourly):
    data, _ = hourly
    answer = pvgis_hourly_answer()["outputs"]["hourly"]
    told = np.array([row["Gb(i)"] + row["Gd(i)"] for row in answer])
    assert data["ghi"].to_numpy() == pytest.approx(told, abs=1e-9)
    assert data["dni"].max() < 1420
    noon = data[data["ghi"] > 300]
    assert noon["dni"].to_numpy() == pytest.approx(700.0, abs=3.0)
    assert data["dhi"].min() >= 0


def test_without_components_the_engine_is_left_to_split():
    answer = pvgis_hourly_answer()
    for row in answer["outputs"]["hourly"]:
        row["G(i)"] = row.pop("Gb(i)") + row.pop("Gd(i)") + row.pop("Gr(i)")
    data, _ = weather.read_pvgis_hourly(as_json(answer))
    assert list(data.columns) == ["ghi", "temp_air", "wind_speed"]


def test_the_csv_of_the_same_hours_is_the_same_weather(hourly):
    answer = pvgis_hourly_answer()
    names = ["time", "Gb(i)", "Gd(i)", "Gr(i)", "H_sun", "T2m", "WS10m", "Int"]
    rows = [",".join(str(row[name]) for name in names) for row in answer["outputs"]["hourly"]]
    head = [
        f"Latitude (decimal degrees):\t{LENS[0]}",
        f"Longitude (decimal degrees):\t{LENS[1]}",
        "Elevation (m):\t40",
        "Radiation database:\tPVGIS-SARAH3",
        "",
        "",
        "Slope: 0 deg.",
        "Azimuth: 0 deg.",
        "",
        ",".join(names),
    ]
    text = "\r\n".join([*head, *rows, "", "Gb(i): Beam (direct) irradiance (W/m2)"])
    data, meta = weather.read_pvgis_hourly(text.encode())
    pd.testing.assert_frame_equal(data, hourly[0])
    assert meta.source == "PVGIS, JRC (PVGIS-SARAH3)"


@pytest.mark.parametrize("slope", [35, "-", None])
def test_a_tilted_plane_is_refused(slope):
    with pytest.raises(weather.WrongPlane, match="slope of 0"):
        weather.read_pvgis_hourly(as_json(pvgis_hourly_answer(slope=slope)))


def test_a_missing_hour_is_refused():
    answer = pvgis_hourly_answer()
    del answer["outputs"]["hourly"][100]
    with pytest.raises(weather.MissingHours, match=r"2020-01-05 02:40:00.* 2020-01-05 04:40"):
        weather.read_pvgis_hourly(as_json(answer))


def test_hours_that_were_are_fetched_by_whole_years(service, fetch):
    service.gives(says(as_json(pvgis_hourly_answer())))
    data, _ = weather.get_pvgis_hourly(*LENS, 2020, 2020, fetch=fetch, url=service.url)
    asked = parse_qs(urlsplit(service.paths[0]).query)
    assert (asked["startyear"], asked["angle"], asked["components"]) == (["2020"], ["0"], ["1"])
    assert len(data) == 8784
    for years in ((2020, 2019), (1990, 2020)):
        with pytest.raises(weather.MissingHours, match="years are fetched"):
            weather.get_pvgis_hourly(*LENS, *years, fetch=fetch, url=service.url)


def test_a_place_at_sea_is_refused_in_pvgis_words(service, fetch):
    service.gives(says(b'{"message": "Location over the sea. Please, select another location"}', 400))
    with pytest.raises(weather.SourceRefused, match="over the sea"):
        weather.get_pvgis_tmy(45.0, -8.0, fetch=fetch, url=service.url)


def test_latitude_95_asks_nobody(service, fetch):
    with pytest.raises(climate.InvalidCoordinates):
        weather.get_pvgis_tmy(95.0, 2.8, fetch=fetch, url=service.url)
    assert not service.paths


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"<html>maintenance</html>", "neither the JSON nor the CSV"),
        (b'{"inputs": {', "line 1: not JSON, or cut short"),
        (b'{"inputs": {}, "outputs": {"hourly": []}, "meta": {}}', "rows without a time"),
        (b'{"inputs": {}, "meta": {}}', "not the PVGIS"),
        (b'{"a": NaN}', "not the JSON"),
    ],
)
def test_an_answer_that_is_no_pvgis_is_refused(content, match):
    with pytest.raises(weather.UnreadableFile, match=match):
        weather.read_pvgis_hourly(content, filename="a.json")
