"""Real files and answers with a few bytes or branches changed: read, or refused by name, never a crash."""

import copy
import json
from datetime import date
from functools import partial
from pathlib import Path

import pvlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production import weather
from production.climate import ClimateError
from production.formats.errors import FileRefused
from production.weather import SensorColumn, SensorMapping
from tests.production.weather import (
    PVGIS,
    REUNION_WEATHER,
    UCCLE,
    needs_shared_data,
    open_meteo_answer,
    pvgis_hourly_answer,
    unpacked,
)

NAMED = (weather.WeatherError, ClimateError, FileRefused)
ODD = (None, True, -1, 0, 1e308, -1e308, 10**30, float("inf"), "x", "", [], {}, [1], {"a": 1}, "12", 1.5)
PIECES = (b"\n", b",", b"\xff", b"9" * 30, b"-", b"nan", b"inf", b"1e400", b"\x00", b'"', b"")


def small_hourly():
    answer = pvgis_hourly_answer()
    answer["outputs"]["hourly"] = answer["outputs"]["hourly"][:72]
    return answer


ANSWERS = {
    "open-meteo": (partial(weather.read_open_meteo, kind="past"), open_meteo_answer(date(2025, 6, 1), 3)),
    "pvgis-hourly": (weather.read_pvgis_hourly, small_hourly()),
}
MAPPING = SensorMapping(
    (SensorColumn("GHI", "ghi", "W/m²"), SensorColumn("DBT", "temp_air", "°C")), label="end"
)
sensor = partial(weather.read_sensor, mapping=MAPPING, latitude=-21.3, longitude=55.5, altitude_m=60.0)


def branches(value, path=()):
    """Paths to everything in JSON; of a long list, the first and the last."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from branches(inner, (*path, name))
    elif isinstance(value, list) and value:
        for at in {0, len(value) - 1}:
            yield from branches(value[at], (*path, at))


@pytest.mark.parametrize("source", ANSWERS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_an_answer_with_one_branch_changed_is_read_or_refused_by_name(source, data):
    read, answer = ANSWERS[source]
    path = data.draw(st.sampled_from(sorted(branches(answer), key=str)))
    changed = copy.deepcopy(answer)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[path[-1]] = data.draw(st.sampled_from(ODD))
    else:
        del holder[path[-1]]
    refused_or_whole(read, json.dumps(changed).encode())


def refused_or_whole(read, content):
    try:
        frame, meta = read(content)
    except NAMED:
        return
    assert frame.notna().all(axis=None)
    assert meta.sha256 == weather.fingerprint(frame)


TEXTS = {
    "epw": (weather.read_epw, lambda: unpacked(UCCLE).encode()),
    "tmy3": (weather.read_tmy3, (Path(pvlib.__file__).parent / "data" / "723170TYA.CSV").read_bytes),
    "pvgis": (weather.read_pvgis_tmy, lambda: unpacked(PVGIS).encode()),
    "sensor": (sensor, REUNION_WEATHER.read_bytes),
}


@needs_shared_data
@pytest.mark.parametrize("format", TEXTS)
@settings(max_examples=15, deadline=None)
@given(
    at=st.floats(0, 1) | st.floats(0, 0.002),
    cut=st.sampled_from([0, 1, 5, 200]),
    piece=st.sampled_from(PIECES),
)
def test_a_file_with_a_few_bytes_changed_is_read_or_refused_by_name(format, at, cut, piece):
    read, content = TEXTS[format]
    whole = content()
    place = int(at * (len(whole) - 1))
    refused_or_whole(read, whole[:place] + piece + whole[place + cut :])


def test_a_broken_word_in_a_column_nobody_reads_is_no_trouble():
    """The parser reads by pieces, and warns of a column that is numbers in one and words in another."""
    read, content = TEXTS["tmy3"]
    whole = content()
    refused_or_whole(read, whole[:3110] + b"\xff" + whole[3111:])
