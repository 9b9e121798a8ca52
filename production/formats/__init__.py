"""Readers of metered output files: pure Python, no Django, no clock, no network.

`read_meter_file` is the only door. A format is recognised by its content; to add one, write a module with
`NAME`, `recognises` and `read`, and name it in `TEXT_FORMATS` (the first that recognises the text reads it).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from production.formats import detection, enedis, fusionsolar, generic, workbook
from production.formats.errors import Fault, FileRefused, refuse
from production.formats.notes import Notes
from production.formats.series import Counts, Label, MeterSeries, ReadOptions, Remark
from production.formats.text import TextFile, decode
from production.formats.units import FACTORS

__all__ = [
    "FORMATS",
    "UNITS",
    "Counts",
    "Fault",
    "FileRefused",
    "MeterSeries",
    "Remark",
    "read_meter_file",
]


class TextReader(Protocol):
    """A module that reads one format of text."""

    NAME: str

    def recognises(self, source: TextFile) -> bool: ...
    def read(self, source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries: ...


TEXT_FORMATS: tuple[TextReader, ...] = (enedis, generic)
# Names for people, in the order of a list to choose from.
FORMATS = {
    enedis.NAME: "Enedis, courbe de charge (CSV)",
    fusionsolar.NAME: "Huawei FusionSolar, historique d’onduleur (XLSX)",
    generic.NAME: "CSV à deux colonnes (date et valeur)",
}
UNITS = tuple(FACTORS)


def read_meter_file(
    source: Path | str | bytes,
    *,
    filename: str,
    latest: datetime,
    format: str | None = None,
    timezone: str = "Europe/Paris",
    label: Label | None = None,
    unit: str | None = None,
    peak_power_w: int | None = None,
) -> MeterSeries:
    """Read one file of metered output, whole or not at all.

    `source` is a path or the content; `filename` is the name shown in messages. `latest` (aware) is the
    latest admissible interval start. `format` is one of FORMATS, None to recognise it. `timezone` is that of
    clock times without offset, and of the days the rounding follows. `label` says which end of an interval
    an instant names, `unit` (one of UNITS) the unit of values, when the file does not say. `peak_power_w` [W]
    bounds plausible powers. Raises FileRefused, with every fault found, and ValueError on a wrong argument.
    """
    _check_arguments(latest, format, label, unit)
    options = ReadOptions(filename, ZoneInfo(timezone), latest, label, unit, peak_power_w)
    notes = Notes(filename)
    data = detection.load(source, filename)
    if detection.is_workbook(data):
        return _read_workbook(data, format, options, notes)
    detection.refuse_foreign(data, filename)
    return _read_text(data, format, options, notes)


def _check_arguments(latest: datetime, format: str | None, label: str | None, unit: str | None) -> None:
    if latest.tzinfo is None:
        raise ValueError("latest must be an aware datetime")
    if format is not None and format not in FORMATS:
        raise ValueError(f"format {format!r} is not one of {', '.join(FORMATS)}")
    if label not in {None, "start", "end"}:
        raise ValueError(f"label {label!r} is neither start nor end")
    if unit is not None and unit not in FACTORS:
        raise ValueError(f"unit {unit!r} is not one of {', '.join(UNITS)}")


def _read_workbook(data: bytes, format: str | None, options: ReadOptions, notes: Notes) -> MeterSeries:
    detection.refuse_disguise(options.filename)
    workbook.check_archive(data, options.filename)
    if format in {None, fusionsolar.NAME}:
        for _, sheet in workbook.open_sheets(data, options.filename):
            rows = workbook.cells(sheet, options.filename)
            if fusionsolar.header_row(rows) is not None:
                return fusionsolar.read(rows, options, notes)
    raise _unknown(options.filename, format, "ce classeur")


def _read_text(data: bytes, format: str | None, options: ReadOptions, notes: Notes) -> MeterSeries:
    source = decode(data, options.filename)
    for reader in TEXT_FORMATS:
        if format in {None, reader.NAME} and reader.recognises(source):
            return reader.read(source, options, notes)
    raise _unknown(options.filename, format, "ce fichier")


def _unknown(filename: str, format: str | None, what: str) -> FileRefused:
    if format is not None:
        problem = f"{what} n’est pas au format choisi, « {FORMATS[format]} »"
        return refuse(
            filename, problem, "laissez le logiciel reconnaître le format, ou choisissez-en un autre"
        )
    problem = f"{what} ne ressemble à aucun format connu : {', '.join(FORMATS.values())}"
    return refuse(filename, problem, "exportez de nouveau la courbe dans un de ces formats, sans la modifier")
