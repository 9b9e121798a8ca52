"""What is passed with which probability, over one year and over several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from production.uncertainty import PROBABILITIES, UncertaintyItem, band, combined_standard_deviation


@dataclass(frozen=True, slots=True)
class Percentile:
    """Energy a year [Wh] passed with a probability [1]."""

    probability: float
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Yearly energy over some years together: the mean of `years` years.

    deviation: relative standard deviation [1] of that mean. with_ageing: the modules' ageing is counted in.
    """

    years: int
    with_ageing: bool
    deviation: float
    values: tuple[Percentile, ...]

    def at(self, probability: float) -> int:
        """Energy [Wh] of one of the probabilities told. Raises KeyError for another."""
        return {value.probability: value.energy_wh for value in self.values}[probability]


@dataclass(frozen=True, slots=True)
class LifeYear:
    """One year of the plant's life: its number from 1, the middle and the P90 of that year alone [Wh]."""

    year: int
    p50_wh: int
    p90_wh: int


def percentiles(
    p50_wh: float,
    items: Sequence[UncertaintyItem],
    *,
    years: int = 1,
    with_ageing: bool = False,
    probabilities: Sequence[float] = PROBABILITIES,
) -> Percentiles:
    """Bands around a year's energy p50_wh [Wh], as the mean of some years. Raises UncertaintyError.

    Items that average out shrink with the root of the years, the others stay (Thevenard & Pelland 2013).
    """
    values = [Percentile(p, round(band(p50_wh, items, p, years))) for p in probabilities]
    return Percentiles(years, with_ageing, combined_standard_deviation(items, years), tuple(values))


def life_years(energy_wh: Sequence[float], items: Sequence[UncertaintyItem]) -> tuple[LifeYear, ...]:
    """Each year of life on its own, from its middle energy [Wh]. Raises UncertaintyError."""
    return tuple(
        LifeYear(number, round(wh), round(band(wh, items, 0.9))) for number, wh in enumerate(energy_wh, 1)
    )
