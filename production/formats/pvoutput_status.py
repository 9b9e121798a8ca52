"""PVOutput, statuses as a logger sends them (addstatus), kept as text: one request a line.

Source: the parameters quoted in public documents; no raw file seen. d is yyyymmdd, t the local time, v1 the
energy of the day so far [Wh], v2 the power at that moment [W]. The energy of an interval is the step of v1,
from zero at midnight; a log without v1 is read as powers, each holding until the next.
"""

from __future__ import annotations

import re

import numpy as np

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows, in_order, without_duplicates
from production.formats.errors import french_number, quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve, to_utc, wall_clock
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns, check_unit, numbers
from production.formats.series import DAY_S, MeterSeries, ReadOptions, local_days
from production.formats.text import TextFile

NAME = "pvoutput-status"
_PAIR = re.compile(r"(?:^|[?&,;\s\"'])(d|t|v1|v2)=([^&,;\s\"']*)", re.ASCII)
_OPENING = re.compile(r"(?=[^\n]{0,300}\bd=\d{8}\b)(?=[^\n]{0,300}\bt=\d{1,2}:\d{2})[^\n]*\bv[12]=", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMES = ["date", "v2 (W)"]


def recognises(source: TextFile) -> bool:
    """Whether the first line that isn't blank has d=, t= and v1= or v2=."""
    return _OPENING.match(source.text.lstrip()) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read a log of statuses. Raises FileRefused."""
    found = [
        (number, dict(_PAIR.findall(text[:2_000])))
        for number, text in enumerate(source.text.split("\n"), start=1)
        if text.strip()
    ]
    line = np.array([number for number, _ in found], dtype=np.int64)
    said = [pairs for _, pairs in found]
    days = [_DAY.sub(r"\1-\2-\3", pairs.get("d", "")) for pairs in said]
    texts = [f"{day} {pairs.get('t', '')}" for day, pairs in zip(days, said, strict=True)]
    if not any(pairs.get("v1") for pairs in said):
        portal = Portal(NAME, "", _NAMES, 1, 0, 1, "W", steady=True)
        return assemble_columns(texts, [p.get("v2", "") for p in said], line, portal, options, notes)
    check_unit("Wh", options)
    instants = parse_instants(texts)
    notes.refuse_rows(
        ~instants.valid, line, "d, t", lambda i: f"date illisible, {quoted(texts[i].strip())}", MEND
    )
    label_s = resolve(instants, texts, line, options.zone, notes, "t")
    so_far = numbers([pairs.get("v1", "") for pairs in said], line, "v1", notes)
    rows = Rows(label_s, so_far, line).take(instants.valid)
    count = len(rows)
    steps, duplicates = _steps(rows, options, notes)
    notes.say(
        "info", "v1", "Énergie de chaque pas : ce que le compteur du jour (v1) gagne d’un état à l’autre."
    )
    return assemble(
        steps, Findings(NAME, "Wh", "end", count, steady=True, duplicates=duplicates), options, notes
    )


def _steps(rows: Rows, options: ReadOptions, notes: Notes) -> tuple[Rows, int]:
    """Difference the energy of the day so far; each day starts from zero at its local midnight."""
    if not len(rows):
        notes.raise_if_refused()
        raise refuse(options.filename, "le fichier ne contient aucun état lisible", MEND)
    rows, duplicates = without_duplicates(in_order(rows, notes), options, notes)
    rows = rows.take(~np.isnan(rows.value))
    day = local_days(rows.label_s - 1, options.zone)
    midnight_s, _ = to_utc(day * DAY_S, np.ones(len(day), dtype=np.bool_), options.zone)
    opens = np.diff(day, prepend=day[0] - 1) != 0 if len(day) else np.zeros(0, dtype=np.bool_)
    before_s = np.where(opens, midnight_s, np.roll(rows.label_s, 1))
    before = np.where(opens, 0.0, np.roll(rows.value, 1))
    gained = rows.value - before
    notes.refuse_rows(
        gained < 0,
        rows.line,
        "v1",
        lambda i: (
            f"l’énergie du jour recule, de {french_number(before[i])} à {french_number(rows.value[i])} Wh, "
            f"le {wall_clock(int(rows.label_s[i]), options.zone)}"
        ),
        MEND,
    )
    return Rows(rows.label_s, gained, rows.line, rows.label_s - before_s), duplicates
