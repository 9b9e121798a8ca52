"""Tables as the text of a CSV file."""

import csv
from collections.abc import Iterable, Sequence

_BOTH_ENDS = "\r\n"


class _Lines(list[str]):
    """What a CSV writer writes, a line an item."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix(_BOTH_ENDS))


def csv_text(rows: Iterable[Sequence[object]], *, delimiter: str = ",", end: str = "\n") -> str:
    """Rows, the heading first. Open data is cut by commas and ended as RFC 4180 says (`end="\\r\\n"`)."""
    lines = _Lines()
    # Of a cell the writer quotes the ends of line it is told itself: told both, a lone one is no line's end.
    csv.writer(lines, delimiter=delimiter, lineterminator=_BOTH_ENDS).writerows(rows)
    return "".join(line + end for line in lines)
