"""Enedis load curves (CSV): the “courbe de charge” export by mail or HDM, and the R63 / SGE file.

Source: headers quoted in public documents (quoalise `formalisme/enedis.md`, sge-proxy tests); no raw file
is public. Both start with “Identifiant PRM”. In the first, a preamble of two lines stands above
“Horodate;Valeur”; in the second, each line carries everything. Values are mean powers [W] or energies [Wh].
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np

from production.formats import cadence
from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.decimals import parse_decimals
from production.formats.enedis_blocks import Points, holds_only_indexes, read_blocks
from production.formats.errors import french_number, quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve, wall_clock
from production.formats.notes import Notes
from production.formats.series import DAY_S, HOUR_S, Ints, Label, MeterSeries, ReadOptions
from production.formats.text import NO_FINAL_NEWLINE, RESEND, TextFile, refuse_unfinished
from production.formats.units import FACTORS

NAME = "enedis"
_START = re.compile(r'[\s"]*identifiant prm[\s"]*;', re.IGNORECASE)
_PRM = re.compile(r"\d{14}", re.ASCII)
ONE_BY_ONE = "exportez un fichier par compteur, ou choisissez celui des deux à prendre"
_STEP = re.compile(r"PT(\d{1,2})(M|H)", re.ASCII)
# The quantities of a load curve; reactive energy, voltage and power factors are others.
_ACTIVE = frozenset({"energie active", "puissance active", "ea", "pa", ""})


def recognises(source: TextFile) -> bool:
    """Whether the text starts like an Enedis file, and is not one of indexes alone."""
    return _START.match(source.text) is not None and not holds_only_indexes(source.text)


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read an Enedis load curve. Raises FileRefused."""
    return read_points(read_blocks(source, notes), options, notes, source)


def read_points(
    blocks: list[Points], options: ReadOptions, notes: Notes, source: TextFile | None = None
) -> MeterSeries:
    """Turn the points of one meter into a series. `source` lets a text be checked for a cut end."""
    if options.part:
        blocks = [block for block in blocks if any(prm == options.part for prm, _ in block.prms)]
    prm = _only_prm(blocks, options, notes)
    parts = _one_quantity([block for block in blocks if len(block)], notes)
    if not parts:
        notes.raise_if_refused()
        problem = "le fichier ne contient que son en-tête, aucune mesure"
        if options.part:
            problem = f"le fichier n’a aucune mesure du compteur {quoted(options.part)}"
        raise refuse(options.filename, problem, RESEND)
    unit = _only_unit(parts, options)
    rows = _rows(parts, options, notes)
    label = _label(rows, options, notes) if len(rows) else "start"
    if source is not None:
        _check_ending(source, rows, parts, options, notes)
    count = sum(len(part) for part in parts)
    return assemble(rows, Findings(NAME, unit, label, count, meter_identifier=prm), options, notes)


def _only_prm(blocks: list[Points], options: ReadOptions, notes: Notes) -> str | None:
    """Return the 14-digit meter number of the file; a malformed one, or a second one, is a fault."""
    known: str | None = None
    parts = tuple(dict.fromkeys(prm for block in blocks for prm, _ in block.prms if _PRM.fullmatch(prm)))
    for block in blocks:
        for prm, line in block.prms:
            if not _PRM.fullmatch(prm):
                problem = f"{quoted(prm)} n’est pas un numéro de PRM (14 chiffres)"
                notes.refuse(line, "Identifiant PRM", problem, RESEND)
            elif known is None:
                known = prm
            elif prm != known:
                problem = f"deux compteurs dans un même fichier ({known} et {prm})"
                notes.refuse_parts(line, "Identifiant PRM", problem, ONE_BY_ONE, parts)
    return known


def _one_quantity(blocks: list[Points], notes: Notes) -> list[Points]:
    """Keep the blocks of one quantity: active, production before consumption, power before energy."""
    active = [b for b in blocks if b.quantity.physical in _ACTIVE and b.quantity.unit in FACTORS]
    kinds = {b.quantity for b in active}
    if not kinds:
        for block in blocks:
            problem = f"ce bloc n’est pas une courbe de puissance ou d’énergie active ({block.quantity})"
            notes.refuse(
                int(block.line[0]), "Grandeur physique", problem, "exportez la courbe de charge active"
            )
        return []
    chosen = min(kinds, key=lambda kind: (not kind.is_production, kind.unit not in {"W", "kW"}, str(kind)))
    for kind in sorted({b.quantity for b in blocks} - {chosen}, key=str):
        notes.say("warning", "Grandeur métier", f"Lignes laissées de côté : {kind}.")
    if chosen.is_consumption:
        message = "Le fichier annonce une consommation : vérifiez que ce compteur mesure bien la production."
        notes.say("warning", "Grandeur métier", message)
    return [b for b in active if b.quantity == chosen]


def _only_unit(parts: list[Points], options: ReadOptions) -> str:
    unit = parts[0].quantity.unit
    if options.unit is not None and options.unit != unit:
        raise refuse(
            options.filename,
            f"l’unité demandée ({options.unit}) n’est pas celle du fichier ({unit})",
            "laissez l’unité vide : le fichier la donne",
            field="Unité",
        )
    return unit


def _rows(parts: list[Points], options: ReadOptions, notes: Notes) -> Rows:
    texts = [text for part in parts for text in part.instants]
    line = np.concatenate([part.line for part in parts])
    instants = parse_instants(texts)
    notes.refuse_rows(
        ~instants.valid, line, "Horodate", lambda i: f"date illisible, {quoted(texts[i])}", MEND
    )
    label_s = resolve(instants, texts, line, options.zone, notes, "Horodate")
    values = [text for part in parts for text in part.values]
    decimals = parse_decimals(values)
    notes.refuse_rows(
        decimals.unreadable,
        line,
        "Valeur",
        lambda i: f"valeur illisible, {quoted(values[i])}",
        "corrigez cette ligne, ou laissez la case vide si la mesure manque",
    )
    return Rows(label_s, decimals.value, line, _stated_lengths(parts, line, notes)).take(instants.valid)


def _stated_lengths(parts: list[Points], line: Ints, notes: Notes) -> Ints | None:
    """Return the length [s] each line states in its column “Pas” (PT30M), shape (n,); None without it."""
    if any(part.steps is None for part in parts):
        return None
    texts = [text for part in parts for text in part.steps or []]
    known = {text: _seconds(text) for text in set(texts)}
    if not any(known.values()):
        return None
    length_s = np.array([known[text] for text in texts], dtype=np.int64)
    remedy = "exportez la courbe au pas de 5, 10, 15, 30 ou 60 minutes"
    notes.refuse_rows(
        length_s == 0, line, "Pas", lambda i: f"pas de temps illisible, {quoted(texts[i])}", remedy
    )
    return np.where(length_s == 0, 1, length_s)


def _seconds(step: str) -> int:
    found = _STEP.fullmatch(step.strip().upper())
    return int(found.group(1)) * (60 if found.group(2) == "M" else HOUR_S) if found else 0


def _label(rows: Rows, options: ReadOptions, notes: Notes) -> Label:
    """Tell whether instants name the start or the end of intervals, and say how it was told."""
    if options.label:
        notes.say("info", "Horodate", f"Convention imposée : {_WORDS[options.label]}.")
        return options.label
    found = _label_by_content(rows, options)
    if found:
        first, last = (
            wall_clock(int(rows.label_s.min()), options.zone),
            wall_clock(int(rows.label_s.max()), options.zone),
        )
        why = f"premier instant {first}, dernier {last}"
        notes.say("info", "Horodate", f"Instants lus comme {_WORDS[found]} ({why}).")
        return found
    step_s = cadence.most_frequent_step(np.unique(rows.label_s)) or 0
    label: Label = "end" if step_s >= HOUR_S // 2 else "start"
    message = f"Rien dans le fichier ne dit si l’horodate est un début ou une fin : lue comme {_WORDS[label]}"
    notes.say("warning", "Horodate", f"{message}, l’usage d’Enedis au pas de {step_s // 60} min.")
    return label


_WORDS = {"start": "débuts d’intervalle", "end": "fins d’intervalle"}


def _label_by_content(rows: Rows, options: ReadOptions) -> Label | None:
    """A file of whole days runs 00:00…23:50 when it names starts, 00:30…00:00 when it names ends."""
    edges = [
        datetime.fromtimestamp(int(s), UTC).astimezone(options.zone)
        for s in (rows.label_s.min(), rows.label_s.max())
    ]
    first, last = ((edge.hour, edge.minute) == (0, 0) for edge in edges)
    if first == last:
        return None
    return "start" if first else "end"


def _check_ending(
    source: TextFile, rows: Rows, parts: list[Points], options: ReadOptions, notes: Notes
) -> None:
    """Compare the last instant with the end the preamble announces.

    A file that stops early and without a final newline was cut; with one, the days may just not be
    published yet.
    """
    announced = parse_instants([part.announced_end for part in parts])
    if not announced.valid.any() or not len(rows):
        return
    # Only whole local days are compared, so the zone of the announced day does not matter.
    end_s, last_s = int(announced.wall_s[announced.valid].max()), int(rows.label_s.max())
    if not source.ends_with_newline and int(rows.line[-1]) == source.last_line:
        if end_s - last_s > DAY_S + HOUR_S:
            refuse_unfinished(source.last_line, notes)
        else:
            notes.say("warning", "Valeur", NO_FINAL_NEWLINE, source.last_line)
    missing_days = (end_s - last_s) / DAY_S - 1
    if missing_days > 1:
        days = french_number(missing_days)
        notes.say("warning", "Date de fin", f"Le fichier s’arrête {days} jour(s) avant la fin qu’il annonce.")
