"""The chart of one roof over a period: metered, expected of ordinary days, and of the weather that was."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart
from production.charts import Bar, Mark, day_bars, energy_chart, month_bar, year_bar
from production.hours import HourlyCurve, expected_hours, hour_bars, metered_hours
from production.judgement import Result, split_total, total
from production.models import ExpectedDay
from production.periods import Period, View
from production.plant_events import Event
from production.reports import Outlook, energy_by_day, plant_days, plant_months
from production.step_charts import step_chart
from production.weather_reports import ToldDay, WeatherMonth, told_days, weather_months
from production.wording import (
    against_forecast,
    below_its_weather,
    days_told,
    incomplete_sum,
    language,
    month_name,
    sun_and_rest,
)

# A month that gave this much less than its weather allowed is the chart's finding.
WORTH_SAYING = -0.10


@dataclass(frozen=True, slots=True)
class Shown:
    """A period as the chart shows it: its columns, and what is said of it."""

    bars: list[Bar]
    words: str
    note: str
    finding: str = ""
    gap: str = ""


def period_name(period: Period) -> str:
    """`14 mars 2025`, `mars 2025`, `2025`, or all years."""
    if period.view in (View.STEP, View.HOUR):
        day = _("1er") if period.first.day == 1 else str(period.first.day)
        return f"{day} {month_name(period.first.month)} {period.first.year}"
    if period.view == View.DAY:
        return f"{month_name(period.first.month)} {period.first.year}"
    if period.view == View.DECADE and period.first.year < period.last.year:
        return _("de %(first)s à %(last)s") % {"first": period.first.year, "last": period.last.year}
    return _("toutes les années") if period.view == View.YEAR else str(period.first.year)


def plant_chart(
    plant: Plant, period: Period, outlook: Outlook, today: dt.date, events: Sequence[Event] = ()
) -> Chart:
    """Metered against expected over one period; `events` are marked where they began."""
    if period.view == View.STEP:
        return _step_chart(plant, period)
    if period.view == View.HOUR:
        return _hour_chart(plant, period)
    shown = _shown(plant, period, outlook, today)
    summary = _(
        "Colonnes : mesuré. Bandes grises : prévu, une année sur dix au-dessus, une sur dix au-dessous."
    )
    if period.view == View.DAY:
        summary = _("Colonnes : mesuré. Traits gris : un jour ordinaire de ce mois.")
    if any(bar.weather_wh is not None for bar in shown.bars):
        summary += " " + _("Losanges : prévu pour le temps qu’il a fait.")
    summary += " " + _("Hachuré : relevé incomplet ou mois en cours.")
    return energy_chart(
        shown.bars,
        identifier="production",
        title=_title(period, sum(bar.metered_wh or 0 for bar in shown.bars), shown.words),
        summary=" ".join(part for part in (shown.gap, shown.finding, summary, shown.note) if part),
        csv_url=_csv_url(plant, period),
        band_name=_("Un jour ordinaire") if period.view == View.DAY else "",
        marks=_marks(events, period, today),
    )


def _marks(events: Sequence[Event], period: Period, today: dt.date) -> list[Mark]:
    """Events from column to column, cut to the period."""
    last = max(period.first, min(period.last, today))
    return [
        Mark(
            _label(max(event.first, period.first), period.view),
            _label(min(event.last or last, last), period.view),
            event.text,
        )
        for event in events
    ]


def _label(day: dt.date, view: View) -> str:
    """The column a day stands in, as `charts` labels it."""
    if view == View.DAY:
        return str(day.day)
    if view == View.YEAR:
        return str(day.year)
    month = format_date(day, "LLL", locale=language())
    return f"{month} {day.year}" if view == View.DECADE else month


def _title(period: Period, metered_wh: int, words: str) -> str:
    title = _("%(period)s : %(energy)s mesurés") % {
        "period": period_name(period).capitalize(),
        "energy": figures.energy(metered_wh, language=language()),
    }
    return title + words


def _csv_url(plant: Plant, period: Period) -> str:
    base = reverse("plant_csv", args=[plant.cooperative.slug, plant.slug])
    return f"{base}?du={period.first}&au={period.last}"


def _shown(plant: Plant, period: Period, outlook: Outlook, today: dt.date) -> Shown:
    """Bars and words from the same months, up to yesterday: today is still running."""
    known, last = {plant.pk: outlook}, min(period.last, today - dt.timedelta(days=1))
    months = plant_months([plant], period.first, period.last, known)
    told = weather_months([plant], period.first, last, known)
    split = split_total(month.split for month in told)
    result = total(month.result for month in months)
    gap = incomplete_sum(_over(result, (period.last - last).days))
    by_month = {month.first.replace(day=1): month for month in told}
    words, finding = _against(against_forecast(result), sun_and_rest(split)), ""
    if period.view == View.DAY:
        days = plant_days([plant], period.first, period.last, known)[plant.pk]
        told_wh = {day: one.energy_wh for (_pk, day), one in _told(plant, period).items()}
        return Shown(day_bars(days, today, told_wh), words, days_told(split, result), gap=gap)
    if period.view == View.YEAR:
        years = sorted({month.first.year for month in months})
        bars = [
            year_bar(
                y, [m for m in months if m.first.year == y], _whole([m for m in told if m.first.year == y])
            )
            for y in years
        ]
        return Shown(bars, words, days_told(split, result), gap=gap)
    bars = [
        month_bar(m.first, m.result, m.expected, today, _whole_of(by_month.get(m.first.replace(day=1))))
        for m in months
    ]
    if period.view == View.DECADE:
        labels = [_label(month.first, period.view) for month in months]
        return Shown(
            [replace(bar, label=label) for bar, label in zip(bars, labels, strict=True)],
            words,
            days_told(split, result),
        )
    if split.days:
        finding = worst_told(told)
    else:
        words = worst_month(bars)
    return Shown(bars, words, days_told(split, result), finding, gap)


def _over(result: Result, days_to_come: int) -> Result:
    """The result without days that aren't over: nothing is missing of them yet."""
    return replace(result, days_missing=max(0, result.days_missing - max(0, days_to_come)))


def _against(against: str, sun: str) -> str:
    """`, 4 % de plus que prévu ; le soleil y est pour +6 %, le reste pour −2 %`."""
    if not against:
        return ""
    return f", {against} ; {sun}" if sun else f", {against}"


def _told(plant: Plant, period: Period) -> dict[tuple[int, dt.date], ToldDay]:
    return told_days([plant], period.first, period.last)


def _whole_of(month: WeatherMonth | None) -> int | None:
    return month.whole_wh if month else None


def _whole(months: Sequence[WeatherMonth]) -> float | None:
    """Months together; None unless every day of them is told."""
    parts = [month.whole_wh for month in months if month.days_asked]
    known = [part for part in parts if part is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def worst_told(months: Sequence[WeatherMonth]) -> str:
    """Says which month gave least of what its weather allowed; nothing when none fell short by a tenth."""
    low = [m for m in months if m.split.rest is not None and m.split.rest <= WORTH_SAYING]
    if not low:
        return ""
    # In energy, not in per cent: a snowy week of January weighs less than three days of March.
    worst = min(low, key=lambda m: m.split.metered_wh - m.split.weather_wh)
    return below_its_weather(worst.split, worst.first.month)


def worst_month(bars: Sequence[Bar]) -> str:
    """Says which whole month fell furthest below its band; nothing when none did."""
    low = [
        bar for bar in bars if bar.is_complete and bar.metered_wh is not None and bar.metered_wh < bar.low_wh
    ]
    if not low:
        return ""
    worst = min(low, key=lambda bar: (bar.metered_wh or 0) / bar.middle_wh)
    gap = figures.percent(1 - (worst.metered_wh or 0) / worst.middle_wh, language=language())
    return _(" ; en %(month)s, %(gap)s de moins que prévu") % {"month": month_name(worst.month), "gap": gap}


def _step_chart(plant: Plant, period: Period) -> Chart:
    curve = expected_hours(plant, period.first)
    return step_chart(
        plant, period.first, curve, period_name=period_name(period), line_name=_line_name(curve)
    )


def _hour_chart(plant: Plant, period: Period) -> Chart:
    metered, curve = metered_hours(plant, period.first), expected_hours(plant, period.first)
    summary = _("Colonnes : mesuré, heure par heure.")
    if metered.is_coarse:
        summary = _("Ce compteur ne dit pas les heures : ses relevés durent plus longtemps.")
    return energy_chart(
        hour_bars(plant, period.first, metered, curve),
        identifier="production",
        # Of the day, not of its columns: a reading longer than an hour is in none.
        title=_title(period, energy_by_day([plant], period.first, period.first).get(period.first, 0), ""),
        summary=f"{summary} {_curve_words(curve)}",
        csv_url=_csv_url(plant, period),
        line_name=_line_name(curve),
    )


def _line_name(curve: HourlyCurve | None) -> str:
    if curve and curve.kind == ExpectedDay.Kind.AHEAD:
        return _("Prévu pour le temps annoncé")
    return _("Prévu pour le temps qu’il a fait")


def _curve_words(curve: HourlyCurve | None) -> str:
    if curve is None:
        return _("Le temps de cette journée n’est pas connu : rien n’est prévu heure par heure.")
    return _("Losanges : %(line)s.") % {"line": _line_name(curve)[:1].lower() + _line_name(curve)[1:]}
