"""Charts of output: columns metered, quiet marks for what was expected, and the table beside them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from babel.dates import format_date
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import COAL, QUIET_SLATE, SLATE_EDGE, SUN, Chart, quiet_layout
from production.judgement import Result, days_in_month, total
from production.periods import View
from production.reports import Expectation, PlantDay, PlantMonth
from production.wording import language


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: its label, energy metered [Wh] or None, and the band expected [Wh] (low, middle, high)."""

    label: str
    metered_wh: int | None
    low_wh: float
    middle_wh: float
    high_wh: float
    is_complete: bool = True
    month: int = 0


def energy_chart(
    bars: Sequence[Bar], *, identifier: str, title: str, summary: str, csv_url: str, band_name: str = ""
) -> Chart:
    """Columns of energy over their expected bands; `band_name` says what a band is."""
    divisor, unit = (1_000_000, "MWh") if _tallest(bars) >= 10_000_000 else (1000, "kWh")
    return Chart(
        id=identifier,
        title=title,
        summary=summary,
        figure_json=_figure(bars, divisor, unit, band_name or _("Prévu, huit années sur dix")),
        columns=(_("Période"), _("Mesuré (kWh)"), _("Prévu (kWh)"), _("Écart")),
        rows=tuple(_row(bar.label, bar.metered_wh, bar.middle_wh, bar.is_complete) for bar in bars),
        total_row=_row(
            # A forecast summed over days that nobody metered would say a shortfall that isn't there.
            _("Total"),
            sum(bar.metered_wh or 0 for bar in bars),
            0,
            False,
        ),
        csv_url=csv_url,
    )


def _tallest(bars: Sequence[Bar]) -> float:
    return max((max(bar.metered_wh or 0, bar.high_wh) for bar in bars), default=0)


def _row(label: str, metered_wh: int | None, expected_wh: float, compare: bool) -> tuple[str, ...]:
    lang = language()
    metered = "–" if metered_wh is None else figures.number(metered_wh / 1000, 1, language=lang)
    expected = figures.number(expected_wh / 1000, 1, language=lang) if expected_wh else "–"
    gap = ""
    if metered_wh is not None and expected_wh and compare:
        gap = figures.percent(metered_wh / expected_wh - 1, language=lang, sign=True)
    return (label, metered, expected, gap or "–")


def _figure(bars: Sequence[Bar], divisor: int, unit: str, band_name: str) -> dict[str, Any]:
    labels = [bar.label for bar in bars]
    expected_word, metered_word = _("prévus"), _("mesurés")
    decimals = ".2f" if divisor == 1000 and _tallest(bars) < 1_000_000 else ",.1f"
    band = go.Bar(
        x=labels,
        y=[(bar.high_wh - bar.low_wh) / divisor for bar in bars],
        base=[bar.low_wh / divisor for bar in bars],
        name=band_name,
        marker={"color": QUIET_SLATE, "line": {"width": 1, "color": SLATE_EDGE}},
        customdata=[bar.middle_wh / divisor for bar in bars],
        hovertemplate=f"%{{x}} : %{{customdata:{decimals}}} {unit} {expected_word}<extra></extra>",
        width=0.86,
    )
    metered = go.Bar(
        x=labels,
        y=[None if bar.metered_wh is None else bar.metered_wh / divisor for bar in bars],
        name=_("Mesuré"),
        marker={
            "color": SUN,
            # A hatched column holds days without a complete reading: it isn't to be compared.
            "pattern": {
                "shape": ["" if bar.is_complete else "/" for bar in bars],
                "fgcolor": COAL,
                "fillmode": "overlay",
                "size": 6,
            },
        },
        hovertemplate=f"%{{x}} : %{{y:{decimals}}} {unit} {metered_word}<extra></extra>",
        width=0.56,
    )
    figure = go.Figure([band, metered], quiet_layout(unit, barmode="overlay"))
    return dict(figure.to_plotly_json())


def day_bars(days: Sequence[PlantDay], today: dt.date) -> list[Bar]:
    """One bar a day; an ordinary day has no band, since weather alone makes it vary several times over."""
    return [
        Bar(
            str(day.day.day),
            day.metered_wh,
            day.ordinary_wh * 0.985,
            day.ordinary_wh,
            day.ordinary_wh * 1.015,
            day.is_complete and day.day < today,
        )
        for day in days
    ]


def month_bar(month: dt.date, result: Result, expected: Expectation | None, today: dt.date) -> Bar:
    """One bar a month, against the whole month's band; `month` is its first day, or the plant's."""
    number = month.month
    low, middle, high = (
        (expected.p90_wh[number], expected.p50_wh[number], expected.p10_wh[number]) if expected else (0, 0, 0)
    )
    label = format_date(month, "LLL", locale=language())
    # A month begun with the plant, or still running, can't be held against a forecast of the whole month.
    length = days_in_month(month)
    is_whole = result.is_complete and result.days_read >= length and month.replace(day=length) < today
    metered = result.metered_wh if month <= today else None
    return Bar(label, metered, low, middle, high, is_whole, month=number)


def year_bar(year: int, months: Sequence[PlantMonth]) -> Bar:
    """One bar a year; `months` are those of that year. Each month expects what judged it then."""
    result = total(month.result for month in months)
    judged = [(m.first.month, m.expected) for m in months if m.expected]
    middle: float = sum(expected.p50_wh[number] for number, expected in judged)
    low = high = middle
    if judged and (forecast := judged[-1][1].forecast).year_p50_wh:
        # A year is surer than its months: its own band, around what this year's forecasts add up to.
        low = middle * forecast.year_p90_wh / forecast.year_p50_wh
        high = middle * forecast.year_p10_wh / forecast.year_p50_wh
    is_whole = result.days_read >= (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    return Bar(str(year), result.metered_wh, low, middle, high, is_whole)


def view_name(view: View) -> str:
    """How the tabs call a view."""
    return {View.DAY: _("Par jour"), View.MONTH: _("Par mois"), View.YEAR: _("Par an")}[view]
