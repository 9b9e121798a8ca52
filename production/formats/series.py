"""The common result of every reader: metered energy by interval, with what the reader understood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

Label = Literal["start", "end"]
Severity = Literal["info", "warning"]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAY_S = 86_400
HOUR_S = 3_600
# The day of 25 hours: a reading belongs to the day it starts on, so none may be longer.
LONGEST_S = DAY_S + HOUR_S


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader understood, assumed or set aside; `message` is a French sentence shown as it is."""

    severity: Severity
    line: int | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows: read, refused (always 0 in a result), without value, repeated identically."""

    rows_read: int
    rows_refused: int = 0
    gaps: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Replacement:
    """A meter replaced, as somebody declares it, its indexes in `unit` (of units.ENERGY_WH), or the file's.

    `at` (aware) is the moment; `removed_index` what the old counter showed when it was taken away,
    `installed_index` what the new one showed when it was put in.
    """

    at: datetime
    removed_index: float
    installed_index: float = 0.0
    unit: str = ""

    def in_unit(self, unit: str, factors: dict[str, float]) -> Replacement:
        """Return it with its indexes in a file's unit; `factors` give each unit in watt-hours."""
        factor = factors[self.unit] / factors[unit] if self.unit else 1.0
        return replace(
            self,
            removed_index=self.removed_index * factor,
            installed_index=self.installed_index * factor,
            unit=unit,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Energy that a counter gives over a time no day can claim: UTC seconds, watt-hours, line of its end.

    A hole across midnight, a monthly index: the energy is known, its days are not, and none is invented.
    """

    start_s: int
    end_s: int
    energy_wh: int
    line: int


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller knows that the file may not say. `latest` is aware; `unit` is one of units.FACTORS.

    `index_digits` is how many digits a counter has before it falls back to zero; `replacements` are those of
    the meter; `spans_alone` admits a file that gives energy to no single day (a monthly index).
    `without_lines` (1-based) are read as if they were absent; `part` is the meter or plant to take of a file
    that holds several.
    """

    filename: str
    zone: ZoneInfo
    latest: datetime
    label: Label | None = None
    unit: str | None = None
    peak_power_w: int | None = None
    index_digits: int | None = None
    replacements: tuple[Replacement, ...] = ()
    spans_alone: bool = False
    without_lines: frozenset[int] = frozenset()
    part: str = ""


@dataclass(frozen=True, eq=False)
class MeterSeries:
    """Metered energy of one meter, from one file.

    `readings` has one row per interval with a value, ascending and without overlap:
    `start` (datetime64[us, UTC], interval START), `length_s` (int64) [s], `energy_wh` (int64) [Wh],
    `line` (int64, 1-based line or spreadsheet row of the source).
    `label` tells which end of the interval the file's instants named. `meter_identifier` is the meter number
    written in the file, if any; `devices` the inverters summed; `counter_energy_wh` [Wh] the second total
    read from the device's own daily counters, for reconciliation. `spans` are energies of a counter outside
    `readings`: they are in no day's sum, and in `counter_energy_wh`.
    """

    format: str
    readings: pd.DataFrame
    label: Label
    counts: Counts
    remarks: tuple[Remark, ...] = ()
    meter_identifier: str | None = None
    devices: tuple[str, ...] = field(default=())
    counter_energy_wh: int | None = None
    spans: tuple[Span, ...] = ()

    @property
    def energy_wh(self) -> int:
        """Total of the file [Wh]."""
        return int(self.readings["energy_wh"].sum())

    @property
    def extent_s(self) -> tuple[int, int]:
        """First start and last end [s UTC] of the readings and spans."""
        readings = self.readings
        first = [span.start_s for span in self.spans]
        end = [span.end_s for span in self.spans]
        if len(readings):
            first.append(int(readings["start"].iloc[0].timestamp()))
            end.append(int(readings["start"].iloc[-1].timestamp()) + int(readings["length_s"].iloc[-1]))
        return min(first), max(end)

    def with_counter(self, counter_energy_wh: int | None) -> MeterSeries:
        """Return the series with a second total [Wh] that the file gives."""
        return replace(self, counter_energy_wh=counter_energy_wh)


def local_days(start_s: Ints, zone: ZoneInfo) -> Ints:
    """Number the local civil day (days since 1970-01-01) of each UTC instant [s]; shape (n,)."""
    local = pd.DatetimeIndex(start_s.view("M8[s]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days: Ints = np.asarray(local, dtype="M8[D]").astype(np.int64)
    return days


def whole_watt_hours(energy_wh: Floats, day: Ints) -> Ints:
    """Round energies [Wh], shape (n,), to integers, carrying the remainder within each day.

    Within a day, the running sum is rounded (half up) and then differenced. So a day's integers add up to
    its true sum to the watt-hour, however many readings it has; and since the running sum starts again at
    each value of `day` (consecutive equal values, shape (n,)), a day does not depend on other days.
    Rounding each reading alone would lose up to half a watt-hour 144 times a day.
    """
    if not len(energy_wh):
        return np.zeros(0, dtype=np.int64)
    running = pd.Series(energy_wh).groupby(day, sort=False).cumsum().to_numpy()
    # Six decimals first: 0.1 + 0.2 + 0.2 must round like 0.5, not like 0.49999999.
    rounded = np.floor(np.round(running, 6) + 0.5).astype(np.int64)
    whole: Ints = np.diff(rounded, prepend=0)
    first = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    whole[first] = rounded[first]
    return whole


def readings_frame(start_s: Ints, length_s: Ints, energy_wh: Ints, line: Ints) -> pd.DataFrame:
    """Assemble the four columns of `MeterSeries.readings` from arrays of shape (n,)."""
    start = pd.DatetimeIndex((start_s * 1_000_000).view("M8[us]")).tz_localize("UTC")
    return pd.DataFrame({"start": start, "length_s": length_s, "energy_wh": energy_wh, "line": line})
