"""Readers of metered output files: pure Python, no Django, no clock, no network.

`read_meter_file` is the only door. A format is recognised by its content; to add one, write a module with
`NAME`, `recognises` and `read`, and name it in `TEXT_FORMATS` (the first that recognises the text reads it);
for JSON and XML, in `TREE_FORMATS`; for a worksheet, `NAME`, `header_row` and `read`, in `BOOK_FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from production.formats import (
    archive,
    detection,
    edf,
    enedis,
    enedis_days,
    enedis_index,
    enedis_json,
    enedis_xml,
    enphase,
    fluvius,
    fronius,
    fusionsolar,
    fusionsolar_plant,
    generic,
    generic_book,
    index,
    mapped,
    pvoutput,
    pvoutput_status,
    senec,
    sma,
    solaredge,
    solaredge_api,
    solarman,
    sungrow,
    workbook,
)
from production.formats.errors import Fault, FileRefused, refuse
from production.formats.mapping import ColumnMapping
from production.formats.notes import Notes
from production.formats.series import (
    Counts,
    Label,
    MeterSeries,
    ReadOptions,
    Remark,
    Replacement,
    Span,
)
from production.formats.text import TextFile, decode
from production.formats.units import FACTORS

__all__ = [
    "FORMATS",
    "MAPPED",
    "UNITS",
    "ColumnMapping",
    "Counts",
    "Fault",
    "FileRefused",
    "MeterSeries",
    "Remark",
    "Replacement",
    "Span",
    "read_meter_file",
]


class TextReader(Protocol):
    """A module that reads one format of text."""

    NAME: str

    def recognises(self, source: TextFile) -> bool: ...
    def read(self, source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries: ...


class BookReader(Protocol):
    """A module that reads one kind of worksheet, given as rows of cells."""

    NAME: str

    def header_row(self, rows: list[list[Any]]) -> int | None: ...
    def read(self, rows: list[list[Any]], options: ReadOptions, notes: Notes) -> MeterSeries: ...


TEXT_FORMATS: tuple[TextReader, ...] = (
    enedis_index,
    enedis,
    sma,
    solaredge,
    enphase,
    fronius,
    sungrow,
    senec,
    pvoutput,
    pvoutput_status,
    edf,
    fluvius,
    index,
    generic,
)
# Trees of objects or elements rather than lines.
TREE_FORMATS: tuple[TextReader, ...] = (solaredge_api, enedis_json, enedis_xml)
BOOK_FORMATS: tuple[BookReader, ...] = (
    fusionsolar,
    fusionsolar_plant,
    solarman,
    enedis_days,
    generic_book,
)
# Names for people, in the order of a list to choose from.
FORMATS = {
    enedis.NAME: "Enedis, courbe de charge (CSV)",
    enedis_index.NAME: "Enedis, index quotidiens ou mensuels (CSV)",
    enedis_json.NAME: "Enedis, courbe de charge (JSON, R63 ou Data Connect)",
    enedis_xml.NAME: "Enedis, mesures détaillées (XML, SGE)",
    enedis_days.NAME: "Enedis, énergies quotidiennes (XLSX)",
    fusionsolar.NAME: "Huawei FusionSolar, historique d’onduleur (XLSX)",
    fusionsolar_plant.NAME: "Huawei FusionSolar, rapport de centrale (XLSX)",
    edf.NAME: "EDF, mes puissances atteintes (ZIP ou CSV)",
    fluvius.NAME: "Fluvius, injection par quart d’heure (CSV)",
    sma.NAME: "SMA, export de l’onduleur ou de Sunny Explorer (CSV)",
    solaredge.NAME: "SolarEdge, tableau du portail (CSV)",
    solaredge_api.NAME: "SolarEdge, réponse de l’API (JSON)",
    enphase.NAME: "Enphase, rapport de production (CSV)",
    fronius.NAME: "Fronius Solar.web, rapport (CSV)",
    sungrow.NAME: "Sungrow iSolarCloud (CSV)",
    senec.NAME: "SENEC (CSV)",
    solarman.NAME: "Solarman, énergies quotidiennes (XLSX)",
    pvoutput.NAME: "PVOutput, énergies quotidiennes",
    pvoutput_status.NAME: "PVOutput, états envoyés (addstatus)",
    index.NAME: "Index de compteur, électricité ou chaleur (CSV)",
    generic.NAME: "CSV à deux colonnes (date et valeur)",
    generic_book.NAME: "Classeur à deux colonnes (date et valeur)",
    mapped.NAME: "Colonnes décrites par vous",
}
# Read only where somebody said what each column holds.
MAPPED = mapped.NAME
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
    index_digits: int | None = None,
    replacements: tuple[Replacement, ...] = (),
    spans_alone: bool = False,
    without_lines: frozenset[int] = frozenset(),
    part: str = "",
    mapping: ColumnMapping | None = None,
) -> MeterSeries:
    """Read one file of metered output, whole or not at all.

    `source` is a path or the content; `filename` is the name shown in messages. `latest` (aware) is the
    latest admissible interval start. `format` is one of FORMATS, None to recognise it. `timezone` is that of
    clock times without offset, and of the days the rounding follows. `label` says which end of an interval
    an instant names, `unit` (one of UNITS) the unit of values, when the file does not say. `peak_power_w` [W]
    bounds plausible powers. `index_digits` and `replacements` are what is known of the meter's counter, and
    `spans_alone` admits a file that gives energy to no single day (see ReadOptions). `without_lines` are
    lines to read as if they were absent, `part` the meter to take of a file that holds several, `mapping`
    what each column holds where somebody drew it: the format is then MAPPED. Raises FileRefused, with every
    fault found, and ValueError on a wrong argument.
    """
    _check_arguments(latest, format, label, unit)
    options = ReadOptions(
        filename,
        ZoneInfo(timezone),
        latest,
        label,
        unit,
        peak_power_w,
        index_digits,
        replacements,
        spans_alone,
        without_lines,
        part,
    )
    notes = Notes(filename)
    try:
        return _read(source, format, mapping, options, notes)
    except FileRefused as refusal:
        # Nothing can be described of a file whose columns are read, one by one, and found wrong.
        unread = "illisible" in refusal.faults[0].problem
        free = format in {None, generic.NAME, generic_book.NAME, index.NAME}
        refusal.describable = free and not refusal.at_least and (not refusal.lines or unread)
        raise


def _read(
    source: Path | str | bytes,
    format: str | None,
    mapping: ColumnMapping | None,
    options: ReadOptions,
    notes: Notes,
) -> MeterSeries:
    filename = options.filename
    data = archive.unpacked(detection.load(source, filename), filename)
    if mapping is not None:
        return _named(mapped.NAME, lambda: mapped.read(data, mapping, options, notes))
    if detection.is_workbook(data):
        return _read_workbook(data, format, options, notes)
    if detection.opens_like_json(data) or detection.opens_like_xml(data):
        answer = decode(data, filename)
        for reader in TREE_FORMATS:
            if format in {None, reader.NAME} and reader.recognises(answer):
                return _read_with(reader, answer, options, notes)
    detection.refuse_foreign(data, filename)
    return _read_text(data, format, options, notes)


def _named(name: str, read: Callable[[], MeterSeries]) -> MeterSeries:
    """Read, and let a refusal say which format was recognised."""
    try:
        return read()
    except FileRefused as refusal:
        refusal.format = name
        raise


def _read_with(reader: TextReader, source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    return _named(reader.NAME, lambda: reader.read(source, options, notes))


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
    wanted = [reader for reader in BOOK_FORMATS if format in {None, reader.NAME}]
    sheets = [
        workbook.without(workbook.cells(sheet, options.filename), options.without_lines)
        for _, sheet in (workbook.open_sheets(data, options.filename) if wanted else [])
    ]
    # A reader that takes any table comes last, after every sheet was offered to all the others.
    for readers in ([r for r in wanted if r is not generic_book], [r for r in wanted if r is generic_book]):
        for rows in sheets:
            for reader in readers:
                if reader.header_row(rows) is not None:
                    return _named(reader.NAME, partial(reader.read, rows, options, notes))
    raise _unknown(options.filename, format, "ce classeur")


def _read_text(data: bytes, format: str | None, options: ReadOptions, notes: Notes) -> MeterSeries:
    source = decode(data, options.filename).without(options.without_lines)
    if format == index.NAME and index.readable(source):
        return _read_with(index, source, options, notes)
    for reader in TEXT_FORMATS:
        if format in {None, reader.NAME} and reader.recognises(source):
            return _read_with(reader, source, options, notes)
    raise _unknown(options.filename, format, "ce fichier")


def _unknown(filename: str, format: str | None, what: str) -> FileRefused:
    if format is not None:
        problem = f"{what} n’est pas au format choisi, « {FORMATS[format]} »"
        return refuse(
            filename, problem, "laissez le logiciel reconnaître le format, ou choisissez-en un autre"
        )
    problem = f"{what} ne ressemble à aucun format connu : {', '.join(FORMATS.values())}"
    return refuse(filename, problem, "exportez de nouveau la courbe dans un de ces formats, sans la modifier")
