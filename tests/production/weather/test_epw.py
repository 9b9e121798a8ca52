"""EPW and TMY3: publishers' own totals, and files that are not what they say."""

import gzip
from pathlib import Path

import pandas as pd
import pvlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production import weather
from production.climate import InvalidCoordinates
from production.fleet import PvArray, PvPlant, build_fleet, expected_energy_wh
from production.weather import files
from tests.production.weather import AMSTERDAM, HOUR, UCCLE, needs_shared_data, unpacked

TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"


@needs_shared_data
def test_the_uccle_epw_reads_as_its_publisher_says():
    data, meta = weather.read_epw(UCCLE)
    assert len(data) == 8760
    assert data["ghi"].sum() / 1000 == pytest.approx(1113.5, abs=0.1)
    assert data["temp_air"].mean() == pytest.approx(11.09, abs=0.005)
    assert (meta.latitude, meta.longitude, meta.altitude_m) == (50.7969, 4.3581, 101.0)
    assert (meta.code, meta.kind) == ("epw 50.7969 4.3581 101 m", "typical")


@needs_shared_data
def test_the_amsterdam_epw_reads_as_its_publisher_says():
    data, meta = weather.read_epw(AMSTERDAM, licence="ASHRAE")
    assert data["ghi"].sum() / 1000 == pytest.approx(982.5, abs=0.1)
    assert (meta.name, meta.licence) == ("AMSTERDAM (IWEC Data)", "ASHRAE")


@needs_shared_data
def test_an_epw_s_first_hour_starts_at_midnight_of_its_zone():
    data, _ = weather.read_epw(UCCLE)
    assert data.index[0] == pd.Timestamp("2024-12-31 23:00", tz="UTC")


@needs_shared_data
def test_bytes_and_path_plain_and_gzip_give_the_same_numbers():
    content = UCCLE.read_bytes()
    metas = [
        weather.read_epw(source, filename="u.epw")[1] for source in (UCCLE, content, gzip.decompress(content))
    ]
    assert len({meta.sha256 for meta in metas}) == 1
    assert [len({meta.file_sha256 for meta in some}) for some in (metas[:2], metas[1:])] == [1, 2]


@needs_shared_data
@pytest.mark.parametrize("zone", ["8.0", "-5.0"])
def test_an_epw_in_the_wrong_time_zone_is_refused(tmp_path, zone):
    wrong = tmp_path / "wrong.epw"
    wrong.write_text(unpacked(UCCLE).replace(",4.35810,1.0,", f",4.35810,{zone},", 1))
    with pytest.raises(weather.WrongTimeZone, match=r"wrong.epw: time zone [+-]"):
        weather.read_epw(wrong)


@needs_shared_data
def test_an_epw_an_hour_off_is_refused_though_its_zone_may_be_the_longitude_s():
    off = unpacked(AMSTERDAM).replace(",4.77,1.0,", ",4.77,2.0,", 1)
    with pytest.raises(weather.SunOutOfPlace, match="minutes before"):
        weather.read_epw(off.encode(), filename="off.epw")


def edited(line: int, change) -> bytes:
    rows = unpacked(UCCLE).split("\n")
    rows[line - 1] = change(rows[line - 1])
    return "\n".join(rows).encode()


def with_field(row: str, at: int, value: str) -> str:
    fields = row.split(",")
    fields[at] = value
    return ",".join(fields)


@needs_shared_data
def test_lines_of_faults_are_named():
    cases = [
        (edited(1000, lambda row: with_field(row, 13, "9999")), weather.MissingValues, 1000, "ghi"),
        (edited(1001, lambda row: with_field(row, 13, "")), weather.MissingValues, 1001, "ghi"),
        (edited(1002, lambda row: with_field(row, 6, "99.9")), weather.MissingValues, 1002, "temp_air"),
        (edited(1003, lambda row: with_field(row, 21, "999")), weather.MissingValues, 1003, "wind_speed"),
        (edited(1004, lambda row: with_field(row, 14, "warm")), weather.MissingValues, 1004, "dni"),
        (edited(1005, lambda row: row[:30]), weather.UnreadableFile, 1005, "6 fields"),
        (edited(1006, lambda row: with_field(row, 3, "4")), weather.MissingHours, 1006, "does not follow"),
    ]
    for content, error, line, match in cases:
        with pytest.raises(error, match=match) as caught:
            weather.read_epw(content, filename="u.epw")
        assert (caught.value.line, caught.value.file) == (line, "u.epw")


@needs_shared_data
@pytest.mark.parametrize(("hours", "match"), [(8736, "8736 hours"), (8784, "8784 hours")])
def test_a_typical_year_has_8760_hours(hours, match):
    rows = unpacked(UCCLE).rstrip("\n").split("\n")
    rows = (rows + rows[-24:])[: 8 + hours]
    with pytest.raises(weather.WrongYearLength, match=match):
        weather.read_epw("\n".join(rows).encode())


@needs_shared_data
def test_kelvins_and_kilowatts_are_refused():
    def scaled(at: int, factor: float, shift: float) -> bytes:
        rows = unpacked(UCCLE).rstrip("\n").split("\n")
        body = [with_field(row, at, f"{float(row.split(',')[at]) * factor + shift:.4f}") for row in rows[8:]]
        return "\n".join(rows[:8] + body).encode()

    with pytest.raises(weather.ImplausibleWeather, match="°C"):
        weather.read_epw(scaled(6, 1.0, 273.15))
    with pytest.raises(weather.ImplausibleWeather, match="°C"):
        weather.read_epw(scaled(6, 1.8, 32.0))
    with pytest.raises(weather.ImplausibleWeather, match="kW"):
        weather.read_epw(scaled(13, 0.001, 0.0))


JUNK = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\n ", "empty"),
    "binary": (bytes(range(256)) * 40, "binary"),
    "another format": (b"date,ghi\n2025-01-01,3\n", "begins with LOCATION"),
    "a zip": (b"PK\x03\x04" + b"0" * 50, "zip archive"),
    "damaged gzip": (b"\x1f\x8b" + b"\x07" * 50, "damaged gzip"),
    "a web page": (b"<!doctype html><html>", "begins with LOCATION"),
}


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_no_epw(kind):
    content, match = JUNK[kind]
    with pytest.raises(weather.UnreadableFile, match=match):
        weather.read_epw(content, filename="junk.epw")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory():
    bomb = gzip.compress(bytes(files.MAX_UNPACKED_BYTES + 1), compresslevel=6)
    assert len(bomb) < 1_000_000
    with pytest.raises(weather.FileTooLarge, match="once unpacked"):
        weather.read_epw(bomb)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    huge = tmp_path / "huge.epw"
    with huge.open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)
    with pytest.raises(weather.FileTooLarge, match=r"huge\.epw"):
        weather.read_epw(huge)


def test_a_tmy3_s_hours_end_at_their_label():
    data, meta = weather.read_tmy3(TMY3, licence="public domain")
    assert len(data) == 8760
    assert data.index[0] == pd.Timestamp("2025-01-01 05:00", tz="UTC")  # midnight of UTC-5
    assert data["ghi"].sum() / 1000 == pytest.approx(1566.2, abs=0.1)
    assert abs(weather.light_from_noon_h(data, HOUR, meta.longitude)) < 0.05
    assert meta.name == "GREENSBORO PIEDMONT TRIAD INT (TMY3)"


def test_a_tmy3_with_a_gap_or_in_another_zone_is_refused():
    text = TMY3.read_text()
    rows = text.split("\n")
    rows[99] = rows[99].replace(rows[99].split(",")[31], "-9900", 1)
    with pytest.raises(weather.MissingValues) as caught:
        weather.read_tmy3("\n".join(rows).encode(), filename="g.csv")
    assert caught.value.line == 100
    with pytest.raises(weather.WrongTimeZone, match="time zone"):
        weather.read_tmy3(text.replace(",-5.0,", ",5.0,", 1).encode())
    with pytest.raises(weather.WrongYearLength, match="8759 hours"):
        weather.read_tmy3("\n".join(text.rstrip("\n").split("\n")[:-1]).encode())
    with pytest.raises(weather.UnreadableFile, match="second line"):
        weather.read_tmy3(b"a,b\n1,2\n")


READERS = (weather.read_epw, weather.read_tmy3, weather.read_pvgis_tmy, weather.read_pvgis_hourly)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(READERS),
    st.sampled_from([b"", b"LOCATION,", b"Latitude (decimal degrees): 1\n", b'{"inputs": {', b"{}"]),
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
)
def test_whatever_is_read_a_fault_has_a_name(reader, head, tail):
    with pytest.raises(weather.WeatherError):
        reader(head + tail)


@needs_shared_data
def test_the_sun_taken_at_the_label_s_start_costs_what_the_peers_say():
    data, meta = weather.read_epw(UCCLE)
    place = meta.latitude, meta.longitude, meta.altitude_m
    roof = build_fleet([PvPlant(*place, 1000.0, (PvArray(35, 180, 1000.0),), losses_fraction=0.14)])
    right = expected_energy_wh(roof, data, HOUR)[0].sum()
    early = expected_energy_wh(roof, data.set_axis(data.index - HOUR / 2), HOUR)[0].sum()
    assert early / right - 1 == pytest.approx(-0.018, abs=0.003)


WRONG_PLACES = [
    (0, "95", "latitude"),
    (0, "nan", "latitude"),
    (0, "inf", "latitude"),
    (1, "200", "longitude"),
    (1, "nan", "longitude"),
    (2, "-99999", "altitude"),
    (2, "1e300", "altitude"),
    (2, "nan", "altitude"),
]


@needs_shared_data
@pytest.mark.parametrize(("at", "value", "name"), WRONG_PLACES)
def test_an_epw_of_nowhere_is_refused_by_what_is_wrong(at: int, value: str, name: str):
    first, rest = unpacked(UCCLE).split("\n", 1)
    fields = first.split(",")
    fields[(6, 7, 9)[at]] = value
    with pytest.raises(InvalidCoordinates, match=name):
        weather.read_epw(("\n".join([",".join(fields), rest])).encode())


@pytest.mark.parametrize(("at", "value", "name"), WRONG_PLACES)
def test_a_tmy3_of_nowhere_is_refused_by_what_is_wrong(at: int, value: str, name: str):
    first, rest = TMY3.read_text().split("\n", 1)
    fields = first.split(",")
    fields[4 + at] = value
    with pytest.raises(InvalidCoordinates, match=name):
        weather.read_tmy3(("\n".join([",".join(fields), rest])).encode())
