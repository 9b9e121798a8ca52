"""Wrong, cut, huge and hostile files: a French sentence each time, and nothing taken."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareholders.register_export import Meta, as_csv
from shareholders.register_files import RegisterFileRefused, read_register_file
from shareholders.register_files.detection import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from shareholders.register_files.faults import MAX_FAULTS
from tests.shareholders.register_files.files import (
    COLLEGES,
    HOLDERS,
    MOVEMENTS,
    TODAY,
    csv_file,
    faults,
    read,
    xlsx_sheet,
)
from tests.shareholders.registers import NOON


def refused(content: bytes, name: str = "registre.csv") -> str:
    told = faults(content, name)
    assert told
    assert all("Que faire : " in sentence for sentence in told)
    return told[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf \r\n\r\n", "vide"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"\x89PNG\r\n", "image"),
        (b"<html><table></table></html>", "page web"),
        (b'{"shares": 3}', "JSON"),
        (b"Identifiant PRM;Type;Date\n3000;;", "compteur"),
        (b"Horodate;Valeur\n2024-01-01T00:00:00+01:00;12\n", "compteur"),
        (b"PK\x03\x04 abc", "abîmé"),
        (b"a\x00b;c", "binaire"),
        (b"un;deux\n1;2\n", "aucune ligne de titres"),
        (b"Nom;Actions\n", "que des titres"),
    ],
)
def test_another_file_is_called_by_its_name(content: bytes, told: str):
    if told == "que des titres":
        content = "Nom;Prénom;Collège;Actions\n".encode()
    assert told.lower() in refused(content).lower()


def test_an_export_of_ours_is_to_be_verified_not_imported():
    export = as_csv([], Meta("x", "X", "", NOON))
    assert "register_verify" in refused(export)


def test_an_open_document_is_asked_for_as_xlsx():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert ".xlsx" in refused(target.getvalue(), "registre.ods")
    assert "archive ou un autre format" in refused(target.getvalue(), "registre.xlsx")


def test_twenty_megabytes_is_the_most():
    assert "la limite est de 20 Mo" in refused(b"x" * (MAX_BYTES + 1))


def test_a_csv_of_too_many_lines_or_columns_is_refused():
    assert "plus de" in refused(b"Nom;Actions\n" + b"a;1\n" * MAX_ROWS)
    assert "plus de" in refused(b"Nom;Actions" + b";" * MAX_COLUMNS + b"\n")


def workbook_with(sheet: str, **more: str) -> bytes:
    """A real workbook, its only sheet written otherwise."""
    source = zipfile.ZipFile(io.BytesIO(xlsx_sheet(HOLDERS)))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            text = sheet.encode() if part.filename == "xl/worksheets/sheet1.xml" else source.read(part)
            archive.writestr(part.filename, text)
        for name, content in more.items():
            archive.writestr(name, content)
    return target.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "s’étend sur",
        ),
        ('<row r="1"><c r="ZZ1"><v>1</v></c></row>', "s’étend sur"),
        ("<row r='900000'><c><v>1</v></c></row>", "s’étend sur"),
        ('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>', "abîmé"),
        ("<row><c" + " " * 2_000_000 + 'r="ZZ9"/></row>', "s’étend sur"),
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_is_laid_out(cells: str, told: str):
    assert told in refused(workbook_with(SHEET.format(cells)))


def test_entities_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + SHEET.format(
        '<row r="1"><c r="A1"><v>&a;</v></c></row>'
    )
    assert "abîmé" in refused(workbook_with(bomb))


def test_a_zip_bomb_is_refused_unread():
    assert "trop gros" in refused(workbook_with(SHEET.format(""), bomb="0" * (300 * 1024 * 1024)))


def test_a_workbook_cut_anywhere_is_refused():
    content = xlsx_sheet(HOLDERS)
    for end in range(3, len(content), 211):
        refused(content[:end])


@pytest.mark.parametrize("table", [HOLDERS, MOVEMENTS], ids=["holders", "movements"])
def test_a_text_cut_inside_its_last_line_is_refused(table: list[list[object]]):
    content = csv_file(table)
    end = content.rindex(b";", 0, content.rindex(b";"))
    assert "le fichier a été coupé" in refused(content[:end])


def test_an_open_quote_is_refused_at_its_line():
    content = csv_file(HOLDERS).replace(b";Paul;", b';"Paul;')
    assert "ligne 3" in refused(content).lower()
    assert "guillemet" in refused(content)


def test_a_cell_too_many_is_refused():
    content = csv_file(HOLDERS).replace(b"8 rue du Stade", b"8; rue du Stade")
    assert "Ligne 3 : 15 colonnes au lieu de 14" in refused(content)


def test_two_columns_of_one_meaning_are_refused():
    table = [[*row, row[-2]] for row in HOLDERS]
    assert "elle dit la même chose" in refused(csv_file(table))


def test_two_hundred_faults_are_told_and_the_others_counted():
    table = [HOLDERS[0], *[[*HOLDERS[2][:12], "x", "50"]] * 500]
    with pytest.raises(RegisterFileRefused) as error:
        read(csv_file([[("" if at in (0, 9) else cell) for at, cell in enumerate(row)] if n else row
                       for n, row in enumerate(table)]))  # fmt: skip
    assert len(error.value.faults) == MAX_FAULTS
    assert error.value.fault_count == 500
    assert error.value.faults[0].line == 2


def test_invisible_characters_are_refused_in_a_name():
    assert "invisible" in refused(
        xlsx_sheet([["Nom", "Prénom", "Collège", "Actions"], ["Du\u0378nd", "É", "sem", 1]])
    )


@settings(max_examples=200)
@given(content=st.binary(max_size=300) | st.text(alphabet='Nom;Prénom\n"1é,\t', max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_in_french(content: bytes):
    try:
        read_register_file("x.csv", content, COLLEGES, on=TODAY)
    except RegisterFileRefused as error:
        assert error.sentences


# Made once: a workbook bears the time it was written, and so its length varies.
SOUND = (csv_file(HOLDERS), csv_file(MOVEMENTS), xlsx_sheet(HOLDERS))


@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_french(data: st.DataObject):
    content = bytearray(data.draw(st.sampled_from(SOUND)))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_register_file("x.csv", bytes(content), COLLEGES, on=TODAY)
    except RegisterFileRefused as error:
        assert error.sentences
