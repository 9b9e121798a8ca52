"""Ageing, dirt and standstills over two years and more, by RdTools. Pure.

Days are normalised by what was expected under the weather that was, so that neither sun nor temperature is
taken for ageing. Year-on-year: Jordan, Deline et al. 2018 (IEEE J. Photovolt. 8, 525); dirt by stochastic
rate and recovery: Deceglie et al. 2018 (IEEE J. Photovolt. 8, 547), to RdTools experimental; availability:
Anderson & Blumenthal 2020 (PVSC 47), experimental as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from production.quality.libraries import library

CONFIDENCE_PERCENT = 95.0
TWO_YEARS_DAYS = 730
# Days of little light, and days that an outage or snow has spoilt, would be taken for ageing or dirt.
LEAST_LIGHT_QUANTILE, BELIEVABLE = 0.1, (0.6, 1.4)
LEAST_DAYS = 365
SOILING_DRAWS = 200
SEED = 62_528
STOPPED_BELOW, CAUGHT_UP = 0.02, 1.5


class Reason(StrEnum):
    """Why a figure isn't there."""

    TOO_SHORT = "too_short"  # under two years from the first day to the last
    TOO_FEW = "too_few"  # under a year of days that count
    NOTHING_SEEN = "nothing_seen"  # the method found no stretch to measure


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the band it lies in nineteen times out of twenty."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """What could be said; figures by name, reasons for those that couldn't.

    degradation_percent: output lost a year [%], soiling_percent: lost to dirt on average [%],
    availability_percent: energy of whole days stopped against all that was due [%].
    """

    days_used: int
    figures: dict[str, Figure] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)


DEGRADATION, SOILING, AVAILABILITY = "degradation_percent", "soiling_percent", "availability_percent"


def trend(metered_wh: pd.Series[float], expected_wh: pd.Series[float]) -> Trend:
    """What years of complete days say; both by local day, the same index [Wh], gaps left out.

    Seeded: the same days give the same figures.
    """
    span = int((metered_wh.index[-1] - metered_wh.index[0]).days) + 1 if len(metered_wh) else 0
    ratio = _ratio(metered_wh, expected_wh)
    if span < TWO_YEARS_DAYS or len(ratio) < LEAST_DAYS:
        reason = Reason.TOO_SHORT if span < TWO_YEARS_DAYS else Reason.TOO_FEW
        return Trend(len(ratio), {}, dict.fromkeys((DEGRADATION, SOILING, AVAILABILITY), reason))
    found = {
        DEGRADATION: _degradation(ratio),
        SOILING: _soiling(ratio, expected_wh),
        AVAILABILITY: _availability(metered_wh, expected_wh, float(ratio.median())),
    }
    figures = {name: figure for name, figure in found.items() if figure}
    return Trend(
        len(ratio), figures, {name: Reason.NOTHING_SEEN for name, figure in found.items() if not figure}
    )


def _ratio(metered_wh: pd.Series[float], expected_wh: pd.Series[float]) -> pd.Series[float]:
    """Metered over expected on days with light enough, outages and snow left out."""
    if not len(metered_wh):
        return metered_wh
    bright = expected_wh > max(float(expected_wh.quantile(LEAST_LIGHT_QUANTILE)), 0.0)
    ratio = (metered_wh[bright] / expected_wh[bright]).astype(float)
    usual = float(ratio.median()) if len(ratio) else 1.0
    return ratio[(ratio > BELIEVABLE[0] * usual) & (ratio < BELIEVABLE[1] * usual)]


def _degradation(ratio: pd.Series[float]) -> Figure | None:
    """Year on year, by blocks of 30 days: a dry summer isn't thirty proofs [% a year, lost is positive]."""
    daily = ratio.asfreq("D")
    with _quiet():
        try:
            rate, band, _info = library("rdtools.degradation").degradation_year_on_year(
                daily, confidence_level=CONFIDENCE_PERCENT, uncertainty_method="circular_block"
            )
        except ValueError:
            # Too few pairs a year apart.
            return None
    return _figure(-float(rate), -float(band[1]), -float(band[0]))


def _soiling(ratio: pd.Series[float], expected_wh: pd.Series[float]) -> Figure | None:
    """Stochastic rate and recovery, weighted by expected energy in place of insolation [% lost]."""
    soiling = library("rdtools.soiling")
    daily = ratio.asfreq("D")
    with _quiet():
        try:
            kept, band, _info = soiling.soiling_srr(
                daily,
                expected_wh.reindex(daily.index),
                reps=SOILING_DRAWS,
                confidence_level=CONFIDENCE_PERCENT,
            )
        except (soiling.NoValidIntervalError, ValueError):
            return None
    return _figure(100 * (1 - kept), 100 * (1 - band[1]), 100 * (1 - band[0]))


def _availability(metered_wh: pd.Series[float], expected_wh: pd.Series[float], usual: float) -> Figure | None:
    """Energy that whole days of standstill took [% kept]; days nobody heard count neither for nor against."""
    index = pd.date_range(metered_wh.index[0], metered_wh.index[-1], freq="D")
    expected = expected_wh.reindex(index).interpolate()
    energy = metered_wh.reindex(index).fillna(expected * usual)
    stopped = energy <= STOPPED_BELOW * usual * expected
    # RdTools reads the counter on the last day of a standstill: what came the day after belongs there.
    late = (energy - usual * expected).where(
        stopped.shift(1, fill_value=False) & (energy > CAUGHT_UP * usual * expected), 0.0
    )
    power = ((energy - late) / 24).where(~stopped, 0.0)
    energy = energy - late + late.shift(-1, fill_value=0.0)
    analysis = library("rdtools.availability").AvailabilityAnalysis(
        power, power.to_frame("roof"), energy.cumsum(), expected / 24
    )
    with _quiet():
        analysis.run()
    outages = analysis.outage_info
    real = outages[outages["type"] == "real"]
    due = float(energy.sum() + real["loss"].sum())
    low, high = (float(real[name].sum()) for name in ("ci_lower", "ci_upper"))
    return _figure(*(100 * (1 - lost / due) for lost in (float(real["loss"].sum()), high, low)))


def _figure(value: float, low: float, high: float) -> Figure | None:
    if not np.isfinite([value, low, high]).all():
        return None
    return Figure(float(value), float(min(low, high)), float(max(low, high)))


@contextmanager
def _quiet() -> Iterator[None]:
    """RdTools warns of what its own code will do under a later pandas; its draws are seeded here.

    It draws from numpy's global generator, which is given back as it was.
    """
    before = np.random.get_state()
    np.random.seed(SEED)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        np.random.set_state(before)
