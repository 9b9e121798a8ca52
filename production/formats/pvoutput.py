"""PVOutput, answer of getoutput saved as text: one record a day, separated by “;” or by lines, no header.

Source: the layout quoted in public documents; no raw file seen. Fields: yyyymmdd, energy generated [Wh],
then efficiency, exported, used, peak power, its time, condition… “NaN” stands for what is unknown. When the
records stand on one line, a reading's line is the rank of its record.
"""

from __future__ import annotations

import re

import numpy as np

from production.formats.errors import french_number, refuse
from production.formats.notes import Notes
from production.formats.portal import Portal, assemble_columns
from production.formats.series import MeterSeries, ReadOptions
from production.formats.text import TextFile, refuse_unfinished

NAME = "pvoutput"
_RECORD = re.compile(r"\s*\d{8},(?:\d+(?:\.\d+)?|nan),[\d.nan]+,", re.IGNORECASE | re.ASCII)
_STATUS = re.compile(r"\s*\d{8},\d{1,2}:\d{2},", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
MAX_RECORDS = 20_000
_NAMES = ["date", "énergie (Wh)"]


def recognises(source: TextFile) -> bool:
    """Whether the text opens with a record of PVOutput."""
    return _RECORD.match(source.text) is not None or _STATUS.match(source.text) is not None


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read daily records. Raises FileRefused."""
    if _STATUS.match(source.text):
        problem = "ce sont des états de PVOutput (getstatus), dont l’énergie repart de zéro chaque jour"
        raise refuse(
            options.filename, problem, "enregistrez la réponse de getoutput, un total par jour", line=1
        )
    if source.text.count(";") + source.text.count("\n") > MAX_RECORDS:
        problem = f"plus de {french_number(MAX_RECORDS)} jours dans un même fichier"
        raise refuse(
            options.filename, problem, "enregistrez une réponse de getoutput, quelques années au plus"
        )
    records = source.text.strip().strip(";").replace(";\n", "\n").replace(";", "\n").split("\n")
    if "\n" not in source.text.strip() and len(records) > 1:
        notes.say("info", "", "Tout est sur une ligne : le numéro de ligne est le rang de l’enregistrement.")
    cut = [[field.strip() for field in record.split(",")] for record in records]
    line = np.arange(1, len(cut) + 1)
    width = len(cut[0])
    for number, fields in zip(line, cut, strict=True):
        if len(fields) != width and fields != [""]:
            _refuse_width(int(number), len(fields), width, int(number) == len(cut), notes)
    sound = [i for i, fields in enumerate(cut) if len(fields) == width]
    days = [_DAY.sub(r"\1-\2-\3", cut[i][0]) for i in sound]
    values = ["" if cut[i][1].lower() == "nan" else cut[i][1] for i in sound]
    portal = Portal(NAME, ",", _NAMES, 1, 0, 1, "Wh")
    return assemble_columns(days, values, line[sound], portal, options, notes)


def _refuse_width(number: int, found: int, width: int, last: bool, notes: Notes) -> None:
    if last and found < width:
        refuse_unfinished(number, notes)
    else:
        problem = f"{found} champ(s) au lieu de {width}"
        notes.refuse(number, "", problem, "enregistrez de nouveau la réponse de PVOutput, sans la modifier")
