"""The buyer's statement as a table, CSV or XLSX, to lines; every fault with its line. Pure.

Columns are found by their headings, in any order; what isn't there is taken to be as expected. A month
(`2026-06`, `06/2026`) or two days say the period. Amounts are read as exact decimals, never as floats.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from production.formats.detection import is_workbook, load, refuse_disguise, refuse_foreign
from production.formats.errors import Fault, FileRefused, quoted, refuse
from production.formats.text import decode
from production.formats.workbook import cells, check_archive, open_sheets
from production.judgement import days_in_month
from production.revenue.lines import Part
from production.revenue.statement import FIRST_YEAR, LAST_YEAR, StatementLine

MAX_BYTES = 5_000_000
MOST_LINES = 5_000
MOST_FAULTS = 20
# Headings as they may be written, without accents, signs or case.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "month": ("mois", "periode"),
    "first": ("debut", "du", "date debut", "premier jour", "debut de periode"),
    "last": ("fin", "au", "date fin", "dernier jour", "fin de periode"),
    "part": ("poste", "ligne", "nature", "libelle"),
    "energy": ("energie kwh", "energie", "kwh", "quantite", "quantite kwh", "volume kwh"),
    "price": ("prix", "tarif", "prix unitaire", "prix c kwh", "tarif c kwh"),
    "coefficient": ("coefficient", "coefficient l", "coefficient k", "index", "indexation", "l", "k"),
    "reference": ("reference", "m0", "prix de reference", "prix de marche de reference"),
    "amount": ("montant", "montant ht", "montant eur", "montant ht eur", "total ht"),
}
PARTS: Mapping[str, Part] = {
    "energie": Part.ENERGY,
    "energy": Part.ENERGY,
    "obligation d achat": Part.ENERGY,
    "depassement": Part.EXCESS,
    "excedent": Part.EXCESS,
    "excess": Part.EXCESS,
    "energie au dela des heures plafonnees": Part.EXCESS,
    "marche": Part.MARKET,
    "market": Part.MARKET,
    "energie vendue au marche": Part.MARKET,
    "complement": Part.COMPLEMENT,
    "complement de remuneration": Part.COMPLEMENT,
    "r1": Part.HEAT,
    "chaleur": Part.HEAT,
    "chaleur r1": Part.HEAT,
    "r2": Part.SUBSCRIPTION,
    "abonnement": Part.SUBSCRIPTION,
    "abonnement r2": Part.SUBSCRIPTION,
}
MODEL = "« mois;energie;prix;montant », puis « 2026-06;6000;7,92;475,20 »"
REMEDY = "corrigez cette ligne, ou demandez à l’acheteur un relevé lisible"
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTH = re.compile(r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})|(?P<m2>\d{1,2})/(?P<y2>\d{4}))", re.ASCII)
# Ten digits before the comma: more is no invoice.
MOST_NUMBER = Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class _Unclear(Exception):
    """A cell that can't be understood: which column, and why."""

    field: str
    problem: str


def read_statement(content: bytes, filename: str) -> tuple[StatementLine, ...]:
    """The lines of a statement, in its order. Raises FileRefused with every fault and its line."""
    if len(content) > MAX_BYTES:
        raise refuse(filename, "le fichier dépasse 5 Mo", "envoyez une année à la fois")
    rows, at, columns = _heading(_tables(load(content, filename), filename), filename)
    return _lines(rows[at + 1 :], at + 2, columns, filename)


def _tables(data: bytes, filename: str) -> list[list[list[Any]]]:
    """The sheets of a workbook, or the text cut at each of the usual separators."""
    if is_workbook(data):
        refuse_disguise(filename)
        check_archive(data, filename)
        return [cells(sheet, filename) for _, sheet in open_sheets(data, filename)]
    refuse_foreign(data, filename)
    text = decode(data, filename).text
    try:
        return [list(csv.reader(io.StringIO(text), delimiter=separator)) for separator in ";\t,"]
    except csv.Error:
        raise refuse(filename, "une cellule du fichier est sans fin", REMEDY) from None


def _heading(tables: Sequence[list[list[Any]]], filename: str) -> tuple[list[list[Any]], int, dict[str, int]]:
    """The first table whose first twenty rows name an amount and a period, and where they stand."""
    for rows in tables:
        for at, row in enumerate(rows[:20]):
            columns = _columns(row)
            if "amount" in columns and ("month" in columns or {"first", "last"} <= columns.keys()):
                return rows, at, columns
    raise refuse(
        filename,
        "aucune ligne d’en-tête ne nomme à la fois une période (mois, ou début et fin) et un montant",
        f"nommez les colonnes, par exemple {MODEL}",
        line=1,
    )


def _columns(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for n, cell in enumerate(row):
        told = _plain(str(cell))
        name = next((name for name, known in HEADINGS.items() if told in known), None)
        if name and name not in found:
            found[name] = n
    return found


def _plain(text: str) -> str:
    """Without accents, signs and case: « Énergie (kWh) » is `energie kwh`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare.casefold()).split())


def _lines(
    rows: Sequence[Sequence[Any]], number: int, columns: Mapping[str, int], filename: str
) -> tuple[StatementLine, ...]:
    found: list[StatementLine] = []
    faults: list[Fault] = []
    for at, row in enumerate(rows, start=number):
        told = {name: row[n] if n < len(row) else "" for name, n in columns.items()}
        if not any(str(cell).strip() for cell in told.values()):
            continue
        try:
            found.append(_line(told))
        except _Unclear as unclear:
            faults.append(Fault(at, unclear.field, unclear.problem, REMEDY))
        if len(found) > MOST_LINES:
            raise refuse(filename, "le relevé a plus de 5 000 lignes", "envoyez une année à la fois")
    if faults:
        raise FileRefused(filename, tuple(faults[:MOST_FAULTS]), len(faults))
    if not found:
        raise refuse(filename, "le relevé n’a aucune ligne", f"écrivez par exemple {MODEL}")
    return tuple(found)


def _line(told: Mapping[str, Any]) -> StatementLine:
    first, last = _period(told)
    energy_kwh = _number(told, "energy", "énergie")
    amount = _number(told, "amount", "montant")
    if amount is None:
        raise _Unclear("montant", "le montant manque")
    if amount != amount.quantize(Decimal("0.01")):
        raise _Unclear("montant", "le montant a plus de deux décimales")
    if energy_kwh is not None and energy_kwh < 0:
        raise _Unclear("énergie", "l’énergie est négative")
    return StatementLine(
        first,
        last,
        _part(told),
        amount.quantize(Decimal("0.01")),
        None if energy_kwh is None else _watt_hours(energy_kwh),
        _number(told, "price", "prix"),
        _number(told, "coefficient", "coefficient"),
        _number(told, "reference", "prix de référence"),
    )


def _watt_hours(energy_kwh: Decimal) -> int:
    whole = energy_kwh * 1000
    if whole != int(whole):
        raise _Unclear("énergie", "l’énergie a plus de trois décimales")
    return int(whole)


def _part(told: Mapping[str, Any]) -> Part:
    written = str(told.get("part", "")).strip()
    if not written:
        return Part.ENERGY
    found = PARTS.get(_plain(written))
    if found is None:
        known = "énergie, dépassement, marché, complément, R1 ou R2"
        raise _Unclear("poste", f"{quoted(written)} n’est pas un poste connu ({known})")
    return found


def _period(told: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    if "first" in told and "last" in told:
        first, last = _day(told["first"], "début"), _day(told["last"], "fin")
    else:
        first = _month(told["month"])
        last = first.replace(day=days_in_month(first))
    if last < first:
        raise _Unclear("fin", "la période finit avant de commencer")
    return first, last


def _day(cell: Any, field: str) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = str(cell).strip()
    french = _DAY.fullmatch(text)
    try:
        if french:
            return _within(dt.date(int(french[3]), int(french[2]), int(french[1])), field)
        return _within(dt.date.fromisoformat(text), field)
    except ValueError:
        raise _Unclear(field, f"{quoted(text)} n’est pas un jour") from None


def _month(cell: Any) -> dt.date:
    if isinstance(cell, dt.date):
        return dt.date(cell.year, cell.month, 1)
    text = str(cell).strip()
    found = _MONTH.fullmatch(text)
    month = int(found["m"] or found["m2"]) if found else 0
    if not found or not 1 <= month <= 12 or not int(found["y"] or found["y2"]):
        raise _Unclear("mois", f"{quoted(text)} n’est pas un mois")
    return _within(dt.date(int(found["y"] or found["y2"]), month, 1), "mois")


def _within(day: dt.date, field: str) -> dt.date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Unclear(field, f"l’année {day.year} n’est pas possible")
    return day


def _number(told: Mapping[str, Any], name: str, field: str) -> Decimal | None:
    cell = told.get(name, "")
    # A workbook's number is a float: its shortest writing is what the cell shows.
    text = repr(cell) if isinstance(cell, float) else str(cell)
    text = text.replace("−", "-").translate(_BLANKS).removesuffix("€").strip()
    if not text:
        return None
    if not (_NUMBER.fullmatch(text) or isinstance(cell, float)):
        raise _Unclear(field, f"{quoted(str(cell))} n’est pas un nombre")
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise _Unclear(field, f"{quoted(str(cell))} n’est pas un nombre") from None
    if not found.is_finite() or abs(found) >= MOST_NUMBER:
        raise _Unclear(field, f"{quoted(str(cell))} n’est pas un nombre possible")
    return found


_BLANKS = str.maketrans(dict.fromkeys(" \u00a0\u202f\u2009'", ""))
