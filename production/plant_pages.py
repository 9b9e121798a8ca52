"""What the pages of roofs show, put together from reports, wording and charts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.map import RoofMap, draw
from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.templatetags.page_kit import short_day
from mine_de_soleil.core.words import alphabetical
from production.charts import Bar, day_bars, energy_chart, month_bar, view_name, year_bar
from production.judgement import Result, total
from production.models import ReadingImport
from production.periods import Period, View, neighbours, period_from
from production.reports import (
    Expectation,
    Outlook,
    Outlooks,
    PlantMonth,
    days_with_readings,
    outlooks,
    plant_days,
    plant_months,
    totals_by_plant,
)
from production.wording import (
    against_forecast,
    engine_words,
    language,
    missing_days,
    month_name,
    mood,
    weather_origin_words,
    weather_words,
)
from shareholders.models import Cooperative


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
class Line:
    """One sentence of "where does this figure come from?", as `page_kit/source.html` takes it."""

    text: str
    url: str = ""


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
    expectation: Expectation | None
    chart: Chart | None
    tabs: tuple[Tab, ...]
    period_name: str
    before_url: str
    after_url: str
    first_day: dt.date | None
    last_day: dt.date | None
    imports: tuple[ReadingImport, ...]
    sources: tuple[Line, ...]
    comparison: str


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
        "Production : relevés des compteurs, déposés par l’exploitant ; "
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
        lines.append(_("Prévision figée le %(day)s, avec la météo « %(weather)s » (%(hash)s).") % said)
        lines.append(weather_origin_words(forecast.assumptions))
    lines.extend(engine_words(engine) for engine in sorted({f.engine for f in distinct.values()}))
    return tuple(Line(text) for text in dict.fromkeys(lines) if text)


def comparison_words() -> str:
    """What is compared, and with what."""
    return _(
        "Un jour compte dans la comparaison quand au moins neuf dixièmes de ses heures de soleil "
        "sont relevés ; un jour ordinaire est la prévision du mois divisée par ses jours."
    )


def roof_map(rows: list[RoofRow]) -> RoofMap:
    """The roofs as a drawing, numbered as in the list."""
    return draw([(row.plant.latitude_deg, row.plant.longitude_deg) for row in rows])


def _row(plant: Plant, result: Result) -> RoofRow:
    return RoofRow(plant, result, against_forecast(result), mood(result))


def plant_page(plant: Plant, today: dt.date, *, view: str, key: str) -> PlantPage:
    """The page of `plant`, its chart showing the period that `view` and `key` name."""
    span = days_with_readings([plant])
    yesterday = today - dt.timedelta(days=1)
    known = outlooks([plant])
    months = plant_months([plant], dt.date(today.year, 1, 1), yesterday, known)
    this_year = total(month.result for month in months)
    first, last = span or (plant.commissioned_on, today)
    ever = total(m.result for m in plant_months([plant], first, min(last, yesterday), known))
    expected = known[plant.pk].on(today)
    period = period_from(view, key, first=first, last=max(first, min(last, today)))
    before, after = neighbours(period, first=first, last=last)
    return PlantPage(
        plant=plant,
        this_year=_row(plant, this_year),
        since_start=ever,
        missing=missing_days(this_year),
        expectation=expected,
        chart=plant_chart(plant, period, known[plant.pk], today) if span else None,
        tabs=tuple(_tab(plant, period, choice) for choice in View),
        period_name=period_name(period),
        before_url=_url(plant, before) if before else "",
        after_url=_url(plant, after) if after else "",
        first_day=span[0] if span else None,
        last_day=span[1] if span else None,
        imports=tuple(stored_imports(plant)),
        # All its forecasts: an earlier one may have judged the period shown.
        sources=forecast_sources(known[plant.pk].expectations),
        comparison=comparison_words(),
    )


def stored_imports(plant: Plant) -> list[ReadingImport]:
    """The latest files that changed this plant's figures."""
    changed = Q(rows_new__gt=0) | Q(rows_corrected__gt=0)
    found = ReadingImport.objects.filter(changed, meter__plant=plant, state=ReadingImport.State.STORED)
    return list(found.select_related("file", "meter").defer("file__content").order_by("-id")[:5])


def period_name(period: Period) -> str:
    """`mars 2025`, `2025`, or all years."""
    if period.view == View.DAY:
        return f"{month_name(period.first.month)} {period.first.year}"
    return str(period.first.year) if period.view == View.MONTH else _("toutes les années")


def _url(plant: Plant, period: Period) -> str:
    base = reverse("plant", args=[plant.cooperative.slug, plant.slug])
    return f"{base}?pas={period.view}&periode={period.key}#production"


def _tab(plant: Plant, period: Period, choice: View) -> Tab:
    return Tab(
        view_name(choice), _url(plant, Period(choice, period.last, period.last)), choice == period.view
    )


def plant_chart(plant: Plant, period: Period, outlook: Outlook, today: dt.date) -> Chart:
    """Metered against expected over one period."""
    bars = _bars(plant, period, outlook, today)
    csv_base = reverse("plant_csv", args=[plant.cooperative.slug, plant.slug])
    metered = sum(bar.metered_wh or 0 for bar in bars)
    title = _("%(period)s : %(energy)s mesurés") % {
        "period": period_name(period).capitalize(),
        "energy": figures.energy(metered, language=language()),
    }
    title += _worst_month(bars) if period.view == View.MONTH else ""
    summary = _(
        "Colonnes : mesuré. Bandes grises : prévu, une année sur dix au-dessus, une sur dix au-dessous."
    )
    if period.view == View.DAY:
        summary = _("Colonnes : mesuré. Traits gris : un jour ordinaire de ce mois.")
    return energy_chart(
        bars,
        identifier="production",
        title=title,
        summary=summary + " " + _("Hachuré : relevé incomplet ou mois en cours."),
        csv_url=f"{csv_base}?du={period.first}&au={period.last}",
        band_name=_("Un jour ordinaire") if period.view == View.DAY else "",
    )


def _worst_month(bars: list[Bar]) -> str:
    """Says which whole month fell furthest below its band; nothing when none did."""
    low = [
        bar for bar in bars if bar.is_complete and bar.metered_wh is not None and bar.metered_wh < bar.low_wh
    ]
    if not low:
        return ""
    worst = min(low, key=lambda bar: (bar.metered_wh or 0) / bar.middle_wh)
    gap = figures.percent(1 - (worst.metered_wh or 0) / worst.middle_wh, language=language())
    return _(" ; en %(month)s, %(gap)s de moins que prévu") % {"month": month_name(worst.month), "gap": gap}


def _bars(plant: Plant, period: Period, outlook: Outlook, today: dt.date) -> list[Bar]:
    known = {plant.pk: outlook}
    if period.view == View.DAY:
        return day_bars(plant_days([plant], period.first, period.last, known)[plant.pk], today)
    months = plant_months([plant], period.first, period.last, known)
    if period.view == View.MONTH:
        return [month_bar(m.first, m.result, m.expected, today) for m in months]
    years = sorted({month.first.year for month in months})
    return [year_bar(y, [m for m in months if m.first.year == y]) for y in years]
