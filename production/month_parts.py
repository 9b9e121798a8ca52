"""A month's deviation cut into parts that add up: the sun, what broke, the rest. No Django, no clock.

All parts are per cent of the same forecast, so they add up to the deviation; shown as whole points, by the
largest remainder, they still do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# Below this part of the compared days with a known weather, the sun's part isn't told.
ENOUGH_TOLD = 0.9
# Up to half a per cent either way is "as expected".
AS_EXPECTED = Fraction(1, 200)
# Named one by one; the others are said together.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that broke on one roof: `cause` is a word of `citizen_sentence`, `count` how many times.

    `lost_wh` in that month, None where nobody knows yet; `roof` is empty where only one roof is spoken of.
    """

    cause: str
    roof: str = ""
    lost_wh: int | None = None
    count: int = 1
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What is known of one month of one roof or several [Wh].

    `compared_wh` and `expected_wh` are of the `days_read` days that can be compared; `sun_wh` is what their
    weather added to the forecast (or took from it), over the `days_told` of them whose weather is known.
    `days_missing` had no complete reading, on `roofs_missing` roofs.
    """

    metered_wh: int
    compared_wh: int
    expected_wh: float
    sun_wh: float = 0.0
    days_told: int = 0
    days_read: int = 0
    days_missing: int = 0
    roofs_missing: int = 0
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_sun_known(self) -> bool:
        """Whether the weather of enough compared days is known for the sun's part to be told."""
        return self.days_read > 0 and self.days_told >= ENOUGH_TOLD * self.days_read


@dataclass(frozen=True, slots=True)
class Points:
    """Whole per cent of the forecast. `sun` + `troubles` + `others` + `rest` = `deviation`.

    `sun` is None where the weather isn't known; a trouble's is None where its loss isn't. `others` are the
    troubles past the first ones.
    """

    deviation: int
    sun: int | None
    troubles: tuple[int | None, ...]
    others: int
    rest: int


def worst_first(troubles: Sequence[Trouble]) -> list[Trouble]:
    """The troubles by what they cost; those of unknown loss last."""
    return sorted(troubles, key=lambda one: -1 if one.lost_wh is None else one.lost_wh, reverse=True)


def points_of(facts: MonthFacts) -> Points | None:
    """The deviation and its parts in whole points; None when nothing was expected or compared."""
    if facts.expected_wh <= 0 or facts.days_read <= 0:
        return None
    whole = Fraction(facts.expected_wh)
    exact = Fraction(facts.compared_wh) / whole - 1
    troubles = worst_first(facts.troubles)
    losses = [Fraction(-(one.lost_wh or 0)) / whole for one in troubles]
    sun = Fraction(facts.sun_wh) / whole if facts.is_sun_known else Fraction(0)
    others = sum(losses[MOST_NAMED:], Fraction(0))
    known = [sun, *losses[:MOST_NAMED], others]
    deviation = 0 if abs(exact) <= AS_EXPECTED else _rounded(exact * 100)
    shown = largest_remainder([*(part * 100 for part in known), (exact - sum(known)) * 100], deviation)
    return Points(
        deviation=deviation,
        sun=shown[0] if facts.is_sun_known else None,
        troubles=tuple(
            None if one.lost_wh is None else point
            for one, point in zip(troubles[:MOST_NAMED], shown[1:-2], strict=True)
        ),
        others=shown[-2],
        rest=shown[-1],
    )


def _rounded(value: Fraction) -> int:
    """To the nearest whole number, halves away from zero."""
    return int(math.copysign(math.floor(abs(value) + Fraction(1, 2)), value))


def largest_remainder(parts: Sequence[Fraction], whole: int) -> list[int]:
    """Whole numbers that add up to `whole`, each beside its part: the largest fractions are rounded up.

    `whole` is what the parts add up to, rounded; of equal fractions the first is rounded up.
    """
    floors = [math.floor(part) for part in parts]
    missing = whole - sum(floors)
    assert 0 <= missing <= len(parts), f"{whole} isn't what {parts} add up to"
    by_fraction = sorted(range(len(parts)), key=lambda n: floors[n] - parts[n])
    raised = set(by_fraction[:missing])
    return [floor + (n in raised) for n, floor in enumerate(floors)]


def part_of_days(total: int, days: int, all_days: int) -> int:
    """What falls to `days` of the `all_days` an amount is spread over evenly, rounded."""
    return _rounded(Fraction(total * days, all_days)) if all_days > 0 else 0
