from __future__ import annotations

import gzip

import pandas as pd
import pytest

from . import by_local_day, messages, read, refused, shared, starts
from .samples import sma_webui, sunny_explorer


def stamps(first: str, last: str, step: str = "5min") -> list[str]:
    times = pd.date_range(first, last, freq=step, tz="Europe/Paris")
    return [t.strftime("%d.%m.%Y %H:%M:%S") for t in times]


def test_the_real_counter_of_five_minutes_has_its_total() -> None:
    series = read(gzip.decompress(shared("formats/sma_webui_5min.csv.gz").read_bytes()), "sma.csv")
    assert series.energy_wh == series.counter_energy_wh == 600_502
    assert starts(series)[0] == "2025-06-29T22:00"
    assert len(by_local_day(series)) == 14
    assert not series.spans


def test_the_real_days_of_five_years_leave_out_what_no_day_can_claim() -> None:
    series = read(shared("formats/sma_webui_daily.csv"), "sma.csv")
    assert series.counter_energy_wh == 41_862_617
    assert len(series.spans) == 11
    assert series.energy_wh + sum(span.energy_wh for span in series.spans) == 41_862_617
    assert by_local_day(series)["2020-06-06"] == 11_089
    assert "495,4\u202fkWh" in messages(series)


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_a_counter_crosses_both_clock_changes(day: str, hours: int) -> None:
    following = (pd.Timestamp(day) + pd.Timedelta(days=1)).strftime("%Y-%m-%d")
    rows = "".join(f"{t},{1000 * i}\n" for i, t in enumerate(stamps(day, following, "1h")))
    series = read(sma_webui(rows))
    assert by_local_day(series) == {day: hours * 1000}


def test_counters_of_two_inverters_are_added_up() -> None:
    rows = "".join(f"01.06.2025 1{i}:00:00,{100 * i},{9000 + 10 * i}\n" for i in range(4))
    series = read(sma_webui(rows, "Metering.TotWhOut,Metering.TotWhOut", "[Wh],[Wh]"))
    assert list(series.readings["energy_wh"]) == [110, 110, 110]
    assert series.devices == ("300", "301")


def test_one_inverter_may_roll_over_while_the_other_climbs() -> None:
    shown = [(9998, 10), (9999, 20), (0, 30), (1, 40)]
    rows = "".join(f"01.06.2025 1{i}:00:00,{a},{b}\n" for i, (a, b) in enumerate(shown))
    series = read(sma_webui(rows, "Metering.TotWhOut,Metering.TotWhOut", "[Wh],[Wh]"))
    assert list(series.readings["energy_wh"]) == [11, 11, 11]


def test_without_a_counter_the_average_power_names_ends() -> None:
    rows = "".join(f"{t},1200\n" for t in stamps("2025-06-01 12:05", "2025-06-01 13:00"))
    series = read(sma_webui(rows, "GridMs.TotW (Avg)", "[W]"))
    assert series.label == "end"
    assert series.energy_wh == 1200
    assert starts(series)[0] == "2025-06-01T10:00"


def test_nan_is_no_measure_and_a_counter_bridges_it() -> None:
    rows = (
        "01.06.2025 10:00:00,100\n01.06.2025 10:05:00,NaN\n01.06.2025 10:10:00,130\n01.06.2025 10:15:00,140\n"
    )
    series = read(sma_webui(rows))
    assert list(series.readings["energy_wh"]) == [30, 10]
    assert list(series.readings["length_s"]) == [600, 300]


def test_sunny_explorer_days_are_those_named_whatever_the_encoding() -> None:
    text = sunny_explorer("27.09.2011;0,457;0,321\n28.09.2011;23,282;22,825\n29.09.2011;49,568;26,286\n")
    for data in (text.encode(), text.encode("utf-16"), text.encode("utf-16-le")):
        assert by_local_day(read(data)) == {"2011-09-27": 321, "2011-09-28": 22_825, "2011-09-29": 26_286}


def test_sunny_explorer_counters_are_read_with_their_leading_blanks() -> None:
    rows = "28.06.2024 10:00:00; 70860,938; 0,000\n28.06.2024 10:05:00; 70861,438; 6,000\n"
    series = read(sunny_explorer(rows + "28.06.2024 10:10:00; 70862,438; 12,000\n", day=False))
    assert list(series.readings["energy_wh"]) == [500, 1000]


def test_a_reset_counter_is_refused_with_its_line() -> None:
    rows = "01.06.2025 10:00:00,500\n01.06.2025 11:00:00,600\n01.06.2025 12:00:00,0\n01.06.2025 13:00:00,90\n"
    refusal = refused(sma_webui(rows))
    assert refusal.line == 12
    assert "recule" in str(refusal)


def test_an_export_without_production_or_without_its_head_is_refused() -> None:
    assert "aucune colonne" in str(refused(sma_webui("01.06.2025 10:00:00,50\n", "GridMs.Hz (Avg)", "[Hz]")))
    assert "incomplet" in str(
        refused("sep=,\nVersion CSV3|Tool WebUI|Delimiter comma\n01.06.2025 10:00:00,5\n")
    )


def test_a_day_counter_alone_is_that_of_the_end_of_the_day_named() -> None:
    text = sunny_explorer("29.03.2025;10,000;x\n30.03.2025;11,000;x\n31.03.2025;13,000;x\n")
    text = text.replace(";kWh;kWh", ";kWh;V").replace(";x", ";0,000")
    series = read(text)
    assert by_local_day(series) == {"2025-03-30": 1000, "2025-03-31": 2000}
    assert list(series.readings["length_s"]) == [82_800, 86_400]


def test_an_inverter_without_a_value_is_left_aside_and_told() -> None:
    rows = "".join(f"01.06.2025 1{i}:00:00,{100 * i},NaN\n" for i in range(4))
    series = read(sma_webui(rows, "Metering.TotWhOut,Metering.TotWhOut", "[Wh],[Wh]"))
    assert series.energy_wh == 300
    assert "sans aucune valeur" in messages(series)
