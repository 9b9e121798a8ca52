"""A weather as a table for other programs."""

from __future__ import annotations

import pandas as pd


def weather_csv(data: pd.DataFrame) -> str:
    """UTC starts (ISO 8601) and the columns under our names, in our units [W/m², °C, m/s, 1, m, Pa].

    Values are written so that reading them gives the same doubles back.
    """
    table = data.copy()
    table.index = pd.DatetimeIndex(data.index).tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    return table.to_csv(index_label="start", lineterminator="\r\n")
