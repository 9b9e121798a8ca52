"""What the page of a file's columns shows: its first lines, and what would be read of it."""

from dataclasses import dataclass
from typing import Any

from production.formats import FileRefused, MeterSeries
from production.formats.grid import Grid, open_grid
from production.formats.mapping import ColumnMapping, mapping_from
from production.models import MeterLayout, ReadingImport
from production.services.consent import described_delivery
from production.services.imports import look_into
from production.services.quarantine import Hold

MOST_ROWS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mapping gives: the first readings, or the sentences of a refusal."""

    rows: int = 0
    energy_wh: int = 0
    readings: tuple[dict[str, Any], ...] = ()
    remarks: tuple[dict[str, Any], ...] = ()
    sentences: tuple[str, ...] = ()


def grid_of(found: ReadingImport, first_line: int | None = None, separator: str | None = None) -> Grid:
    """The cells of an import's file. Raises FileRefused."""
    content = found.file.content
    return open_grid(content, found.file_name, first_line=first_line, separator=separator)


def nearest_layout(found: ReadingImport, grid: Grid) -> tuple[ColumnMapping | None, str]:
    """The mapping of this meter that shares most columns with a file, and its name; None, "" without."""
    shared: tuple[int, ColumnMapping | None, str] = (0, None, "")
    if found.asked_mapping:
        return mapping_from(found.asked_mapping), ""
    for layout in MeterLayout.objects.filter(meter=found.meter).order_by("-used_at", "-pk")[:5]:
        mapping = mapping_from(layout.mapping)
        count = len(set(mapping.used) & set(grid.titles))
        if count > shared[0]:
            shared = (count, mapping, layout.name)
    return shared[1], shared[2]


def preview(found: ReadingImport, mapping: ColumnMapping) -> Preview:
    """Read a file as a mapping says, and keep nothing."""
    try:
        read = look_into(described_delivery(found, mapping), found.meter, found.asked_at)
    except FileRefused as refusal:
        return Preview(sentences=refusal.sentences[:5])
    if isinstance(read, Hold):
        return Preview(read.rows, read.energy_wh, remarks=read.remarks[:8])
    return _of_series(read)


def _of_series(series: MeterSeries) -> Preview:
    first = series.readings.head(MOST_ROWS_SHOWN)
    readings = tuple(
        {"start": start.to_pydatetime(), "minutes": length // 60, "energy_wh": energy, "line": line}
        for start, length, energy, line in first.itertuples(index=False)
    )
    remarks = tuple(
        {"severity": remark.severity, "line": remark.line, "message": remark.message}
        for remark in series.remarks[:8]
    )
    return Preview(len(series.readings), series.energy_wh, readings, remarks)
