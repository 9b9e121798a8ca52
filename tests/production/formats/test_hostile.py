"""Files written to exhaust or mislead the readers: refused, or read without harm."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import pytest

from production.formats import FileRefused, extent, notes, workbook
from production.formats.decimals import parse_decimals
from production.formats.notes import Notes

from . import read, refused
from .test_fusionsolar import book, snapshots

ROWS = "".join(f"2025-06-01 {h:02}:00Z;1.5\n" for h in range(24))
HEAD = "date;Production (kWh)\n"


def resheeted(data: str) -> bytes:
    """Return a workbook whose worksheet is replaced by this content of <sheetData>."""
    source = zipfile.ZipFile(io.BytesIO(book([])))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, data if "sheet1" in name else source.read(name))
    return packed.getvalue()


def sheet(rows: str, before: str = "", ns: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    prefix, name = (f"{ns}:", f":{ns}") if ns else ("", "")
    opening = f'{before}<{prefix}worksheet xmlns{name}="{main}"><{prefix}sheetData>'
    return f"{opening}{rows}</{prefix}sheetData></{prefix}worksheet>"


FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "content",
    [
        sheet(FIRST + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        sheet(FIRST + '<row r="9000"><c s="1" r="ZZ9000"><v>1</v></c></row>'),
        sheet(FIRST + "<row r='9000'><c\nr='zz9000'/></row>"),
        sheet('<x:row><x:c r="A1"/><x:c r="XFD1048576"/></x:row>', ns="x"),
        sheet('<row r="1048576"><c/><c/><c/><c/><c/><c/></row>'),
        sheet('<!-- > --><row><c r="XFC1"/><c/></row>' + "<row><c/></row>" * 400),
    ],
)
def test_cells_far_apart_are_refused_before_being_laid_out(
    content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("the workbook was opened")

    monkeypatch.setattr(workbook, "open_sheets", opened)
    assert "trop étendue" in str(refused(resheeted(content), "x.xlsx"))


@pytest.mark.parametrize(
    "content",
    [
        sheet('<row r="1"><c s="1" r="A1A1"/></row>'),
        sheet('<row r="1"><c r="&x;"/></row>', '<!DOCTYPE a [<!ENTITY x "A1">]>'),
        sheet('<row r="1"><c s="1" r="A99999999999"/></row>'),
    ],
)
def test_a_worksheet_no_portal_writes_is_refused(content: str) -> None:
    assert "abîmé" in str(refused(resheeted(content), "x.xlsx"))


def test_both_ways_of_measuring_a_worksheet_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "CHUNK_BYTES", 150)
    usual = "".join(f'<row r="{i}"><c r="A{i}"/><c r="AB{i}"/></row>' for i in range(1, 30))
    for rows in (usual, usual.replace("<c r", "<c  r"), usual + "<!-- -->"):
        content = sheet(rows).encode()
        assert extent.extent(partial(io.BytesIO, content)) == (29, 28)
    assert extent.extent(lambda: io.BytesIO(b"\x89PNG<c r='XFD1048576'>")) == (0, 0)


def test_blanks_around_fields_are_stripped_however_many() -> None:
    blanks = " " * 60_000
    assert read(HEAD + ROWS + f"2025-06-02 00:00Z{blanks};{blanks}1.5 \n").energy_wh == 25 * 1500
    assert "illisible" in str(refused(HEAD + ROWS + f" 2025-06-02 00:00Z;1{blanks}x\n"))


def test_thousands_of_blocks_kinds_or_devices_are_refused() -> None:
    head = "Identifiant PRM;x\n"
    assert "100 blocs" in str(refused(head + "horodate\n" * 300))
    assert "100 blocs" in str(refused(head + (head + "12345678901234;y\n") * 300))
    names = "Identifiant PRM;Grandeur physique;Grandeur metier;Etape metier;Unite;Horodate;Valeur\n"
    kinds = "".join(f"12345678901234;EA;PROD;e{i};W;2025-01-01 00:00;1\n" for i in range(51))
    assert "50 grandeurs" in str(refused(names + kinds))
    rows = [snapshots("2025-06-10 12:00", "2025-06-10 12:05", device=f"d{i}")[0] for i in range(201)]
    assert "200 onduleurs" in str(refused(book(rows), "x.xlsx"))


def test_reading_stops_after_ten_thousand_bad_lines() -> None:
    refusal = refused(HEAD + ROWS + "a\n" * 20_000)
    assert refusal.fault_count == notes.MAX_WALKED
    assert "au moins 9999 autres erreurs" in str(refusal)
    assert [fault.line for fault in refusal.faults] == list(range(26, 26 + notes.MAX_FAULTS))


def test_few_faults_and_remarks_are_kept_and_all_are_counted() -> None:
    kept = Notes("x.csv")
    for i in range(1000, 0, -1):
        kept.refuse(i, "", "p", "r")
        kept.say("info", "", "m")
    assert len(kept._faults) <= 11 * notes.MAX_FAULTS
    with pytest.raises(FileRefused) as caught:
        kept.raise_if_refused()
    assert [fault.line for fault in caught.value.faults] == list(range(1, 1 + notes.MAX_FAULTS))
    assert caught.value.fault_count == 1000
    assert len(kept.remarks) == notes.MAX_REMARKS + 1
    assert kept.remarks[-1].message == "Et 950 autres remarques."


def test_control_characters_of_a_cell_are_dropped() -> None:
    rows = snapshots("2025-06-10", "2025-06-11", device="_x0000_on_x0007_d")
    assert read(book(rows), "x.xlsx").devices == ("ond",)


@pytest.mark.parametrize("value", ["\u0661\u0662", "1" * 1_000_000])
def test_a_number_that_is_not_one_is_no_gap(value: str) -> None:
    assert refused(HEAD + ROWS + f"2025-06-02 00:00Z;{value}\n2025-06-02 01:00Z;1.5\n").line == 26
    assert parse_decimals(["-", "", "1"]).unreadable.tolist() == [False, False, False]


def test_an_offset_beyond_fourteen_hours_is_refused() -> None:
    assert refused(HEAD + ROWS + "2025-06-02 00:00+99:00;1\n").line == 26
    assert refused(HEAD + ROWS + "2025-06-02 00:00-14:01;1\n").line == 26
    assert "décalage" in str(refused(HEAD.replace("date", "date UTC+99") + ROWS.replace("Z", "")))
    assert len(read(HEAD + "2025-06-02 00:00+14:00;1\n2025-06-02 01:00+14:00;1\n").readings) == 2


def test_endless_answers_are_refused_before_they_are_taken_apart() -> None:
    records = "20250601,1000,0.5,1" + ";20250601,1,2,3" * 30_000
    assert "20\u202f000 jours" in str(refused(records))
    points = '{"date":"2025-06-01 10:00:00","value":1},' * 700_000
    answer = '{"energy":{"timeUnit":"HOUR","unit":"Wh","values":[' + points + "{}]}}"
    assert "trop longue" in str(refused(answer, "api.json"))
