"""From bytes to lines and columns of text, every line keeping its number."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.series import Ints

_CONTROL = bytes([*range(9), *range(0x0E, 0x20)])
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE_BYTES = 4096
RESEND = "exportez de nouveau le fichier depuis le portail, sans l’ouvrir ni le modifier, puis déposez-le"
NO_FINAL_NEWLINE = (
    "La dernière ligne ne finit pas par un retour à la ligne : vérifiez que sa valeur est entière."
)


@dataclass(frozen=True)
class TextFile:
    """A decoded text: lines separated by a plain newline, without byte-order mark."""

    text: str
    encoding: str
    ends_with_newline: bool

    @property
    def last_line(self) -> int:
        """Number of the last line that is not blank."""
        return self.text.rstrip().count("\n") + 1

    def without(self, lines: frozenset[int]) -> TextFile:
        """Return the text with these lines (1-based) left blank, so that the others keep their numbers."""
        if not lines:
            return self
        kept = ["" if i in lines else line for i, line in enumerate(self.text.split("\n"), start=1)]
        text = "\n".join(kept)
        return TextFile(text, self.encoding, text.endswith("\n"))


def decode(data: bytes, filename: str) -> TextFile:
    """Decode UTF-8 (with or without mark), UTF-16 or Windows-1252. Raises FileRefused if it is no text."""
    encoding, start = _announced_encoding(data)
    encoding = encoding or _guessed_encoding(data)
    if not encoding.startswith("utf-16"):
        _refuse_control_characters(data, filename)
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse(
            filename,
            f"le texte n’est pas lisible dans son encodage ({encoding}) : fichier abîmé ou coupé",
            RESEND,
            line=data[: error.start].count(b"\n") + 1,
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise refuse(
            filename, "le contenu est binaire", RESEND, line=text[: text.index("\0")].count("\n") + 1
        )
    return TextFile(text, encoding, text.endswith("\n"))


def _announced_encoding(data: bytes) -> tuple[str | None, int]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, len(mark)
    return None, 0


def _guessed_encoding(data: bytes) -> str:
    sample = data[:_SAMPLE_BYTES]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        # In UTF-16, the high byte of every plain digit or letter is zero.
        if (
            len(sample) >= 4
            and sample[offset::2].count(0) > 0.4 * len(sample)
            and not sample[1 - offset :: 2].count(0)
        ):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "latin-1"
    return "utf-8"


def _refuse_control_characters(data: bytes, filename: str) -> None:
    if len(data.translate(None, _CONTROL)) < len(data):
        start = next(i for i, byte in enumerate(data) if byte in _CONTROL)
        line = data[:start].count(b"\n") + 1
        raise refuse(filename, "le contenu est binaire ou abîmé, ce n’est pas du texte", RESEND, line=line)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of stripped text, each of length n, with the line number of each row, shape (n,)."""

    columns: list[list[str]]
    line: Ints

    def __len__(self) -> int:
        return len(self.line)


def read_table(text: str, separator: str, first_line: int, width: int, notes: Notes) -> Table:
    """Cut lines of `width` fields into columns; a line with another number of fields becomes a fault.

    `first_line` is the number of the first line of `text`. A trailing newline and blank lines are skipped.
    """
    body = text.rstrip("\n")
    if _is_regular(body, separator, width):
        # No line is handled one by one: the whole text is one list of fields, sliced by column.
        flat = body.replace(separator, "\n").split("\n")
        if _is_padded(body, separator):
            flat = [field.strip(" \t") for field in flat]
        count = len(flat) // width
        return Table([flat[k::width] for k in range(width)], np.arange(first_line, first_line + count))
    return _read_irregular(body, separator, first_line, width, notes)


def _is_regular(body: str, separator: str, width: int) -> bool:
    """Tell whether every line has exactly `width` unquoted fields."""
    if '"' in body or not body or not separator.isascii():
        return False
    raw = np.frombuffer(body.encode(), dtype=np.uint8)
    ends = np.append(np.flatnonzero(raw == 10), len(raw))
    at = np.searchsorted(np.flatnonzero(raw == ord(separator)), ends)
    return bool((np.diff(at, prepend=0) == width - 1).all()) and bool((np.diff(ends, prepend=-1) > 1).all())


def _is_padded(body: str, separator: str) -> bool:
    """Tell whether there is a blank beside a field, anywhere."""
    raw = np.frombuffer(f"\n{body}\n".encode(), dtype=np.uint8)
    edges = np.flatnonzero((raw == ord(separator)) | (raw == 10))
    blanks = [32] if separator == "\t" else [32, 9]
    return bool(np.isin(raw[edges[:-1] + 1], blanks).any() or np.isin(raw[edges[1:] - 1], blanks).any())


def _read_irregular(body: str, separator: str, first_line: int, width: int, notes: Notes) -> Table:
    rows: list[list[str]] = []
    numbers: list[int] = []
    last = first_line + body.count("\n")
    for number, line in enumerate(_lines(body), start=first_line):
        fields = split_line(line, separator)
        if not any(fields):
            continue
        if len(fields) == width:
            rows.append(fields)
            numbers.append(number)
        else:
            _refuse_width(line, len(fields), width, number, number == last, notes)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
    return Table(columns, np.array(numbers, dtype=np.int64))


def _lines(body: str) -> Iterator[str]:
    """Yield the lines one by one: millions of short ones would fill the memory."""
    start = 0
    while (end := body.find("\n", start)) >= 0:
        yield body[start:end]
        start = end + 1
    yield body[start:]


def split_line(line: str, separator: str) -> list[str]:
    """Cut one line into stripped fields, quotes removed; an unclosed quote is kept as it is."""
    if '"' not in line:
        return [field.strip() for field in line.split(separator)]
    if line.count('"') % 2:
        return [line]
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return [line]


def _refuse_width(line: str, found: int, width: int, number: int, is_last: bool, notes: Notes) -> None:
    if is_last and found < width:
        refuse_unfinished(number, notes)
    elif line.count('"') % 2:
        notes.refuse(
            number, "", "un guillemet n’est pas refermé", "corrigez cette ligne ou exportez de nouveau"
        )
    else:
        notes.refuse(
            number,
            "",
            f"{found} colonne{'s' if found > 1 else ''} au lieu de {width}",
            "corrigez cette ligne ou exportez de nouveau le fichier",
        )


def refuse_unfinished(line: int, notes: Notes) -> None:
    """Keep the fault of a file cut in the middle of its last line."""
    notes.refuse(
        line,
        "",
        "la dernière ligne est inachevée : le fichier a été coupé à l’enregistrement ou au transfert",
        RESEND,
    )


_DECIMALS = re.compile(r"^[+-]?\d+(?:[.,](\d+))?$", re.ASCII)


def check_last_line(source: TextFile, last_field: list[str], line: Ints, notes: Notes) -> None:
    """Tell a file cut inside its very last field from one that merely lacks a final newline.

    `last_field` is the last column of the table, which a cut reaches first. Without a final newline, a field
    that is empty or has fewer decimals than every other one, all alike, was cut: that is a fault. Whole
    numbers leave no trace of a cut: that is a remark.
    """
    if source.ends_with_newline or not len(line) or int(line[-1]) != source.last_line:
        return
    others = last_field[-200:-1]
    cut = bool(others) and not last_field[-1] and all(others)
    if cut or _loses_decimals(last_field[-1], others):
        refuse_unfinished(int(line[-1]), notes)
        return
    notes.say("warning", "", NO_FINAL_NEWLINE, int(line[-1]))


def _loses_decimals(last: str, others: list[str]) -> bool:
    found = [_DECIMALS.match(field) for field in [*others, last] if field]
    if len(found) < 4 or not last or any(match is None for match in found):
        return False
    lengths = [len(match.group(1) or "") for match in found if match]
    return len(set(lengths[:-1])) == 1 and lengths[-1] < lengths[0]
