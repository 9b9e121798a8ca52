from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from production.formats import FileRefused, detection, read_meter_file, workbook

from . import LATEST, read, refused
from .test_fusionsolar import book, snapshots

GOOD = "Date;kWh\n2025-06-01 00:00;1\n2025-06-01 00:10;1\n"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf\r\n \n", "vide"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n0000", "image"),
        (b"\xff\xd8\xff\xe0JFIF", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"<!DOCTYPE html><html><body>Session expir\xe9e</body></html>", "page web"),
        (b"\xef\xbb\xbf\n<html>", "page web"),
        (b"<?xml version='1.0'?><mesures/>", "XML"),
        (b'{"energy": {"values": []}}', "JSON"),
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"Date;kWh\n2025-06-01 00:00;1\n\x00\x00\x00\x00", "binaire"),
        (bytes(range(256)) * 4, "binaire"),
        (b"bonjour\n", "aucun format connu"),
        (b"Date;kWh\n", "aucun format connu"),
    ],
)
def test_what_is_no_meter_file_is_refused_by_its_content(content: bytes, word: str) -> None:
    assert word in str(refused(content))


def test_a_spreadsheet_renamed_csv_is_refused_and_its_own_name_accepted() -> None:
    content = book(snapshots("2025-06-10", "2025-06-11"))
    refusal = refused(content, "export.csv")
    assert "classeur Excel renommé" in str(refusal)
    assert ".xlsx" in str(refusal)
    assert read(content, "export.xlsx").energy_wh == 288_000
    assert read(content, "export").energy_wh == 288_000


def test_an_unknown_workbook_is_refused() -> None:
    content = book([["a", 1]], ["Nom", "Note"])
    assert "aucun format connu" in str(refused(content, "notes.xlsx"))


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("courbe.csv", GOOD)
    assert "archive" in str(refused(packed.getvalue(), "courbes.zip"))


def test_a_workbook_cut_short_or_altered_is_refused() -> None:
    content = book(snapshots("2025-06-10", "2025-06-11"))
    assert "abîmé" in str(refused(content[: len(content) // 2], "x.xlsx"))
    altered = bytearray(content)
    altered[200:230] = bytes(30)
    assert "abîmé" in str(refused(bytes(altered), "x.xlsx"))


def test_a_workbook_too_big_once_unpacked_is_refused_before_unpacking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 10_000)
    assert "trop gros" in str(refused(book(snapshots("2025-06-10", "2025-06-11")), "x.xlsx"))


def test_a_file_of_200_megabytes_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gros.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024**2)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read in memory"))
    assert "200\u202fMo" in str(refused(path, "gros.csv"))


def test_a_content_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "MAX_FILE_BYTES", 20)
    assert "trop gros" in str(refused(GOOD))


def test_a_path_and_its_content_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "releve.csv"
    path.write_text(GOOD)
    assert read(path).readings.equals(read(GOOD).readings)


def test_a_chosen_format_must_be_the_right_one() -> None:
    assert "format choisi" in str(refused(GOOD, format="enedis"))
    assert "format choisi" in str(refused(GOOD, format="fusionsolar"))
    content = book(snapshots("2025-06-10", "2025-06-11"))
    assert "format choisi" in str(refused(content, "x.xlsx", format="generic"))
    assert read(GOOD, format="generic").energy_wh == 2000


@pytest.mark.parametrize(
    "wrong",
    [{"format": "nothing"}, {"label": "middle"}, {"unit": "J"}, {"latest": LATEST.replace(tzinfo=None)}],
)
def test_wrong_arguments_are_a_programming_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"format|label|unit|latest") as caught:
        read(GOOD, **wrong)
    assert not isinstance(caught.value, FileRefused)


@settings(max_examples=200, deadline=None)
@given(
    prefix=st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            GOOD.encode(),
            b"Identifiant PRM;a\n1;2\nHorodate;Valeur\n",
        ]
    ),
    noise=st.binary(max_size=300),
)
@example(prefix=b"Identifiant PRM;", noise=b"Horodate")
def test_arbitrary_bytes_are_read_or_refused(prefix: bytes, noise: bytes) -> None:
    try:
        read_meter_file(prefix + noise, filename="x", latest=LATEST)
    except FileRefused as refusal:
        assert refusal.sentences


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 6000), byte=st.integers(0, 255))
def test_a_workbook_with_one_altered_byte_is_read_or_refused(at: int, byte: int) -> None:
    content = bytearray(WORKBOOK)
    content[at % len(content)] = byte
    try:
        read_meter_file(bytes(content), filename="x.xlsx", latest=LATEST)
    except FileRefused as refusal:
        assert refusal.sentences


WORKBOOK = book(snapshots("2025-06-10 12:00", "2025-06-10 13:00"))
