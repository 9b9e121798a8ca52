"""Rows in the binary form of COPY: byte for byte, and nothing cut to size."""

import struct

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from production.copying import ROWS_AT_ONCE, Columns, binary_rows, copy_columns

HEAD, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def test_a_row_is_its_count_then_each_value_after_its_size():
    columns: Columns = {
        "meter_id": ("bigint", 7),
        "start": ("timestamptz", np.array(["2000-01-01T00:00:01"], "M8[s]")),
        "line": ("integer", np.array([-2])),
        "day": ("date", np.array(["1999-12-31"], "M8[D]")),
    }
    row = struct.pack(">hiqiqiiii", 4, 8, 7, 8, 1_000_000, 4, -2, 4, -1)
    assert b"".join(binary_rows(columns)) == HEAD + row + END


@pytest.mark.parametrize("rows", [0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
def test_pieces_make_one_whole(rows: int):
    pieces = list(binary_rows({"n": ("integer", np.arange(rows))}))
    assert b"".join(pieces) == HEAD + b"".join(struct.pack(">hii", 1, 4, n) for n in range(rows)) + END
    assert all(len(piece) <= ROWS_AT_ONCE * 10 for piece in pieces)


@pytest.mark.parametrize(
    ("kind", "values", "error"),
    [
        ("integer", [0, 2**31], OverflowError),
        ("integer", [0, -(2**31) - 1], OverflowError),
        ("bigint", np.array([2**64 - 1], np.uint64), OverflowError),
        ("bigint", [1.5], TypeError),
        ("integer", [float("nan")], TypeError),
        ("timestamptz", np.array(["2025-01-01", "NaT"], "M8[us]"), ValueError),
    ],
)
def test_what_a_type_cannot_hold_is_refused(kind: str, values: object, error: type[Exception]):
    with pytest.raises(error):
        list(binary_rows({"n": (kind, np.asarray(values))}))


@pytest.mark.django_db
@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**50), 2**50),  # microseconds: 35 years to each side of 1970
            st.integers(-(2**63), 2**63 - 1),
            st.integers(-(2**31), 2**31 - 1),
        ),
        max_size=20,
    )
)
def test_the_database_reads_what_was_written(rows: list[tuple[int, int, int]]):
    columns: Columns = {
        "at": ("timestamptz", np.array([at_us for at_us, _, _ in rows], np.int64).view("M8[us]")),
        "large": ("bigint", np.array([large for _, large, _ in rows], np.int64)),
        "small": ("integer", np.array([small for _, _, small in rows], np.int64)),
    }
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (at timestamptz, large bigint, small integer)")
        copy_columns(cursor, "copied", columns)
        cursor.execute("SELECT (extract(epoch FROM at) * 1000000)::bigint, large, small FROM copied")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE copied")
    assert sorted(found) == sorted(rows)
