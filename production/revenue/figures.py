"""A price or a rate, and how sure it is: what every amount rests on, so that a doubt is never silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.rules.law import NotInForce, Parameter, parameter
from production.formats.errors import typeset
from production.revenue.errors import InvalidContract, UnknownRate

# The marks of the law files, and one more: C, read in the signed contract or on the buyer's letter.
CONTRACT = "C"
SURE = ("V", CONTRACT)
MARKS = ("V", "S", "O", "M", CONTRACT)
# More than any price, coefficient or hours: what is above is a slip of the keyboard.
MOST = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, where it comes from, and its mark (`V`, `S`, `O`, `M` of the law, `C` for the contract)."""

    value: Decimal
    source: str
    confidence: str

    @property
    def is_sure(self) -> bool:
        return self.confidence in SURE

    @property
    def caution(self) -> str | None:
        """One French sentence if the figure is unverified, else None."""
        if self.is_sure:
            return None
        number = f"{self.value:f}".replace(".", ",")
        return typeset(f"Chiffre à vérifier : {number} ({self.source}).")


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure (a price, a coefficient, a share) that holds from `since` until the next one."""

    since: dt.date
    figure: Figure


def latest(steps: Sequence[Dated], day: dt.date) -> Dated | None:
    """The step in force on `day`; None before the first."""
    return max((step for step in steps if step.since <= day), key=lambda step: step.since, default=None)


def agreed(value: Decimal, source: str = "contrat signé") -> Figure:
    """A figure read in the contract."""
    return Figure(value, source, CONTRACT)


def of_law(known: Parameter | str, day: dt.date) -> Figure:
    """The figure of the law on `day`. Raises UnknownRate, UnknownParameter."""
    asked = parameter(known) if isinstance(known, str) else known
    try:
        step = asked.on(day)
    except NotInForce:
        raise UnknownRate(asked.label, day) from None
    assert step.value is not None  # `on` refuses repealed days
    return Figure(step.value, step.source, step.confidence)


def check_dated(steps: Sequence[Dated], starts_on: dt.date, field: str, what: str) -> None:
    """Refuse steps that start after the contract, that share a day, or whose figures can't be."""
    if latest(steps, starts_on) is None:
        raise InvalidContract(field, f"{what} : il manque une valeur au premier jour du contrat.")
    if len({step.since for step in steps}) < len(steps):
        raise InvalidContract(field, f"{what} : deux valeurs commencent le même jour.")
    for step in steps:
        check(step.figure, field, what)


def check(figure: Figure, field: str, what: str, *, least: Decimal = Decimal()) -> None:
    """Refuse a figure that is no number, below `least`, absurdly large, or of unknown origin."""
    value = figure.value
    if not value.is_finite() or not least <= value <= MOST:
        raise InvalidContract(field, f"{what} : {value} n’est pas un nombre possible.")
    if figure.confidence not in MARKS or not figure.source.strip():
        raise InvalidContract(field, f"{what} : dites d’où vient ce chiffre.")
