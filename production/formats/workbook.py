"""Spreadsheets (XLSX) opened with care: announced sizes first, then the cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook

from production.formats.errors import FileRefused, french_number, refuse
from production.formats.extent import extent
from production.formats.text import RESEND

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_PARTS = 2_000
# Of a rectangle from A1 to the last cell: that is what a reader lays out, empty cells too.
MAX_CELLS = 5_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
Found = TypeVar("Found")
DAMAGED = "le classeur est abîmé ou incomplet"


def check_archive(data: bytes, filename: str) -> None:
    """Refuse what is not a sound XLSX: cut, too big once unpacked, or another kind of archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, filename)
            _check_content(archive, filename)
    except FileRefused:
        raise
    except Exception:
        # A damaged archive raises a dozen kinds of errors, zlib's and lzma's among them.
        raise refuse(filename, DAMAGED, RESEND) from None


def _check_parts(archive: zipfile.ZipFile, filename: str) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        size = f"{unpacked / 1024**2:.0f} Mo une fois décompressé"
        raise refuse(filename, f"le classeur est trop gros ({size})", "exportez un mois à la fois")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        remedy = (
            "décompressez l’archive et déposez chaque fichier, ou enregistrez le classeur au format .xlsx"
        )
        raise refuse(filename, "c’est une archive compressée, pas un classeur Excel (.xlsx)", remedy)


def _check_content(archive: zipfile.ZipFile, filename: str) -> None:
    """Unpack everything by small pieces: a part longer than announced fails its checksum here.

    A worksheet of two cells far apart would be laid out with all the empty ones between them: refused.
    """
    for part in archive.infolist():
        rows, columns = extent(partial(archive.open, part))
        if rows * columns > MAX_CELLS:
            size = f"{french_number(rows)} lignes sur {french_number(columns)} colonnes"
            problem = f"une feuille du classeur est trop étendue ({size})"
            raise refuse(filename, problem, "exportez un mois à la fois, sans modifier le classeur")


def open_sheets(data: bytes, filename: str) -> list[tuple[str, CalamineSheet]]:
    """Return (name, sheet) of each sheet. Raises FileRefused."""

    def sheets() -> list[tuple[str, CalamineSheet]]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]

    return _guarded(sheets, filename)


def cells(sheet: CalamineSheet, filename: str) -> list[list[Any]]:
    """Return all rows from the first of the sheet, whatever its dimension tag says; empty cells are "".

    Control characters are dropped from texts: a database would refuse them.
    """
    rows = _guarded(lambda: sheet.to_python(skip_empty_area=False), filename)
    return [[_visible(cell) for cell in row] for row in rows]


def without(rows: list[list[Any]], lines: frozenset[int]) -> list[list[Any]]:
    """Return rows of which some (1-based) are left blank, so that the others keep their numbers."""
    if not lines:
        return rows
    return [[""] * len(row) if number in lines else row for number, row in enumerate(rows, start=1)]


def _visible(cell: Any) -> Any:
    return _CONTROL.sub("", cell) if isinstance(cell, str) and not cell.isprintable() else cell


def _guarded(action: Callable[[], Found], filename: str) -> Found:
    try:
        return action()
    except BaseException as error:
        # A panic of the Rust reader is no Exception; an interruption must go through.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise refuse(filename, DAMAGED, RESEND) from None
