"""What the pages of roofs show, put together from reports, wording and charts."""

import csv
import datetime as dt
import io
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from installations.map import RoofMap, draw
from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.words import alphabetical
from production.charts import Bar, Chart, day_bars, energy_chart, month_bar, view_name
from production.judgement import Result, total
from production.models import ReadingImport
from production.periods import Period, View, neighbours, period_from
from production.reports import (
    Expectation,
    days_with_readings,
    expectations,
    plant_days,
    plant_months,
    results_by_plant,
)
from production.wording import against_forecast, language, missing_days, month_name, mood
from shareholders.models import Cooperative


@dataclass(frozen=True, slots=True)
class RoofRow:
    """One roof in a list: this year's result and how it is said."""

    plant: Plant
    result: Result
    words: str
    mood: str


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


def roof_rows(cooperative: Cooperative, today: dt.date) -> list[RoofRow]:
    """Every roof with its output since January, up to yesterday."""
    plants = sorted(Plant.objects.of(cooperative), key=lambda plant: alphabetical(plant.name))
    results = results_by_plant(plants, dt.date(today.year, 1, 1), today - dt.timedelta(days=1))
    return [_row(plant, results[plant.pk]) for plant in plants]


def roof_map(rows: list[RoofRow]) -> RoofMap:
    """The roofs as a drawing, numbered as in the list."""
    return draw([(row.plant.latitude_deg, row.plant.longitude_deg) for row in rows])


def _row(plant: Plant, result: Result) -> RoofRow:
    return RoofRow(plant, result, against_forecast(result), mood(result))


def plant_page(plant: Plant, today: dt.date, *, view: str, key: str) -> PlantPage:
    """The page of `plant`, its chart showing the period that `view` and `key` name."""
    span = days_with_readings([plant])
    yesterday = today - dt.timedelta(days=1)
    this_year = results_by_plant([plant], dt.date(today.year, 1, 1), yesterday)[plant.pk]
    first, last = span or (plant.commissioned_on, today)
    ever = total(month.result for month in plant_months([plant], first, min(last, yesterday)))
    expected = expectations([plant]).get(plant.pk)
    period = period_from(view, key, first=first, last=max(first, min(last, today)))
    before, after = neighbours(period, first=first, last=last)
    return PlantPage(
        plant=plant,
        this_year=_row(plant, this_year),
        since_start=ever,
        missing=missing_days(this_year),
        expectation=expected,
        chart=plant_chart(plant, period, expected, today) if span else None,
        tabs=tuple(_tab(plant, period, choice) for choice in View),
        period_name=period_name(period),
        before_url=_url(plant, before) if before else "",
        after_url=_url(plant, after) if after else "",
        first_day=span[0] if span else None,
        last_day=span[1] if span else None,
        imports=tuple(stored_imports(plant)),
    )


def stored_imports(plant: Plant) -> list[ReadingImport]:
    """The latest files this plant's figures rest on."""
    found = ReadingImport.objects.filter(meter__plant=plant, state=ReadingImport.State.STORED)
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


def plant_chart(plant: Plant, period: Period, expected: Expectation | None, today: dt.date) -> Chart:
    """Metered against expected over one period."""
    bars = _bars(plant, period, expected, today)
    csv_base = reverse("plant_csv", args=[plant.cooperative.slug, plant.slug])
    metered = sum(bar.metered_wh or 0 for bar in bars)
    title = _("%(period)s : %(energy)s mesurés") % {
        "period": period_name(period).capitalize(),
        "energy": figures.energy(metered, language=language()),
    }
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


def _bars(plant: Plant, period: Period, expected: Expectation | None, today: dt.date) -> list[Bar]:
    if period.view == View.DAY:
        return day_bars(plant_days(plant, period.first, period.last), today)
    months = plant_months([plant], period.first, period.last)
    if period.view == View.MONTH:
        return [month_bar(m.first, m.result, expected, today) for m in months]
    years = sorted({month.first.year for month in months})
    return [_year_bar(y, total(m.result for m in months if m.first.year == y), expected) for y in years]


def _year_bar(year: int, result: Result, expected: Expectation | None) -> Bar:
    forecast = expected.forecast if expected else None
    low, middle, high = (
        (forecast.year_p90_wh, forecast.year_p50_wh, forecast.year_p10_wh) if forecast else (0, 0, 0)
    )
    # The first year may be complete from commissioning on; its forecast is that of a whole year all the same.
    is_whole = result.days_read >= (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    return Bar(str(year), result.metered_wh, low, middle, high, is_whole)


def daily_csv(plant: Plant, first: dt.date, last: dt.date) -> str:
    """Daily output as CSV: day, metered Wh (empty without readings), ordinary day's Wh, complete or not."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["day", "metered_wh", "ordinary_day_wh", "is_complete"])
    for day in plant_days(plant, first, last):
        metered = "" if day.metered_wh is None else day.metered_wh
        writer.writerow([day.day.isoformat(), metered, round(day.ordinary_wh), int(day.is_complete)])
    return text.getvalue()
