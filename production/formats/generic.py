"""Any delimited text with a column of instants and a column of energy or power."""

from __future__ import annotations

import re

import numpy as np

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.decimals import parse_decimals
from production.formats.errors import quoted, refuse
from production.formats.instants import MAX_OFFSET_S, Instants, parse_instants
from production.formats.layout import SEPARATOR_WORDS, Layout, find_layout
from production.formats.localtime import resolve
from production.formats.notes import Notes
from production.formats.series import DAY_S, Floats, Label, MeterSeries, ReadOptions
from production.formats.text import Table, TextFile, check_last_line, read_table
from production.formats.units import is_power, unit_in

NAME = "generic"
NOT_PRODUCTION = re.compile(
    r"consom|consum|soutir|import|achat|bought|purchas|bezug|verbrauch|batter|akku|irradi|temp"
    r"|\bload\b(?! curve)",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(r"prod|\bpv|solar|solaire|erzeug|ertrag|yield", re.IGNORECASE)
_END_NAME = re.compile(r"(?<![a-z])(fin|end|ende|until|bis)(?![a-z])", re.IGNORECASE)
_UTC_NAME = re.compile(
    r"(?<![a-z])(?:utc|gmt)(?![a-z])[ ]?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?", re.IGNORECASE | re.ASCII
)
_TOTAL = re.compile(r'^["\s]*(?:grand )?total\b', re.IGNORECASE)
_EXPECTED = (
    "déposez un fichier avec une colonne de dates et une colonne de valeurs, "
    "par exemple « 2025-06-01 12:00;3,4 »"
)


def recognises(source: TextFile) -> bool:
    """Whether some line has a date and a number."""
    return find_layout(source) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a delimited text of instants and values. Raises FileRefused."""
    layout = find_layout(source)
    if layout is None:
        raise refuse(options.filename, "aucune ligne ne contient une date et une valeur", _EXPECTED)
    table = read_table(
        body_text(source, layout, notes), layout.separator, layout.first_line, layout.width, notes
    )
    column = _value_column(layout, table, options)
    unit = unit_of(layout, column, options, notes)
    check_last_line(source, table.columns[-1], table.line, notes)
    label = _label(layout, options, notes)
    rows = read_rows(table, layout, column, options, notes)
    _refuse_index(rows, unit, options)
    _say_layout(source, layout, column, notes)
    return assemble(rows, Findings(NAME, unit, label, len(table)), options, notes)


def body_text(source: TextFile, layout: Layout, notes: Notes) -> str:
    """Return the text from the first data line on, without a line of totals at the end."""
    text = source.text.split("\n", layout.first_line - 1)[-1].rstrip()
    body, _, last = text.rpartition("\n")
    if _TOTAL.match(last):
        notes.say("info", "", "La ligne de total, à la fin, est laissée de côté.", source.last_line)
        return body
    return text


def _value_column(layout: Layout, table: Table, options: ReadOptions) -> int:
    """Choose the column of values: named production, else the first whose name has a unit, else the first."""
    taken = {layout.instant, layout.time}
    columns = [i for i in range(layout.width) if i not in taken]
    named = [i for i in columns if unit_in(layout.name(i))]
    if named:
        usable = [i for i in named if not NOT_PRODUCTION.search(layout.name(i))]
        if not usable:
            raise _no_production(layout, named[0], options)
        return next((i for i in usable if _PRODUCTION.search(layout.name(i))), usable[0])
    after = [
        i
        for i in columns
        if i > layout.instant and not np.isnan(parse_decimals(table.columns[i]).value).all()
    ]
    if not after:
        raise refuse(
            options.filename, "aucune colonne ne contient de valeurs", _EXPECTED, line=layout.first_line
        )
    return after[0]


def _no_production(layout: Layout, column: int, options: ReadOptions) -> ValueError:
    return refuse(
        options.filename,
        f"la colonne {quoted(layout.name(column))} n’est pas une production",
        "exportez la production de la centrale, ou nommez sa colonne « Production (kWh) »",
        line=max(1, layout.first_line - 1),
    )


def unit_of(layout: Layout, column: int, options: ReadOptions, notes: Notes) -> str:
    """Return the unit of a column: the sender's, else that of its name. Raises FileRefused without either."""
    found = unit_in(layout.name(column))
    if options.unit is None and found is None:
        raise refuse(
            options.filename,
            "l’unité des valeurs n’est écrite nulle part",
            "écrivez-la dans le nom de la colonne (« Énergie (kWh) ») ou choisissez-la à l’envoi",
            line=max(1, layout.first_line - 1),
            field=layout.name(column),
        )
    if options.unit and found and options.unit != found:
        message = f"La colonne annonce {found} ; l’unité choisie à l’envoi, {options.unit}, l’emporte."
        notes.say("warning", layout.name(column), message)
    return options.unit or found or "Wh"


def _label(layout: Layout, options: ReadOptions, notes: Notes) -> Label:
    if options.label:
        return options.label
    if _END_NAME.search(layout.name(layout.instant)):
        notes.say(
            "info", layout.name(layout.instant), "Dates lues comme des fins d’intervalle, d’après leur titre."
        )
        return "end"
    notes.say("info", layout.name(layout.instant), "Dates lues comme des débuts d’intervalle.")
    return "start"


def read_rows(table: Table, layout: Layout, column: int, options: ReadOptions, notes: Notes) -> Rows:
    """Parse the columns of instants and values; unreadable cells become faults."""
    field = layout.name(layout.instant)
    texts = table.columns[layout.instant]
    if layout.time is not None:
        texts = [f"{day} {time}" for day, time in zip(texts, table.columns[layout.time], strict=True)]
    instants = parse_instants(texts)
    notes.refuse_rows(
        ~instants.valid, table.line, field, lambda i: f"date illisible, {quoted(texts[i])}", MEND
    )
    _apply_header_offset(instants, field, notes)
    _say_instants(instants, field, options, notes)
    label_s = resolve(instants, texts, table.line, options.zone, notes, field)
    value = _values(table, layout, column, notes)
    return Rows(label_s, value, table.line).take(instants.valid)


def _values(table: Table, layout: Layout, column: int, notes: Notes) -> Floats:
    texts = table.columns[column]
    decimals = parse_decimals(texts)
    notes.refuse_rows(
        decimals.unreadable,
        table.line,
        layout.name(column),
        lambda i: f"valeur illisible, {quoted(texts[i])}",
        "corrigez cette ligne, ou laissez la case vide si la mesure manque",
    )
    if decimals.thousands_mark:
        words = {",": "la virgule", ".": "le point"}
        message = f"{words[decimals.thousands_mark].capitalize()} sépare les milliers."
        notes.say("info", layout.name(column), message)
    return decimals.value


def _apply_header_offset(instants: Instants, field: str, notes: Notes) -> None:
    """Take “UTC”, “UTC+1” in the column's name for all instants that carry no offset of their own."""
    found = _UTC_NAME.search(field)
    if found is None:
        return
    offset = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d{2}))?", found["offset"] or "+0")
    if offset:
        seconds = 3600 * int(offset[2]) + 60 * int(offset[3] or 0)
        if seconds > MAX_OFFSET_S:
            notes.refuse(None, field, "décalage horaire impossible", "corrigez le titre de cette colonne")
            seconds = 0
        instants.offset_s[~instants.has_offset] = -seconds if offset[1] == "-" else seconds
        instants.has_offset[:] = True


def _say_instants(instants: Instants, field: str, options: ReadOptions, notes: Notes) -> None:
    if instants.day_order == "day first assumed":
        message = "Rien ne distingue le jour du mois : dates lues jour/mois/année."
        notes.say("warning", field, message)
    elif instants.day_order == "month first":
        notes.say("info", field, "Dates lues mois/jour/année, d’après leur contenu.")
    naive = not instants.has_offset.any()
    zone = f"heure locale ({options.zone.key})" if naive else "décalage horaire écrit dans le fichier"
    notes.say("info", field, f"Heures : {zone}.")


def _refuse_index(rows: Rows, unit: str, options: ReadOptions) -> None:
    """Refuse a counter that only climbs, over several days: energy by interval falls back at night."""
    value = rows.value[~np.isnan(rows.value)]
    long_enough = len(rows) > 48 and np.ptp(rows.label_s) > 2 * DAY_S
    if (
        not is_power(unit)
        and long_enough
        and value[0] > 0
        and (np.diff(value) >= 0).all()
        and value[-1] > value[0]
    ):
        problem = "la colonne est un index cumulé (elle ne fait que croître), pas une énergie par intervalle"
        remedy = "choisissez le format « Index de compteur », ou exportez l’énergie de chaque intervalle"
        raise refuse(options.filename, problem, remedy)


def _say_layout(source: TextFile, layout: Layout, column: int, notes: Notes) -> None:
    chosen = f"« {layout.name(layout.instant)} » et « {layout.name(column)} »"
    separator = SEPARATOR_WORDS[layout.separator]
    notes.say("info", "", f"Colonnes lues : {chosen} (séparateur : {separator} ; texte : {source.encoding}).")
    others = [layout.name(i) for i in range(layout.width) if i not in {layout.instant, layout.time, column}]
    if any(others):
        listed = ", ".join(others[:8]) + ("…" if len(others) > 8 else "")
        # A second column of production may be a second inverter: that deserves a look.
        rivals = any(unit_in(name) and not NOT_PRODUCTION.search(name) for name in others)
        notes.say("warning" if rivals else "info", "", f"Colonnes laissées de côté : {listed}.")
    skipped = layout.first_line - 1 - bool(layout.names)
    if skipped > 0:
        notes.say("info", "", f"{skipped} ligne(s) d’en-tête laissée(s) de côté.")
