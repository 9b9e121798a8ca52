"""How evenly the capital lies among its holders, to be checked with a pencil. No Django, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Concentration:
    """`largest`: part of the capital of the largest holder; `fewest_for_half`: how many of the largest have
    more than half together; `median`: shares of the holder in the middle."""

    holders: int
    largest: Fraction
    fewest_for_half: int
    median: Fraction


def concentration(shares: Sequence[int]) -> Concentration:
    """Of holdings of at least one share each, in any order; of nobody, all zero."""
    ordered = sorted(shares, reverse=True)
    total = sum(ordered)
    if not total:
        return Concentration(0, Fraction(0), 0, Fraction(0))
    return Concentration(
        len(ordered), Fraction(ordered[0], total), _fewest_for_half(ordered, total), _median(ordered)
    )


def _fewest_for_half(ordered: Sequence[int], total: int) -> int:
    together = 0
    for count, held in enumerate(ordered, start=1):
        together += held
        if 2 * together > total:
            return count
    return len(ordered)


def _median(ordered: Sequence[int]) -> Fraction:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)
