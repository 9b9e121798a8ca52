"""SGE XML, EDF's archive, FusionSolar's plant report, Fluvius, PVOutput's statuses, any worksheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.formats import FileRefused, archive, read_meter_file

from . import LATEST, by_local_day, messages, read, refused, starts
from .samples import BOOKS, PRM, TEXTS, sge_xml, workbook

# Enedis SGE, XML


def ten_minutes(day: str, power: str = "600") -> list[tuple[str, str]]:
    times = pd.date_range(day, periods=144, freq="10min", tz="Europe/Paris")
    return [(f"{t:%Y-%m-%dT%H:%M:%S}.000{t:%z}"[:-2] + ":00", power) for t in times]


def test_an_sge_answer_is_read_to_its_line() -> None:
    series = read(sge_xml(ten_minutes("2025-06-01")), "sge.xml")
    assert (series.format, series.energy_wh, series.meter_identifier) == ("enedis-xml", 14_400, PRM)
    assert series.readings["line"].iloc[0] == 8
    assert by_local_day(series) == {"2025-06-01": 14_400}


def test_an_empty_value_of_an_sge_answer_is_a_gap() -> None:
    points = ten_minutes("2025-06-01")
    points[70] = (points[70][0], "")
    assert read(sge_xml(points), "sge.xml").counts.gaps == 1


def test_a_faulty_measure_is_told_with_its_line() -> None:
    points = ten_minutes("2025-06-01")
    points[70] = (points[70][0], "6oo")
    assert refused(sge_xml(points), "sge.xml").line == 78


def test_two_quantities_keep_the_production() -> None:
    both = sge_xml(ten_minutes("2025-06-01")).replace(
        "</ns:consulterMesuresDetailleesResponse>",
        "<grandeur><grandeurMetier>CONS</grandeurMetier><grandeurPhysique>PA</grandeurPhysique>"
        "<unite>W</unite><mesure><v>9</v><d>2025-06-01T00:00:00+02:00</d><p>PT10M</p></mesure></grandeur>"
        "</ns:consulterMesuresDetailleesResponse>",
    )
    assert read(both, "sge.xml").energy_wh == 14_400


@pytest.mark.parametrize(
    "content",
    [
        sge_xml(ten_minutes("2025-06-01"))[:4000],
        sge_xml([]),
        sge_xml(ten_minutes("2025-06-01")).replace("<ns:", '<!DOCTYPE x [<!ENTITY a "b">]><ns:', 1),
        "<mesure><v>1</v></mesure>",
        "<mesure><v>" * 5000,
    ],
)
def test_xml_that_is_cut_empty_or_hostile_is_refused(content: str) -> None:
    refused(content, "sge.xml")


# EDF

EDF_HEAD = (
    "Récapitulatif de mes puissances atteintes en W\n\n"
    "Date et heure de relève par le distributeur;Puissance atteinte (W);Nature de la donnée\n"
)


def edf_day(day: dt.date, power: int) -> str:
    """Forty-eight half hours by their ends, from the midnight that closes the day down to 00:30."""
    ends = [dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=30 * n) for n in range(48, 0, -1)]
    return f"{day:%d/%m/%Y};;\n" + "".join(f"{end:%H:%M:%S};{power};Réelle\n" for end in ends) + "\n"


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return content.getvalue()


def edf_archive(text: str, name: str = "mes-puissances-atteintes-30min-004000000000-00000.csv") -> bytes:
    return packed(**{name: text.encode("latin-1"), "mes-index-elec.csv": b"rien"})


def test_an_edf_archive_is_read_by_the_day_its_lines_stand_under() -> None:
    text = EDF_HEAD + edf_day(dt.date(2025, 6, 2), 2000) + edf_day(dt.date(2025, 6, 1), 1000)
    series = read(edf_archive(text), "mes-donnees-elec.zip")
    assert series.format == "edf"
    assert by_local_day(series) == {"2025-06-01": 24_000, "2025-06-02": 48_000}
    assert "mesure bien la production" in messages(series)


def test_a_time_of_edf_without_its_day_is_a_fault_with_its_line() -> None:
    text = EDF_HEAD + "00:00:00;1;Réelle\n" + edf_day(dt.date(2025, 6, 1), 1000)
    assert refused(text).line == 4


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            {
                "mes-puissances-atteintes-30min-1.csv": b"x",
                "mes-puissances-atteintes-30min-2.csv": b"x",
            },
            "2 courbes",
        ),
        ({"../mes-puissances-atteintes-30min-1.csv/x": b"x"}, "archive"),
        ({"courbe.csv": b"Date;kWh\n2025-06-01;1\n"}, "archive"),
    ],
)
def test_other_archives_are_refused(members: dict[str, bytes], words: str) -> None:
    assert words in str(refused(packed(**members), "x.zip"))


def test_an_archive_that_grows_too_large_is_refused_while_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 10_000)
    bomb = edf_archive(EDF_HEAD + "0" * 2_000_000)
    assert len(bomb) < 10_000
    assert "décompressée" in str(refused(bomb, "x.zip"))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 3000), noise=st.binary(min_size=1, max_size=20))
def test_a_damaged_archive_is_read_or_refused(at: int, noise: bytes) -> None:
    content = edf_archive(EDF_HEAD + edf_day(dt.date(2025, 6, 1), 1000))
    at %= len(content)
    try:
        read_meter_file(content[:at] + noise + content[at + len(noise) :], filename="x.zip", latest=LATEST)
    except FileRefused as refusal:
        assert refusal.sentences


# FusionSolar, plant report

OLD = [
    "Statistical Time",
    "Total String Capacity (kWp)",
    "PV Yield (kWh)",
    " Inverter Yield (kWh)",
    "Export (kWh)",
]
NEW = ["Statistical Period", "Inverter Yield (kWh)", "Total String Capacity (kWp)", "Import (kWh)"]


def test_both_generations_of_the_plant_report_read_alike() -> None:
    old = workbook(
        [["Report"], OLD, *([f"2025-06-0{d}", 36, 2.2, 2.0, 1] for d in (1, 2)), ["Total", 36, 4.4, 4.0]]
    )
    new = workbook([["Report"], NEW, *([f"2025-06-0{d}", 2.0, 36, 1] for d in (1, 2)), ["Total", 4.0, 36, 2]])
    for content in (old, new):
        series = read(content, "rapport.xlsx")
        assert (series.format, series.energy_wh, series.counter_energy_wh) == (
            "fusionsolar-plant",
            4_000,
            4_000,
        )


def test_a_plant_report_of_months_gives_energy_to_no_day_and_says_so() -> None:
    content = workbook([["Report"], NEW, ["2025-01", 2.0, 36, 1], ["2025-02", 2.0, 36, 1]])
    assert "aucun jour" in str(refused(content, "rapport.xlsx"))


def test_of_two_plants_in_a_report_one_is_chosen() -> None:
    rows = [["Plant Name", *NEW], *(["A", f"2025-06-0{d}", 2.0, 36, 1] for d in (1, 2))]
    content = workbook([*rows, *(["B", f"2025-06-0{d}", 3.0, 36, 1] for d in (1, 2))])
    refusal = refused(content, "rapport.xlsx")
    assert refusal.parts == ("A", "B")
    assert read(content, "rapport.xlsx", part="B").energy_wh == 6_000


# Fluvius


def test_fluvius_adds_the_registers_of_a_day_up_and_leaves_draw_aside() -> None:
    head = TEXTS["fluvius"].split("\n")[0]
    rows = "".join(
        f'{day:02}-06-2025;00:00:00;{day + 1:02}-06-2025;00:00:00;="541448820000000001";m;Digitale meter;'
        f"{register};{volume};kWh;Uitgelezen;\n"
        for day in (1, 2)
        for register, volume in (("Afname Dag", "9"), ("Injectie Dag", "1,5"), ("Injectie Nacht", "0,5"))
    )
    series = read(f"{head}\n{rows}")
    assert by_local_day(series) == {"2025-06-01": 2_000, "2025-06-02": 2_000}
    assert series.meter_identifier == "541448820000000001"
    assert "laissés de côté" in messages(series)


def test_a_fluvius_file_of_draw_alone_is_refused() -> None:
    assert "injection" in str(refused(TEXTS["fluvius"].replace("Injectie", "Afname")))


def test_the_autumn_night_of_fluvius_has_a_hundred_quarters() -> None:
    head = TEXTS["fluvius"].split("\n")[0]
    times = pd.date_range("2025-10-26", "2025-10-27", freq="15min", tz="Europe/Paris")
    rows = "".join(
        f"{a:%d-%m-%Y;%H:%M:%S};{b:%d-%m-%Y;%H:%M:%S};;m;x;Injectie Nacht;0,100;kWh;Uitgelezen;\n"
        for a, b in pairwise(times)
    )
    assert by_local_day(read(f"{head}\n{rows}")) == {"2025-10-26": 10_000}


# PVOutput, statuses


def test_the_energy_of_a_status_is_what_the_day_gained() -> None:
    text = "".join(f"d=202506{d:02}&t={h:02}:00&v1={100 * (h - 9)}\n" for d in (1, 2) for h in range(10, 14))
    series = read(text)
    assert by_local_day(series) == {"2025-06-01": 400, "2025-06-02": 400}
    # Before the first status of a day the counter rose too, since midnight.
    assert series.readings["length_s"].iloc[0] == 36_000


def test_a_status_that_falls_within_its_day_is_a_fault_with_its_line() -> None:
    refusal = refused("d=20250601&t=10:00&v1=100\nd=20250601&t=11:00&v1=50\n")
    assert refusal.line == 2
    assert "recule" in str(refusal)


def test_powers_alone_hold_until_the_next_status() -> None:
    text = "".join(f"d=20250601,t=10:{m:02},v2=1200\n" for m in range(0, 60, 5))
    assert read(text).energy_wh == 1_200


# Any worksheet; other texts the generic reader takes


def test_a_worksheet_of_power_or_index_is_read_like_a_text() -> None:
    powers = workbook([["Date", "Puissance (kW)"], *([f"2025-06-01 {h:02}:00", 1.5] for h in range(8, 18))])
    assert read(powers, "x.xlsx").energy_wh == 15_000
    shown = workbook([["Date", "Index (kWh)"], *([f"2025-06-0{d}", 100.125 * d] for d in range(1, 5))])
    series = read(shown, "x.xlsx")
    assert (series.format, series.energy_wh) == ("generic-xlsx", 300_375)


def test_cells_that_are_dates_keep_their_minute() -> None:
    times = [pd.Timestamp(f"2025-06-01 08:{10 * n:02}").to_pydatetime() for n in range(6)]
    content = workbook([["Instant", "kWh"], *([time, 1.234] for time in times)])
    series = read(content, "x.xlsx")
    assert starts(series)[1] == "2025-06-01T06:10"
    assert series.energy_wh == 7_404


def test_decimals_of_three_digits_in_cells_are_no_thousands() -> None:
    content = workbook([["Date", "kWh"], *([f"2025-06-0{d}", 1.125] for d in range(1, 5))])
    assert read(content, "x.xlsx").energy_wh == 4_500


def test_a_fault_in_a_worksheet_names_its_row() -> None:
    rows = [["Date", "kWh"], *([f"2025-06-0{d}", 1] for d in range(1, 5)), ["2025-06-05", "1o"]]
    assert refused(workbook(rows), "x.xlsx").line == 6


def test_the_first_sheet_with_a_table_is_read_and_special_formats_go_first() -> None:
    assert read(BOOKS["solarman"](), "x.xlsx").format == "solarman"


def test_enedis_mean_powers_by_the_end_of_their_step_are_read_as_such() -> None:
    rows = "".join(f"2025-06-01T{h:02}:{m:02}:00+02:00;1000\n" for h in range(8, 10) for m in (0, 30))
    series = read("Horodate ISO fin de pas;Puissance moyenne (W)\n" + rows)
    assert (series.label, series.energy_wh) == ("end", 2_000)
    assert starts(series)[0] == "2025-06-01T05:30"


def test_sunzil_spikes_are_faults_and_empty_powers_are_left_alone() -> None:
    rows = "".join(f"01/06/2025 {h:02}:{m:02};1.5;\n" for h in range(8, 12) for m in range(0, 60, 10))
    text = "\ufeffdate;produced_energy_kWh;pv_power_W\n" + rows
    assert read(text, peak_power_w=20_000).energy_wh == 36_000
    spiked = text.replace("01/06/2025 09:00;1.5", "01/06/2025 09:00;9016.3")
    assert refused(spiked, peak_power_w=20_000).lines == frozenset({8})
