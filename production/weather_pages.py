"""What the weather pages show: what is kept, what waits, and what a file amounts to."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from production.formats.errors import FileRefused
from production.models import Forecast, FrozenWeather, WeatherDraft
from production.weather import WeatherMeta
from production.weather.summing import WeatherSums, sum_weather
from production.weather_words import (
    licence_in_words,
    quantities_in_words,
    quantity_in_words,
    remark_sentence,
    source_in_words,
    weather_in_words,
)
from shareholders.models import Cooperative

WEATHERS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class KeptWeather:
    """One weather of the list: its source in words, its place, its period, and who rests on it."""

    weather: FrozenWeather
    source: str
    licence: str
    forecasts: int
    is_dated: bool

    @property
    def short_hash(self) -> str:
        return self.weather.sha256[:8]


@dataclass(frozen=True, slots=True)
class WeathersPage:
    """The weathers this cooperative may use, newest first, and the files somebody is looking into."""

    pages: Page[FrozenWeather]
    kept: tuple[KeptWeather, ...]
    drafts: tuple[WeatherDraft, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """One quantity of a weather: light in kWh/m² over the period and in a mean year, the rest as a mean."""

    label: str
    value: float
    unit: str
    yearly: float | None = None


@dataclass(frozen=True, slots=True)
class WeatherSummary:
    """What a weather is and amounts to, in words and figures."""

    source: str
    licence: str
    meta: WeatherMeta
    rows: int
    step_min: float
    light: tuple[Sum, ...]
    means: tuple[Sum, ...]
    remarks: tuple[str, ...]
    missing: str
    is_dated: bool


@dataclass(frozen=True, slots=True)
class WeatherPage:
    """One kept weather, and the forecasts that rest on it."""

    row: KeptWeather
    summary: WeatherSummary
    forecasts: tuple[Forecast, ...]


_UNITS = {"temp_air": "°C", "wind_speed": "m/s", "snow_depth": "m", "pressure": "Pa"}
# Means told in per cent, being shares.
_SHARES = ("albedo", "humidity")


def weathers_page(cooperative: Cooperative, page: str) -> WeathersPage:
    """The list; a number of queries that doesn't grow with it."""
    usable = FrozenWeather.objects.usable_by(cooperative).without_numbers().select_related("plant")
    pages = Paginator(usable.order_by("-pk"), WEATHERS_A_PAGE).get_page(page)
    pks = [weather.pk for weather in pages.object_list]
    used = _forecasts_by_weather(cooperative, pks)
    rows = tuple(_row(weather, used.get(weather.pk, 0)) for weather in pages.object_list)
    drafts = WeatherDraft.objects.of(cooperative).without_content().order_by("-pk")
    return WeathersPage(pages, rows, tuple(drafts))


def _forecasts_by_weather(cooperative: Cooperative, pks: list[int]) -> dict[int, int]:
    """How many of the cooperative's own forecasts use each; what others do is theirs."""
    own = Forecast.objects.filter(weather__in=pks, plant__cooperative=cooperative).order_by()
    return dict(own.values_list("weather_id").annotate(Count("pk")))


def _row(weather: FrozenWeather, forecasts: int) -> KeptWeather:
    return KeptWeather(
        weather,
        source_in_words(weather.source),
        licence_in_words(weather.licence),
        forecasts,
        is_dated=weather.kind != FrozenWeather.Kind.TYPICAL,
    )


def weather_page(cooperative: Cooperative, kept: FrozenWeather, data: Any) -> WeatherPage:
    """One kept weather with its numbers thawed."""
    own = Forecast.objects.filter(weather=kept, plant__cooperative=cooperative)
    forecasts = tuple(own.select_related("plant").defer("study").order_by("-pk"))
    meta = WeatherMeta.from_json(kept.details)
    summary = _summary(meta, len(data), sum_weather(data, kept.step_s))
    return WeatherPage(_row(kept, len(forecasts)), summary, forecasts)


def draft_summary(draft: WeatherDraft) -> WeatherSummary | None:
    """What a draft's file amounts to; None while nobody said what its columns hold."""
    if not draft.summary:
        return None
    sums = draft.summary["sums"]
    own = WeatherSums(**{**sums, "missing": tuple(sums["missing"])})
    return _summary(WeatherMeta.from_json(draft.summary["meta"]), draft.summary["rows"], own)


def _summary(meta: WeatherMeta, rows: int, sums: WeatherSums) -> WeatherSummary:
    yearly = sums.yearly_kwh_m2
    return WeatherSummary(
        source=weather_in_words(meta),
        licence=licence_in_words(meta.licence),
        meta=meta,
        rows=rows,
        step_min=meta.step_s / 60,
        light=tuple(
            Sum(quantity_in_words(name), value, "kWh/m²", yearly.get(name))
            for name, value in sums.irradiation_kwh_m2.items()
        ),
        means=tuple(_mean(name, value) for name, value in sums.means.items()),
        remarks=tuple(remark_sentence(remark) for remark in meta.remarks),
        missing=quantities_in_words(sums.missing),
        is_dated=meta.kind != "typical",
    )


def _mean(name: str, value: float) -> Sum:
    if name in _SHARES:
        return Sum(quantity_in_words(name), value * 100, "%")
    return Sum(quantity_in_words(name), value, _UNITS.get(name, ""))


def others_of(error: Exception) -> int:
    """How many faults of a refused file aren't told one by one."""
    return error.fault_count - len(error.faults) if isinstance(error, FileRefused) else 0
