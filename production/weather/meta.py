"""What a weather is, as data: words are found by who shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from production import climate
from production.weather.frame import fingerprint

Kind = Literal["typical", "past", "forecast", "sensor"]
VERSION = 1


@dataclass(frozen=True, slots=True)
class WeatherRemark:
    """What was assumed or mended: a code of `docs/algorithms/weather.md`, with a number and a word to it."""

    code: str
    number: float = 0.0
    word: str = ""


@dataclass(frozen=True, slots=True)
class WeatherMeta:
    """What a weather is: latitude, longitude [°], altitude_m [m], sha256 of the numbers (`fingerprint`).

    `name` is for people who read English, `code` for programs; `method` names the reader that made it, and
    `kind` what it can be used for. The place is that of the numbers: a station, a grid cell; the plant's
    distance from it is `plant_distance_km` [km], where known. `start` and `end` bound the intervals (UTC),
    `step_s` [s] is their length. `file_sha256` is the hash of the bytes as they came, `retrieved_at` when
    they were fetched, told by the caller. `parts` are the weathers a joined one was made of.
    """

    name: str
    source: str
    licence: str
    sha256: str
    latitude: float
    longitude: float
    altitude_m: float
    stations: tuple[climate.StationWeight, ...] = ()
    method: str = ""
    kind: Kind = "typical"
    file_sha256: str = ""
    start: datetime | None = None
    end: datetime | None = None
    step_s: int = 3600
    retrieved_at: datetime | None = None
    plant_distance_km: float | None = None
    remarks: tuple[WeatherRemark, ...] = ()
    parts: tuple[WeatherMeta, ...] = ()

    @property
    def code(self) -> str:
        """A short name in no language: `typical-year 50.456 2.795 55 m`."""
        place = f"{self.latitude:g} {self.longitude:g} {self.altitude_m:g} m"
        period = "" if self.kind == "typical" or not (self.start and self.end) else f" {self._period}"
        return f"{self.method} {place}{period}" if self.method else self.name

    @property
    def _period(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%MZ}/{self.end:%Y-%m-%dT%H:%MZ}"

    def as_json(self) -> dict[str, Any]:
        """Plain values that `from_json` turns back into an equal meta."""
        return {"version": VERSION, **_plain(asdict(self))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> WeatherMeta:
        """The meta that `as_json` stored. Raises ValueError for another version, TypeError for other keys."""
        values = dict(stored)
        version = values.pop("version", VERSION)
        if version != VERSION:
            raise ValueError(f"a weather's description of version {version} is not known")
        for name in ("start", "end", "retrieved_at"):
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        values["stations"] = tuple(climate.StationWeight(**part) for part in values.get("stations", ()))
        values["remarks"] = tuple(WeatherRemark(**part) for part in values.get("remarks", ()))
        values["parts"] = tuple(cls.from_json(part) for part in values.get("parts", ()))
        return cls(**values)

    def seen_from(self, latitude: float, longitude: float) -> WeatherMeta:
        """The same with the distance of a plant at latitude, longitude [°]."""
        distance = climate.distance_km(self.latitude, self.longitude, latitude, longitude)
        return replace(self, plant_distance_km=round(float(distance), 3))


def describe(data: pd.DataFrame, meta: WeatherMeta) -> WeatherMeta:
    """The meta with what is read from the numbers: fingerprint, period, step.

    Every reader ends here. Raises climate.InvalidCoordinates for a place nobody can stand at.
    """
    climate.check_coordinates(meta.latitude, meta.longitude, meta.altitude_m)
    index = pd.DatetimeIndex(data.index)
    step = index[1] - index[0] if len(index) > 1 else pd.Timedelta(hours=1)
    return replace(
        meta,
        sha256=fingerprint(data),
        start=index[0].to_pydatetime(warn=False),
        end=(index[-1] + step).to_pydatetime(warn=False),
        step_s=round(step.total_seconds()),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
