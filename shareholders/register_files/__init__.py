"""An existing register, kept by another tool, read from CSV or XLSX. One door: `read_register_file`.

Pure: no Django, no clock, no network. All or nothing: one fault refuses the file, and all are told at once.
Two shapes: a list of holders with their shares, or a list of movements; a workbook may hold both.
See docs/register.md.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mine_de_soleil.core.sentences import Sentence, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.register_files.detection import MAX_COLUMNS, MAX_ROWS, check_kind, is_workbook
from shareholders.register_files.faults import Fault, Faults, RegisterFileRefused, quoted, refuse
from shareholders.register_files.headings import Headings, find_headings, score
from shareholders.register_files.history import check_history, check_stated, in_order
from shareholders.register_files.holders import read_holders
from shareholders.register_files.movements import Movement, People, read_movements
from shareholders.register_files.people import Holder, check_twice
from shareholders.register_files.text import best_separator, decode, read_rows
from shareholders.register_files.workbook import read_sheets

__all__ = ["Fault", "Holder", "Movement", "RegisterFile", "RegisterFileRefused", "read_register_file"]

_Rows = Sequence[tuple[int, Sequence[Any]]]
_NO_HEADINGS = (
    _("aucune ligne de titres n’a été reconnue : il faut au moins un nom et un nombre d’actions"),
    _("mettez en première ligne les titres des colonnes : nom, prénoms, collège, nombre d’actions"),
)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a file holds, without fault.

    `movements` is in the order they are to be entered, empty for a list of holders, whose `quantity` then
    says what each holds. `remarks`: (line, sentence) to be looked at, that refuse nothing.
    `ignored`: headings of columns that were not used.
    """

    holders: tuple[Holder, ...]
    movements: tuple[Movement, ...]
    remarks: tuple[tuple[int, Sentence], ...]
    ignored: tuple[str, ...]

    @property
    def shares(self) -> int:
        """Shares of the capital the file comes to."""
        if not self.movements:
            return sum(holder.quantity or 0 for holder in self.holders)
        return sum(m.quantity * ((m.giver is None) - (m.taker is None)) for m in self.movements)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: _Rows
    headings: Headings

    @property
    def body(self) -> _Rows:
        return [row for row in self.rows if row[0] > self.headings.line]


def read_register_file(
    name: str, content: bytes, colleges: Mapping[str, str], *, on: dt.date
) -> RegisterFile:
    """Read a list of holders, of movements, or a workbook of both. Raises RegisterFileRefused.

    `colleges`: names by code; `on`: the day of the import, after which nothing can be dated.
    """
    check_kind(name, content)
    faults = Faults()
    sheets = _sheets(content, faults)
    listing = _only([sheet for sheet in sheets if not sheet.headings.tells_movements])
    register = _only([sheet for sheet in sheets if sheet.headings.tells_movements])
    holders = _holders(listing, faults, colleges, on, shares_told=register is None)
    remarks = check_twice(holders, faults)
    movements: list[Movement] = []
    if register is not None:
        people = People(holders, complete=listing is not None)
        movements = _movements(register, faults, people, colleges, on)
        holders = people.holders
        if listing is None:
            remarks = check_twice(holders, faults)
        # Half a history would be full of false faults.
        if not len(faults):
            held = check_history(movements, holders, faults)
            if listing is not None:
                faults.sheet = listing.name
                check_stated(holders, held, faults)
    if not holders and not len(faults):
        raise refuse(
            _("le fichier n’a que des titres : aucun actionnaire"), _("vérifiez que c’est le bon fichier")
        )
    faults.raise_if_any()
    ignored = tuple(heading for sheet in (listing, register) if sheet for heading in sheet.headings.unknown)
    return RegisterFile(tuple(holders), tuple(movements), tuple(remarks), ignored)


def _sheets(content: bytes, faults: Faults) -> list[_Sheet]:
    """The sheets whose headings are known; the text of a CSV is one sheet without name."""
    found = []
    for name, rows in _tables(content, faults).items():
        faults.sheet = name
        headings = find_headings(rows, faults)
        if headings is not None:
            found.append(_Sheet(name, rows, headings))
    faults.sheet = ""
    if not found:
        faults.raise_if_any()
        raise refuse(*_NO_HEADINGS)
    return found


def _tables(content: bytes, faults: Faults) -> dict[str, _Rows]:
    if is_workbook(content):
        sheets = read_sheets(content, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        return {
            name: [(n, row) for n, row in enumerate(rows, start=1) if any(cell != "" for cell in row)]
            for name, rows in sheets.items()
        }
    text = decode(content)
    rows = read_rows(text, best_separator(text, score), faults)
    if len(rows) > MAX_ROWS or max((len(row) for _, row in rows), default=0) > MAX_COLUMNS:
        told = worded(
            _("le fichier a plus de %(max_rows)s lignes ou de %(max_columns)s colonnes"),
            max_rows=MAX_ROWS,
            max_columns=MAX_COLUMNS,
        )
        raise refuse(told, _("n’y gardez que le registre"))
    return {"": _of_one_width(rows, faults)}


def _of_one_width(rows: Sequence[tuple[int, list[str]]], faults: Faults) -> _Rows:
    """A line wider than its headings has a separator too many: its cells can't be trusted."""
    headings = find_headings(rows, Faults())
    if headings is None:
        return rows
    width = next(len(row) for line, row in rows if line == headings.line)
    kept = []
    for line, row in rows:
        if line > headings.line and any(cell.strip() for cell in row[width:]):
            told = worded(_("%(found)s colonnes au lieu de %(width)s"), found=len(row), width=width)
            faults.add(line, "", told, _("mettez entre guillemets le texte qui contient le séparateur"))
        else:
            kept.append((line, row[:width]))
    return kept


def _only(sheets: list[_Sheet]) -> _Sheet | None:
    if len(sheets) > 1:
        shown = {f"sheet_{rank}": quoted(sheet.name) for rank, sheet in enumerate(sheets[:3])}
        names = worded(", ".join(f"%({place})s" for place in shown), **shown)
        raise refuse(
            worded(_("plusieurs feuilles disent la même chose : %(names)s"), names=names),
            _("n’en gardez qu’une"),
        )
    return sheets[0] if sheets else None


def _holders(
    sheet: _Sheet | None, faults: Faults, colleges: Mapping[str, str], on: dt.date, *, shares_told: bool
) -> list[Holder]:
    if sheet is None:
        return []
    faults.sheet = sheet.name
    return read_holders(sheet.body, sheet.headings, faults, colleges, on, shares_told=shares_told)


def _movements(
    sheet: _Sheet, faults: Faults, people: People, colleges: Mapping[str, str], on: dt.date
) -> list[Movement]:
    faults.sheet = sheet.name
    return in_order(read_movements(sheet.body, sheet.headings, faults, people, colleges, on))
