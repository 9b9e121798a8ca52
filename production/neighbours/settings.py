"""What the watch over a town is set to; measured by `python -m benchmarks neighbours`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Days are those of `TownDays`; fractions and logarithms of ratios are plain numbers [1].

    loss: the lasting loss looked for. alarm: evidence (sum of logarithms of likelihood ratios) that raises an
    alarm; most_a_day: what one day may add, so that no single day raises it. spread_clear, spread_dull: one
    day's noise under a clear sky, and what a black one adds. usual_days, usual_gap: the days a plant's usual
    ratio is learnt from, and how many of the latest are left out, which a fault may be in. season_days:
    half the span of last year's days that tell the season. learn_days: judged days needed before anything is
    said. least_coverage, least_brightness: below it a day is not judged. most_disagreement: between roofs; a
    day beyond it is one of snow or of broken data. recovered_days: good days in a row that close an alarm.
    fewest_others: neighbours needed. scale_days: latest days that tell how much noisier than `spread_…` this
    town is, from least_scale to most_scale times.
    """

    loss: float = 0.05
    alarm: float = 6.0
    most_a_day: float = 2.0
    spread_clear: float = 0.016
    spread_dull: float = 0.035
    usual_days: int = 60
    usual_gap: int = 21
    season_days: int = 15
    learn_days: int = 15
    least_coverage: float = 0.8
    least_brightness: float = 0.08
    most_disagreement: float = 0.12
    recovered_days: int = 7
    fewest_others: int = 3
    scale_days: int = 60
    least_scale: float = 0.8
    most_scale: float = 3.0


MEASURED = Settings()
