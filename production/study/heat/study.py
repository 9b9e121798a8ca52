"""The frozen study of a heat network: the same shape of result as a roof's, and what only heat has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from production.heat import HeatError, HeatNetwork, as_json, network_from
from production.study.errors import AlteredStudy, UnknownStudy
from production.study.percentiles import Percentiles
from production.study.stored import plain, rebuilt
from production.study.study import fingerprint_of
from production.study.waterfall import Waterfall
from production.uncertainty import UncertaintyItem
from production.weather import WeatherMeta

KIND, VERSION = "heat", 1
# Parts with a form of their own: the loss of pipes is one of three, and weather has its own version.
_OWN = ("network", "weather")


@dataclass(frozen=True, slots=True)
class HeatMonth:
    """One month of standard time (UTC+1) [Wh].

    p50_wh, p10_wh, p75_wh, p90_wh: heat from wood and its band. demand_wh: what the buildings take; loss_wh:
    what the pipes lose; fuels at their lower heating value. coverage: wood's part of the heat sent out [1].
    weather_deviation: how much the month's weather moves it, relative standard deviation [1].
    """

    month: int
    p50_wh: int
    p10_wh: int
    p75_wh: int
    p90_wh: int
    demand_wh: int
    loss_wh: int
    gas_heat_wh: int
    wood_fuel_wh: int
    gas_fuel_wh: int
    coverage: float
    weather_deviation: float


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """The load that is reached during so many hours [h] of the year, and the wood boiler's part of it [W]."""

    hours: float
    load_w: float
    wood_w: float


@dataclass(frozen=True, slots=True)
class BoilerSize:
    """A boiler of another size: power [W], over the greatest load [1]; what it covers [1] and burns [Wh]."""

    size_w: float
    peak_fraction: float
    coverage: float
    full_load_hours: float
    wood_fuel_wh: int
    gas_fuel_wh: int


@dataclass(frozen=True, slots=True)
class WoodNeed:
    """The year's wood at a humidity [1]: energy by wet tonne [MWh/t], wet mass [t]."""

    humidity: float
    mwh_per_t: float
    tonnes: float


@dataclass(frozen=True, slots=True)
class Factor:
    """A dated figure of `mine_de_soleil.rules.law`: its value, the day it holds from, its source."""

    value: float
    since: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Carbon:
    """What wood and gas emit in a year [g], what gas alone would emit, and the factors [g/kWh of fuel]."""

    wood_g: float
    gas_g: float
    gas_alone_g: float
    wood_factor: Factor
    gas_factor: Factor

    @property
    def avoided_g(self) -> float:
        """What is not emitted [g]."""
        return self.gas_alone_g - self.wood_g - self.gas_g


@dataclass(frozen=True, slots=True)
class NetworkDensity:
    """Heat the buildings take by metre of trench and year [MWh/m], beside the least one that is helped."""

    mwh_per_m: float
    threshold: Factor

    @property
    def reaches_threshold(self) -> bool:
        return self.mwh_per_m >= self.threshold.value


@dataclass(frozen=True, slots=True)
class HeatStudy:
    """One network under one year of weather, computed once.

    name, place, owner, made_on, software, engine, first_start, step_s: as in `study.Study`. energy_wh: heat
    behind the wood boiler, interval by interval, in whole watt-hours that add up to the months [Wh].
    waterfall: from the wood to the buildings. load: falling. cold_week_w: greatest load in a week at
    cold_week_c [W]. carbon, density: None on days the dated figures don't reach.
    """

    name: str
    place: str
    owner: str
    made_on: date
    software: str
    engine: str
    network: HeatNetwork
    weather: WeatherMeta
    first_start: datetime
    step_s: int
    energy_wh: tuple[int, ...]
    months: tuple[HeatMonth, ...]
    waterfall: Waterfall
    items: tuple[UncertaintyItem, ...]
    bands: tuple[Percentiles, ...]
    full_load_hours: float
    peak_w: float
    cold_week_c: float
    cold_week_w: float
    load: tuple[LoadPoint, ...]
    sizes: tuple[BoilerSize, ...]
    wood: tuple[WoodNeed, ...]
    carbon: Carbon | None
    density: NetworkDensity | None

    @property
    def year_wh(self) -> int:
        """Heat from wood in the middle year (P50) [Wh]."""
        return sum(month.p50_wh for month in self.months)

    @property
    def gas_heat_wh(self) -> int:
        """Heat from gas in that year [Wh]."""
        return sum(month.gas_heat_wh for month in self.months)

    @property
    def demand_wh(self) -> int:
        """Heat the buildings take in that year [Wh]."""
        return sum(month.demand_wh for month in self.months)

    @property
    def loss_wh(self) -> int:
        """Heat the pipes lose in that year [Wh]."""
        return sum(month.loss_wh for month in self.months)

    @property
    def wood_fuel_wh(self) -> int:
        """Energy of the wood burnt in that year, lower heating value [Wh]."""
        return sum(month.wood_fuel_wh for month in self.months)

    @property
    def coverage(self) -> float:
        """Wood's part of the heat sent into the network [1], 0 where none is."""
        sent = self.year_wh + self.gas_heat_wh
        return self.year_wh / sent if sent else 0.0

    def band(self, years: int = 1) -> Percentiles:
        """The bands of so many years. Raises KeyError for one that isn't told."""
        return {band.years: band for band in self.bands}[years]

    def starts(self) -> list[datetime]:
        """UTC start of each interval of `energy_wh`."""
        step = timedelta(seconds=self.step_s)
        return [self.first_start + number * step for number in range(len(self.energy_wh))]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that is in it, in hexadecimal."""
        return fingerprint_of(self._contents())

    def as_json(self) -> dict[str, Any]:
        """Plain values with kind, version and fingerprint; `from_json` makes an equal study of them."""
        contents = self._contents()
        return {**contents, "fingerprint": fingerprint_of(contents)}

    def _contents(self) -> dict[str, Any]:
        own = {"network": plain(as_json(self.network)), "weather": self.weather.as_json()}
        return {"kind": KIND, "version": VERSION, **plain(self, but=_OWN), **_listed(own)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> HeatStudy:
        """The study that `as_json` stored. Raises UnknownStudy, AlteredStudy."""
        values = dict(stored)
        told = values.pop("fingerprint", "")
        if (values.pop("kind", None), values.pop("version", None)) != (KIND, VERSION):
            raise UnknownStudy("this is no study of a heat network, or one of an unknown version")
        try:
            study = _read(values)
        except (KeyError, TypeError, ValueError, AttributeError, HeatError) as reason:
            raise UnknownStudy(f"a stored study can't be read: {reason}") from reason
        if study.fingerprint != told:
            raise AlteredStudy("the stored study is not the one its fingerprint was taken of")
        return study


def settled(study: HeatStudy) -> HeatStudy:
    """The same with every number of its field's type, so that it equals what is read back."""
    contents = study._contents()
    del contents["kind"], contents["version"]
    return _read(contents)


def _read(contents: dict[str, Any]) -> HeatStudy:
    weather = WeatherMeta.from_json(contents.pop("weather"))
    network = network_from(contents.pop("network"))
    return rebuilt(HeatStudy, contents, weather=weather, network=_as_floats(network))


def _as_floats(network: HeatNetwork) -> HeatNetwork:
    """A database may give back 1 for 1.0: fields that are fractions or watts become decimals again."""
    stored = as_json(network)
    whole = {"weather", "months", "heating_months"}
    return network_from(_floated(stored, whole))


def _floated(value: Any, whole: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: part if name in whole else _floated(part, whole) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_floated(part, whole) for part in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    """Tuples as the lists json knows, at every depth."""
    if isinstance(value, dict):
        return {name: _listed(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(part) for part in value]
    return value
