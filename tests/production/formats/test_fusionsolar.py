from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from . import by_local_day, messages, read, refused, shared, starts

HEADER = [
    "Site Name",
    "Management Domain",
    "ManageObject",
    "Start Time",
    "Active power(kW)",
    "Daily energy(kWh)",
]


def book(rows: list[list[Any]], header: list[str] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "5 minutes"
    for row in [["Time range:"], ["Export time:"], ["note"], header or HEADER, *rows]:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def snapshots(
    first: str, last: str, power: Any = 12.0, device: str = "ond. 1", site: str = "École"
) -> list[list[Any]]:
    times = pd.date_range(first, last, freq="5min", tz="Europe/Paris", inclusive="left")
    dst = [" DST" if t.dst() else "" for t in times.to_pydatetime()]
    texts = [t.strftime("%Y-%m-%d %H:%M:%S") + d for t, d in zip(times, dst, strict=True)]
    return [[site, "/d", device, text, power, "N/A"] for text in texts]


def test_the_real_spring_month_has_its_two_totals() -> None:
    series = read(shared("formats/fusionsolar_Inverter_1_2025_03.xlsx"), "mars.xlsx", peak_power_w=49_020)
    assert series.format == "fusionsolar"
    assert round(series.energy_wh / 1000, 1) == 3731.6
    assert series.counter_energy_wh is not None
    assert round(series.counter_energy_wh / 1000, 1) == 3720.5
    assert series.counts.rows_read == len(series.readings) == 5004
    assert series.devices == ("Dongle-BT22B0855564/bygning 1",)
    assert starts(series)[0] == "2025-03-01T05:30"
    assert starts(series)[-1] == "2025-03-31T18:50"
    assert int(series.readings["line"].iloc[-1]) == 5008
    assert len(by_local_day(series)) == 31


@pytest.mark.parametrize(
    ("day", "following", "hours"), [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
)
def test_the_dst_suffix_settles_both_changes(day: str, following: str, hours: int) -> None:
    series = read(book(snapshots(day, following)), "x.xlsx")
    assert by_local_day(series) == {day: hours * 12_000}
    assert len(series.readings) == hours * 12


def test_a_suffix_that_the_time_zone_contradicts_is_refused() -> None:
    rows = snapshots("2025-01-10", "2025-01-11")
    rows[3][3] += " DST"
    assert refused(book(rows), "x.xlsx").line == 8
    assert "Indian/Reunion" in str(
        refused(book(snapshots("2025-06-10", "2025-06-11")), "x.xlsx", timezone="Indian/Reunion")
    )


def test_not_available_is_a_gap() -> None:
    rows = snapshots("2025-06-10", "2025-06-11")
    rows[5][4], rows[6][4] = "N/A", "-"
    series = read(book(rows), "x.xlsx")
    assert series.counts.gaps == 2
    assert series.energy_wh == 286 * 1000


def test_the_night_is_no_hole() -> None:
    rows = snapshots("2025-06-10 06:00", "2025-06-10 21:00") + snapshots(
        "2025-06-11 06:00", "2025-06-11 21:00"
    )
    series = read(book(rows), "x.xlsx")
    assert series.energy_wh == 2 * 15 * 12_000
    assert set(series.readings["length_s"]) == {300}
    assert "absents" not in messages(series)


def test_columns_are_found_by_name() -> None:
    order = [5, 3, 4, 2, 0, 1]
    rows = [[row[i] for i in order] for row in snapshots("2025-06-10", "2025-06-11")]
    assert read(book(rows, [HEADER[i] for i in order]), "x.xlsx").energy_wh == 288_000


def test_inverters_are_added_up_by_instant() -> None:
    rows = snapshots("2025-06-10 06:00", "2025-06-10 21:00") + snapshots(
        "2025-06-10 07:00", "2025-06-10 20:00", 24.0, "ond. 2"
    )
    series = read(book(rows), "x.xlsx")
    assert series.devices == ("ond. 1", "ond. 2")
    assert series.energy_wh == 15 * 12_000 + 13 * 24_000
    assert "2 onduleurs additionnés" in messages(series)


def test_a_missing_inverter_leaves_a_gap_rather_than_a_partial_sum() -> None:
    first, second = (snapshots("2025-06-10 06:00", "2025-06-10 21:00", 12.0, name) for name in ("a", "b"))
    second[10][4] = "N/A"
    del second[20]
    series = read(book(first + second), "x.xlsx")
    assert series.counts.gaps == 2
    assert series.energy_wh == (15 * 12 - 2) * 2_000
    assert "comptés vides pour toute la centrale" in messages(series)


def test_a_day_without_one_inverter_is_told() -> None:
    rows = snapshots("2025-06-10", "2025-06-12", 12.0, "a") + snapshots("2025-06-10", "2025-06-11", 12.0, "b")
    series = read(book(rows), "x.xlsx")
    assert series.energy_wh == 3 * 288_000
    assert "1 jour(s) où un onduleur" in messages(series)


def test_two_sites_in_one_file_are_refused() -> None:
    rows = snapshots("2025-06-10", "2025-06-11") + snapshots("2025-06-11", "2025-06-12", site="Halle")
    assert "deux centrales" in str(refused(book(rows), "x.xlsx"))


def test_counters_far_from_the_powers_are_told() -> None:
    rows = snapshots("2025-06-10", "2025-06-11")
    for row in rows:
        row[5] = 250.0
    series = read(book(rows), "x.xlsx")
    assert series.counter_energy_wh == 250_000
    assert "diffèrent de plus de 2\u202f%" in messages(series)


def test_a_weather_station_has_no_power() -> None:
    header = [*HEADER[:4], "Irradiance(W/㎡)", "Ambient temperature(℃)"]
    refusal = refused(book(snapshots("2025-06-10", "2025-06-11"), header), "x.xlsx")
    assert "Active power(kW)" in str(refusal)
    assert refusal.line == 4


def test_a_header_alone_and_an_absurd_power_are_refused() -> None:
    assert "que son en-tête" in str(refused(book([]), "x.xlsx"))
    rows = snapshots("2025-06-10", "2025-06-11")
    rows[7][4] = 1e308
    assert refused(book(rows), "x.xlsx").line == 12
    early = datetime(2025, 6, 1, tzinfo=UTC)
    assert "futur" in str(refused(book(snapshots("2025-06-10", "2025-06-11")), "x.xlsx", latest=early))


def test_a_cell_of_two_lines_is_one_unreadable_cell() -> None:
    rows = snapshots("2025-06-10", "2025-06-11")
    rows[3][3] = "2025-06-10\n00:15:00 DST"
    rows[5][4] = "1\n2"
    refusal = refused(book(rows), "x.xlsx")
    assert [fault.line for fault in refusal.faults] == [8, 10]
