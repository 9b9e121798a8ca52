"""How far the cells of a worksheet reach, before a reader lays them all out in memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

CHUNK_BYTES = 1024 * 1024
# Without this element, no cell of a part is ever read.
_MARK = b"sheetData"
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_USUAL_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_REFERENCE = re.compile(r"([A-Z]{0,3})([0-9]{1,7})", re.IGNORECASE | re.ASCII)

Extent = tuple[int, int]


class Malformed(ValueError):
    """A worksheet that no portal writes."""


def extent(open_part: Callable[[], IO[bytes]]) -> Extent:
    """Return (largest row, largest column) of a part, (0, 0) if it is no worksheet. Raises Malformed.

    Every byte is read. Cells written the usual way, each with its reference first, are found by a pattern;
    as soon as one is not, the part is parsed from its start.
    """
    with open_part() as stream:
        is_sheet, usual = _usual_extent(stream)
    if not is_sheet:
        return 0, 0
    if usual is not None:
        return usual
    with open_part() as stream:
        return _Walk().run(stream)


def _usual_extent(stream: IO[bytes]) -> tuple[bool, Extent | None]:
    """Tell whether the part is a worksheet, and its extent if every cell is written the usual way."""
    is_sheet, usual = False, True
    row = column = 0
    rest = b""
    while chunk := stream.read(CHUNK_BYTES):
        text = rest + chunk
        is_sheet = is_sheet or _MARK in text
        # Whole tags only; a tag of a megabyte is not usual.
        cut = max(text.rfind(b"<"), len(text) - CHUNK_BYTES)
        text, rest = text[:cut], text[cut:]
        found = _USUAL_CELL.findall(text)
        usual = usual and _all_usual(text, len(found)) and len(rest) < CHUNK_BYTES
        if found and usual:
            row, column = max(row, _last_row(found)), max(column, _last_column(found))
    return is_sheet, (row, column) if usual and _all_usual(rest, 0) else None


def _all_usual(text: bytes, found: int) -> bool:
    """Whether no tag but the `found` ones can be a cell's, under any prefix."""
    others = text.count(b"<c") - found
    if others:
        others -= sum(text.count(tag) for tag in (b"<col", b"<cfRule", b"<conditional", b"<customSheet"))
    return not others and b":c" not in text and b"<!" not in text


def _last_row(references: list[bytes]) -> int:
    return max(map(int, set(b" ".join(references).translate(None, _LETTERS).split())))


def _last_column(references: list[bytes]) -> int:
    names = set(b" ".join(references).translate(None, _DIGITS).split())
    return max(_column(name.decode()) for name in names)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


class _Walk:
    """Follows every row and cell; one without a reference comes right after the one before."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0

    def run(self, stream: IO[bytes]) -> Extent:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        # No entity can be declared without a document type, and no portal writes one.
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            while chunk := stream.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Malformed(str(error)) from None
        return self.last_row, self.last_column

    def _refuse(self, *_: object) -> None:
        raise Malformed("document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row, self.column = self._place(attributes.get("r"), self.row + 1, 0)
        elif name == "c":
            self.row, self.column = self._place(attributes.get("r"), self.row, self.column + 1)
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def _place(self, reference: str | None, row: int, column: int) -> Extent:
        if reference is None:
            return row, column
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise Malformed(reference)
        return int(found[2]), _column(found[1]) or column
