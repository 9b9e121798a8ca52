"""What the readings of a meter are worth, day by day. Pure: no Django, no clock.

`meter_series` puts readings beside the sun, `judge_days` gives each local day a state and its findings;
`clearness` and `swapped` compare roofs of one town, `production.quality.longterm` years. Rules, sources and
measured figures: ``docs/algorithms/quality.md``.
"""

from production.quality.findings import DayVerdict, Finding, Found, State
from production.quality.judging import judge_days
from production.quality.peers import Profile, swapped
from production.quality.series import MeterSeries, Site, meter_series
from production.quality.silences import Counted
from production.quality.values import clearness

__all__ = [
    "Counted",
    "DayVerdict",
    "Finding",
    "Found",
    "MeterSeries",
    "Profile",
    "Site",
    "State",
    "clearness",
    "judge_days",
    "meter_series",
    "swapped",
]
