"""How sure an expected yield is: P50, P75, P90 from uncertainties stated item by item.

Items are standard deviations relative to the yield, independent and normal: their squares add. Pxx is the
yield passed with xx % probability. This is the simple method of Thevenard & Pelland (2013, Solar Energy 91,
432-445), whose values serve until local ones are known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

# What a bank asks for: passed with these probabilities.
PROBABILITIES = (0.1, 0.5, 0.75, 0.9, 0.95, 0.99)
DAYS_A_MONTH = 30.4
# Clearness of days that follow each other; see `production.synthesis`.
DAILY_AUTOCORRELATION = 0.29


class UncertaintyError(ValueError):
    """An uncertainty or a probability that cannot be."""


@dataclass(frozen=True, slots=True)
class UncertaintyItem:
    """One cause of doubt: relative standard deviation [1], its source.

    averages_out: differs from year to year, so that it shrinks with the root of the number of years.
    confidence: V read in the publication itself, S in a secondary source, C computed here, M from memory; all
    but V and C are shown as unverified.
    place: where the figure was found; "" when it holds anywhere.
    """

    name: str
    standard_deviation: float
    source: str
    averages_out: bool = False
    confidence: str = "M"
    place: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether the figure needs no mark."""
        return self.confidence in ("V", "C")

    def __post_init__(self) -> None:
        if not 0 <= self.standard_deviation < 1:
            raise UncertaintyError(
                f"{self.name}: {self.standard_deviation} is not a fraction from 0 to below 1"
            )


# Values of their abstract, found for Toronto: what they are in the Artois is unverified.
_THEVENARD = "Thevenard & Pelland 2013, Solar Energy 91, 432-445"
# Usual variation of a region's irradiation from one year to the next: "au plus 4 %", say its authors on
# their school's news page. Ten years don't show how the sky slowly brightens (Uccle: some 4 % in ten years).
_O_I_E = "MINES ParisTech (O.I.E.) & ACOFI 2013, 2004-2013"

YEARLY_ITEMS = (
    UncertaintyItem("weather from year to year", 0.04, _O_I_E, True, "S", "France"),
    *(
        UncertaintyItem(name, deviation, _THEVENARD, confidence="S", place="Toronto")
        for name, deviation in (
            ("long-term irradiation", 0.05),
            ("irradiation on the plane", 0.03),
            ("power rating of the modules", 0.03),
            ("soiling", 0.02),
            ("snow", 0.015),
            ("model and other causes", 0.05),
        )
    ),
)


def combined_standard_deviation(items: Sequence[UncertaintyItem], years: int = 1) -> float:
    """Root of the sum of squares [1] for the mean of some years; raises UncertaintyError."""
    if years < 1:
        raise UncertaintyError(f"{years} is not a number of years")
    shares = [item.standard_deviation**2 / (years if item.averages_out else 1) for item in items]
    return math.sqrt(sum(shares))


def band(p50: float, items: Sequence[UncertaintyItem], probability: float, years: int = 1) -> float:
    """Yield passed with this probability, in the unit of ``p50``: p50 (1 - z s), and never below zero.

    probability: 0.5 gives p50 itself, 0.9 the P90, 0.1 the P10. Raises UncertaintyError.
    """
    return max(0.0, p50 * (1 - quantile(probability) * combined_standard_deviation(items, years)))


def quantile(probability: float) -> float:
    """Standard deviations below the middle that are passed with this probability. Raises UncertaintyError."""
    if not 0 < probability < 1:
        raise UncertaintyError(f"a probability of {probability} is not between 0 and 1")
    return NormalDist().inv_cdf(probability)


def monthly_weather_item(kt_mean: float, kt_daily_std: float) -> UncertaintyItem:
    """Weather of one month from year to year, from the spread of its days' clearness [1].

    The mean of n days of autocorrelation r varies by s sqrt((1 + r) / (1 - r) / n), for large n. Slow changes
    of the weather are not in it, so that it is a lower bound.
    """
    if not 0 < kt_mean < 1 or kt_daily_std < 0:
        raise UncertaintyError(f"clearness {kt_mean} with deviation {kt_daily_std} cannot be")
    inflation = (1 + DAILY_AUTOCORRELATION) / (1 - DAILY_AUTOCORRELATION)
    deviation = kt_daily_std / kt_mean * math.sqrt(inflation / DAYS_A_MONTH)
    source = "autoregressive daily clearness, Graham et al. 1988; lower bound"
    return UncertaintyItem("weather of the month", deviation, source, averages_out=True, confidence="C")
