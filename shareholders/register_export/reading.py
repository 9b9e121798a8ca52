"""From an exported file back to the lines it was made of."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from shareholders.register_chain import Line, Stated
from shareholders.register_export.layout import CLAIMS, COLUMNS, KINDS, MAX_XLSX_LINES, SHEETS, Meta
from shareholders.register_files.faults import Faults, RegisterFileRefused, refuse
from shareholders.register_files.text import best_separator, decode, read_rows
from shareholders.register_files.workbook import read_sheets

MAX_EXPORT_BYTES = 512 * 1024 * 1024
_KIND_OF = {name: str(kind) for kind, name in KINDS.items()}
_WHOLE = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,2})?", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_CENT = Decimal("0.01")
_REMEDY = "demandez de nouveau l’export, et vérifiez le fichier sans l’avoir ouvert ni enregistré"


def read_export(content: bytes) -> tuple[Meta, list[Line]]:
    """Read back a CSV or XLSX export, exactly as it was. Raises RegisterFileRefused.

    Only the form is judged here; whether it is a sound register is for `register_chain.verify`.
    """
    if len(content) > MAX_EXPORT_BYTES:
        raise refuse("le fichier dépasse 512 Mo", "demandez un export au format CSV")
    faults = Faults()
    table, claims = _workbook(content) if content.startswith(b"PK") else _text(content, faults)
    lines = []
    for number, cells in table:
        line = _line(_Cells(number, COLUMNS, cells, faults))
        if line is not None:
            lines.append(line)
    meta = _meta(_Cells(None, CLAIMS, claims, faults))
    faults.raise_if_any()
    if meta is None:
        raise _cut()
    return meta, lines


def _cut() -> RegisterFileRefused:
    return refuse("la fin de l’export manque : le fichier a été coupé", _REMEDY)


def _text(content: bytes, faults: Faults) -> tuple[list[tuple[int, list[Any]]], list[Any]]:
    text = decode(content)
    headings = COLUMNS + CLAIMS
    separator = best_separator(text, lambda row: sum(cell in headings for cell in row))
    rows = read_rows(text, separator, faults)
    faults.raise_if_any()
    if not rows or tuple(rows[0][1]) != headings:
        raise refuse("ce fichier n’est pas un export du registre fait par ce logiciel", _REMEDY, line=1)
    width = len(COLUMNS)
    for number, row in rows:
        if len(row) != len(headings):
            faults.add(number, "", f"{len(row)} colonnes au lieu de {len(headings)}", _REMEDY)
    faults.raise_if_any()
    # The last cell of all is a number: cut short, it would still be one.
    if (
        len(rows) == 1
        or not text.endswith(("\n", "\r"))
        or any(rows[-1][1][:width])
        or not all(rows[-1][1][width : width + 1])
    ):
        raise _cut()
    body = [(number, [*map(_unshielded, row[:width])]) for number, row in rows[1:-1]]
    return body, [*map(_unshielded, rows[-1][1][width:])]


def _unshielded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _workbook(content: bytes) -> tuple[list[tuple[int, list[Any]]], list[Any]]:
    sheets = read_sheets(
        content, max_rows=MAX_XLSX_LINES + 1, max_columns=len(COLUMNS), max_unpacked=2 * 1024**3
    )
    table, claims = (sheets.get(name, []) for name in SHEETS)
    if (
        not table
        or tuple(table[0]) != COLUMNS
        or [row[:1] for row in claims] != [[claim] for claim in CLAIMS]
    ):
        raise refuse("ce classeur n’est pas un export du registre fait par ce logiciel", _REMEDY)
    return list(enumerate(table[1:], start=2)), [row[1] if len(row) > 1 else "" for row in claims]


class _Cells:
    """One row under its headings; what can't be read becomes a fault and None."""

    def __init__(
        self, number: int | None, headings: tuple[str, ...], cells: list[Any], faults: Faults
    ) -> None:
        self.number, self.faults = number, faults
        self.by_heading = dict(zip(headings, cells, strict=True))

    def text(self, heading: str) -> str:
        cell = self.by_heading[heading]
        if isinstance(cell, str):
            return cell
        # A workbook's texts are texts; a number there was typed by somebody.
        self._refuse(heading, "un texte")
        return ""

    def whole(self, heading: str) -> int | None:
        cell = self.by_heading[heading]
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        if _WHOLE.fullmatch(text):
            return int(text)
        self._refuse(heading, "un nombre entier")
        return None

    def whole_or_none(self, heading: str) -> int | None:
        return None if self.by_heading[heading] == "" else self.whole(heading)

    def amount(self, heading: str) -> Decimal | None:
        cell = self.by_heading[heading]
        text = f"{cell:.2f}" if isinstance(cell, float) else str(cell)
        if _AMOUNT.fullmatch(text):
            return Decimal(text.replace(",", ".")).quantize(_CENT)
        self._refuse(heading, "un montant en euros et centimes")
        return None

    def day(self, heading: str) -> dt.date | None:
        cell = self.by_heading[heading]
        if isinstance(cell, dt.date):
            return cell.date() if isinstance(cell, dt.datetime) else cell
        try:
            return dt.date.fromisoformat(str(cell))
        except ValueError:
            self._refuse(heading, "une date (AAAA-MM-JJ)")
            return None

    def instant(self, heading: str) -> dt.datetime | None:
        text = str(self.by_heading[heading])
        try:
            # Other ways to write it would be read too, and not be written back the same.
            return dt.datetime.fromisoformat(text if _INSTANT.fullmatch(text) else "")
        except ValueError:
            self._refuse(heading, "un instant (AAAA-MM-JJThh:mm:ss.ffffffZ)")
            return None

    def _refuse(self, heading: str, wanted: str) -> None:
        self.faults.add(self.number, heading, f"ce n’est pas {wanted}", _REMEDY)


def _line(cells: _Cells) -> Line | None:
    number, quantity = cells.whole(COLUMNS[0]), cells.whole(COLUMNS[8])
    dated, entered_at = cells.day(COLUMNS[2]), cells.instant(COLUMNS[3])
    nominal_value = cells.amount(COLUMNS[9])
    kind = cells.text(COLUMNS[1])
    giver, taker = cells.whole_or_none(COLUMNS[4]), cells.whole_or_none(COLUMNS[6])
    reverses = cells.whole_or_none(COLUMNS[10])
    texts = [cells.text(COLUMNS[at]) for at in (5, 7, 11, 12, 13)]
    if number is None or quantity is None or dated is None or entered_at is None or nominal_value is None:
        return None
    return Line(
        number=number,
        kind=_KIND_OF.get(kind, kind),
        dated=dated,
        entered_at=entered_at,
        giver_number=giver,
        giver_identity=texts[0],
        taker_number=taker,
        taker_identity=texts[1],
        quantity=quantity,
        nominal_value=nominal_value,
        reverses=reverses,
        reason=texts[2],
        previous_sha256=texts[3],
        entry_sha256=texts[4],
    )


def _meta(cells: _Cells) -> Meta | None:
    exported_at, lines, shares = cells.instant(CLAIMS[3]), cells.whole(CLAIMS[5]), cells.whole(CLAIMS[7])
    capital = cells.amount(CLAIMS[8])
    on = None if cells.by_heading[CLAIMS[4]] == "" else cells.day(CLAIMS[4])
    slug, name, siren, last_sha256 = (cells.text(CLAIMS[at]) for at in (0, 1, 2, 6))
    if exported_at is None or lines is None or shares is None or capital is None:
        return None
    return Meta(slug, name, siren, exported_at, on, Stated(lines, last_sha256, shares, capital))
