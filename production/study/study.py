"""The frozen study: everything a page, a report or a workbook shows of it, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from production.fleet import PvPlant
from production.study.errors import AlteredStudy, UnknownStudy
from production.study.horizon import Shading
from production.study.months import StudyMonth
from production.study.orientation import OrientationMap
from production.study.percentiles import LifeYear, Percentiles
from production.study.stored import plain, rebuilt
from production.study.waterfall import Waterfall
from production.uncertainty import UncertaintyItem
from production.weather import WeatherMeta

VERSION = 1
# What differs between two studies of the same on different days.
DATED = ("made_on", "fingerprint")


@dataclass(frozen=True, slots=True)
class Study:
    """One plant under one year of weather, computed once.

    name, place, owner: of the plant, for people. made_on: the day; software, engine: what computed it.
    first_start, step_s [s], energy_wh [Wh]: output, interval by interval, whole watt-hours that add up to the
    months and the year. months: twelve. bands: one year, ten, ten and twenty with ageing. life: year by year.
    """

    name: str
    place: str
    owner: str
    made_on: date
    software: str
    engine: str
    plant: PvPlant
    weather: WeatherMeta
    first_start: datetime
    step_s: int
    energy_wh: tuple[int, ...]
    months: tuple[StudyMonth, ...]
    waterfall: Waterfall
    items: tuple[UncertaintyItem, ...]
    bands: tuple[Percentiles, ...]
    life: tuple[LifeYear, ...]
    orientation: OrientationMap
    shading: Shading

    @property
    def year_wh(self) -> int:
        """The middle year (P50) of the plant at the age it was computed at [Wh]."""
        return sum(month.p50_wh for month in self.months)

    @property
    def peak_power_w(self) -> float:
        """Power of all modules under standard conditions [W]."""
        return sum(array.peak_power_w for array in self.plant.arrays)

    @property
    def yield_kwh_kwp(self) -> float:
        """The year's energy for each kilowatt of modules [kWh/kWp]."""
        return self.year_wh / self.peak_power_w

    @property
    def plane_kwh_m2(self) -> float:
        """Light on the modules' planes in the year [kWh/m²]."""
        return sum(month.plane_kwh_m2 for month in self.months)

    @property
    def performance_ratio(self) -> float:
        """Yield over the light on the planes [1] (IEC 61724-1), 0 without light."""
        return self.yield_kwh_kwp / self.plane_kwh_m2 if self.plane_kwh_m2 else 0.0

    def band(self, years: int = 1, *, with_ageing: bool = False) -> Percentiles:
        """The bands of so many years. Raises KeyError for one that isn't told."""
        return {(b.years, b.with_ageing): b for b in self.bands}[years, with_ageing]

    def starts(self) -> list[datetime]:
        """UTC start of each interval of `energy_wh`."""
        step = timedelta(seconds=self.step_s)
        return [self.first_start + number * step for number in range(len(self.energy_wh))]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that is in it, in hexadecimal."""
        return fingerprint_of(self._contents())

    def as_json(self) -> dict[str, Any]:
        """Plain values with version and fingerprint, which `from_json` turns back into an equal study."""
        contents = self._contents()
        return {**contents, "fingerprint": fingerprint_of(contents)}

    def _contents(self) -> dict[str, Any]:
        # The weather has a version of its own.
        return {"version": VERSION, **plain(self, but=("weather",)), "weather": self.weather.as_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Study:
        """The study that `as_json` stored. Raises UnknownStudy, AlteredStudy."""
        values = dict(stored)
        told = values.pop("fingerprint", "")
        if (version := values.pop("version", None)) != VERSION:
            raise UnknownStudy(f"a study of version {version} is not known")
        try:
            study = _read(values)
        except (KeyError, TypeError, ValueError, AttributeError) as reason:
            raise UnknownStudy(f"a stored study can't be read: {reason}") from reason
        if study.fingerprint != told:
            raise AlteredStudy("the stored study is not the one its fingerprint was taken of")
        return study


def settled(study: Study) -> Study:
    """The same with every number of its field's type, so that it equals what is read back."""
    contents = study._contents()
    del contents["version"]
    return _read(contents)


def _read(contents: dict[str, Any]) -> Study:
    weather = WeatherMeta.from_json(contents.pop("weather"))
    return rebuilt(Study, contents, weather=weather)


def is_same_but_day(study: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two stored studies tell the same, whatever day each was made on."""
    left, right = ({n: v for n, v in one.items() if n not in DATED} for one in (study, other))
    return left == right


def fingerprint_of(contents: Mapping[str, Any]) -> str:
    """SHA-256 of plain values, whatever the order of their keys."""
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
