"""Spreadsheets (XLSX) opened with care: announced and real sizes first, then the cells."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

from python_calamine import CalamineWorkbook

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.register_files.faults import RegisterFileRefused, refuse

Row = list[Any]
Found = TypeVar("Found")

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_PARTS = 1_000
_CHUNK_BYTES = 1024 * 1024
_RESAVE = _(
    "ouvrez le fichier dans votre tableur, enregistrez-le de nouveau au format .xlsx, puis déposez-le"
)
# Place of a row or a cell, under any tag and prefix; an escaped character in it is no spreadsheet's doing.
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")
_HIDDEN_PLACE = re.compile(rb"\sr\s*=\s*(?:\"[^\"<>]{0,40}&|'[^'<>]{0,40}&)|<!DOCTYPE|<!ENTITY")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_sheets(
    content: bytes, *, max_rows: int, max_columns: int, max_unpacked: int = MAX_UNPACKED_BYTES
) -> dict[str, list[Row]]:
    """Rows of every sheet by its name, in order. Raises RegisterFileRefused.

    An empty cell is ""; numbers, dates and booleans keep the type the spreadsheet gave them.
    """
    with _archive(content) as archive:
        _guarded(lambda: _check_parts(archive, max_unpacked))
        _guarded(lambda: _check_extents(archive, max_rows, max_columns))
    sheets = _guarded(lambda: _sheets(content))
    for rows in sheets.values():
        _check_size(len(rows), max(map(len, rows), default=0), max_rows, max_columns)
    return sheets


def _sheets(content: bytes) -> dict[str, list[Row]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _guarded(action: Callable[[], Found]) -> Found:
    try:
        return action()
    except RegisterFileRefused:
        raise
    except BaseException as error:
        # A damaged archive raises a dozen kinds of errors, and a panic of the Rust reader is no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise refuse(_("le classeur est abîmé ou incomplet"), _RESAVE) from None


def _archive(content: bytes) -> zipfile.ZipFile:
    return _guarded(lambda: zipfile.ZipFile(io.BytesIO(content)))


def _check_parts(archive: zipfile.ZipFile, max_unpacked: int) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > max_unpacked or len(parts) > MAX_PARTS:
        raise refuse(
            worded(
                _("le classeur est trop gros (%(size)s Mo une fois décompressé)"),
                size=f"{unpacked / 1024**2:.0f}",
            ),
            _("n’y gardez que la feuille du registre"),
        )
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise refuse(_("c’est une archive ou un autre format, pas un classeur Excel (.xlsx)"), _RESAVE)


def _check_extents(archive: zipfile.ZipFile, max_rows: int, max_columns: int) -> None:
    for part in archive.infolist():
        with archive.open(part) as stream:
            # Read to its end: a part longer than announced, or cut, fails its checksum here.
            rows, columns = _extent(stream.read(_CHUNK_BYTES), stream.read)
        _check_size(rows, columns, max_rows, max_columns)


def _extent(start: bytes, read: Callable[[int], bytes]) -> tuple[int, int]:
    """Largest row and column named in a part: two cells far apart are laid out with all those between."""
    if start.startswith(_UTF_16):
        raise ValueError("no spreadsheet writes UTF-16")
    row = column = 0
    text = start
    while text:
        if _HIDDEN_PLACE.search(text):
            raise ValueError("a place is written so as not to be read")
        for letters, digits in set(_PLACE.findall(text)):
            row, column = max(row, int(digits)), max(column, _column(letters.upper()))
        chunk = read(_CHUNK_BYTES)
        # What a cut between two readings leaves is looked at again.
        text = text[-64:] + chunk if chunk else b""
    return row, column


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = 26 * place + letter - ord("A") + 1
    return place


def _check_size(rows: int, columns: int, max_rows: int, max_columns: int) -> None:
    if rows > max_rows or columns > max_columns:
        raise refuse(
            worded(
                _(
                    "une feuille s’étend sur %(rows)s lignes et %(columns)s colonnes ; "
                    "la limite est de %(max_rows)s lignes et %(max_columns)s colonnes"
                ),
                rows=rows,
                columns=columns,
                max_rows=max_rows,
                max_columns=max_columns,
            ),
            _("supprimez les lignes et les colonnes vides ou sans rapport avec le registre"),
        )
