"""When the letter of a month may leave."""

import datetime as dt

import pytest

from production.letter_days import Verdict, month_told, verdict_on

SEND, WAIT, SKIP = Verdict.SEND, Verdict.WAIT, Verdict.SKIP


@pytest.mark.parametrize(
    ("day", "fraction", "verdict"),
    [
        (1, 1.0, WAIT),  # the last day of the month was yesterday: nobody has read its meters
        (2, 1.0, SEND),
        (2, 0.9, SEND),
        (2, 0.899, WAIT),
        (9, 0.5, WAIT),
        (10, 0.5, SEND),
        (10, 0.499, WAIT),
        (15, 0.5, SEND),
        (15, 0.0, WAIT),
        (16, 1.0, SKIP),
        (31, 0.0, SKIP),
    ],
)
def test_each_day_asks_its_own_completeness(day: int, fraction: float, verdict: Verdict):
    assert verdict_on(dt.date(2025, 7, day), fraction) == verdict


def test_the_letter_of_january_tells_december():
    assert month_told(dt.date(2026, 1, 5)) == dt.date(2025, 12, 1)
    assert month_told(dt.date(2024, 3, 31)) == dt.date(2024, 2, 1)
