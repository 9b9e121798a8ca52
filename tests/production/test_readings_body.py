"""Bodies of readings: worked cases, and whatever anybody may send."""

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.readings_body import (
    API_CSV,
    API_JSON,
    BodyRefused,
    BodyTooLarge,
    BodyUnreadable,
    KnownMeter,
    open_body,
    read_body,
    watt_hours,
)

CASES = Path(__file__).parent.parent / "cases" / "readings_by_power.toml"
KNOWN = {code: KnownMeter(code, ZoneInfo("Europe/Paris"), 50_000) for code in ("M", "N")}
LATEST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOON = "2025-06-01T12:00:00Z"


def read(content: bytes, format: str = API_JSON) -> dict[str, Any]:
    return read_body(open_body(content, format), KNOWN, latest=LATEST)


@pytest.mark.parametrize("case", tomllib.loads(CASES.read_text())["case"], ids=lambda case: case["name"])
def test_a_power_is_stored_as_a_pencil_finds(case: dict[str, Any]):
    sent = {"meter": "M", **{key: case[key] for key in ("start", "step_minutes", "power_w")}}
    found = read(json.dumps({"series": [sent]}).encode())["M"].readings
    assert found["energy_wh"].tolist() == case["energy_wh"]


@given(
    power_w=st.integers(0, 65_000),
    minutes=st.sampled_from([1, 5, 10, 15, 30, 60]),
)
def test_a_steady_power_adds_up_to_its_day_whatever_the_step(power_w: int, minutes: int):
    start_s = np.arange(0, 86_400, minutes * 60)
    length_s = np.full(len(start_s), minutes * 60)
    whole = watt_hours(start_s, length_s, np.full(len(start_s), power_w * minutes / 60))
    assert int(whole.sum()) == power_w * 24
    assert np.abs(whole - power_w * minutes / 60).max() < 1


@given(
    start_s=st.integers(0, 4_000_000_000),
    length_s=st.integers(1, 90_000),
    energy_wh=st.integers(0, 10**9),
)
def test_whole_watt_hours_stay_what_they_are(start_s: int, length_s: int, energy_wh: int):
    found = watt_hours(np.array([start_s]), np.array([length_s]), np.array([float(energy_wh)]))
    assert found.tolist() == [energy_wh]


def test_the_order_of_readings_means_nothing():
    items = [
        {"meter": code, "start": f"2025-06-01T{hour:02}:00:00Z", "minutes": 60, "energy_wh": hour}
        for hour in range(12)
        for code in ("M", "N")
    ]
    one, other = (
        read(json.dumps({"readings": items}).encode()),
        read(json.dumps({"readings": items[::-1]}).encode()),
    )
    for code in ("M", "N"):
        assert one[code].readings.drop(columns="line").equals(other[code].readings.drop(columns="line"))


NUMBERS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
ANY_ITEM = st.fixed_dictionaries(
    {},
    optional={
        "meter": st.sampled_from(["M", "N", "X", "m", None, 5, "\0", "\ud800"]),
        "start": st.sampled_from([NOON, "2025-06-01T12:10:00+02:00", "hier", "2025-06-01T12:00:00", None, 7]),
        "minutes": NUMBERS,
        "step_minutes": NUMBERS,
        "energy_wh": NUMBERS | st.lists(NUMBERS, max_size=4),
        "power_w": NUMBERS | st.lists(NUMBERS, max_size=4),
        "autre": st.none(),
    },
)
ANY_LIST = st.lists(ANY_ITEM | st.integers() | st.none(), max_size=6) | st.none() | st.text(max_size=3)


@given(sent=st.fixed_dictionaries({}, optional={"readings": ANY_LIST, "series": ANY_LIST, "z": st.none()}))
def test_any_json_is_read_or_refused_in_words(sent: dict[str, Any]):
    told_or_read(json.dumps(sent).encode(), API_JSON)


CELL = st.sampled_from(["M", "N", "X", NOON, "10", "1", "-5", "1,5", "", "NaN", "1e999", '"', "é", "\0"])


@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=8))
def test_any_csv_is_read_or_refused_in_words(rows: list[list[str]]):
    lines = ["meter;start;minutes;energy_wh", *(";".join(row) for row in rows), ""]
    told_or_read("\n".join(lines).encode(), API_CSV)


@given(content=st.binary(max_size=200), format=st.sampled_from([API_JSON, API_CSV]))
def test_any_bytes_are_read_or_refused_in_words(content: bytes, format: str):
    told_or_read(content, format)


def told_or_read(content: bytes, format: str) -> None:
    """Nothing but a reading or a refusal that can be answered as it is."""
    try:
        found = read(content, format)
    except BodyRefused as refusal:
        assert refusal.fault_count >= len(refusal.faults) >= 1
        for fault in refusal.faults:
            assert "Que faire" in fault.message
            fault.message.encode()  # no half of a pair of surrogates gets into an answer
    except (BodyUnreadable, BodyTooLarge) as refusal:
        str(refusal).encode()
    else:
        assert all((series.readings["energy_wh"] >= 0).all() for series in found.values())
