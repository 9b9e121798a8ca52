"""From the lines of the register to a CSV or a workbook."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter

from shareholders.register_chain import GENESIS, Line, Stated
from shareholders.register_export.layout import CLAIMS, COLUMNS, KINDS, MAX_XLSX_LINES, SHEETS, Meta

# What a spreadsheet may take for a formula, and the apostrophe that says it is none; full-width ones too.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠']")


class ExportImpossible(ValueError):
    """A register a format can't hold; `str()` is a French sentence."""


class _Tally:
    """Counts what goes through: the `Stated` of the lines."""

    def __init__(self) -> None:
        self.lines = self.shares = 0
        self.last_sha256 = GENESIS
        self.nominal: Decimal | None = None

    def through(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            giver, taker = line.giver_number is not None, line.taker_number is not None
            self.lines += 1
            self.shares += (taker - giver) * line.quantity
            if self.nominal is None or not (giver or taker):
                self.nominal = line.nominal_value
            self.last_sha256 = line.entry_sha256
            yield line

    @property
    def stated(self) -> Stated:
        return Stated(self.lines, self.last_sha256, self.shares, self.shares * (self.nominal or Decimal(0)))


def as_csv(lines: Iterable[Line], meta: Meta) -> bytes:
    """UTF-8 with mark, semicolons, decimal commas: opens in a French spreadsheet with a double click.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, taken off again by
    `read_export`: fingerprints are those of the text without.
    """
    tally = _Tally()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS + CLAIMS)
    no_claims = [""] * len(CLAIMS)
    for line in tally.through(lines):
        writer.writerow([*map(_written, _cells(line)), *no_claims])
    writer.writerow([*[""] * len(COLUMNS), *map(_written, _claims(meta, tally.stated))])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cells(line: Line) -> list[Any]:
    return [
        line.number,
        KINDS.get(line.kind, line.kind),
        line.dated,
        _instant_text(line.entered_at),
        line.giver_number,
        line.giver_identity,
        line.taker_number,
        line.taker_identity,
        line.quantity,
        line.nominal_value,
        line.reverses,
        line.reason,
        line.previous_sha256,
        line.entry_sha256,
    ]


def _claims(meta: Meta, stated: Stated) -> list[Any]:
    return [
        meta.slug,
        meta.name,
        meta.siren,
        _instant_text(meta.exported_at),
        meta.on,
        stated.lines,
        stated.last_sha256,
        stated.shares,
        stated.capital,
    ]


def _instant_text(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _written(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    if isinstance(cell, str):
        return f"'{cell}" if _FORMULA.match(cell) else cell
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def as_xlsx(lines: Iterable[Line], meta: Meta) -> bytes:
    """A workbook of two sheets, the register and what it claims to be; row by row, never all in memory.

    No text is ever a formula or a link. Raises ExportImpossible beyond what a sheet or a cell can hold.
    """
    tally = _Tally()
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # Without its day, the workbook would ask the clock.
        created = meta.exported_at.astimezone(dt.UTC)
        book.set_properties({"title": f"Registre des mouvements de titres, {meta.name}", "created": created})
        writer = _SheetWriter(book, SHEETS[0], [8, 22, 12, 28, 10, 40, 10, 40, 10, 12, 10, 30, 20, 20])
        writer.row(COLUMNS)
        for line in tally.through(lines):
            writer.row(_cells(line))
        writer = _SheetWriter(book, SHEETS[1], [24, 70])
        for claim in zip(CLAIMS, _claims(meta, tally.stated), strict=True):
            writer.row(claim)
    return target.getvalue()


class _SheetWriter:
    def __init__(self, book: Any, name: str, widths: list[int]) -> None:
        self.sheet = book.add_worksheet(name)
        self.formats = {
            dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
            Decimal: book.add_format({"num_format": "#,##0.00"}),
        }
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(1 if name == SHEETS[0] else 0, 1)
        self.at = 0

    def row(self, cells: Iterable[Any]) -> None:
        if self.at > MAX_XLSX_LINES:
            raise ExportImpossible(f"Un classeur ne tient que {MAX_XLSX_LINES} lignes : exportez en CSV.")
        for column, cell in enumerate(cells):
            if self._write(column, cell):
                raise ExportImpossible(
                    f"Ligne {self.at} : un texte ne tient pas dans un classeur : exportez en CSV."
                )
        self.at += 1

    def _write(self, column: int, cell: Any) -> int:
        """Zero when written, as xlsxwriter says."""
        if cell is None or cell == "":
            return 0
        if isinstance(cell, str):
            # XML knows neither of these two characters.
            if "\ufffe" in cell or "\uffff" in cell:
                return -1
            return int(self.sheet.write_string(self.at, column, cell))
        if isinstance(cell, dt.date):
            return int(self.sheet.write_datetime(self.at, column, cell, self.formats[dt.date]))
        return int(self.sheet.write_number(self.at, column, cell, self.formats.get(type(cell))))
