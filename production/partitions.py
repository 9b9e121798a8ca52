"""The parts of the table of readings: one a UTC year, made when a year is first needed.

`make_reading_year` is a function of the database (migration 0006) that runs with its owner's rights, since
the site's role makes no table. Each night the year to come is made (`tasks.make_coming_year`), so that
no import has to on New Year's Eve; an import of an older year makes it in its own transaction.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from django.db.backends.utils import CursorWrapper

SCHEMA = "production_readings"
Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class YearSlice:
    """Rows `first` to `end` (excluded) of ascending readings: those that start in one UTC year."""

    year: int
    first: int
    end: int


def by_year(start: Instants) -> Iterator[YearSlice]:
    """Cut ascending UTC instants, shape (n,), where a year begins."""
    years = start.astype("M8[Y]").astype(np.int64) + 1970
    cuts = [0, *(np.flatnonzero(np.diff(years)) + 1).tolist(), len(years)]
    for first, end in pairwise(cuts):
        if first < end:
            yield YearSlice(int(years[first]), first, end)


def table_of(year: int) -> str:
    """The table that holds a UTC year."""
    return f"{SCHEMA}.year_{year}"


def make_years(cursor: CursorWrapper, years: Sequence[int]) -> int:
    """Make those of `years` that aren't there; returns how many. Raises IntegrityError for no year of ours.

    Until the transaction ends another one that makes a year waits; nobody else does.
    """
    missing = [year for year in years if not _is_there(cursor, year)]
    for year in missing:
        cursor.execute("SELECT make_reading_year(%s)", [year])
    return len(missing)


def _is_there(cursor: CursorWrapper, year: int) -> bool:
    # Not by `to_regclass`, which asks for a right on the schema that a fresh role has only once migrated.
    cursor.execute(
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND c.relispartition",
        [SCHEMA, f"year_{year}"],
    )
    return cursor.fetchone() is not None


def coming_years(today: dt.date) -> tuple[int, int]:
    """The years that should stand ready: this one and the next."""
    return today.year, today.year + 1


def missing_years(cursor: CursorWrapper, today: dt.date) -> list[int]:
    """Those of `coming_years` that aren't there: the nightly work has not been done."""
    return [year for year in coming_years(today) if not _is_there(cursor, year)]
