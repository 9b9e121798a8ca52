"""What a trouble cost: worked cases, and what must hold of any days."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.lost_energy import By, Compared, SeenDay, lost_days, lost_wh, worth

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "lost_energy.toml").read_text(encoding="utf-8"))[
    "case"
]
FIRST = dt.date(2026, 3, 15)


def seen(number: int, row: dict[str, Any]) -> SeenDay:
    metered = row.get("metered")
    compared = None
    if "neighbours" in row:
        compared = Compared(row["neighbours"], metered, row.get("residual"), By.NEIGHBOURS)
    day = FIRST + dt.timedelta(days=number)
    return SeenDay(day, metered, compared, row.get("told"), row.get("ordinary", 0))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_cases(case: dict[str, Any]):
    found = lost_days(seen(number, row) for number, row in enumerate(case["days"]))
    assert [day.lost_wh for day in found] == case["lost"]
    assert lost_wh(found) == case["total"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9),
            st.one_of(st.none(), st.floats(-1, 5, exclude_min=True)),
            st.integers(0, 10**9),
        )
    )
)
def test_no_day_is_expected_below_nothing(rows: list[tuple[int, float | None, int]]):
    days = [
        SeenDay(FIRST, metered, Compared(expected, metered, residual, By.NEIGHBOURS), None, 0)
        for expected, residual, metered in rows
    ]
    found = lost_days(days)
    assert all(day.expected_wh >= 0 for day in found)
    assert lost_wh(found) >= 0


def test_euros_are_rounded_once():
    # 3 × 33 Wh at 0.1 €/kWh: 0.0099 €, a cent together, none of them alone.
    assert worth([(33, Decimal("0.1"))] * 3) == Decimal("0.01")
    assert worth([(33, Decimal("0.1"))]) == Decimal("0.00")
