"""When the letter of a month may leave: once enough is known, until the fifteenth. No Django, no clock."""

import datetime as dt
from enum import StrEnum

# Meters are read on the first days of a month: what is missing mostly comes within days.
FIRST_DAY = 2
# From this day on half a month is told, with what is missing, rather than nothing.
PATIENT_UNTIL = 10
LAST_DAY = 15
ENOUGH, HALF = 0.9, 0.5


class Verdict(StrEnum):
    """What to do today about the letter of the month before."""

    SEND = "send"
    WAIT = "wait"
    SKIP = "skip"


def month_told(today: dt.date) -> dt.date:
    """The first day of the month whose letter is due in the month of `today`."""
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def verdict_on(today: dt.date, read_fraction: float) -> Verdict:
    """`read_fraction`: part of the month's roof-days with a complete reading, 0 to 1."""
    if today.day < FIRST_DAY:
        return Verdict.WAIT
    if today.day > LAST_DAY:
        return Verdict.SKIP
    wanted = HALF if today.day >= PATIENT_UNTIL else ENOUGH
    return Verdict.SEND if read_fraction >= wanted else Verdict.WAIT
