"""What the pages of yield studies show: the list of a plant's, one that is drafted, one that is frozen."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.climate import ClimateError, distance_km, get_monthly_climate
from production.models import Forecast, FrozenWeather
from production.services.forecasts import cell_of
from production.sources import Line
from production.study import Percentiles, Study
from production.study_charts import study_charts
from production.study_forms import TYPICAL
from production.study_words import (
    Row,
    array_rows,
    band_name,
    confidence_words,
    item_name,
    limits,
    loss_rows,
    model_rows,
    probability_name,
    probability_words,
    weather_kind,
    weather_rows,
)
from production.uncertainty import UncertaintyItem, combined_standard_deviation
from production.weather_words import source_in_words
from production.wording import TYPICAL_YEAR, engine_name, engine_words, language, weather_words

STUDIES_A_PAGE = 25
# Of many weathers a roof could be studied under, the nearest: nobody picks from a hundred.
MOST_WEATHERS = 12
SHOWN_PROBABILITIES = (0.5, 0.75, 0.9)
HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One frozen forecast: its figures, its weather in words, whether it has a study, what it judges."""

    forecast: Forecast
    weather: str
    fingerprint: str
    state: str
    mood: str


@dataclass(frozen=True, slots=True)
class StudiesPage:
    """A plant's forecasts, newest first, and the weathers a new study may be made under.

    told: the forecast the first words give; None without any.
    """

    plant: Plant
    pages: Page[Forecast]
    rows: tuple[StudyRow, ...]
    choices: tuple[tuple[str, str], ...]
    has_typical: bool
    told: Forecast | None


@dataclass(frozen=True, slots=True)
class BandRow:
    """One line of the table a bank reads: which years, and what they yield at each probability, in kWh."""

    label: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One cause of doubt: over a year and over ten [text], its source, how far it can be trusted."""

    label: str
    one: str
    ten: str
    source: str
    trust: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class StudyPage:
    """Everything a study's page shows; `forecast` is None while it is a draft."""

    plant: Plant
    study: Study
    forecast: Forecast | None
    year_wh: int
    p90_wh: int
    probabilities: tuple[tuple[str, str], ...]
    bands: tuple[BandRow, ...]
    doubts: tuple[DoubtRow, ...]
    charts: tuple[Chart, ...]
    arrays: tuple[tuple[str, str, str], ...]
    losses: tuple[Row, ...]
    models: tuple[Row, ...]
    weather: tuple[Row, ...]
    limits: tuple[str, ...]
    sources: tuple[Line, ...]
    engine: str


def forecasts_of(plant: Plant) -> QuerySet[Forecast]:
    """A plant's forecasts without their studies, newest first; `fingerprint` is None where there is none."""
    own = Forecast.objects.filter(plant=plant).defer("study")
    return own.annotate(fingerprint=KT("study__fingerprint")).order_by("-pk")


def studies_page(plant: Plant, today: dt.date, page: str) -> StudiesPage:
    """The list; a number of queries that doesn't grow with it."""
    pages = Paginator(forecasts_of(plant), STUDIES_A_PAGE).get_page(page)
    month = today.replace(day=1)
    judge = _judging(plant, month)
    typical = _typical_choice(plant)
    return StudiesPage(
        plant=plant,
        pages=pages,
        rows=tuple(_row(forecast, judge.pk if judge else None, month) for forecast in pages.object_list),
        choices=(*typical, *(_weather_choice(plant, kept) for kept in nearest_weathers(plant))),
        has_typical=bool(typical),
        # Before any judges, the one made last is what is expected.
        told=judge or next(iter(pages.object_list), None),
    )


def _judging(plant: Plant, month: dt.date) -> Forecast | None:
    """The forecast the month is judged by: of those valid on its first day, the latest."""
    valid = Forecast.objects.filter(plant=plant, valid_from__lte=month)
    return valid.defer("study", "assumptions").order_by("-valid_from", "-pk").first()


def _row(forecast: Forecast, judge: int | None, month: dt.date) -> StudyRow:
    if forecast.pk == judge:
        state, mood = _("juge la production"), "good"
    elif forecast.valid_from > month:
        state, mood = _("juge à partir du %(day)s") % {"day": short_day(_first_judged(forecast))}, "warn"
    else:
        state, mood = _("remplacée"), ""
    # Told of the rows' own annotation: the study itself stays in the database.
    return StudyRow(forecast, _weather_of(forecast), forecast.fingerprint or "", state, mood)  # type: ignore[attr-defined]


def _first_judged(forecast: Forecast) -> dt.date:
    """The first whole month it judges."""
    first = forecast.valid_from
    return first if first.day == 1 else (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _weather_of(forecast: Forecast) -> str:
    method = forecast.assumptions.get("weather", {}).get("method", "")
    if not method or method == TYPICAL_YEAR:
        return weather_words(forecast.assumptions, forecast.weather_name)
    return source_in_words(method)


def usable_weathers(plant: Plant) -> QuerySet[FrozenWeather]:
    """Weathers of places, and the sensors of this very roof, without their numbers."""
    usable = FrozenWeather.objects.usable_by(plant.cooperative).without_numbers()
    return usable.filter(Q(plant=None) | Q(plant=plant))


def nearest_weathers(plant: Plant) -> list[FrozenWeather]:
    """Those a study can be made under, one whole year of at most an hour's step, the nearest first."""
    # A leap year is refused: `study.check_year`.
    whole = usable_weathers(plant).filter(end=F("first_start") + dt.timedelta(days=365), step_s__lte=3600)
    # A typical year of the embedded climate is the first choice already.
    known = whole.exclude(source=TYPICAL_YEAR).order_by("-pk")[:200]
    return sorted(known, key=lambda kept: _distance_km(plant, kept))[:MOST_WEATHERS]


def _distance_km(plant: Plant, kept: FrozenWeather) -> float:
    return float(distance_km(kept.latitude_deg, kept.longitude_deg, plant.latitude_deg, plant.longitude_deg))


def _typical_choice(plant: Plant) -> list[tuple[str, str]]:
    """The typical year with its stations and their weights; nothing where no station is near enough."""
    cell = cell_of(plant)
    try:
        _climate, meta = get_monthly_climate(cell.latitude, cell.longitude, cell.altitude_m)
    except ClimateError:
        return []
    stations = {"method": TYPICAL_YEAR, "stations": [asdict(part) for part in meta.stations]}
    words = weather_words({"weather": stations}, TYPICAL_YEAR)
    return [(TYPICAL, words[:1].upper() + words[1:])]


def _weather_choice(plant: Plant, kept: FrozenWeather) -> tuple[str, str]:
    words = {
        "source": source_in_words(kept.source),
        "first": short_day(kept.first_start.date()),
        "km": figures.number(_distance_km(plant, kept), language=language()),
        "hash": kept.sha256[:HASH_SHOWN],
    }
    if kept.kind == FrozenWeather.Kind.TYPICAL:
        label = _("%(source)s, à %(km)s km d’ici, empreinte %(hash)s") % words
    else:
        label = _("%(source)s, l’année à partir du %(first)s, à %(km)s km d’ici, empreinte %(hash)s") % words
    return str(kept.pk), label[:1].upper() + label[1:]


def study_page(
    plant: Plant, study: Study, *, forecast: Forecast | None = None, weather_url: str = ""
) -> StudyPage:
    """A study's page; weather_url: where its weather is, for who may read it."""
    bands = [
        study.band(1),
        study.band(10),
        study.band(10, with_ageing=True),
        study.band(20, with_ageing=True),
    ]
    return StudyPage(
        plant=plant,
        study=study,
        forecast=forecast,
        year_wh=study.year_wh,
        p90_wh=study.band(1).at(0.9),
        probabilities=tuple((probability_name(p), probability_words(p)) for p in SHOWN_PROBABILITIES),
        bands=tuple(_band(band) for band in bands),
        doubts=tuple(_doubts(study.items)),
        charts=_charts(plant, study, forecast),
        arrays=tuple(array_rows(study.plant)),
        losses=tuple(loss_rows(study.plant)),
        models=tuple(model_rows(study.plant.physics)),
        weather=tuple(weather_rows(study.weather)),
        limits=tuple(limits(study)),
        sources=tuple(_sources(study, weather_url)),
        engine=engine_name(study.engine),
    )


def _charts(plant: Plant, study: Study, forecast: Forecast | None) -> tuple[Chart, ...]:
    """Each with its own file of numbers, once the study is frozen."""
    charts = study_charts(study)
    if forecast is None:
        return charts
    at = (plant.cooperative.slug, plant.slug, forecast.pk)
    return tuple(replace(chart, csv_url=reverse("study_csv", args=[*at, chart.id])) for chart in charts)


def _band(band: Percentiles) -> BandRow:
    values = tuple((probability_name(p), _kwh(band.at(p))) for p in SHOWN_PROBABILITIES)
    return BandRow(band_name(band.years, band.with_ageing), values)


def _kwh(energy_wh: int) -> str:
    """To the kilowatt-hour: a loan isn't reckoned in rounded megawatt-hours."""
    return f"{figures.number(energy_wh / 1000, language=language())}{figures.NARROW}kWh"


def _doubts(items: Iterable[UncertaintyItem]) -> Iterable[DoubtRow]:
    items = list(items)
    for item in items:
        one, ten = _deviations([item])
        yield DoubtRow(item_name(item), one, ten, item.source, confidence_words(item), item.is_verified)
    one, ten = _deviations(items)
    yield DoubtRow(_("Ensemble"), one, ten, "", "", True)


def _deviations(items: list[UncertaintyItem]) -> tuple[str, str]:
    one, ten = (
        figures.percent(combined_standard_deviation(items, years), 1, language=language())
        for years in (1, 10)
    )
    return one, ten


def _sources(study: Study, weather_url: str) -> Iterable[Line]:
    weather = {"kind": weather_kind(study.weather), "hash": study.weather.sha256[:HASH_SHOWN]}
    yield Line(_("Météo\u202f: %(kind)s, empreinte %(hash)s.") % weather, weather_url)
    yield Line(engine_words(study.engine))
    yield Line(
        _(
            "P90\u202f: la moitié des années dépassent le P50, neuf sur dix le P90\u202f; les incertitudes "
            "se composent comme chez Thevenard et Pelland (2013)."
        )
    )
    made = {"day": short_day(study.made_on), "hash": study.fingerprint[:HASH_SHOWN]}
    yield Line(_("Étude établie le %(day)s, empreinte %(hash)s.") % made)
