"""What each portal's own ways ask for: order of day and month, clock changes, totals, ragged steps."""

from __future__ import annotations

import pandas as pd
import pytest

from . import by_local_day, messages, read, refused, starts
from .samples import BOOKS, TEXTS, workbook

ENPHASE = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"


def test_enphase_writes_the_month_first_even_when_nothing_shows_it() -> None:
    series = read(ENPHASE + "03/04/2025 10:00,5,9\n03/04/2025 11:00,6,9\n")
    assert list(by_local_day(series)) == ["2025-03-04"]


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_enphase_hours_cross_both_clock_changes(day: str, hours: int) -> None:
    end = pd.Timestamp(day) + pd.Timedelta(days=1)
    times = pd.date_range(day, end, freq="1h", tz="Europe/Paris", inclusive="left")
    rows = "".join(f"{t:%m/%d/%Y %H:%M},100,7\n" for t in times)
    assert by_local_day(read(ENPHASE + rows)) == {day: hours * 100}


def test_enphase_offsets_and_total_are_understood() -> None:
    rows = "".join(f"2021-12-01 00:{m:02}:00 +0000,100,7\n" for m in (0, 15, 30, 45))
    series = read(ENPHASE + rows + "Total,400,28\n")
    assert series.energy_wh == 400
    assert starts(series)[0] == "2021-12-01T00:00"
    assert "total" in messages(series)


def test_solaredge_in_american_order_is_told_by_its_content() -> None:
    text = "Time,System Production (Wh)\n10/24/2021,1000\n10/25/2021,2000\n"
    assert by_local_day(read(text)) == {"2021-10-24": 1000, "2021-10-25": 2000}
    unclear = "Measurement Time,Production (Wh)\n01/02/2021,1000\n02/02/2021,2000\n"
    assert list(by_local_day(read(unclear))) == ["2021-02-01", "2021-02-02"]


def test_fronius_five_minutes_and_a_report_without_production() -> None:
    head = "Datum und Uhrzeit,Direkt verbraucht,PV Produktion,\n[dd.MM.yyyy HH:mm],[Wh],[Wh],\n"
    series = read(head + "".join(f"01.06.2025 12:{m:02},1,100.5,\n" for m in range(0, 60, 5)))
    assert series.energy_wh == 1206
    assert "débuts ou des fins" in messages(series)
    assert "production" in str(
        refused(head.replace("PV Produktion", "Verbrauch") + "01.06.2025 12:00,1,1,\n")
    )


def test_sungrow_dashes_are_gaps() -> None:
    rows = "2023-06-21 12:00:00,1200,5\n2023-06-21 12:05:00,--,--\n2023-06-21 12:10:00,1200,5\n"
    series = read("Zeit,PV-Ertrag(W),Netz(W)\n" + rows)
    assert series.counts.gaps == 1
    assert series.energy_wh == 200


def test_senec_snapshots_hold_until_the_next_and_not_across_a_hole() -> None:
    times = ("13:00:00", "13:05:03", "13:10:01", "15:00:00")
    rows = "".join(f"26.09.2022 {t};0,0;1,2\n" for t in times)
    series = read("Uhrzeit;Netzbezug [kW];Stromerzeugung [kW]\n" + rows)
    assert list(series.readings["length_s"]) == [303, 298, 303, 303]


def test_solarman_refuses_two_plants_and_an_empty_report() -> None:
    head = ["Plant Name", "Updated Time", "Time Zone", "Production-Today(kWh)"]
    two = [head, ["A", "2025/06/01", "", "1"], ["B", "2025/06/02", "", "1"]]
    assert refused(workbook(two), "s.xlsx").line == 3
    assert "deux centrales" in str(refused(workbook(two), "s.xlsx"))
    assert "que son en-tête" in str(refused(workbook([head]), "s.xlsx"))
    wrong = [head, ["A", "2025/06/01", "", "1"], ["A", "2025/06/02", "", "beaucoup"]]
    assert refused(workbook(wrong), "s.xlsx").line == 3


def test_enedis_days_name_their_meter_and_refuse_a_wrong_one() -> None:
    assert read(BOOKS["enedis-days"](), "e.xlsx").meter_identifier == "19125759625988"
    rows = [["Point Référence Mesure (PRM) :", "12"], ["Date", "Valeur (en kWh)"], ["01/06/2025", 1]]
    assert "14 chiffres" in str(refused(workbook([*rows, ["02/06/2025", "NA"]]), "e.xlsx"))


def test_pvoutput_lines_are_ranks_and_unknown_days_are_gaps() -> None:
    text = "20250603,3000,0.5,0,9,400,13:00;20250602,NaN,NaN,0,9,NaN,;20250601,1000,0.5,0,9,400,12:00"
    series = read(text)
    assert by_local_day(series) == {"2025-06-01": 1000, "2025-06-03": 3000}
    assert list(series.readings["line"]) == [3, 1]
    assert series.counts.gaps == 1


def test_pvoutput_states_and_ragged_records_are_refused() -> None:
    assert "getoutput" in str(refused("20250601,10:00,500,0.1,1200\n20250601,10:05,600,0.1,1200\n"))
    assert refused(TEXTS["pvoutput"].replace("20250602,", "20250602,9,")).fault_count == 1
    assert "date illisible" in str(refused(TEXTS["pvoutput"].replace("20250603", "20259903")))
