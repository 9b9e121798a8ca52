"""Neighbouring roofs as the sensor: does one plant of a town fall behind the others? Pure.

`output_by_level` makes the scale each meter is read on, `infer_expected_wh` what the others' meters let
expect of each plant, `day_sums` the days, `watch` the verdicts. Where a weather is known, `day_sums` takes
what was expected under it instead. Formulas, sources and measured figures: ``docs/algorithms/neighbours.md``.
"""

from production.neighbours.alone import BY_WEATHER, watch_by_weather
from production.neighbours.days import TownDays, day_sums
from production.neighbours.errors import NeighboursRefused
from production.neighbours.inferring import infer_expected_wh
from production.neighbours.levels import CLEAR, LEVELS, output_by_level
from production.neighbours.settings import MEASURED, Settings
from production.neighbours.towns import FEWEST, Place, towns
from production.neighbours.watching import Episode, Reason, Watch, Watcher, watch

__all__ = [
    "BY_WEATHER",
    "CLEAR",
    "FEWEST",
    "LEVELS",
    "MEASURED",
    "Episode",
    "NeighboursRefused",
    "Place",
    "Reason",
    "Settings",
    "TownDays",
    "Watch",
    "Watcher",
    "day_sums",
    "infer_expected_wh",
    "output_by_level",
    "towns",
    "watch",
    "watch_by_weather",
]
