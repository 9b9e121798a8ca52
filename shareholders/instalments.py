"""Shares paid in several times: what is due when. The sum is exact. No Django, no clock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from mine_de_soleil.core.money import CENT, split
from shareholders.deadlines import add_months


class InstalmentsRefused(ValueError):
    """A plan the statutes or arithmetic don't allow; `sentence` says it to the subscriber."""

    def __init__(self, sentence: str, sentence_en: str) -> None:
        self.sentence, self.sentence_en = sentence, sentence_en
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Call:
    """An amount due on a day [€]; `nominal` of it pays the shares, `premium` the share premium."""

    due_on: dt.date
    nominal: Decimal
    premium: Decimal

    @property
    def amount(self) -> Decimal:
        return self.nominal + self.premium


@dataclass(frozen=True, slots=True)
class Schedule:
    """All calls of a subscription, in order of day; they add up to what the shares cost."""

    calls: tuple[Call, ...]

    @property
    def total(self) -> Decimal:
        """What the shares cost [€]."""
        return sum((call.amount for call in self.calls), Decimal(0))


@dataclass(frozen=True, slots=True)
class Due:
    """What is left of a call [€]; without a day it was due at subscription."""

    due_on: dt.date | None
    amount: Decimal


def still_due(calls: Sequence[Due], received: Decimal) -> tuple[Due, ...]:
    """What is left of `calls` once `received` [€] has paid the first ones."""
    left = []
    for call in calls:
        paid = min(max(received, Decimal(0)), call.amount)
        received -= paid
        if call.amount > paid:
            left.append(Due(call.due_on, call.amount - paid))
    return tuple(left)


def without(calls: Sequence[Due], parts: Sequence[Due]) -> tuple[Due, ...]:
    """`calls` less what somebody else took over, day by day. Raises ValueError for more than a day holds."""
    taken: dict[dt.date | None, Decimal] = {}
    for part in parts:
        taken[part.due_on] = taken.get(part.due_on, Decimal(0)) + part.amount
    left = []
    for call in calls:
        gone = min(taken.get(call.due_on, Decimal(0)), call.amount)
        taken[call.due_on] = taken.get(call.due_on, Decimal(0)) - gone
        if call.amount > gone:
            left.append(Due(call.due_on, call.amount - gone))
    if any(taken.values()):
        raise ValueError("more was taken over than was called")
    return tuple(left)


def part_of(calls: Sequence[Due], moved: int, held: int) -> tuple[Due, ...]:
    """What follows `moved` of `held` shares: of each call its part to the cent, by the largest remainder.

    With `without`, the two sides add up to `calls` exactly. Raises ValueError for impossible counts.
    """
    if not 0 < moved <= held:
        raise ValueError(f"{moved} of {held} shares can't move")
    parts = [Due(call.due_on, split(call.amount, [moved, held - moved])[0]) for call in calls]
    return tuple(part for part in parts if part.amount)


def even_steps(count: int, within_months: int) -> tuple[int, ...]:
    """`count` moments spread evenly over `within_months`, in months; the last is its end.

    Raises InstalmentsRefused when there are more moments than months.
    """
    if not 0 < count <= within_months:
        raise InstalmentsRefused(
            "Il faut au moins un mois entre deux versements.", "Payments must be a month apart or more."
        )
    return tuple(within_months * n // count for n in range(1, count + 1))


def schedule(
    *,
    quantity: int,
    nominal: Decimal,
    premium: Decimal,
    minimum_paid: Fraction,
    chosen: Fraction,
    balance_within_months: int,
    on: dt.date,
    steps: Sequence[int] = (),
) -> Schedule:
    """What is due at subscription and at each of `steps` (months after `on`).

    `nominal` and `premium` are of one share [€, whole cents]. At once: the `chosen` part of the nominal,
    up to the cent above so that it is never less than promised, and the whole premium (code de commerce, art.
    L225-144). The rest in equal parts, to the cent; the first ones take the cents that don't divide.
    Raises InstalmentsRefused with a sentence; ValueError for amounts or counts that cannot be.
    """
    _check_amounts(quantity, nominal, premium)
    _check_plan(minimum_paid, chosen, balance_within_months, steps)
    whole = quantity * nominal
    at_once = _cents_above(whole, chosen)
    calls = [Call(on, at_once, quantity * premium)]
    if steps:
        parts = split(whole - at_once, [1] * len(steps))
        days = [add_months(on, months) for months in steps]
        calls += [Call(day, part, Decimal("0.00")) for day, part in zip(days, parts, strict=True) if part]
    return Schedule(tuple(calls))


def _cents_above(amount: Decimal, part: Fraction) -> Decimal:
    """`part` of `amount` [€], the cent above."""
    exact = Fraction(amount) * part * 100
    return CENT * -(-exact.numerator // exact.denominator)


def _check_amounts(quantity: int, nominal: Decimal, premium: Decimal) -> None:
    if quantity < 1 or nominal <= 0 or premium < 0:
        raise ValueError(f"{quantity} shares at {nominal} € and {premium} € of premium cannot be")
    if nominal % CENT or premium % CENT:
        raise ValueError(f"{nominal} € and {premium} € are not whole cents")


def _check_plan(
    minimum_paid: Fraction, chosen: Fraction, balance_within_months: int, steps: Sequence[int]
) -> None:
    if not 0 < minimum_paid <= 1 or not 0 < chosen <= 1:
        raise ValueError(f"{minimum_paid} and {chosen} must be parts of a whole")
    if chosen < minimum_paid:
        raise InstalmentsRefused(
            f"Les statuts demandent de verser au moins {minimum_paid} de la valeur à la souscription.",
            f"The articles ask for at least {minimum_paid} of the shares’ value at subscription.",
        )
    if chosen == 1 and steps:
        raise InstalmentsRefused("Il ne reste rien à verser plus tard.", "Nothing is left to pay later.")
    if chosen < 1 and not steps:
        raise InstalmentsRefused("Dites quand vous verserez le reste.", "Say when you will pay the rest.")
    if any(later <= earlier for earlier, later in pairwise((0, *steps))):
        raise InstalmentsRefused(
            "Les versements doivent se suivre, un mois au moins après la souscription.",
            "Payments must follow each other, a month or more after the subscription.",
        )
    if steps and steps[-1] > balance_within_months:
        raise InstalmentsRefused(
            f"Le reste doit être versé dans les {balance_within_months} mois.",
            f"The rest must be paid within {balance_within_months} months.",
        )
