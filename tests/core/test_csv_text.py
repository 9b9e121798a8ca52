"""Tables as text."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from mine_de_soleil.core.csv_text import csv_text

# A carriage return alone would end a line for some readers, and is quoted like any other end.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4))


def test_cells_are_cut_and_lines_ended_as_asked():
    rows = [("jour", "texte"), ("2026-03-01", "a;b,c")]
    assert csv_text(rows) == 'jour,texte\n2026-03-01,"a;b,c"\n'
    assert csv_text(rows, delimiter=";", end="\r\n") == 'jour;texte\r\n2026-03-01;"a;b,c"\r\n'


@given(ROWS)
@example([["", "\r"], ["\n", "\r\n"]])
def test_what_is_written_is_read_again(rows: list[list[str]]):
    assert list(csv.reader(io.StringIO(csv_text(rows), newline=""))) == rows
