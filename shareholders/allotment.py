"""Too many requests for too few shares: who gets how many. Whole numbers only. No Django, no clock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


class AllotmentRefused(ValueError):
    """Requests or counts no allotment can be made of."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its number, how many shares, and when it was made."""

    number: int
    asked: int
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Allotted:
    """What one request gets, and what it doesn't."""

    request: Request
    granted: int

    @property
    def refused(self) -> int:
        return self.request.asked - self.granted


def first_come(requests: Sequence[Request], available: int) -> tuple[Allotted, ...]:
    """Each in turn, by instant then number, as long as there are shares; the last may get a part.

    Answers come in that order. Raises AllotmentRefused for impossible counts or a number met twice.
    """
    _check(requests, available)
    allotted = []
    for request in _in_order(requests):
        granted = min(request.asked, available)
        available -= granted
        allotted.append(Allotted(request, granted))
    return tuple(allotted)


def pro_rata(requests: Sequence[Request], available: int, minimum_each: int = 0) -> tuple[Allotted, ...]:
    """First `minimum_each` for everyone, then the rest in proportion to what is still asked.

    Nobody gets more than asked. Shares that don't divide go to the largest remainders, of equals to the
    earlier, then to the lower number. If there isn't even the minimum for all, it is given in order, the
    last may get less. Answers come in order. Raises AllotmentRefused as `first_come` does.
    """
    _check(requests, available)
    if minimum_each < 0:
        raise AllotmentRefused("the minimum for each is below zero")
    ordered = _in_order(requests)
    granted = _minimum_first(ordered, available, minimum_each)
    unmet = [request.asked - part for request, part in zip(ordered, granted, strict=True)]
    more = _in_proportion(unmet, available - sum(granted))
    parts = zip(ordered, granted, more, strict=True)
    return tuple(Allotted(request, first + then) for request, first, then in parts)


def _minimum_first(ordered: Sequence[Request], available: int, minimum_each: int) -> list[int]:
    granted = []
    for request in ordered:
        part = min(request.asked, minimum_each, available)
        available -= part
        granted.append(part)
    return granted


def _in_proportion(unmet: Sequence[int], left: int) -> list[int]:
    """`left` shares by the largest remainders of `unmet`; everything where there is enough."""
    total = sum(unmet)
    if left >= total:
        return list(unmet)
    parts = [asked * left // total for asked in unmet]
    # A share too many can't come out: a remainder is only left where the part was cut below what is asked.
    neediest = sorted(range(len(unmet)), key=lambda n: unmet[n] * left % total, reverse=True)
    for n in neediest[: left - sum(parts)]:
        parts[n] += 1
    return parts


def _in_order(requests: Sequence[Request]) -> list[Request]:
    return sorted(requests, key=lambda request: (request.asked_at, request.number))


def _check(requests: Sequence[Request], available: int) -> None:
    if available < 0:
        raise AllotmentRefused(f"{available} shares can't be given out")
    if any(request.asked < 1 for request in requests):
        raise AllotmentRefused("a request asks for less than one share")
    if any(request.asked_at.tzinfo is None for request in requests):
        raise AllotmentRefused("a request was made at an instant without a time zone")
    if len({request.number for request in requests}) != len(requests):
        raise AllotmentRefused("two requests have the same number")
