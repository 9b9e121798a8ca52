"""SolarEdge monitoring API, saved as it answered (JSON): energy [Wh] or power [W] by interval.

Source: a raw answer (March 2025, hourly). Dates are local, bare or followed by “CET+0100”. On the clock's
spring day the portal writes an hour that never was (“02:00:00 CET+0100”), without a value; on the autumn day
it leaves one of the two passes out. `null` is a gap.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows
from production.formats.errors import quoted, refuse
from production.formats.instants import Instants, parse_instants
from production.formats.json_text import key_lines, load_object
from production.formats.localtime import resolve, to_utc
from production.formats.notes import Notes
from production.formats.portal import check_unit
from production.formats.series import Bools, Floats, Ints, MeterSeries, ReadOptions
from production.formats.text import RESEND, TextFile
from production.formats.units import FACTORS

NAME = "solaredge-api"
_OPENING = re.compile(r'\s*\{\s*"(energy|power)"\s*:\s*\{(?=[^{}\[\]]*"timeUnit")')
_ZONE_WORD = re.compile(r" [A-Z]{2,5}(?=[+-]\d{4}$)")
_STEPS_S = {"QUARTER_OF_AN_HOUR": 900, "HOUR": 3600, "DAY": None}


def recognises(source: TextFile) -> bool:
    """Whether the text opens like an answer of the API: energy or power, with its timeUnit."""
    return _OPENING.match(source.text[:2000]) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read an answer of the API. Raises FileRefused."""
    answer = _answer(source, options)
    unit, step_s = _unit(answer, options), _step_s(answer, options)
    points = answer.get("values")
    if not isinstance(points, list) or not points:
        raise refuse(options.filename, "la réponse ne contient aucune mesure", RESEND)
    line = key_lines(source, "date", len(points))
    if options.without_lines:
        kept = [i for i, number in enumerate(line) if int(number) not in options.without_lines]
        points, line = [points[i] for i in kept], line[kept]
    texts, value = _columns(points, line, notes)
    rows = _rows(texts, value, line, options, notes)
    if step_s:
        rows = Rows(rows.label_s, rows.value, rows.line, np.full(len(rows), step_s, dtype=np.int64))
    label = options.label or "start"
    ends = "fins" if label == "end" else "débuts"
    notes.say("info", "date", f"Dates lues comme des {ends} d’intervalle.")
    return assemble(rows, Findings(NAME, unit, label, len(points)), options, notes)


def _answer(source: TextFile, options: ReadOptions) -> dict[str, Any]:
    found = load_object(source, options.filename)
    answer = next((found[key] for key in ("energy", "power") if key in found), None)
    if not isinstance(answer, dict):
        raise refuse(options.filename, "la réponse ne contient aucune mesure", RESEND)
    return answer


def _unit(answer: dict[str, Any], options: ReadOptions) -> str:
    unit = answer.get("unit")
    if not isinstance(unit, str) or unit not in FACTORS:
        problem = f"unité inconnue, {quoted(str(unit))}"
        raise refuse(options.filename, problem, "demandez l’énergie en Wh ou la puissance en W", field="unit")
    check_unit(unit, options)
    return unit


def _step_s(answer: dict[str, Any], options: ReadOptions) -> int | None:
    """Return the length of an interval [s], None for civil days."""
    step = answer.get("timeUnit")
    if not isinstance(step, str) or step not in _STEPS_S:
        problem = f"pas de temps trop long ou inconnu, {quoted(str(step))}"
        remedy = "demandez le quart d’heure (QUARTER_OF_AN_HOUR), l’heure (HOUR) ou le jour (DAY)"
        raise refuse(options.filename, problem, remedy, field="timeUnit")
    return _STEPS_S[step]


def _columns(points: list[Any], line: Ints, notes: Notes) -> tuple[list[str], Floats]:
    """Split the points into dates (text) and values (NaN where null); anything else is a fault."""
    texts, values = [], []
    wrong = np.zeros(len(points), dtype=np.bool_)
    for i, point in enumerate(points):
        date = point.get("date") if isinstance(point, dict) else None
        value = point.get("value") if isinstance(point, dict) else None
        number = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        wrong[i] = not isinstance(date, str) or not number or abs(value or 0) > 1e15
        texts.append(date if isinstance(date, str) else "")
        values.append(float("nan") if value is None or wrong[i] else float(value))
    notes.refuse_rows(wrong, line, "values", lambda i: f"mesure illisible, {quoted(str(points[i]))}", MEND)
    return texts, np.array(values, dtype=np.float64)


def _rows(texts: list[str], value: Floats, line: Ints, options: ReadOptions, notes: Notes) -> Rows:
    plain = [_ZONE_WORD.sub(" ", text) for text in texts]
    found = parse_instants(plain)
    ghost = _never_was(found, value, options)
    if ghost.any():
        message = "Heure qui n’a pas existé (passage à l’heure d’été), sans énergie : laissée de côté."
        notes.say("info", "date", message, int(line[np.argmax(ghost)]))
    kept = np.flatnonzero(~ghost)
    found = parse_instants([plain[i] for i in kept])
    texts, value, line = [texts[i] for i in kept], value[kept], line[kept]
    notes.refuse_rows(~found.valid, line, "date", lambda i: f"date illisible, {quoted(texts[i])}", MEND)
    label_s = resolve(found, texts, line, options.zone, notes, "date")
    return Rows(label_s, value, line).take(found.valid)


def _never_was(found: Instants, value: Floats, options: ReadOptions) -> Bools:
    """Tell the points of the spring hour that hold no energy, shape (n,); one with energy is a fault."""
    _, exists = to_utc(found.wall_s, np.ones(len(value), dtype=np.bool_), options.zone)
    return np.asarray(found.valid & ~exists & (np.isnan(value) | (value == 0)), dtype=np.bool_)
