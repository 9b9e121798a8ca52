"""How many shares one may still take, and from when they may be sold. No Django, no clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from shareholders.deadlines import add_months


def room_under_cap(*, held: int, capital_shares: int, cap: Fraction | None) -> int | None:
    """Most shares that may be issued to a holder so that the part held *after* stays within `cap`.

    The shares issued enlarge the capital too: the most k with (held + k) / (capital + k) ≤ cap, that is
    k ≤ (cap × capital − held) / (1 − cap). None: no bound. Zero when the holder is at or over the cap.
    Shares others take at the same moment belong to `capital_shares`. Raises ValueError for counts or caps
    that cannot be.
    """
    _check(held, capital_shares, cap)
    if cap is None or cap == 1:
        return None
    part, whole = cap.numerator, cap.denominator
    return max(0, (part * capital_shares - whole * held) // (whole - part))


def room_for_transfer(*, held: int, capital_shares: int, cap: Fraction | None) -> int | None:
    """Most shares a holder may receive from another: the capital stays what it is. None: no bound."""
    _check(held, capital_shares, cap)
    if cap is None or cap == 1:
        return None
    return max(0, cap.numerator * capital_shares // cap.denominator - held)


def _check(held: int, capital_shares: int, cap: Fraction | None) -> None:
    if not 0 <= held <= capital_shares:
        raise ValueError(f"{held} shares held of {capital_shares} cannot be")
    if cap is not None and not 0 < cap <= 1:
        raise ValueError(f"{cap} is no part of the capital")


class Bound(StrEnum):
    """The rule a limit comes from, for the sentence that explains it."""

    ONE_SHARE = "one_share"
    COLLEGE_MINIMUM = "college_minimum"
    ROUND_MINIMUM = "round_minimum"
    ROUND_MAXIMUM = "round_maximum"
    SHARES_LEFT = "shares_left"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and most shares one request may ask, and why; `most` is None where nothing bounds it."""

    least: int
    least_because: Bound
    most: int | None
    most_because: Bound | None

    @property
    def is_open(self) -> bool:
        """Whether any number of shares will do."""
        return self.most is None or self.least <= self.most

    def broken_by(self, quantity: int) -> Bound | None:
        """The rule that a request of `quantity` shares breaks; None when it holds."""
        if quantity < self.least:
            return self.least_because
        if self.most is not None and quantity > self.most:
            return self.most_because
        return None


def limits_of(
    *,
    held: int,
    capital_shares: int,
    cap: Fraction | None,
    college_minimum: int,
    shares_left: int | None = None,
    round_minimum: int = 1,
    round_maximum: int | None = None,
    taken_in_round: int = 0,
) -> Limits:
    """What one person may ask in a round: the tightest of all rules, and which one it is.

    `college_minimum` counts shares held already, `round_minimum` and `round_maximum` those `taken_in_round`.
    """
    leasts = (
        (1, Bound.ONE_SHARE),
        (college_minimum - held, Bound.COLLEGE_MINIMUM),
        (round_minimum - taken_in_round, Bound.ROUND_MINIMUM),
    )
    mosts = (
        (shares_left, Bound.SHARES_LEFT),
        (None if round_maximum is None else round_maximum - taken_in_round, Bound.ROUND_MAXIMUM),
        (room_under_cap(held=held, capital_shares=capital_shares, cap=cap), Bound.CAP),
    )
    # Of equal bounds the first is named: max and min keep it.
    least, least_because = max(leasts, key=lambda bound: bound[0])
    bounded = [(max(0, most), bound) for most, bound in mosts if most is not None]
    if not bounded:
        return Limits(least, least_because, None, None)
    most, most_because = min(bounded, key=lambda bound: bound[0])
    return Limits(least, least_because, most, most_because)


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares received on one day."""

    acquired_on: dt.date
    quantity: int


def lock_up_end(acquired_on: dt.date, lock_up_months: int) -> dt.date:
    """The first day on which shares received on `acquired_on` may be sold."""
    return add_months(acquired_on, lock_up_months)


def free_shares(lots: Iterable[Lot], *, given_up: int, lock_up_months: int, day: dt.date) -> int:
    """How many of the shares held may be sold on `day`; those given up are taken from the oldest first."""
    old_enough = sum(lot.quantity for lot in lots if lock_up_end(lot.acquired_on, lock_up_months) <= day)
    return max(0, old_enough - given_up)
