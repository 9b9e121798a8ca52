"""Two weathers side by side: what one sensor measured, the rest from another."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from production.weather.errors import DifferentSteps
from production.weather.meta import WeatherMeta, describe

Weather = tuple[pd.DataFrame, WeatherMeta]


def join_weather(first: Weather, second: Weather) -> Weather:
    """Columns of the first, then those it lacks from the second, over the intervals both have.

    The meta is the first's, with both as `parts`. Raises DifferentSteps.
    """
    (data, meta), (other, other_meta) = first, second
    if meta.step_s != other_meta.step_s:
        raise DifferentSteps(f"steps of {meta.step_s} s and {other_meta.step_s} s")
    common = data.index.intersection(other.index)
    if common.empty:
        raise DifferentSteps("no interval in common")
    added = [name for name in other.columns if name not in data.columns]
    joined = data.loc[common].join(other.loc[common, added])
    joined.index.name = "start"
    both = replace(
        meta,
        name=f"{meta.name} + {other_meta.name}",
        source=f"{meta.source}; {other_meta.source}",
        licence=f"{meta.licence}; {other_meta.licence}",
        remarks=(*meta.remarks, *other_meta.remarks),
        parts=(meta, other_meta),
    )
    return joined, describe(joined, both)
