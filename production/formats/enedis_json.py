"""Enedis load curves in JSON: the R63 stream, and an answer of Data Connect.

Source: their structures quoted in public documents; no raw file seen. R63: `mesures`, each with `idPrm` and
`grandeur`, each with `unite` and `points` (d instant, v value, p step). Data Connect: `interval_reading`,
dates in local time without offset; its daily answers name the day. The rest is read as the CSV files are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from production.formats import enedis
from production.formats.enedis_blocks import MAX_BLOCKS, Points, quantity_of
from production.formats.errors import refuse
from production.formats.json_text import key_lines, load_object
from production.formats.notes import Notes
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND, TextFile

NAME = "enedis-json"
_R63 = re.compile(r'"mesures"\s*:\s*\[')
_CONNECT = re.compile(r'"interval_reading"\s*:\s*\[')
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Cells = list[dict[str, Any]]


def recognises(source: TextFile) -> bool:
    """Whether the text holds the list of an R63 stream or of a Data Connect answer."""
    head = source.text[:4000]
    return _R63.search(head) is not None or _CONNECT.search(head) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a load curve in JSON. Raises FileRefused."""
    answer = load_object(source, options.filename)
    curves = _r63(answer) if "mesures" in answer else _data_connect(answer)
    if not curves or len(curves) > MAX_BLOCKS:
        count = f"plus de {MAX_BLOCKS} courbes" if curves else "aucune mesure"
        raise refuse(options.filename, f"la réponse contient {count}", RESEND)
    key = "d" if "mesures" in answer else "date"
    line = key_lines(source, key, sum(len(points) for _, points in curves))
    blocks, at = [], 0
    for named, points in curves:
        own = line[at : at + len(points)]
        kept = [i for i, number in enumerate(own) if int(number) not in options.without_lines]
        blocks.append(_block(named, [points[i] for i in kept], own[kept]))
        at += len(points)
    if all(_DAY.fullmatch(text) for block in blocks for text in block.instants):
        options = replace(options, label=options.label or "start")
    return replace(enedis.read_points(blocks, options, notes), format=NAME)


def _r63(answer: dict[str, Any]) -> list[tuple[dict[str, str], _Cells]]:
    return [
        (
            {
                "identifiant prm": _text(measure.get("idPrm")),
                "grandeur physique": _text(quantity.get("grandeurPhysique")),
                "grandeur metier": _text(quantity.get("grandeurMetier")),
                "etape metier": _text(measure.get("etapeMetier")),
                "unite": _text(quantity.get("unite")),
            },
            [{"at": p.get("d"), "value": p.get("v"), "step": p.get("p")} for p in _dicts(quantity, "points")],
        )
        for measure in _dicts(answer, "mesures")
        for quantity in _dicts(measure, "grandeur")
    ]


def _data_connect(answer: dict[str, Any]) -> list[tuple[dict[str, str], _Cells]]:
    inner = answer.get("meter_reading", answer)
    reading = inner if isinstance(inner, dict) else {}
    kind = reading.get("reading_type")
    unit = _text(kind.get("unit")) if isinstance(kind, dict) else ""
    points = [
        {"at": p.get("date"), "value": p.get("value"), "step": p.get("interval_length")}
        for p in _dicts(reading, "interval_reading")
    ]
    named = {"identifiant prm": _text(reading.get("usage_point_id")), "unite": unit}
    return [(named, points)] if points else []


def _dicts(holder: dict[str, Any], key: str) -> _Cells:
    """Return the objects of a list; whatever else stands there becomes an empty one, then a fault."""
    found = holder.get(key)
    return [item if isinstance(item, dict) else {} for item in found] if isinstance(found, list) else []


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()


def _block(named: dict[str, str], points: _Cells, line: np.ndarray) -> Points:
    steps = [_text(point["step"]) for point in points]
    prm = named["identifiant prm"]
    return Points(
        quantity_of(named),
        ((prm, int(line[0]) if len(line) else 1),),
        "",
        [_text(point["at"]) for point in points],
        [_text(point["value"]) for point in points],
        line,
        steps if all(steps) else None,
    )
