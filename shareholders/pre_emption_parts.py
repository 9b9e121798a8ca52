"""Who gets how many of the shares that members may buy first: in proportion to what they hold. No Django."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What one member would take: `asked` shares, `held` already, and the instant it was said."""

    holder: int
    asked: int
    held: int
    at: dt.datetime


def parts_by_holding(wishes: Sequence[Wish], available: int) -> dict[int, int]:
    """Shares by holder: in proportion to what each holds, nobody more than asked, all given that can be.

    What one doesn't want goes to the others, again in proportion. Shares that don't divide go to the largest
    remainders, of equals to the earlier wish. Raises ValueError for counts that cannot be.
    """
    if available < 0 or any(wish.asked < 0 or wish.held < 1 for wish in wishes):
        raise ValueError("shares held are one or more, and nothing is negative")
    granted = dict.fromkeys((wish.holder for wish in wishes), 0)
    if len(granted) != len(wishes):
        raise ValueError("a holder wishes once")
    if sum(wish.asked for wish in wishes) <= available:
        return {wish.holder: wish.asked for wish in wishes}
    left, open_wishes = available, sorted(wishes, key=lambda wish: (wish.at, wish.holder))
    while left and (full := _satisfied(open_wishes, left)):
        for wish in full:
            granted[wish.holder] = wish.asked
        left -= sum(wish.asked for wish in full)
        open_wishes = [wish for wish in open_wishes if wish not in full]
    return granted | _in_proportion(open_wishes, left)


def _satisfied(wishes: Sequence[Wish], left: int) -> list[Wish]:
    """Those whose part would be all they ask, or more."""
    held = sum(wish.held for wish in wishes)
    return [wish for wish in wishes if wish.asked * held <= wish.held * left]


def _in_proportion(wishes: Sequence[Wish], left: int) -> dict[int, int]:
    """The largest remainders: nobody reaches what is asked before them, so nobody gets a share too many."""
    held = sum(wish.held for wish in wishes)
    parts = {wish.holder: wish.held * left // held for wish in wishes}
    neediest = sorted(wishes, key=lambda wish: wish.held * left % held, reverse=True)
    for wish in neediest[: left - sum(parts.values())]:
        parts[wish.holder] += 1
    return parts
