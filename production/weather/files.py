"""From a file as it came to its text, with limits; gzip is unpacked, nothing else is."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from production.formats.errors import FileRefused
from production.formats.text import decode
from production.weather.errors import FileTooLarge, MissingValues, UnreadableFile, WeatherError

Source = Path | str | bytes
MAX_FILE_BYTES = 64 * 1024 * 1024
# A year of minutes with twenty columns is about 80 MB.
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
# Year, month, day, hour and minute come first in an EPW, day and hour in a TMY3.
FIELDS_OF_TIME = 5
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's name, the hash of its bytes as they came, and its text with plain newlines."""

    name: str
    sha256: str
    text: str


def load_bytes(source: Source, filename: str = "") -> tuple[str, bytes]:
    """Name and bytes of a file, at most MAX_FILE_BYTES. Raises FileTooLarge before reading more."""
    name = filename or ("weather" if isinstance(source, bytes) else Path(source).name)
    size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
    if size > MAX_FILE_BYTES:
        raise FileTooLarge(f"{size} bytes, at most {MAX_FILE_BYTES} are read", file=name)
    return name, source if isinstance(source, bytes) else Path(source).read_bytes()


def open_text(source: Source, filename: str = "") -> SourceFile:
    """The text of a file, plain or gzip. Raises UnreadableFile (with a line where known), FileTooLarge."""
    name, content = load_bytes(source, filename)
    plain = unpack(content, name)
    if not plain.strip():
        raise UnreadableFile("the file is empty", file=name)
    try:
        text = decode(plain, name).text
    except FileRefused as refused:
        raise UnreadableFile("binary or damaged, not text", file=name, line=refused.line) from None
    return SourceFile(name, hashlib.sha256(content).hexdigest(), text)


def unpack(content: bytes, name: str) -> bytes:
    """Bytes out of gzip, never more than MAX_UNPACKED_BYTES; other bytes as they are."""
    if content.startswith(_ZIP):
        raise UnreadableFile("a zip archive: unpack it and give the file inside", file=name)
    return unpack_table(content, name)


def unpack_table(content: bytes, name: str) -> bytes:
    """As `unpack`, where a zip archive may be an XLSX and is left to its own reader."""
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise UnreadableFile("a damaged gzip file", file=name) from None
    if len(plain) > MAX_UNPACKED_BYTES:
        raise FileTooLarge(f"more than {MAX_UNPACKED_BYTES} bytes once unpacked", file=name)
    if not unpacker.eof:
        raise UnreadableFile("a gzip file cut short", file=name)
    return plain


def read_json(text: str, name: str) -> dict[str, Any]:
    """An object of JSON. Raises UnreadableFile with the line where it stops being one."""
    head = text[:200].lstrip().lower()
    if head.startswith("<"):
        raise UnreadableFile("a web page instead of JSON", file=name, line=1)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise UnreadableFile("not JSON, or cut short", file=name, line=error.lineno) from None
    except (RecursionError, ValueError):
        raise UnreadableFile("not the JSON of a weather", file=name) from None
    if not isinstance(value, dict):
        raise UnreadableFile("JSON without names", file=name, line=1)
    return value


@contextmanager
def reading(name: str, format: str) -> Iterator[None]:
    """Turn what a parser raises on a strange file into UnreadableFile; a WeatherError passes."""
    try:
        with warnings.catch_warnings():
            # A word among a column's numbers: where the column is used, the conversion refuses it.
            warnings.filterwarnings("ignore", category=pd.errors.DtypeWarning)
            yield
    except WeatherError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, EOFError) as error:
        what = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise UnreadableFile(f"not the {format} it should be ({what})", file=name) from None


def numbers(
    raw: pd.DataFrame, columns: Sequence[str], file: str, line_of: Callable[[int], int | None]
) -> pd.DataFrame:
    """Columns as floats. Raises MissingValues with the line of the first that is no finite number."""
    found = pd.DataFrame(
        {name: pd.to_numeric(raw[name].array, errors="coerce") for name in columns}, dtype=float
    )
    for name in columns:
        bad = ~np.isfinite(found[name].to_numpy())
        if bad.any():
            raise MissingValues(f"{name} is missing", file=file, line=line_of(int(bad.argmax())))
    return found


def clean_rows(
    rows: list[str], first_line: int, widths: range, columns: Mapping[int, tuple[str, float]], file: str
) -> list[str]:
    """Rows of a CSV with all but the needed fields set to 0, which no parser can stumble over.

    widths: the numbers of fields a row may have; columns: by position, a quantity and its mark for "not
    measured". Raises UnreadableFile, MissingValues with the line of the first fault.
    """
    cleaned = []
    for line, row in enumerate(rows, start=first_line):
        fields = row.split(",")
        if len(fields) not in widths:
            raise UnreadableFile(f"{len(fields)} fields, too few or too many", file=file, line=line)
        for at, (name, mark) in columns.items():
            if not _is_measured(fields[at], mark):
                raise MissingValues(f"{name} is missing", file=file, line=line)
        kept = [field if at in columns or at < FIELDS_OF_TIME else "0" for at, field in enumerate(fields)]
        cleaned.append(",".join(kept))
    return cleaned


def _is_measured(field: str, mark: float) -> bool:
    try:
        value = float(field)
    except ValueError:
        return False
    return isfinite(value) and value != mark


def lines(text: str) -> io.StringIO:
    """The text for a parser that reads line by line."""
    return io.StringIO(text)


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
