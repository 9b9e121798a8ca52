"""The cells of any CSV or worksheet, as rows to look at and as columns to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from production.formats import detection, workbook
from production.formats.errors import refuse
from production.formats.generic_book import as_text
from production.formats.layout import SAMPLE_LINES, SEPARATORS, Layout, find_layout
from production.formats.mapping import LONGEST_TITLE, MOST_TITLES, ColumnMapping
from production.formats.notes import Notes
from production.formats.text import RESEND, Table, TextFile, decode, read_table, split_line

SHOWN_LINES = 12
_TAB = "\t"


@dataclass(frozen=True, slots=True)
class Grid:
    """A file cut into cells. `separator` is "" for a worksheet, `first_line` the number of the first values.

    No title stands twice; a column without one is called “colonne 3”. `top` holds the first lines that aren't
    blank, each with its number, to be shown.
    """

    source: TextFile
    separator: str
    first_line: int
    titles: tuple[str, ...]
    top: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def cut(self) -> str:
        """The sign between two cells."""
        return self.separator or _TAB

    def table(self, notes: Notes) -> Table:
        """Columns of text below the titles; a line of another width is a fault."""
        parts = self.source.text.split("\n", self.first_line - 1)
        body = parts[-1].rstrip() if len(parts) == self.first_line else ""
        above, _, last = body.rpartition("\n")
        if last.lstrip('" ').lower().startswith("total"):
            notes.say("info", "", "La ligne de total, à la fin, est laissée de côté.", self.source.last_line)
            body = above
        return read_table(body, self.cut, self.first_line, len(self.titles), notes)


def open_grid(
    data: bytes,
    filename: str,
    *,
    first_line: int | None = None,
    separator: str | None = None,
    without_lines: frozenset[int] = frozenset(),
) -> Grid:
    """Cut a file into cells; what isn't said is found by content. Raises FileRefused where there are none."""
    source, own = _source(data, filename, without_lines)
    lines = [line[:20_000] for line in source.text[:2_000_000].split("\n")[:SAMPLE_LINES]]
    layout = find_layout(source)
    cut = own or separator or (layout.separator if layout else _likely(lines))
    if cut is None:
        problem = "ce fichier n’a pas de colonnes : ni point-virgule, ni tabulation, ni virgule"
        raise refuse(filename, problem, RESEND)
    rows = [split_line(line, cut) for line in lines]
    first = first_line or (layout.first_line if layout and layout.separator == cut else _second(rows))
    titles = _titles(rows, first, layout)
    if len(titles) < 2 or len(titles) > MOST_TITLES:
        raise refuse(filename, f"ce fichier a {len(titles)} colonne(s)", "exportez la date et la valeur")
    top = tuple((i, tuple(row)) for i, row in enumerate(rows, start=1) if any(row))[:SHOWN_LINES]
    return Grid(source, "" if own else cut, first, titles, top)


def open_as(data: bytes, filename: str, mapping: ColumnMapping, without_lines: frozenset[int]) -> Grid:
    """Cut a file as a mapping says, its titles where they stand now. Raises FileRefused."""
    said: Callable[[int], Grid] = lambda first: open_grid(  # noqa: E731
        data, filename, first_line=first, separator=mapping.separator or None, without_lines=without_lines
    )
    grid = said(mapping.first_line)
    if set(mapping.used) <= set(grid.titles):
        return grid
    # A portal may put a line more above the same titles.
    moved = next((i for i, row in grid.top if set(mapping.used) <= set(_told_apart(list(row)))), None)
    return grid if moved is None else said(moved + 1)


def _source(data: bytes, filename: str, without_lines: frozenset[int]) -> tuple[TextFile, str]:
    """Return the text, and the separator that stands between the cells of a worksheet."""
    if not detection.is_workbook(data):
        detection.refuse_foreign(data, filename)
        return decode(data, filename).without(without_lines), ""
    detection.refuse_disguise(filename)
    workbook.check_archive(data, filename)
    sheets = [workbook.cells(sheet, filename) for _, sheet in workbook.open_sheets(data, filename)]
    texts = [as_text(workbook.without(rows, without_lines)) for rows in sheets if rows]
    if not texts:
        raise refuse(filename, "le classeur est vide", RESEND)
    # The first sheet with a date and a number; else the longest one.
    dated = next((text for text in texts if find_layout(text)), None)
    return dated or max(texts, key=lambda text: len(text.text)), _TAB


def _likely(lines: list[str]) -> str | None:
    """Return the separator that cuts most lines alike."""
    best: tuple[int, str] | None = None
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in lines if separator in line)
        alike = max(counts.values(), default=0)
        if alike > 1 and (best is None or alike > best[0]):
            best = (alike, separator)
    return best[1] if best else None


def _second(rows: list[list[str]]) -> int:
    """Without a date to go by: the values start below the first line that has cells."""
    first = next((i for i, row in enumerate(rows, start=1) if len([c for c in row if c]) > 1), 1)
    return first + 1


def _titles(rows: list[list[str]], first: int, layout: Layout | None) -> tuple[str, ...]:
    """Return the cells of the line above the values, as wide as those."""
    below = next((row for row in rows[first - 1 :] if any(row)), [])
    above = next((row for row in reversed(rows[: first - 1]) if any(row)), [])
    width = len(below) or len(above) or (layout.width if layout else 0)
    if abs(len(above) - width) > 1:
        above = []  # a title of the whole file, not of its columns
    return _told_apart([*above, *[""] * width][:width])


def _told_apart(cells: list[str]) -> tuple[str, ...]:
    titles = [
        " ".join(cell.split())[: LONGEST_TITLE - 8] or f"colonne {i}" for i, cell in enumerate(cells, start=1)
    ]
    titles = ["".join(c for c in title if c.isprintable()) for title in titles]
    times, taken = Counter(titles), set[str]()
    told: list[str] = []
    for title in titles:
        own, rank = title, 1
        while own in taken or (times[title] > 1 and own == title):
            own, rank = f"{title} ({rank})", rank + 1
        taken.add(own)
        told.append(own)
    return tuple(told)
