"""Tables as the text of a CSV file."""

import csv
import io
from collections.abc import Iterable, Sequence


def csv_text(rows: Iterable[Sequence[object]], *, delimiter: str = ",", end: str = "\n") -> str:
    """Rows, the heading first. Open data is cut by commas and ended as RFC 4180 says (`end="\\r\\n"`)."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()
