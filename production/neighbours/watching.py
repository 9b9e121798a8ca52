"""The watch: each plant's day against the consensus of the others, and the evidence of a lasting loss.

Cumulative sum of logarithms of likelihood ratios (Page 1954, Biometrika 41, 100-115; of all tests with so
many false alarms it notices soonest: Moustakides 1986, Annals of Statistics 14, 1379-1387), between "as
usual" and "`loss` below usual", each day weighing by the noise of its weather. The comparison of peers is
that of Leloux and others 2014 ("Performance to Peers", EU PVSEC). ``docs/algorithms/neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from production.neighbours.days import TownDays
from production.neighbours.median import Floats, median_of_others, others_known, weighted_median
from production.neighbours.settings import MEASURED, Settings
from production.neighbours.usual import usual_ratio

Bools = npt.NDArray[np.bool_]
NOTHING = 0.02  # of what is expected: metered less than it, the day is an outage and its logarithm is cut


class Reason(StrEnum):
    """Why a plant's day was judged or not."""

    JUDGED = "judged"
    GAP = "gap"  # too little of the day was recorded
    FEW = "few"  # too few neighbours
    DULL = "dull"  # too little light to tell
    UNSETTLED = "unsettled"  # roofs disagree: snow, or broken data
    LEARNING = "learning"  # too few days before it


@dataclass(frozen=True, slots=True)
class Episode:
    """An alarm: the plant, the day the loss seems to have begun, the day it was raised, the day it ended.

    Days are numbers from the first of `TownDays`; closed_on is None while it lasts, and `accepted` tells that
    somebody took the loss for the new usual.
    """

    plant: int
    began_on: int
    raised_on: int
    closed_on: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What was found, arrays of shape (days, plants).

    residual: metered over what the others let expect, less one [1], NaN where not judged; evidence: the sum
    that raises an alarm [1]; peers: neighbours that spoke; reason: a `Reason`.
    """

    residual: Floats
    evidence: Floats
    peers: npt.NDArray[np.int64]
    reason: npt.NDArray[np.str_]
    episodes: tuple[Episode, ...]


def watch(
    town: TownDays, settings: Settings = MEASURED, accepted: Mapping[int, tuple[int, ...]] | None = None
) -> Watch:
    """Judge every plant of a town day after day, each day from those before it alone.

    accepted: of a plant, the days on which somebody took its loss for the new usual; its alarm ends there and
    its usual ratio is learnt anew. Deterministic: the same days give the same watch, and a later day never
    changes an earlier verdict.
    """
    watcher = Watcher(town, settings)
    for day in range(len(town.metered_wh)):
        for plant, days in (accepted or {}).items():
            if day in days:
                watcher.accept(plant)
        watcher.step()
    return watcher.result()


class Watcher:
    """The watch between two days: `step` judges the next one, `accept` takes a loss for the new usual."""

    def __init__(self, town: TownDays, settings: Settings = MEASURED) -> None:
        shape = town.metered_wh.shape
        self.s, self.day = settings, 0
        self.look_at(town)
        self.learnt, self.learnt_weight = np.zeros(shape), np.zeros(shape)
        self.strays = np.full(shape, np.nan)  # deviations over the noise the settings allow them
        self.residual, self.evidence = np.full(shape, np.nan), np.zeros(shape)
        self.reason = np.full(shape, Reason.JUDGED.value, dtype="<U10")
        self.peers = np.zeros(shape, dtype=np.int64)
        self.since = np.zeros(shape[1], dtype=np.int64)
        self.rising = np.zeros(shape[1], dtype=np.int64)
        self.well = np.zeros(shape[1], dtype=np.int64)
        self.sum, self.usual = np.zeros(shape[1]), np.full(shape[1], np.nan)
        self.open: dict[int, Episode] = {}
        self.closed: list[Episode] = []

    def look_at(self, town: TownDays) -> None:
        """Take the days to come from ``town``, of the same shape; those judged stay as they were judged."""
        self.usable = (town.coverage >= self.s.least_coverage) & (town.expected_wh > 0)
        self.bright = town.brightness >= self.s.least_brightness
        self.spread = self.s.spread_clear + self.s.spread_dull * np.clip(1 - town.brightness, 0.0, 1.0)
        self.weights = np.where(self.usable, 1 / self.spread**2, 0.0)
        ratio = _log_ratio(town, self.usable)
        self.relative = ratio - weighted_median(ratio, self.weights)[:, None]

    def step(self) -> None:
        """Judge the next day, then learn from it."""
        day = self.day
        usual = usual_ratio(self.learnt, self.learnt_weight, day, self.since, self.s)
        # Under a long alarm nothing new is learnt: the last usual stays, else the loss would be forgotten.
        under_alarm = np.isin(np.arange(len(usual)), list(self.open))
        usual = np.where(np.isnan(usual) & under_alarm, self.usual, usual)
        self.usual, learnt = usual, np.isfinite(usual)
        beyond = self.relative[day] - np.where(learnt, usual, 0.0)
        known = np.where(self.usable[day], beyond, np.nan)[None]
        # Once roofs have a usual of their own, one still learning is no witness.
        witness = np.where(learnt if learnt.sum() > self.s.fewest_others else True, known, np.nan)
        self.peers[day] = others_known(witness)[0]
        deviation = (known - median_of_others(witness, self.weights[day][None]))[0]
        settled = _disagreement(known) <= self.s.most_disagreement
        self._say_why(day, learnt, settled)
        judged = self.reason[day] == Reason.JUDGED
        self.residual[day, judged] = np.expm1(deviation[judged])
        spread = self.spread[day] * self._scale(day)
        self._weigh(day, deviation, spread, judged)
        self._learn(day, usual, spread, settled)
        self.strays[day] = np.where(judged, deviation / self.spread[day], np.nan)
        self.day += 1

    def _scale(self, day: int) -> float:
        """How much noisier than the settings this town has been lately [1]: a median, so that a faulty roof
        hardly counts."""
        latest = self.strays[max(day - self.s.scale_days, 0) : day]
        found = latest[np.isfinite(latest)]
        if len(found) < self.s.learn_days:
            return 1.0
        return float(np.clip(1.4826 * np.median(np.abs(found)), self.s.least_scale, self.s.most_scale))

    def accept(self, plant: int) -> None:
        """Somebody took the loss of ``plant`` for its new usual, which is learnt from the latest days on."""
        if plant in self.open:
            episode = self.open.pop(plant)
            self.closed.append(replace(episode, closed_on=self.day, accepted=True))
        self.sum[plant] = 0.0
        self.since[plant] = max(0, self.day - self.s.recovered_days)

    def _say_why(self, day: int, learnt: Bools, settled: bool) -> None:
        """The first thing that keeps each plant from being judged."""
        reasons = (
            (~self.usable[day], Reason.GAP),
            (self.peers[day] < self.s.fewest_others, Reason.FEW),
            (~self.bright[day], Reason.DULL),
            (np.full(len(learnt), not settled), Reason.UNSETTLED),
            (~learnt, Reason.LEARNING),
        )
        for holds, reason in reversed(reasons):
            self.reason[day, holds] = reason.value

    def _weigh(self, day: int, deviation: Floats, spread: Floats, judged: Bools) -> None:
        """Add the day to the evidence, raise alarms and close those whose plant is well again."""
        shift = -np.log1p(-self.s.loss)
        more = shift / spread**2 * (-deviation - shift / 2)
        more = np.where(judged, np.clip(np.nan_to_num(more), -self.s.most_a_day, self.s.most_a_day), 0.0)
        self.rising = np.where((self.sum <= 0) & (more > 0), day, self.rising)
        # Not above the alarm: a long loss, once mended, must not take as long to be forgotten.
        self.sum = np.clip(self.sum + more, 0.0, self.s.alarm)
        self.evidence[day] = self.sum
        self.well = np.where(more < 0, self.well + 1, np.where(more > 0, 0, self.well))
        for plant in np.flatnonzero(self.sum >= self.s.alarm).tolist():
            self.open.setdefault(plant, Episode(plant, int(self.rising[plant]), day))
        for plant in [plant for plant in self.open if self.well[plant] >= self.s.recovered_days]:
            self.closed.append(replace(self.open.pop(plant), closed_on=day))
            self.sum[plant] = 0.0

    def _learn(self, day: int, usual: Floats, spread: Floats, settled: bool) -> None:
        """Keep the day for the usual ratio, strays cut, unless an alarm is open or roofs disagree."""
        cut = np.clip(self.relative[day], usual - 3 * spread, usual + 3 * spread)
        counts = self.usable[day] & settled & np.isfinite(self.relative[day])
        counts &= np.array([plant not in self.open for plant in range(len(usual))], dtype=bool)
        self.learnt[day] = np.where(np.isfinite(usual), cut, self.relative[day])
        self.learnt_weight[day] = np.where(counts, self.weights[day], 0.0)

    def result(self) -> Watch:
        """What was found until now."""
        episodes = sorted([*self.closed, *self.open.values()], key=lambda e: (e.raised_on, e.plant))
        return Watch(self.residual, self.evidence, self.peers, self.reason, tuple(episodes))


def _disagreement(known: Floats) -> float:
    """How far the roofs disagree that day: the median distance from their median, as a deviation [1]."""
    found = known[np.isfinite(known)]
    return float(1.4826 * np.median(np.abs(found - np.median(found)))) if len(found) else 0.0


def _log_ratio(town: TownDays, usable: Bools) -> Floats:
    """Logarithm of metered over expected, shape (days, plants) [1]; NaN where not usable."""
    floor = np.maximum(town.metered_wh, NOTHING * town.expected_wh)
    ratio = np.divide(floor, town.expected_wh, out=np.ones_like(floor), where=usable)
    return np.asarray(np.where(usable, np.log(ratio), np.nan))
