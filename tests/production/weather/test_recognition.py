"""Files told apart by their content, summed, guessed at."""

import datetime as dt
import gzip

import pytest

from production.weather import QUANTITIES, UnreadableFile, units_of
from production.weather.recognition import may_be_table, recognize
from production.weather.suggesting import suggest
from production.weather.summing import sum_weather
from tests.production.weather import (
    AMSTERDAM,
    PVGIS,
    UCCLE,
    as_json,
    needs_shared_data,
    open_meteo_answer,
    pvgis_hourly_answer,
    pvgis_tmy_answer,
    unpacked,
)


@needs_shared_data
def test_real_files_are_told_by_their_content():
    assert [recognize(path.read_bytes()) for path in (UCCLE, AMSTERDAM, PVGIS)] == ["epw", "epw", "pvgis-tmy"]
    assert recognize(unpacked(PVGIS).encode()) == "pvgis-tmy"
    assert recognize(as_json(pvgis_tmy_answer(unpacked(PVGIS)))) == "pvgis-tmy"


def test_answers_of_services_are_told_apart():
    assert recognize(as_json(pvgis_hourly_answer())) == "pvgis-hourly"
    assert recognize(as_json(open_meteo_answer(dt.date(2025, 6, 1), 2))) == "open-meteo"
    assert recognize(gzip.compress(as_json(open_meteo_answer(dt.date(2025, 6, 1), 2)))) == "open-meteo"


def test_a_tmy3_is_told_by_its_second_line():
    assert recognize(b"723170,GREENSBORO\nDate (MM/DD/YYYY),Time (HH:MM),GHI\n") == "tmy3"


@pytest.mark.parametrize("content", [b"date;x\n1;2", b"PK\x03\x04", b"\xff\xfe\x00", b"hello"])
def test_anything_else_may_be_a_loggers_table(content: bytes):
    assert recognize(content) == "sensor"


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\x1f\x8bxx", b"{}", b'{"a": 1}'])
def test_nothing_and_foreign_json_are_refused(content: bytes):
    with pytest.raises(UnreadableFile):
        recognize(content)


def test_a_typical_year_sums_to_a_year(loos):
    data, meta = loos
    sums = sum_weather(data, meta.step_s)
    assert sums.days == 365
    assert sums.missing == ()
    assert sums.yearly_kwh_m2["ghi"] == pytest.approx(sums.irradiation_kwh_m2["ghi"])
    assert sums.means["temp_air"] == pytest.approx(data["temp_air"].mean())


def test_a_month_has_no_yearly_sum_and_says_what_it_lacks(loos):
    data, meta = loos
    sums = sum_weather(data.iloc[:744][["ghi"]], meta.step_s)
    assert sums.yearly_kwh_m2 == {}
    assert sums.missing == ("temp_air", "wind_speed")


@pytest.mark.parametrize(
    ("title", "guess"),
    [
        ("GHI (W/m2)", ("ghi", "W/m²")),
        ("Rayonnement global [kWh/m²]", ("ghi", "kWh/m²")),
        ("Irradiation plan des panneaux (J/cm2)", ("poa_global", "J/cm²")),
        ("Irradiance cellule de référence (W/m²)", ("poa_cell", "W/m²")),
        ("Ref. cell POA W/m2", ("poa_cell", "W/m²")),
        ("Température cellule de référence (°C)", None),
        ("T_amb (°C)", ("temp_air", "°C")),
        ("Température extérieure", ("temp_air", "°C")),
        ("Vitesse du vent (km/h)", ("wind_speed", "km/h")),
        ("Humidité relative (%)", ("humidity", "1")),
        ("Température panneau (°C)", None),
        ("Direction du vent (°)", None),
        ("Statut", None),
        ("", None),
    ],
)
def test_a_title_suggests_its_quantity(title: str, guess: tuple[str, str] | None):
    assert suggest(title) == guess


def test_a_suggestion_is_always_a_unit_of_its_quantity():
    for title in ("global", "diffus", "albedo %", "neige cm", "pression hPa", "vent kn", "temp K"):
        quantity, unit = suggest(title) or ("", "")
        assert quantity in QUANTITIES
        assert unit in units_of(quantity)


@pytest.mark.parametrize(
    "content", [b"date;x\n1;2", "date;x\n1;2".encode("utf-16"), b"PK\x03\x04..xl/workbook.xml"]
)
def test_a_table_may_be_a_loggers(content: bytes):
    assert may_be_table(content)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(bytes(10**6)),
        b"PK\x03\x04photo.jpg",
        b"../../etc/passwd\0;a;b",
        b"hello",
        b"\xff\xfe\x00",
    ],
)
def test_junk_is_no_loggers_table(content: bytes):
    assert not may_be_table(content)
