"""Enedis SGE, detailed measures (XML): a load curve as ConsultationMesuresDetaillees gives it.

Source: its elements quoted in public documents; no raw file seen. A `grandeur` has `grandeurMetier`,
`grandeurPhysique`, `unite` and its `mesure`, each with v (value), d (instant), p (step). Names are read
without their namespace. The rest is read as the CSV files are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.parsers import expat

import numpy as np

from production.formats import enedis
from production.formats.enedis_blocks import MAX_BLOCKS, Points, quantity_of
from production.formats.errors import refuse
from production.formats.json_text import MAX_CHARACTERS
from production.formats.notes import Notes
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import RESEND, TextFile

NAME = "enedis-xml"
_MEASURE = re.compile(r"<(?:\w+:)?mesure>\s*<(?:\w+:)?[vd]>")
_NAMES = {"grandeurMetier": "grandeur metier", "grandeurPhysique": "grandeur physique", "unite": "unite"}
_LONGEST_TEXT = 200


def recognises(source: TextFile) -> bool:
    """Whether the text holds measures of a value and an instant."""
    return _MEASURE.search(source.text[:20_000]) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a load curve in XML. Raises FileRefused."""
    if len(source.text) > MAX_CHARACTERS:
        problem = f"la réponse est trop longue ({MAX_CHARACTERS // 1024**2} Mo au plus)"
        raise refuse(options.filename, problem, "demandez une période plus courte")
    walk = _Walk(options)
    walk.run(source.text)
    if not walk.curves or len(walk.curves) > MAX_BLOCKS:
        count = f"plus de {MAX_BLOCKS} courbes" if walk.curves else "aucune mesure"
        raise refuse(options.filename, f"la réponse contient {count}", RESEND)
    blocks = [_block(walk.prm, curve) for curve in walk.curves]
    return replace(enedis.read_points(blocks, options, notes), format=NAME)


@dataclass(slots=True)
class _Curve:
    """One quantity and its points: (instant, value, step, line)."""

    named: dict[str, str] = field(default_factory=dict)
    points: list[tuple[str, str, str, int]] = field(default_factory=list)


class _Walk:
    """Follows the elements; a document type, the way to entities, is refused."""

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.prm = ""
        self.curves: list[_Curve] = []
        self._point: dict[str, str] | None = None
        self._line = 0
        self._text = ""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse

    def run(self, text: str) -> None:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            problem = "le fichier XML est coupé ou abîmé"
            raise refuse(self.options.filename, problem, RESEND, line=error.lineno) from None

    def _refuse(self, *_: object) -> None:
        raise refuse(self.options.filename, "ce fichier XML déclare un type de document", RESEND)

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._text = ""
        if name == "grandeur":
            self.curves.append(_Curve())
        elif name == "mesure":
            self._point, self._line = {}, self._parser.CurrentLineNumber

    def _characters(self, data: str) -> None:
        self._text = (self._text + data)[:_LONGEST_TEXT]

    def _end(self, tag: str) -> None:
        name, text = tag.rpartition(":")[2], self._text.strip()
        if name == "mesure" and self._point is not None:
            self._keep(self._point)
            self._point = None
        elif self._point is not None:
            self._point[name] = text
        elif name == "pointId":
            self.prm = text
        elif name in _NAMES and self.curves:
            self.curves[-1].named[_NAMES[name]] = text

    def _keep(self, point: dict[str, str]) -> None:
        if not self.curves:  # measures without the quantity they are of: its name may be left out
            self.curves.append(_Curve())
        if self._line not in self.options.without_lines:
            said = (point.get("d", ""), point.get("v", ""), point.get("p", ""), self._line)
            self.curves[-1].points.append(said)


def _block(prm: str, curve: _Curve) -> Points:
    steps = [step for _, _, step, _ in curve.points]
    line = np.array([number for *_, number in curve.points], dtype=np.int64)
    return Points(
        quantity_of(curve.named),
        ((prm, 1),) if prm else (),
        "",
        [instant for instant, *_ in curve.points],
        [value for _, value, *_ in curve.points],
        line,
        steps if all(steps) else None,
    )
