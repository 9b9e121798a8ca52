"""An export proves itself: what is read back is what was written, in both formats."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareholders.register_chain import Line, verify
from shareholders.register_export import (
    COLUMNS,
    ExportImpossible,
    Meta,
    as_csv,
    as_xlsx,
    read_export,
    writing,
)
from shareholders.register_files.faults import RegisterFileRefused
from tests.shareholders.registers import chained, line, registers

META = Meta(
    "mine-de-soleil",
    '=Mine de Soleil; "SAS"',
    "123456782",
    dt.datetime(2026, 11, 20, 9, 30, 0, 7, dt.UTC),
    dt.date(2026, 11, 19),
)
FORMULAS = [
    "=1+1",
    "+33 6",
    "-Paul",
    "@SUM(A1)",
    "'=1",
    "''",
    " =1",
    "＝1",
    "\u00a0=1",
    "a=1",
    '"',
    ";",
    "_x0041_",
    "_xFFFE_",
    "\x85\u2028\u2029",
    " bord ",
    "  deux  ",
    "\ufeffx",
]
Writer = Callable[[list[Line], Meta], bytes]
both = pytest.mark.parametrize("write", [as_csv, as_xlsx])


def named(text: str) -> list[Line]:
    return chained([line(taker=1, taker_identity=text, reason=text)])


@both
@settings(max_examples=40)
@given(register=registers())
def test_an_export_read_back_is_the_register_and_proves_itself(write: Writer, register: list[Line]):
    meta, lines = read_export(write(register, META))
    assert lines == register
    assert replace(meta, stated=None) == META
    assert meta.stated == verify(register).stated
    assert verify(lines, stated=meta.stated).is_sound


@both
def test_an_empty_register_is_exported_too(write: Writer):
    meta, lines = read_export(write([], replace(META, on=None)))
    assert (lines, meta.on) == ([], None)
    assert verify(lines, stated=meta.stated).is_sound


@both
@pytest.mark.parametrize("text", FORMULAS)
def test_a_name_that_looks_like_a_formula_comes_back_as_it_was(write: Writer, text: str):
    register = named(text)
    assert read_export(write(register, META))[1] == register


@pytest.mark.parametrize("text", FORMULAS[:9])
def test_no_csv_cell_begins_like_a_formula(text: str):
    cells = [
        cell
        for row in csv.reader(io.StringIO(as_csv(named(text), META).decode("utf-8-sig")), delimiter=";")
        for cell in row
    ]
    assert f"'{text}" in cells
    assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝＋－＠")]


def test_no_workbook_cell_is_a_formula():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(named("=1+1"), META)))
    cells = [cell for row in book["Registre"].iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells if cell.data_type == "s" or cell.data_type == "inlineStr"]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_csv_is_a_plain_table_a_french_spreadsheet_opens():
    content = as_csv(chained([line(taker=1), line("transfer", 1, 2, 4)]), META)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert tuple(rows[0][: len(COLUMNS)]) == COLUMNS
    assert len({len(row) for row in rows}) == 1
    assert rows[2][1:4] == ["cession", "2019-07-12", "2019-07-12T12:00:00.000005Z"]
    assert rows[2][8:10] == ["4", "50,00"]


def test_a_workbook_has_real_dates_and_numbers():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(chained([line(taker=1)]), META)))
    row = [cell.value for cell in book["Registre"][2]]
    assert row[2] == dt.datetime(2019, 7, 12)  # noqa: DTZ001
    assert row[8:10] == [10, 50]
    assert dict(book["Export"].values)["dernière empreinte"] == row[13]


@both
def test_the_same_register_gives_the_same_bytes(write: Writer):
    register = chained([line(taker=1)])
    assert write(register, META) == write(register, META)


@both
def test_a_tampered_register_is_exported_as_it_is_and_found_out(write: Writer):
    register = chained([line(taker=1), line(taker=2)])
    register[0] = replace(register[0], quantity=11, kind="vol")
    meta, lines = read_export(write(register, META))
    assert lines == register
    assert not verify(lines, stated=meta.stated).is_sound


def test_every_cut_of_a_csv_is_refused():
    content = as_csv(chained([line(taker=1), line(taker=2)]), META)
    for end in range(len(content) - 2):
        with pytest.raises(RegisterFileRefused):
            read_export(content[:end])


def test_a_cut_that_leaves_whole_lines_says_that_the_end_is_missing():
    content = as_csv(chained([line(taker=1), line(taker=2)]), META)
    with pytest.raises(RegisterFileRefused, match="La fin de l’export manque"):
        read_export(b"\r\n".join(content.split(b"\r\n")[:-2]) + b"\r\n")


def test_every_cut_of_a_workbook_is_refused():
    content = as_xlsx(chained([line(taker=1)]), META)
    for end in range(0, len(content) - 1, 97):
        with pytest.raises(RegisterFileRefused):
            read_export(content[:end])


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        (0, "un"),
        (2, "12/07/2019"),
        (3, "2019-07-12"),
        (6, "x"),
        (8, "1,5"),
        (8, "9" * 13),
        (9, "cinquante"),
        (10, "-"),
    ],
)
def test_an_unreadable_cell_is_named_by_line_and_column(column: int, wrong: str):
    rows = list(
        csv.reader(io.StringIO(as_csv(chained([line(taker=1)]), META).decode("utf-8-sig")), delimiter=";")
    )
    rows[1][column] = wrong
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    with pytest.raises(RegisterFileRefused) as refused:
        read_export(text.getvalue().encode())
    assert (refused.value.faults[0].line, refused.value.faults[0].column) == (2, COLUMNS[column])


@pytest.mark.parametrize(
    "content", [b"", b"a;b\n1;2\n", b"PK\x03\x04", b"\x00\x01", "é".encode("utf-16"), b"%PDF-1.7"]
)
def test_another_file_is_no_export(content: bytes):
    with pytest.raises(RegisterFileRefused):
        read_export(content)


@pytest.mark.parametrize("text", ["x" * 40_000, "\ufffe", "\uffff"])
def test_a_text_no_workbook_can_hold_is_said_and_fits_a_csv(text: str):
    register = named(text)
    with pytest.raises(ExportImpossible, match="ne tient pas"):
        as_xlsx(register, META)
    assert read_export(as_csv(register, META))[1] == register


def test_more_lines_than_a_sheet_holds_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "MAX_XLSX_LINES", 2)
    with pytest.raises(ExportImpossible, match="exportez en CSV"):
        as_xlsx(chained([line(taker=1)] * 3), META)


def test_a_nominal_value_of_millions_keeps_its_cents():
    register = chained([line(taker=1, nominal_value=Decimal("99999999.99"))])
    assert read_export(as_xlsx(register, META))[1] == register


@both
@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_export_is_refused_or_found_out(write: Writer, data: st.DataObject):
    register = chained([line(taker=1), line("transfer", 1, 2, 4)])
    content = bytearray(write(register, META))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        meta, lines = read_export(bytes(content))
    except RegisterFileRefused as refused:
        assert refused.sentences
        return
    assert lines == register or not verify(lines, stated=meta.stated).is_sound
