"""Series measured on site: the real La Réunion files, every unit and clock, and files that lie."""

import datetime as dt
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from production import climate, weather
from production.formats.errors import FileRefused
from production.weather import SensorColumn, SensorMapping, units
from tests.production.weather import (
    H1A,
    HOUR,
    LENS,
    NOW,
    REUNION_PLANES,
    REUNION_WEATHER,
    clear_days,
    needs_shared_data,
)

REUNION = {"latitude": -21.333, "longitude": 55.483, "altitude_m": 60.0}
HERE = {"latitude": LENS[0], "longitude": LENS[1], "altitude_m": 40.0}
GHI = SensorColumn("G", "ghi", "W/m²")
SKY = tuple(
    SensorColumn(title, quantity, unit)
    for title, quantity, unit in (
        ("GHI", "ghi", "W/m²"),
        ("BNI", "dni", "W/m²"),
        ("DHI", "dhi", "W/m²"),
        ("DBT", "temp_air", "°C"),
        ("Ws10", "wind_speed", "m/s"),
    )
)


def read(text, mapping=None, **options):
    content = text.encode() if isinstance(text, str) else text
    options = {"filename": "capteur.csv", **HERE, **options}
    return weather.read_sensor(content, mapping or SensorMapping((GHI,), timezone="UTC"), **options)


def hours(values, first="2025-06-01 00:00", step="h", title="G", separator=";"):
    times = pd.date_range(first, periods=len(values), freq=step)
    rows = [f"{time:%Y-%m-%d %H:%M}{separator}{value}" for time, value in zip(times, values, strict=True)]
    return "\n".join([f"date{separator}{title}", *rows, ""])


DAY = [0, 0, 0, 0, 5, 80, 200, 330, 450, 540, 600, 640, 650, 630, 580, 500, 400, 290, 180, 80, 20, 0, 0, 0]


@needs_shared_data
def test_the_weather_of_la_reunion_reads_with_its_ends():
    data, meta = weather.read_sensor(
        REUNION_WEATHER, SensorMapping(SKY, label="end"), **REUNION, retrieved_at=NOW
    )
    assert (len(data), meta.step_s, list(data.columns)) == (2160, 600, list(weather.COLUMNS))
    assert data.index[0] == pd.Timestamp("2022-09-30 23:50", tz="Etc/GMT-4")
    assert data["ghi"].sum() / 6000 == pytest.approx(93.96, abs=0.01)
    assert (meta.kind, meta.method, meta.retrieved_at) == ("sensor", "sensor", NOW)
    assert meta.code.endswith("2022-09-30T19:50Z/2022-10-15T19:50Z")
    weather.check_weather(data, dt.timedelta(minutes=10))


@needs_shared_data
def test_two_planes_are_joined_to_the_weather_beside_them():
    planes = SensorMapping(
        (
            SensorColumn("POA_NE", "poa_global", "W/m²", "0"),
            SensorColumn("POA_SW", "poa_global", "W/m²", "1"),
        ),
        label="end",
    )
    measured = weather.read_sensor(REUNION_PLANES, planes, **REUNION)
    beside = weather.read_sensor(REUNION_WEATHER, SensorMapping(SKY, label="end"), **REUNION)
    data, meta = weather.join_weather(measured, beside)
    assert list(data.columns) == ["poa_global_0", "poa_global_1", *weather.COLUMNS]
    assert len(data) == 2160
    assert [part.source for part in meta.parts] == [REUNION_PLANES.name, REUNION_WEATHER.name]
    weather.check_weather(data, dt.timedelta(minutes=10))


def test_a_reference_cell_names_its_column_beside_the_pyranometer_of_the_same_plane():
    text = "date;P;C\n" + "".join(f"2025-06-01 {hour:02}:00;{v};{v * 0.96}\n" for hour, v in enumerate(DAY))
    columns = (SensorColumn("P", "poa_global", "W/m²", "0"), SensorColumn("C", "poa_cell", "kW/m²", "0"))
    with pytest.raises(FileRefused, match="vérifiez l’unité annoncée"):
        read(text, SensorMapping(columns, timezone="UTC"))
    in_watts = (columns[0], SensorColumn("C", "poa_cell", "W/m²", "0"))
    data, _ = read(text, SensorMapping(in_watts, timezone="UTC"))
    assert list(data.columns) == ["poa_global_0", "poa_cell_0"]
    assert data["poa_cell_0"].sum() == pytest.approx(data["poa_global_0"].sum() * 0.96)


@needs_shared_data
def test_a_typical_year_published_as_a_table_keeps_its_totals():
    columns = tuple(
        SensorColumn(name, name, unit)
        for name, unit in zip(weather.COLUMNS, ("W/m²", "W/m²", "W/m²", "°C", "m/s"), strict=True)
    )
    data, meta = weather.read_sensor(
        H1A,
        SensorMapping(columns),
        latitude=48.77,
        longitude=2.01,
        altitude_m=0.0,
        name="H1a (RT 2012)",
        licence="BSD-3-Clause",
        kind="typical",
    )
    assert len(data) == 8760
    assert data["ghi"].sum() / 1000 == pytest.approx(1160.5, abs=0.05)
    assert data["temp_air"].mean() == pytest.approx(12.08, abs=0.005)
    assert (meta.name, meta.kind, meta.licence) == ("H1a (RT 2012)", "typical", "BSD-3-Clause")


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("W/m²", 1), ("kW/m2", 1e-3), ("Wh/m²", 0.5), ("kWh/m²", 5e-4), ("J/cm²", 0.18), ("MJ/m²", 1.8e-3)],
)
def test_every_unit_of_light_is_the_same_half_hour(unit, factor):
    text = hours([f"{value * factor:.6f}" for value in DAY], step="30min")
    data, _ = read(text, SensorMapping((SensorColumn("G", "ghi", unit),), timezone="UTC"))
    assert data["ghi"].to_numpy() == pytest.approx(np.array(DAY, dtype=float), abs=2e-3)


def test_the_air_may_come_in_kelvin_or_fahrenheit_when_it_says_so():
    for unit, value in (("K", "293.15"), ("°F", "68"), ("°C", "20")):
        mapping = SensorMapping((SensorColumn("G", "temp_air", unit),), timezone="UTC")
        assert read(hours([value] * 24), mapping)[0]["temp_air"].tolist() == pytest.approx([20.0] * 24)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (SensorColumn("G", "temp_air", "°C"), "293"),
        (SensorColumn("G", "temp_air", "°C"), "68"),
        (SensorColumn("G", "ghi", "kW/m²"), "640"),
        (SensorColumn("G", "ghi", "W/m²"), "-50"),
        (SensorColumn("G", "wind_speed", "m/s"), "999"),
        (SensorColumn("G", "albedo", "1"), "20"),
        (SensorColumn("G", "ghi", "W/m²"), "1e308"),
        (SensorColumn("G", "ghi", "kW/m²"), "1e308"),
    ],
)
def test_a_value_impossible_in_its_unit_is_told_with_its_line(column, value):
    values = ["0"] * 10 + [value] + ["0"] * 10
    with pytest.raises(FileRefused, match="vérifiez l’unité annoncée") as caught:
        read(hours(values), SensorMapping((column,), timezone="UTC"))
    assert (caught.value.line, caught.value.field, caught.value.fault_count) == (12, "G", 1)


def test_kilowatts_called_watts_are_refused():
    with pytest.raises(weather.ImplausibleWeather, match="kW"):
        read(hours([value / 1000 for value in DAY]))


@pytest.mark.parametrize(("label", "first"), [("start", "00:00"), ("middle", "23:30"), ("end", "23:00")])
def test_labels_become_starts(label, first):
    data, _ = read(hours(DAY), SensorMapping((GHI,), label=label, timezone="UTC"))
    assert f"{data.index[0]:%H:%M}" == first


def test_the_hour_that_occurs_twice_and_the_one_that_never_was_are_followed():
    zone = "Europe/Paris"
    for first in ("2025-10-26", "2025-03-30"):
        utc = pd.date_range(first, periods=30, freq="h", tz=zone).tz_convert("UTC")
        rows = [f"{time:%d/%m/%Y %H:%M};{i % 24}" for i, time in enumerate(utc.tz_convert(zone))]
        data, _ = read("\n".join(["date;G", *rows, ""]), SensorMapping((GHI,), timezone=zone))
        assert (data.index == utc).all()


def test_a_fixed_zone_knows_no_summer():
    text = hours(DAY * 2, first="2025-03-29 12:00")
    data, _ = read(text, SensorMapping((GHI,), timezone="Etc/GMT-1"))
    assert data.index[0] == pd.Timestamp("2025-03-29 11:00", tz="UTC")
    with pytest.raises(FileRefused, match="n’existe pas"):
        read(text, SensorMapping((GHI,), timezone="Europe/Paris"))


def test_a_month_with_its_sun_at_the_wrong_hour_is_refused():
    times = pd.date_range("2025-06-01", periods=24 * 30, freq="h", tz="UTC")
    sky = clear_days(*LENS, times + HOUR / 2)
    text = hours(sky["global"].round(1).tolist())
    read(text)
    with pytest.raises(weather.SunOutOfPlace, match=r"capteur\.csv"):
        read(text, SensorMapping((GHI,), timezone="Europe/Paris"))
    with pytest.raises(weather.SunOutOfPlace, match="minutes before"):
        read(text, SensorMapping((GHI,), label="end", timezone="UTC"))


def test_decimal_commas_semicolons_and_other_columns_are_no_hindrance():
    rows = [f"{i:02d}/06/2025;{h:02d}:00;ok;{h},5;99" for i in (1, 2) for h in range(24)]
    text = "Station de Lens\n\nJour;Heure;État;Rayonnement (W/m²);x\n" + "\n".join(rows) + "\n"
    mapping = SensorMapping((SensorColumn("Rayonnement (W/m²)", "ghi", "W/m²"),), timezone="UTC")
    for encoding in ("utf-8", "cp1252", "utf-16"):
        data, _ = read(text.encode(encoding), mapping)
        assert data["ghi"].iloc[[0, 25]].tolist() == [0.5, 1.5]
    assert weather.list_titles(text.encode(), "a.csv") == ("Jour", "Heure", "État", "Rayonnement (W/m²)", "x")


def workbook(rows):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Mesures")
    style = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["Quand", "G", "T"])
    for number, (when, *values) in enumerate(rows, start=1):
        sheet.write_datetime(number, 0, when, style)
        sheet.write_row(number, 1, values)
    book.close()
    return buffer.getvalue()


def test_a_workbook_reads_like_a_text():
    start = dt.datetime(2025, 6, 1)  # noqa: DTZ001 (a spreadsheet has no zone)
    rows = [(start + i * dt.timedelta(minutes=10), value, 15.5) for i, value in enumerate(DAY * 6)]
    mapping = SensorMapping((GHI, SensorColumn("T", "temp_air", "°C")), timezone="UTC")
    content = workbook(rows)
    data, meta = read(content, mapping, filename="capteur.xlsx")
    assert (len(data), meta.step_s, data["ghi"].iloc[11], data["temp_air"].iloc[0]) == (144, 600, 640.0, 15.5)
    assert weather.list_titles(content, "capteur.xlsx") == ("Quand", "G", "T")
    with pytest.raises(FileRefused, match="classeur Excel renommé"):
        read(content, mapping, filename="capteur.csv")


def test_short_gaps_are_drawn_through_and_counted_where_the_operator_admits_it():
    values = [*map(str, DAY)]
    values[10] = ""
    text = hours(values).replace("2025-06-01 14:00;580\n", "")
    with pytest.raises(FileRefused) as caught:
        read(text)
    assert [fault.line for fault in caught.value.faults] == [16]
    data, meta = read(text, SensorMapping((GHI,), timezone="UTC", longest_gap_s=3600))
    assert (data["ghi"].iloc[10], data["ghi"].iloc[14]) == (590.0, 565.0)
    assert [(remark.code, remark.number) for remark in meta.remarks] == [("gaps-filled", 2)]


def test_gaps_at_the_ends_and_long_ones_are_refused():
    for at in (0, 23, slice(8, 12)):
        values = [*map(str, DAY)]
        values[at] = [""] * 4 if isinstance(at, slice) else ""
        with pytest.raises(FileRefused, match="absente"):
            read(hours(values), SensorMapping((GHI,), timezone="UTC", longest_gap_s=3600))


def test_repeated_rows_are_dropped_and_contradictions_refused():
    text = hours(DAY)
    again = text + "2025-06-01 12:00;650\n"
    data, meta = read(again)
    assert (len(data), meta.remarks[0].code, meta.remarks[0].number) == (24, "duplicates-dropped", 1)
    with pytest.raises(FileRefused, match="deux mesures différentes") as caught:
        read(text + "2025-06-01 12:00;651\n")
    assert caught.value.line == 26


REFUSED = {
    "nothing": ("", "vide"),
    "no dates": ("a;b\n1;2\n", "aucune ligne"),
    "one row": ("date;G\n2025-06-01 00:00;1\n", "pas de temps est inconnu"),
    "an unreadable date": (hours(DAY).replace("06-01 03:00", "06-41 03:00"), "date illisible"),
    "an unreadable value": (hours(DAY).replace(";650", ";650?"), "valeur illisible"),
    "an instant between steps": (hours(DAY).replace("13:00", "13:20"), "ne tombe pas sur le pas"),
    "a step of a day": (hours([100] * 30, step="D"), "un pas de temps de"),
    "a row too long": (hours(DAY).replace(";650", ";650;3"), "colonnes au lieu de"),
    "a web page": ("<html><body>", "page web"),
    "JSON": ('{"G": 1}', "JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_with_a_fault_is_refused_whole_in_french(case):
    text, match = REFUSED[case]
    with pytest.raises(FileRefused, match=match):
        read(text)


def test_a_hostile_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", hours(DAY))
    with pytest.raises(FileRefused, match="archive compressée"):
        read(buffer.getvalue(), filename="a.zip")


@pytest.mark.parametrize(
    ("mapping", "error", "match"),
    [
        (SensorMapping(()), weather.MissingColumn, "names no column"),
        (SensorMapping((GHI, SensorColumn("H", "ghi", "W/m²"))), weather.MissingColumn, "two columns"),
        (SensorMapping((SensorColumn("G", "ghi", "lx"),)), weather.WrongUnit, "ghi in 'lx'"),
        (SensorMapping((SensorColumn("G", "rain", "mm"),)), weather.WrongUnit, "'rain'"),
        (SensorMapping((SensorColumn("absent", "ghi", "W/m²"),)), weather.MissingColumn, "'absent' among"),
        (SensorMapping((GHI,), instant="absent"), weather.MissingColumn, "'absent'"),
        (SensorMapping((GHI,), timezone="Mars/Olympus"), weather.WrongUnit, "Mars"),
        (SensorMapping((GHI,), timezone="../../etc/passwd"), weather.WrongUnit, "time zone"),
    ],
)
def test_a_mapping_that_fits_nothing_is_refused(mapping, error, match):
    with pytest.raises(error, match=match):
        read(hours(DAY), mapping)


def test_a_place_nowhere_is_refused():
    with pytest.raises(climate.InvalidCoordinates):
        read(hours(DAY), latitude=95.0)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(weather.QUANTITIES), st.floats(-100, 1000), st.sampled_from([60, 600, 3600]))
def test_our_own_unit_changes_nothing(quantity, value, step_s):
    ours = units.units_of(quantity)[0]
    assert units.convert(np.array([value]), quantity, ours, step_s)[0] == value


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"date;G\n{text}".encode()))
def test_whatever_is_uploaded_a_fault_has_a_name(content):
    with pytest.raises((FileRefused, weather.WeatherError)):
        read(content, filename="hostile.csv")


def test_of_two_columns_with_one_title_neither_is_read_for_the_other():
    rows = [f"01/06/2025 {hour:02}:00;0;{hour}" for hour in range(24)]
    text = "\n".join(["Date;GHI;GHI", *rows, ""]).encode()
    assert weather.list_titles(text) == ("Date", "GHI (1)", "GHI (2)")
    with pytest.raises(weather.MissingColumn):
        read_sensor_of(text, "GHI")
    assert read_sensor_of(text, "GHI (2)")["temp_air"].tolist() == list(range(24))


def test_told_apart_no_title_takes_that_of_another_column():
    row = "01/06/2025 00:00;1;2;3"
    titles = weather.list_titles(f"Date;G;G (1);G\n{row}\n{row.replace('00:00', '01:00')}\n".encode())
    assert titles == ("Date", "G (2)", "G (1)", "G (3)")


def read_sensor_of(content: bytes, title: str) -> pd.DataFrame:
    mapping = SensorMapping((weather.SensorColumn(title, "temp_air", "°C"),), timezone="UTC")
    return weather.read_sensor(content, mapping, latitude=50.4, longitude=2.8, altitude_m=40)[0]


def test_the_last_half_second_of_the_year_9999_is_refused_by_name():
    first = dt.datetime(2025, 6, 1)  # noqa: DTZ001 (a spreadsheet has no zone)
    content = workbook([(first, 1, 1), (dt.datetime(9999, 12, 31, 23, 59, 59, 900_000), 1, 1)])  # noqa: DTZ001
    with pytest.raises(FileRefused):
        read(content, filename="y9999.xlsx")
