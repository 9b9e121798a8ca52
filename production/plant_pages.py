"""What the pages of roofs show, put together from reports, wording and charts."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.map import RoofMap, draw
from installations.models import Plant
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.templatetags.page_kit import short_day
from mine_de_soleil.core.words import alphabetical
from production.ahead_pages import WeekAhead, week_ahead
from production.charts import view_name
from production.citizen_months import ToldMonth, latest_month, told_month
from production.judgement import Result, split_total, total
from production.models import ReadingImport
from production.periods import Period, View, neighbours, period_from
from production.plant_charts import period_name, plant_chart, worst_told
from production.plant_events import Event, events_of, latest_first
from production.reports import (
    Expectation,
    Outlooks,
    PlantMonth,
    days_with_readings,
    outlooks,
    plant_months,
    totals_by_plant,
)
from production.sources import Line
from production.weather_reports import WeatherUsed, weather_months, weathers_behind
from production.weather_words import source_in_words
from production.wording import (
    against_forecast,
    days_told,
    engine_name,
    engine_words,
    missing_days,
    mood,
    sun_and_rest,
    weather_origin_words,
    weather_words,
)
from shareholders.models import Cooperative

# Of a weather kept month by month: the latest; all of them are in the API's days.
MOST_HASHES = 3


@dataclass(frozen=True, slots=True)
class RoofRow:
    """One roof in a list: this year's result and how it is said."""

    plant: Plant
    result: Result
    words: str
    mood: str

    @property
    def is_silent(self) -> bool:
        """No reading at all in the period: the roof may well have produced."""
        return self.result.days_read == 0 and self.result.metered_wh == 0


@dataclass(frozen=True, slots=True)
class RoofYear:
    """A year so far, up to yesterday: its months, and the list, the total and the bars made from them."""

    plants: tuple[Plant, ...]
    outlooks: Outlooks
    months: tuple[PlantMonth, ...]
    rows: tuple[RoofRow, ...]

    @property
    def result(self) -> Result:
        return total(row.result for row in self.rows)


@dataclass(frozen=True, slots=True)
class Tab:
    """One way of looking at the chart."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlantPage:
    """Everything one plant's page shows."""

    plant: Plant
    this_year: RoofRow
    since_start: Result
    missing: str
    sun_and_rest: str
    finding: str
    days_told: str
    expectation: Expectation | None
    chart: Chart | None
    told: ToldMonth | None
    events: tuple[Event, ...]
    more_events: int
    week: WeekAhead
    tabs: tuple[Tab, ...]
    period_name: str
    before_url: str
    after_url: str
    first_day: dt.date | None
    last_day: dt.date | None
    imports: tuple[ReadingImport, ...]
    sources: tuple[Line, ...]
    comparison: str


@dataclass(frozen=True, slots=True)
class CommuneRoofs:
    """A commune with roofs, to choose those one wants to see."""

    name: str
    insee: str
    count: int


@dataclass(frozen=True, slots=True)
class RoofsPage:
    """The roofs of all communes, or of the `chosen` one; `communes` to choose from, if there are several."""

    rows: tuple[RoofRow, ...]
    total: int
    communes: tuple[CommuneRoofs, ...]
    chosen: CommuneRoofs | None
    map: RoofMap


def roofs_page(cooperative: Cooperative, today: dt.date, *, commune: str) -> RoofsPage:
    """Every roof, or those of the commune whose INSEE code is `commune`; an unknown code shows all."""
    rows = roof_rows(cooperative, today)
    counted = Counter((row.plant.commune, row.plant.commune_insee) for row in rows)
    communes = tuple(CommuneRoofs(*place, count) for place, count in sorted(counted.items()))
    chosen = next((found for found in communes if found.insee == commune), None)
    kept = [row for row in rows if chosen is None or row.plant.commune_insee == chosen.insee]
    return RoofsPage(tuple(kept), len(rows), communes, chosen, roof_map(kept))


def roof_rows(cooperative: Cooperative, today: dt.date) -> list[RoofRow]:
    """Every roof with its output since January, up to yesterday."""
    return list(roof_year(cooperative, today).rows)


def roof_year(cooperative: Cooperative, today: dt.date) -> RoofYear:
    """Every roof since January, up to yesterday, all from one reading of the daily sums."""
    plants = sorted(Plant.objects.of(cooperative), key=lambda plant: alphabetical(plant.name))
    known = outlooks(plants)
    months = plant_months(plants, dt.date(today.year, 1, 1), today - dt.timedelta(days=1), known)
    results = totals_by_plant(plants, months)
    rows = tuple(_row(plant, results[plant.pk]) for plant in plants)
    return RoofYear(tuple(plants), known, tuple(months), rows)


def energy_sources(
    cooperative: Cooperative, plants: Sequence[Plant], known: Outlooks, day: dt.date
) -> tuple[Line, ...]:
    """Where the output of several roofs and its deviation come from."""
    readings = _(
        "Production : relevés des compteurs, déposés par l’exploitant ; "
        "chaque toit donne la liste de ses fichiers."
    )
    in_force = [expected for plant in plants if (expected := known[plant.pk].on(day))]
    return (
        Line(readings, reverse("roofs", args=[cooperative.slug])),
        *forecast_sources(in_force),
        Line(comparison_words()),
    )


def forecast_sources(expected: Iterable[Expectation]) -> tuple[Line, ...]:
    """The weather and the engine of these forecasts, each said once."""
    distinct = {(one.forecast.weather_sha256, one.forecast.made_at.date()): one.forecast for one in expected}
    lines = []
    for (sha256, _made), forecast in distinct.items():
        said = {
            "day": short_day(forecast.made_at),
            "weather": weather_words(forecast.assumptions, forecast.weather_name),
            "hash": sha256[:12],
        }
        lines.append(_("Prévision figée le %(day)s, avec la météo « %(weather)s » (%(hash)s).") % said)
        lines.append(weather_origin_words(forecast.assumptions))
    lines.extend(engine_words(engine) for engine in sorted({f.engine for f in distinct.values()}))
    return tuple(Line(text) for text in dict.fromkeys(lines) if text)


def _told_sources(plant: Plant, period: Period, today: dt.date, week: WeekAhead) -> tuple[Line, ...]:
    """The weathers behind this year, the period shown, and the coming days."""
    first, last = min(period.first, dt.date(today.year, 1, 1)), max(period.last, today)
    past = weathers_behind([plant], first, last)
    lines = [*weather_lines(past, _("Temps qu’il a fait"))]
    if past:
        lines.append(_split_words())
    return tuple(Line(text) for text in (*lines, *weather_lines(week.used, _("Temps annoncé"))))


def weather_lines(used: Sequence[WeatherUsed], title: str) -> list[str]:
    """One sentence a source and engine: its days, place, licence and the fingerprints of its numbers."""
    groups: dict[tuple[str, str, str], list[WeatherUsed]] = {}
    for one in used:
        groups.setdefault((one.weather.source, one.weather.licence, one.engine), []).append(one)
    return [_weather_line(title, group) for group in groups.values()]


def _weather_line(title: str, group: Sequence[WeatherUsed]) -> str:
    weathers = [one.weather for one in group]
    hashes = ", ".join(weather.sha256[:12] for weather in weathers[-MOST_HASHES:])
    said = {
        "title": title,
        "source": source_in_words(weathers[0].source),
        "name": weathers[0].name,
        "first": short_day(min(weather.first_start for weather in weathers)),
        "last": short_day(max(weather.end for weather in weathers) - dt.timedelta(seconds=1)),
        "kept": short_day(max(weather.kept_at for weather in weathers)),
        "licence": weathers[0].licence,
        "engine": engine_name(group[0].engine),
        "hashes": hashes,
    }
    line = _(
        "%(title)s : %(source)s (« %(name)s », licence %(licence)s), "
        "du %(first)s au %(last)s, reçu le %(kept)s, calcul %(engine)s ; empreintes : %(hashes)s"
    )
    more = len(weathers) - MOST_HASHES
    rest = ngettext(" et %(n)s autre.", " et %(n)s autres.", more) % {"n": more} if more > 0 else "."
    return line % said + rest


def _split_words() -> str:
    return _(
        "La part du soleil compare ce que le temps de ces jours-là permettait à la prévision d’autant "
        "de jours ordinaires ; le reste compare ce qui a été mesuré à ce que le temps permettait : "
        "pannes, neige, poussière, usure, erreur du calcul. "
        "Seuls comptent les jours relevés dont le temps est connu."
    )


def comparison_words() -> str:
    """What is compared, and with what."""
    return _(
        "Un jour compte dans la comparaison quand au moins neuf dixièmes de ses heures de soleil "
        "sont relevés ; un jour ordinaire est la prévision du mois divisée par ses jours."
    )


def roof_map(rows: list[RoofRow]) -> RoofMap:
    """The roofs as a drawing, numbered as in the list."""
    return draw([(row.plant.latitude_deg, row.plant.longitude_deg) for row in rows])


def _row(plant: Plant, result: Result) -> RoofRow:
    return RoofRow(plant, result, against_forecast(result), mood(result))


def plant_page(plant: Plant, today: dt.date, *, view: str, key: str, sees_log: bool = False) -> PlantPage:
    """The page of `plant`, its chart showing the period that `view` and `key` name.

    `sees_log`: with what was written in the maintenance log.
    """
    span = days_with_readings([plant])
    yesterday = today - dt.timedelta(days=1)
    known = outlooks([plant])
    months = plant_months([plant], dt.date(today.year, 1, 1), yesterday, known)
    this_year = total(month.result for month in months)
    first, last = span or (plant.commissioned_on, today)
    ever = total(m.result for m in plant_months([plant], first, min(last, yesterday), known))
    expected = known[plant.pk].on(today)
    told = weather_months([plant], dt.date(today.year, 1, 1), yesterday, known)
    split = split_total(month.split for month in told)
    week = week_ahead(plant, known[plant.pk], today)
    period = period_from(view, key, first=first, last=max(first, min(last, today)))
    before, after = neighbours(period, first=first, last=last)
    events = events_of(plant, period, sees_log=sees_log)
    listed, more_events = latest_first(events)
    return PlantPage(
        plant=plant,
        this_year=_row(plant, this_year),
        since_start=ever,
        missing=missing_days(this_year),
        sun_and_rest=sun_and_rest(split),
        finding=worst_told(told),
        days_told=days_told(split, this_year),
        expectation=expected,
        chart=plant_chart(plant, period, known[plant.pk], today, events) if span else None,
        told=_told(plant, period, known, today) if span else None,
        events=tuple(listed),
        more_events=more_events,
        week=week,
        tabs=tuple(_tab(plant, period, choice) for choice in View),
        period_name=period_name(period),
        before_url=_url(plant, before) if before else "",
        after_url=_url(plant, after) if after else "",
        first_day=span[0] if span else None,
        last_day=span[1] if span else None,
        imports=tuple(stored_imports(plant)),
        # All its forecasts: an earlier one may have judged the period shown.
        sources=(*forecast_sources(known[plant.pk].expectations), *_told_sources(plant, period, today, week)),
        comparison=comparison_words(),
    )


def _told(plant: Plant, period: Period, known: Outlooks, today: dt.date) -> ToldMonth | None:
    """The month the chart shows, in a sentence; of a longer span, the last whole month with readings."""
    is_month = period.first.month == period.last.month and period.first.year == period.last.year
    month = period.first.replace(day=1) if is_month else latest_month([plant], today)
    if month is None or month > today:
        return None
    return told_month(plant.cooperative, [plant], month, today, known)


def stored_imports(plant: Plant) -> list[ReadingImport]:
    """The latest files that changed this plant's figures."""
    changed = Q(rows_new__gt=0) | Q(rows_corrected__gt=0)
    found = ReadingImport.objects.filter(changed, meter__plant=plant, state=ReadingImport.State.STORED)
    return list(found.select_related("file", "meter").defer("file__packed").order_by("-id")[:5])


def _url(plant: Plant, period: Period) -> str:
    base = reverse("plant", args=[plant.cooperative.slug, plant.slug])
    return f"{base}?pas={period.view}&periode={period.key}#production"


def _tab(plant: Plant, period: Period, choice: View) -> Tab:
    return Tab(
        view_name(choice), _url(plant, Period(choice, period.last, period.last)), choice == period.view
    )
