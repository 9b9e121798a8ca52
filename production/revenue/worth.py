"""What an energy is worth at a price, an index and a reference, each of which may be exchanged for theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mine_de_soleil.core.money import round_to_cent
from production.revenue.lines import Line, Unit, euros_exactly


@dataclass(frozen=True, slots=True)
class Worth:
    """energy_wh [Wh] × (price × coefficient − reference), or a subscription in proportion to its price.

    fixed [€]: the amount of a subscription at fixed_at, its own price × coefficient; None for energy.
    is_mean: the lines had several prices; `price` is then their mean with all in it [€/MWh].
    """

    energy_wh: int
    price: Decimal
    coefficient: Decimal
    reference: Decimal
    unit: Unit
    fixed: Decimal | None = None
    fixed_at: Decimal = Decimal(1)
    is_mean: bool = False

    def amount(self) -> Decimal:
        """Euros, rounded to the cent."""
        if self.fixed is not None:
            return round_to_cent(self.fixed * self.price * self.coefficient / self.fixed_at)
        return round_to_cent(
            euros_exactly(self.energy_wh, self.price, self.unit, self.coefficient, self.reference)
        )

    def with_energy(self, energy_wh: int | None) -> Worth:
        """The same for their energy [Wh]; None leaves ours. A subscription has none."""
        return self if energy_wh is None or self.fixed is not None else replace(self, energy_wh=energy_wh)

    def with_price(self, price: Decimal | None, reference: Decimal | None) -> Worth:
        """The same at their price; a mean of several has no price to exchange."""
        if self.is_mean:
            return self
        price = self.price if price is None else price
        return replace(self, price=price, reference=self.reference if reference is None else reference)

    def with_coefficient(self, coefficient: Decimal | None) -> Worth:
        """The same at their index coefficient."""
        return self if self.is_mean or coefficient is None else replace(self, coefficient=coefficient)


def worth_of(lines: Sequence[Line]) -> Worth:
    """The worth of lines of one part, of one price or of several."""
    energy_wh = sum(line.energy_wh for line in lines)
    amount = sum((line.amount for line in lines), Decimal())
    if len({_terms(line) for line in lines}) == 1:
        price, coefficient, reference, unit = _terms(lines[0])
        if unit is Unit.EUROS_PER_KW_YEAR:
            unit_price = price * coefficient
            # A free subscription stays free whatever the proportion.
            fixed_at = unit_price if unit_price else Decimal(1)
            return Worth(
                0, price, coefficient, Decimal(), unit, amount if unit_price else Decimal(), fixed_at
            )
        return Worth(energy_wh, price, coefficient, reference, unit)
    return _mean(energy_wh, amount)


def _terms(line: Line) -> tuple[Decimal, Decimal, Decimal, Unit]:
    coefficient = Decimal(1) if line.coefficient is None else line.coefficient.value
    reference = Decimal() if line.reference is None else line.reference.value
    return line.price.value, coefficient, reference, line.unit


def _mean(energy_wh: int, amount: Decimal) -> Worth:
    if not energy_wh:
        one = Decimal(1)
        return Worth(0, one, one, Decimal(), Unit.EUROS_PER_MWH, fixed=amount, is_mean=True)
    price = amount * 1_000_000 / energy_wh
    return Worth(energy_wh, price, Decimal(1), Decimal(), Unit.EUROS_PER_MWH, is_mean=True)
