from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from . import by_local_day, messages, read, refused, shared, starts

PARIS = ZoneInfo("Europe/Paris")


def local_day(day: str, following: str, step: str = "10min") -> list[pd.Timestamp]:
    return list(pd.date_range(day, following, freq=step, tz="Europe/Paris", inclusive="left"))


def table(
    times: list[pd.Timestamp], value: str = "0,6", form: str = "%d/%m/%Y %H:%M", head: str = "Date;kW"
) -> str:
    return head + "\n" + "".join(f"{t.strftime(form)};{value}\n" for t in times)


def test_the_aarhus_year_imports_to_its_total() -> None:
    series = read(shared("metered/aarhus_roof_hourly_2024-09_2025-08.csv"), "aarhus.csv", peak_power_w=49_020)
    assert series.format == "generic"
    assert round(series.energy_wh / 1000, 1) == 40_673.5
    month = series.readings["start"].dt.strftime("%Y-%m")
    months = (series.readings["energy_wh"].groupby(month).sum() / 1000).round(1).tolist()
    expected = [2246.5, 1930.3, 568.1, 256.7, 476.7, 1121.1, 3731.6, 5004.7, 6911.6, 6717.5, 6154.5, 5554.4]
    assert months == pytest.approx(expected, abs=0.051)
    assert "inv1_rows" in messages(series)
    assert len(series.readings) == 8760


def test_the_enphase_file_imports_to_its_total() -> None:
    series = read(shared("formats/enphase_hourly_prod.csv"), format="generic")
    assert series.energy_wh == 2_000_524
    assert "mois/jour/année" in messages(series)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("sungrow_tagesbericht.csv", "PV-Ertrag(W)"),
        ("senec_week.csv", "Stromerzeugung [kW]"),
        ("isolarcloud_monthly.csv", "PV(kWh)"),
        ("solaredge_portal_de_daily.csv", "Energie (Wh)"),
    ],
)
def test_the_column_of_production_is_found(name: str, column: str) -> None:
    assert f"et «\u202f{column}\u202f»" in messages(read(shared(f"formats/{name}"), format="generic"))


@pytest.mark.parametrize(
    ("day", "following", "hours"), [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
)
@pytest.mark.parametrize("step", ["10min", "15min", "60min"])
@pytest.mark.parametrize("descending", [False, True])
def test_clock_times_cross_daylight_saving(
    day: str, following: str, hours: int, step: str, descending: bool
) -> None:
    times = local_day(day, following, step)
    series = read(table(times[::-1] if descending else times))
    assert by_local_day(series) == {day: hours * 600}
    assert starts(series) == [t.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M") for t in times]


def test_the_autumn_hour_interleaved_is_resolved() -> None:
    times = local_day("2025-10-26", "2025-10-27", "15min")
    night = sorted(times[8:16], key=lambda t: (t.strftime("%H:%M"), t))
    series = read(table(times[:8] + night + times[16:]))
    assert by_local_day(series) == {"2025-10-26": 15_000}


def test_the_autumn_hour_shown_once_is_told() -> None:
    times = local_day("2025-10-26", "2025-10-27", "15min")
    series = read(table(times[:12] + times[16:]))
    assert by_local_day(series) == {"2025-10-26": 24 * 600}
    assert "ne figure qu’une fois" in messages(series)


def test_the_spring_hour_that_never_was_is_refused_with_its_line() -> None:
    times = [f"30/03/2025 {h:02d}:{m:02d};1" for h in range(24) for m in (0, 30)]
    refusal = refused("Date;kWh\n" + "\n".join(times) + "\n")
    assert [fault.line for fault in refusal.faults] == [6, 7]
    assert "heure d’été" in str(refusal)


@pytest.mark.parametrize("header", ["Fin;kWh", "end_local;kWh", "Horodate de fin;kWh"])
def test_a_header_that_says_end_means_end(header: str) -> None:
    series = read(table(local_day("2025-06-01", "2025-06-02"), head=header))
    assert series.label == "end"
    assert starts(series)[0] == "2025-05-31T21:50"
    assert read(table(local_day("2025-06-01", "2025-06-02"), head=header), label="start").label == "start"


@pytest.mark.parametrize(
    ("header", "hours"), [("Date UTC;kWh", 0), ("Date (UTC+1);kWh", 1), ("date_utc;kWh", 0)]
)
def test_a_header_that_says_utc_is_believed(header: str, hours: int) -> None:
    series = read(table(local_day("2025-06-01", "2025-06-02"), head=header))
    assert starts(series)[0] == (datetime(2025, 6, 1, tzinfo=UTC) - timedelta(hours=hours)).strftime(
        "%Y-%m-%dT%H:%M"
    )


@pytest.mark.parametrize(
    ("unit", "value", "energy_wh"),
    [
        ("Wh", "100", 14_400),
        ("kWh", "0,1", 14_400),
        ("MWh", "0,0001", 14_400),
        ("W", "600", 14_400),
        ("kW", "0,6", 14_400),
    ],
)
def test_units_come_from_the_header_or_the_caller(unit: str, value: str, energy_wh: int) -> None:
    times = local_day("2025-06-01", "2025-06-02")
    assert read(table(times, value, head=f"Date;Production ({unit})")).energy_wh == energy_wh
    assert read(table(times, value, head="Date;Production"), unit=unit).energy_wh == energy_wh
    bare = table(times, value).split("\n", 1)[1]
    assert read(bare, unit=unit).energy_wh == energy_wh
    assert "unité" in str(refused(bare))


@pytest.mark.parametrize(
    ("values", "first_wh"),
    [
        (["1.234,5", "12,25", "0"], 1_234_500),
        (["1,234.5", "12.25", "0"], 1_234_500),
        (["1 234,5", "12,25", "0"], 1_234_500),
        (["1\u202f234,5", "12", "0"], 1_234_500),
        (["1’234.5", "12", "0"], 1_234_500),
        (["1.234", "0.500", "2.000"], 1_234),
        (["1,234", "0,500", "2,000"], 1_234),
        (["1.234", "999", "500"], 1_234_000),
        (["1,2E+03", "1", "0"], 1_200_000),
    ],
)
def test_decimal_and_thousands_marks_are_told_apart(values: list[str], first_wh: int) -> None:
    rows = [f"2025-06-01 {i:02d}:00;{value}\n" for i, value in enumerate(values)]
    series = read("Date;kWh\n" + "".join(rows))
    assert int(series.readings["energy_wh"].iloc[0]) == first_wh


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%Y%m%dT%H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d.%m.%Y %H:%M:%S",
        "%d/%m/%Y;%H:%M",
        "%-d/%-m/%Y %-H:%M",
        "%m/%d/%Y %I:%M %p",
    ],
)
def test_date_layouts(form: str) -> None:
    times = local_day("2025-06-01", "2025-06-15", "60min")
    head = "Date;Heure;kW" if ";" in form else "Date;kW"
    assert len(by_local_day(read(table(times, form=form, head=head)))) == 14


def test_dates_that_read_both_ways_are_settled_by_continuity_or_said() -> None:
    times = local_day("2025-03-01", "2025-03-05", "60min")
    assert starts(read(table(times, form="%m/%d/%Y %H:%M")))[0] == "2025-02-28T23:00"
    single = read(table(local_day("2025-03-01", "2025-03-02", "60min")))
    assert starts(single)[0] == "2025-02-28T23:00"
    assert "jour/mois/année" in messages(single)


def test_daily_energies_last_a_civil_day() -> None:
    days = pd.date_range("2025-03-28", "2025-04-01", freq="D")
    series = read(table(list(days), "12", "%d/%m/%Y", "Jour;kWh"))
    assert series.readings["length_s"].tolist() == [86_400, 86_400, 82_800, 86_400, 86_400]
    assert series.energy_wh == 60_000


def test_a_cumulative_index_is_refused() -> None:
    times = local_day("2025-06-01", "2025-06-05", "60min")
    rows = "".join(f"{t.strftime('%Y-%m-%d %H:%M')};{1000 + i}\n" for i, t in enumerate(times))
    assert "index cumulé" in str(refused("Date;kWh\n" + rows))


def test_a_column_of_consumption_is_not_production() -> None:
    times = local_day("2025-06-01", "2025-06-02")
    assert "n’est pas une production" in str(refused(table(times, head="Date;Consommation (kWh)")))


def test_totals_preambles_and_quotes_are_accepted() -> None:
    times = local_day("2025-06-01", "2025-06-02", "60min")
    rows = "".join(f'"{t.strftime("%Y-%m-%d %H:%M")}","1,5"\n' for t in times)
    series = read("sep=,\nCentrale de Lens\n\nDate,Production (kWh)\n" + rows + "Total,36\n")
    assert series.energy_wh == 36_000
    assert int(series.readings["line"].iloc[0]) == 5
    assert "total" in messages(series)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"]
FORMS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M"]


def is_repeated(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@settings(max_examples=60, deadline=None)
@given(
    first=st.integers(0, 130_000).map(
        lambda hours: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    ),
    step_min=st.sampled_from([5, 10, 15, 30, 60]),
    values=st.lists(st.integers(0, 500_000), min_size=30, max_size=120),
    separator=st.sampled_from([";", "\t", "|", ","]),
    decimal=st.sampled_from([".", ","]),
    encoding=st.sampled_from(ENCODINGS),
    form=st.sampled_from(FORMS),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_any_writing_reads_back_to_the_same_instants_and_watt_hours(
    first: datetime,
    step_min: int,
    values: list[int],
    separator: str,
    decimal: str,
    encoding: str,
    form: str,
    newline: str,
) -> None:
    decimal = "." if separator == "," else decimal
    # Two whole days at least, so that day and month can be told apart; whole autumn nights too.
    count = max(len(values), 3 * 1440 // step_min)
    times = [first + timedelta(minutes=step_min * i) for i in range(count)]
    energies = [values[i % len(values)] for i in range(count)]
    texts = [f"{wh // 1000}{decimal}{wh % 1000:03d}" for wh in energies]
    local = [t.astimezone(PARIS) for t in times]
    lines = [f"{t.strftime(form)}{separator}{v}" for t, v in zip(local, texts, strict=True)]
    content = newline.join([f"Début{separator}Énergie (kWh)", *lines, ""]).encode(encoding)
    # A file that starts or ends inside the repeated hour does not say which pass it is.
    assume("%z" in form or not any(is_repeated(t) for t in (local[0], local[-1])))
    series = read(content)
    assert series.readings["energy_wh"].tolist() == energies
    assert series.readings["start"].tolist() == [pd.Timestamp(t) for t in times]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=string.digits + "-/:;,. \n\"'TZ+kWhé", max_size=300))
def test_any_text_is_read_or_refused(content: str) -> None:
    from production.formats import FileRefused

    try:
        read("Date;kWh\n2025-06-01 00:00;1\n2025-06-01 00:10;1\n" + content)
    except FileRefused as refusal:
        assert refusal.sentences
