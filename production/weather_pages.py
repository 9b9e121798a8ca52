"""What the weather pages show: what is kept, what waits, and what a file amounts to."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import moment
from production.formats.errors import FileRefused
from production.models import ExpectedDay, Forecast, FrozenWeather, WeatherDraft
from production.weather import WeatherMeta
from production.weather.summing import WeatherSums, sum_weather
from production.weather_words import (
    licence_in_words,
    origin_in_words,
    period_words,
    quantities_in_words,
    quantity_in_words,
    remark_sentence,
    source_in_words,
    weather_in_words,
)
from production.wording import language
from shareholders.models import Cooperative

WEATHERS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class KeptWeather:
    """One weather of the list: its source in words, its place, its period, and who rests on it."""

    weather: FrozenWeather
    source: str
    licence: str
    forecasts: int
    days: int
    is_dated: bool

    @property
    def short_hash(self) -> str:
        return self.weather.sha256[:8]

    @property
    def period(self) -> str:
        """Its days; empty for a typical year, which is of no day."""
        return period_words(self.weather.first_start, self.weather.end) if self.is_dated else ""

    @property
    def use(self) -> str:
        """What rests on it: `2 prévisions, 248 jours de toits`; a dash where nothing does."""
        told = []
        if self.forecasts:
            words = ngettext("%(n)s prévision", "%(n)s prévisions", self.forecasts)
            told.append(words % {"n": figures.number(self.forecasts, language=language())})
        if self.days:
            words = ngettext("%(n)s jour calculé", "%(n)s jours calculés", self.days)
            told.append(words % {"n": figures.number(self.days, language=language())})
        return ", ".join(told) or "–"


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
    origin: str
    licence: str
    meta: WeatherMeta
    period: str
    rows: int
    step_min: float
    light: tuple[Sum, ...]
    means: tuple[Sum, ...]
    remarks: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class WeatherPage:
    """One kept weather, the forecasts that rest on it, and for which days of which roofs it serves."""

    row: KeptWeather
    summary: WeatherSummary
    forecasts: tuple[Forecast, ...]
    days_told: tuple[str, ...]


_UNITS = {"temp_air": "°C", "wind_speed": "m/s", "snow_depth": "m", "pressure": "Pa"}
# Means told in per cent, being shares.
_SHARES = ("albedo", "humidity")


def weathers_page(cooperative: Cooperative, page: str) -> WeathersPage:
    """The list; a number of queries that doesn't grow with it."""
    usable = FrozenWeather.objects.usable_by(cooperative).without_numbers().select_related("plant")
    pages = Paginator(usable.order_by("-pk"), WEATHERS_A_PAGE).get_page(page)
    pks = [weather.pk for weather in pages.object_list]
    used, days = _by_weather(Forecast, cooperative, pks), _by_weather(ExpectedDay, cooperative, pks)
    rows = tuple(
        _row(weather, used.get(weather.pk, 0), days.get(weather.pk, 0)) for weather in pages.object_list
    )
    drafts = WeatherDraft.objects.of(cooperative).without_content().order_by("-pk")
    return WeathersPage(pages, rows, tuple(drafts))


def _by_weather(
    kind: type[Forecast | ExpectedDay], cooperative: Cooperative, pks: list[int]
) -> dict[int, int]:
    """How many of the cooperative's own forecasts, or days, use each; what others do is theirs."""
    own = kind._default_manager.filter(weather__in=pks, plant__cooperative=cooperative).order_by()
    return dict(own.values_list("weather_id").annotate(Count("pk")))


def _row(weather: FrozenWeather, forecasts: int, days: int) -> KeptWeather:
    return KeptWeather(
        weather,
        source_in_words(weather.source),
        licence_in_words(weather.licence),
        forecasts,
        days,
        is_dated=weather.kind != FrozenWeather.Kind.TYPICAL,
    )


def weather_page(cooperative: Cooperative, kept: FrozenWeather, data: Any) -> WeatherPage:
    """One kept weather with its numbers thawed."""
    own = Forecast.objects.filter(weather=kept, plant__cooperative=cooperative)
    forecasts = tuple(own.select_related("plant").defer("study").order_by("-pk"))
    meta = WeatherMeta.from_json(kept.details)
    summary = _summary(meta, len(data), sum_weather(data, kept.step_s))
    days = _by_weather(ExpectedDay, cooperative, [kept.pk]).get(kept.pk, 0)
    return WeatherPage(_row(kept, len(forecasts), days), summary, forecasts, _roofs_told(cooperative, kept))


def _roofs_told(cooperative: Cooperative, kept: FrozenWeather) -> tuple[str, ...]:
    """For which days of how many roofs it serves, a sentence for days past and one for days ahead."""
    own = ExpectedDay.objects.filter(weather=kept, plant__cooperative=cooperative).order_by()
    roofs = dict(own.values_list("kind").annotate(Count("plant", distinct=True)))
    return tuple(_roofs_sentence(kind, roofs[kind]) for kind in ExpectedDay.Kind.values if roofs.get(kind))


def _roofs_sentence(kind: str, roofs: int) -> str:
    if kind == ExpectedDay.Kind.PAST:
        told = ngettext(
            "Elle dit le temps qu’il a fait sur %(n)s installation, jour par jour.",
            "Elle dit le temps qu’il a fait sur %(n)s installations, jour par jour.",
            roofs,
        )
    else:
        told = ngettext(
            "Elle dit le temps annoncé pour %(n)s installation, jour par jour.",
            "Elle dit le temps annoncé pour %(n)s installations, jour par jour.",
            roofs,
        )
    return told % {"n": figures.number(roofs, language=language())}


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
        origin=origin_in_words(meta),
        licence=licence_in_words(meta.licence),
        meta=meta,
        period=_period(meta),
        rows=rows,
        step_min=meta.step_s / 60,
        light=tuple(
            Sum(quantity_in_words(name), value, "kWh/m²", yearly.get(name))
            for name, value in sums.irradiation_kwh_m2.items()
        ),
        means=tuple(_mean(name, value) for name, value in sums.means.items()),
        remarks=tuple(remark_sentence(remark) for remark in meta.remarks),
        missing=quantities_in_words(sums.missing),
    )


def _period(meta: WeatherMeta) -> str:
    """Its days, or its instants where it begins or ends within one; empty for a typical year."""
    if meta.kind == "typical" or meta.start is None or meta.end is None:
        return ""
    ends = (meta.start, meta.end)
    zones = (dt.UTC, timezone.get_current_timezone())
    if any(all(instant.astimezone(zone).time() == dt.time() for instant in ends) for zone in zones):
        return period_words(*ends)
    return _("du %(first)s au %(last)s") % {"first": moment(meta.start), "last": moment(meta.end)}


def _mean(name: str, value: float) -> Sum:
    if name in _SHARES:
        return Sum(quantity_in_words(name), value * 100, "%")
    return Sum(quantity_in_words(name), value, _UNITS.get(name, ""))


def others_of(error: Exception) -> int:
    """How many faults of a refused file aren't told one by one."""
    return error.fault_count - len(error.faults) if isinstance(error, FileRefused) else 0
