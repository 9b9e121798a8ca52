"""What holds for every format: told apart from all others, and bad input refused with its line."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production.formats import (
    BOOK_FORMATS,
    FORMATS,
    MAPPED,
    TEXT_FORMATS,
    TREE_FORMATS,
    FileRefused,
    read_meter_file,
)
from production.formats.text import decode

from . import LATEST, messages, read, refused, shared
from .samples import BOOKS, TEXTS, api_answer

REAL = {
    "enphase_hourly_prod.csv": ("enphase", 2_000_524),
    "fusionsolar_Inverter_1_2025_03.xlsx": ("fusionsolar", 3_731_643),
    "isolarcloud_monthly.csv": ("sungrow", 1_470_300),
    "senec_week.csv": ("senec", 1_938),
    "sma_webui_5min.csv.gz": ("sma", 600_502),
    "sma_webui_daily.csv": ("sma", 41_367_219),
    "solaredge_api_2025_03.json": ("solaredge-api", 1_107_947),
    "solaredge_portal_de_daily.csv": ("solaredge", 445_221),
    "solarman_daily.xlsx": ("solarman", 734_000),
    "sungrow_tagesbericht.csv": ("sungrow", 6_880),
}
PORTALS = [name for name in TEXTS if name not in {"generic", "enedis"}]
BY_DAY = {"solaredge": 3000, "fronius": 3000, "sungrow": 3000, "pvoutput": 3000, "enedis-index": 3000}


def content(name: str) -> bytes:
    data = shared(f"formats/{name}").read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


@pytest.mark.parametrize("name", REAL)
def test_every_real_file_imports_to_its_total(name: str) -> None:
    series = read(content(name), name.removesuffix(".gz"))
    assert (series.format, series.energy_wh) == REAL[name]


@pytest.mark.parametrize("name", [name for name in REAL if not name.endswith(".xlsx")])
def test_every_real_text_is_recognised_by_one_format(name: str) -> None:
    source = decode(content(name), name)
    found = [r.NAME for r in TEXT_FORMATS if r.NAME != "generic" and r.recognises(source)]
    found += [r.NAME for r in TREE_FORMATS if r.recognises(source)]
    assert found == [REAL[name][0]]


@pytest.mark.parametrize("name", TEXTS)
def test_every_sample_is_recognised_by_one_format(name: str) -> None:
    source = decode(TEXTS[name].encode(), name)
    others = {"generic"} if name != "generic" else set()
    assert [r.NAME for r in TEXT_FORMATS if r.NAME not in others and r.recognises(source)] == [name]
    assert read(TEXTS[name]).format == name


@pytest.mark.parametrize("name", BOOKS)
def test_every_worksheet_is_recognised_by_one_format(name: str) -> None:
    series = read(BOOKS[name](), "releve.xlsx")
    assert series.format == name
    assert series.energy_wh == 3000
    assert set(BOOKS) | {"fusionsolar"} == {reader.NAME for reader in BOOK_FORMATS}


def test_every_reader_has_a_name_for_people() -> None:
    names = {r.NAME for r in TEXT_FORMATS} | {r.NAME for r in BOOK_FORMATS} | {r.NAME for r in TREE_FORMATS}
    assert names | {MAPPED} == set(FORMATS)
    assert all(len(name) <= 30 for name in names)


@pytest.mark.parametrize("name", BY_DAY)
def test_days_add_up_and_last_a_civil_day(name: str) -> None:
    series = read(TEXTS[name])
    assert series.energy_wh == BY_DAY[name]
    assert set(series.readings["length_s"]) == {86_400}
    assert series.readings["start"].iloc[0].isoformat() == "2025-05-31T22:00:00+00:00"


@pytest.mark.parametrize("name", [n for n in PORTALS if n != "pvoutput"])
def test_windows_line_ends_marks_and_latin_1_read_alike(name: str) -> None:
    expected = read(TEXTS[name]).readings
    windows = TEXTS[name].removeprefix("\ufeff").replace("\n", "\r\n")
    for data in (windows.encode("utf-8-sig"), windows.encode("cp1252"), windows.encode("utf-16")):
        assert read(data).readings.equals(expected)


@pytest.mark.parametrize("name", PORTALS)
def test_a_repeated_line_is_counted_once(name: str) -> None:
    cut = ";" if name == "pvoutput" else "\n"
    lines = TEXTS[name].rstrip(cut).split(cut)
    series = read(cut.join([*lines, lines[-1], ""]))
    assert series.energy_wh == read(TEXTS[name]).energy_wh
    assert series.counts.duplicates == 1
    assert "à l’identique" in messages(series)


@pytest.mark.parametrize("name", [n for n in PORTALS if n not in {"pvoutput", "edf"}])
def test_an_unreadable_date_and_value_are_told_with_their_line(name: str) -> None:
    lines = TEXTS[name].split("\n")
    at = len(lines) - 2
    day = lines[at].replace("2025", "20x5")
    assert refused("\n".join([*lines[:at], day, *lines[at + 1 :]])).line == at + 1
    value = lines[at].replace("1000", "1o00").replace("1,0", "1,o").replace("1.0", "1.o")
    value = value.replace("4000", "4o00").replace("3000", "3o00").replace(";44;", ";4_4;")
    assert value != lines[at]
    assert refused("\n".join([*lines[:at], value, *lines[at + 1 :]])).line == at + 1


@pytest.mark.parametrize("name", PORTALS)
def test_the_future_is_refused(name: str) -> None:
    text = TEXTS[name].replace("2025", "2031")
    assert "dans le futur" in str(refused(text))


@pytest.mark.parametrize("name", PORTALS)
def test_more_than_the_plant_can_is_refused(name: str) -> None:
    assert "puissance impossible" in str(refused(TEXTS[name], peak_power_w=10))


@pytest.mark.parametrize("name", [n for n in PORTALS if n not in {"pvoutput", "edf"}])
def test_a_header_alone_is_refused(name: str) -> None:
    lines = TEXTS[name].split("\n")
    head = "\n".join(line for line in lines if "2025" not in line or "Index;" in line) + "\n"
    assert refused(head).fault_count == 1


@pytest.mark.parametrize("name", [n for n in PORTALS if n not in {"index", "pvoutput-status"}])
def test_a_line_cut_short_is_refused(name: str) -> None:
    text = TEXTS[name].rstrip("\n;")
    separator = ";" if name in {"senec", "enedis-index", "edf", "fluvius"} else ","
    assert "inachevée" in str(refused(text[: text.rindex(separator, 0, text.rindex(separator))]))


@pytest.mark.parametrize("name", [n for n in PORTALS if n != "index"])
def test_a_unit_that_contradicts_the_file_is_refused(name: str) -> None:
    assert "unité demandée" in str(refused(TEXTS[name], unit="MW"))


@pytest.mark.parametrize("name", PORTALS)
def test_a_portal_that_renamed_its_columns_is_not_guessed(name: str) -> None:
    """It is read by no special format: by the generic one, with its remarks, or refused."""
    text = TEXTS[name]
    for word in (
        "Produced",
        "Energie (Wh)",
        "PV(",
        "Stromerzeugung",
        "Gesamt Erzeugung",
        "TotWhOut",
        "Index",
        "Puissance atteinte",
        "d=",
        "Volume",
    ):
        text = text.replace(word, "Xyz(")
    text = text.replace("Horodate", "Quand").replace("1000,0.5", "mille,0.5")
    try:
        assert read(text).format in {"generic", "index"}
    except FileRefused as refusal:
        assert refusal.sentences


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(PORTALS), at=st.integers(0, 2000), noise=st.text(max_size=6))
def test_a_damaged_file_is_read_or_refused(name: str, at: int, noise: str) -> None:
    text = TEXTS[name]
    cut = at % len(text)
    try:
        read_meter_file((text[:cut] + noise + text[cut + len(noise) :]).encode(), filename="x", latest=LATEST)
    except FileRefused as refusal:
        assert refusal.sentences


@settings(max_examples=150, deadline=None)
@given(
    points=st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(max_size=9), st.just("2025-06-01 10:00:00"), st.integers()),
            st.one_of(
                st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3)
            ),
        ),
        max_size=5,
    )
)
def test_any_answer_of_the_api_is_read_or_refused(points: list[tuple[object, object]]) -> None:
    try:
        read_meter_file(json.dumps(json.loads(api_answer(points))).encode(), filename="x", latest=LATEST)  # type: ignore[arg-type]
    except FileRefused as refusal:
        assert refusal.sentences
