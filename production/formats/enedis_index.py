"""Enedis indexes (CSV): what the meter's registers show, once a day or once a month [Wh].

Source: headers and lines of a consumption meter quoted in public documents (quoalise `formalisme/enedis.md`);
no raw file and no production sample seen, so the names of injection registers (“EAI …”) are by analogy, to be
verified. The preamble says “Index”; below stand “Horodate;Type de releve;EAS F1;…;EAS T”. T is the total of
the F registers, and is the one read. The instant is the meter's midnight, which keeps winter time on some.
"""

from __future__ import annotations

import re

import numpy as np

from production.formats import indexes
from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.enedis import ONE_BY_ONE
from production.formats.enedis_blocks import (
    INDEX_COLUMN,
    SEPARATOR,
    Quantity,
    headings,
    holds_only_indexes,
    plain,
    quantity_of,
    read_preamble,
)
from production.formats.errors import quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve
from production.formats.notes import Notes
from production.formats.portal import check_unit, numbers
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND, Table, TextFile, read_table, split_line
from production.formats.units import ENERGY_WH

NAME = "enedis-index"
_START = re.compile(r'[\s"]*identifiant prm[\s"]*;', re.IGNORECASE)
_CALENDAR = re.compile(r'\n[ \t"]*p[eé]riode"?;', re.IGNORECASE)
_PRM = re.compile(r"\d{14}", re.ASCII)
_REGISTER = re.compile(r"(ea[is]) (t|f\d+)")


def recognises(source: TextFile) -> bool:
    """Whether the text is an Enedis file of indexes; a load curve beside them is worth more."""
    return _START.match(source.text) is not None and holds_only_indexes(source.text)


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read the indexes of one meter. Raises FileRefused."""
    blocks = _blocks(source, notes)
    if not blocks:
        notes.raise_if_refused()
        raise refuse(options.filename, "l’en-tête du tableau des index est illisible", RESEND)
    if options.part:
        blocks = [block for block in blocks if block[0].get("identifiant prm") == options.part] or blocks
    prm = _only_prm(blocks, notes)
    quantity = quantity_of(blocks[0][0])
    if any(quantity_of(preamble) != quantity for preamble, _, _ in blocks):
        problem = "deux grandeurs différentes dans un même fichier d’index"
        raise refuse(options.filename, problem, "exportez les seuls index de la production")
    unit = _unit(quantity, options)
    parts = [_rows(names, table, options, notes) for _, names, table in blocks if len(table)]
    if not parts:
        notes.raise_if_refused()
        raise refuse(options.filename, "le fichier ne contient que son en-tête, aucun index", RESEND)
    if quantity.is_consumption:
        message = "Le fichier annonce une consommation : vérifiez que ce compteur mesure bien la production."
        notes.say("warning", "Grandeur métier", message)
    index = Rows(
        *(np.concatenate([getattr(part, key) for part in parts]) for key in ("label_s", "value", "line"))
    )
    climb = indexes.energies(index, unit, "index", options, notes)
    found = Findings(
        NAME,
        unit,
        "end",
        len(index),
        meter_identifier=prm,
        counter_energy_wh=climb.counter_energy_wh,
        duplicates=climb.duplicates,
        spans=climb.spans,
    )
    return assemble(climb.rows, found, options, notes)


def _blocks(source: TextFile, notes: Notes) -> list[tuple[dict[str, str], list[str], Table]]:
    """Return (preamble, column names, table) of each block of indexes; others are left aside."""
    blocks, preamble = [], dict[str, str]()
    found = headings(source.text, notes)
    line, counted = 1, 0
    for heading, following in zip(found, [*found[1:], None], strict=True):
        line, counted = line + source.text.count("\n", counted, heading.start()), heading.start()
        names = [plain(name) for name in split_line(heading.group(), SEPARATOR)]
        body = source.text[heading.end() + 1 : following.start() if following else None]
        if names[0] == "horodate" and INDEX_COLUMN in names:
            rows = _CALENDAR.split(f"\n{body}", maxsplit=1)[0][1:]
            blocks.append((preamble, names, read_table(rows, SEPARATOR, line + 1, len(names), notes)))
        elif names[0] == "identifiant prm":
            preamble = read_preamble(names, body, line, notes)
    return blocks


def _only_prm(blocks: list[tuple[dict[str, str], list[str], Table]], notes: Notes) -> str | None:
    """Return the meter number of the blocks; a malformed one refuses the file, a second one is a fault."""
    numbered = [(preamble.get("identifiant prm", ""), table) for preamble, _, table in blocks]
    distinct = tuple(dict.fromkeys(prm for prm, _ in numbered if prm))
    for prm in distinct:
        if not _PRM.fullmatch(prm):
            problem = f"{quoted(prm)} n’est pas un numéro de PRM (14 chiffres)"
            raise refuse(notes.filename, problem, RESEND, field="Identifiant PRM")
    if len(distinct) > 1:
        problem = f"deux compteurs dans un même fichier ({distinct[0]} et {distinct[1]})"
        second = next((table for prm, table in numbered if prm == distinct[1] and len(table)), None)
        line = 1 if second is None else int(second.line[0])
        notes.refuse_parts(line, "Identifiant PRM", problem, ONE_BY_ONE, distinct)
    return distinct[0] if distinct else None


def _unit(quantity: Quantity, options: ReadOptions) -> str:
    if quantity.unit not in ENERGY_WH or quantity.physical not in {"energie active", "ea", ""}:
        problem = f"ces index ne sont pas ceux d’une énergie active ({quantity})"
        raise refuse(options.filename, problem, "exportez les index de l’énergie active, en Wh")
    check_unit(quantity.unit, options)
    return quantity.unit


def _rows(names: list[str], table: Table, options: ReadOptions, notes: Notes) -> Rows:
    at = _register(names, table, options)
    texts = table.columns[0]
    found = parse_instants(texts)
    notes.refuse_rows(
        ~found.valid, table.line, "Horodate", lambda i: f"date illisible, {quoted(texts[i])}", MEND
    )
    label_s = resolve(found, texts, table.line, options.zone, notes, "Horodate")
    value = numbers(table.columns[at], table.line, names[at].upper(), notes)
    return Rows(label_s, value, table.line).take(found.valid)


def _register(names: list[str], table: Table, options: ReadOptions) -> int:
    """Choose the register read: injection before draw, the total before the only one in use."""
    used = [i for i, name in enumerate(names) if _REGISTER.fullmatch(name) and any(table.columns[i])]
    for way in ("eai", "eas"):
        total = next((i for i in used if names[i] == f"{way} t"), None)
        single = [i for i in used if names[i].startswith(f"{way} f")]
        if total is not None or len(single) == 1:
            return single[0] if total is None else total
    raise refuse(
        options.filename,
        "aucune colonne d’index total (« EAI T » ou « EAS T ») n’a de valeur",
        "exportez les index avec leur total",
        line=int(table.line[0]) - 1,
        field="index",
    )
