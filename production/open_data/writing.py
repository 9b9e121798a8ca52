"""A series written as CSV, JSON or Parquet, a batch of rows at a time. No Django, no clock.

Memory is that of one batch. Each format names the licence: JSON and Parquet inside, CSV in its file's name.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import numpy as np
from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema
from arro3.io import write_parquet

from mine_de_soleil.core.csv_text import csv_text
from mine_de_soleil.core.spreadsheets import no_formula
from production.open_data.tables import Column, Kind, Table, Value

Row = Sequence[Value]
Batch = Sequence[Row]
_TYPES: Mapping[Kind, Callable[[], DataType]] = {
    Kind.TEXT: DataType.utf8,
    Kind.DAY: DataType.date32,
    Kind.INTEGER: DataType.int64,
    Kind.NUMBER: DataType.float64,
    Kind.YES_NO: DataType.bool,
}


def csv_chunks(table: Table, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A header, then a line a row; booleans as true and false, nothing where nothing is known.

    A name that a spreadsheet would compute has an apostrophe before it; the other formats have it as it is.
    """
    yield _csv([[column.name for column in table.columns]])
    for batch in batches:
        yield _csv([[_cell(value) for value in row] for row in batch])


def _cell(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return no_formula(value)
    return "" if value is None else value


def _csv(rows: Iterable[Row]) -> bytes:
    return csv_text(rows, end="\r\n").encode()


def json_chunks(table: Table, batches: Iterable[Batch], about: Mapping[str, object]) -> Iterator[bytes]:
    """One document: what `about` says (licence, columns), then `data`, an object a row."""
    names = [column.name for column in table.columns]
    yield json.dumps(about, ensure_ascii=False)[:-1].encode() + b', "data": ['
    is_first = True
    for batch in batches:
        rows = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in batch)
        text = ",\n".join(rows)
        if text:
            yield (text if is_first else ",\n" + text).encode()
            is_first = False
    yield b"]}\n"


def write_as_parquet(
    table: Table, batches: Iterable[Batch], about: Mapping[str, object], out: BinaryIO
) -> None:
    """One row group a batch, zstd; what `about` says stands in the file's own metadata, as JSON."""
    metadata = {name: json.dumps(value, ensure_ascii=False) for name, value in about.items()}
    schema = Schema([_field(column) for column in table.columns], metadata=metadata)
    records = (_record(table, batch, schema) for batch in batches if batch)
    reader = RecordBatchReader.from_batches(schema, records)
    write_parquet(reader, out, compression="zstd(3)")


def _field(column: Column) -> Field:
    metadata = {"description": column.meaning}
    return Field(column.name, _TYPES[column.kind](), nullable=not column.is_required, metadata=metadata)


def _record(table: Table, batch: Batch, schema: Schema) -> RecordBatch:
    columns = zip(table.columns, zip(*batch, strict=True), strict=True)
    return RecordBatch.from_arrays([_array(column, values) for column, values in columns], schema=schema)


def _array(column: Column, values: Sequence[Value]) -> Array:
    if column.kind is Kind.DAY:
        # Days since 1970 are what a date is in Arrow; none of ours is ever absent.
        days = np.array(values, dtype="datetime64[D]").astype(np.int32)
        return Array.from_numpy(days).cast(DataType.date32())
    return Array(list(values), _TYPES[column.kind]())
