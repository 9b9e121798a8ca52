"""Charts of output: columns metered, quiet marks for what was expected, and the table beside them."""

import datetime as dt
from collections.abc import Mapping, Sequence
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

SKY, BRICK, VEIL = "#1f5fa8", "#b4472e", "rgba(180,71,46,0.12)"


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: its label, energy metered [Wh] or None, and the band expected [Wh] (low, middle, high).

    `weather_wh` was expected of the same span under its own weather; None unless known for all of it.
    """

    label: str
    metered_wh: int | None
    low_wh: float
    middle_wh: float
    high_wh: float
    is_complete: bool = True
    month: int = 0
    weather_wh: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened from one column to another (their labels), in a few words."""

    first: str
    last: str
    text: str


def noted(label: str, marks: Sequence[Mark]) -> str:
    """What began in the column of that label, for the table."""
    return " ; ".join(mark.text for mark in marks if mark.first == label) or "–"


def marked(
    figure: dict[str, Any], marks: Sequence[Mark], labels: Sequence[str], height: float
) -> dict[str, Any]:
    """The figure with a dashed upright and a pin where each mark begins, and a veil as far as it lasts."""
    marks = [mark for mark in marks if mark.first in labels and mark.last in labels]
    if not marks:
        return figure
    by_label: dict[str, list[str]] = {}
    for mark in marks:
        by_label.setdefault(mark.first, []).append(mark.text)
    pins = go.Scatter(
        x=list(by_label),
        y=[height * 1.06] * len(by_label),
        name=_("À noter"),
        mode="markers",
        marker={"color": BRICK, "symbol": "triangle-down", "size": 12},
        hovertext=["<br>".join(texts) for texts in by_label.values()],
        hoverinfo="text",
    )
    # By position: Plotly takes the label « 15 » of a shape for the fifteenth position, not for the column 15.
    at = {label: position for position, label in enumerate(labels)}
    shapes = [_upright(position) for position in sorted({at[mark.first] for mark in marks})]
    shapes += [_veil(at[mark.first], at[mark.last]) for mark in marks if mark.first != mark.last]
    layout = {**figure["layout"], "shapes": [*figure["layout"].get("shapes", ()), *shapes]}
    return {**figure, "data": [*figure["data"], pins.to_plotly_json()], "layout": layout}


def _upright(position: int) -> dict[str, Any]:
    line = {"color": BRICK, "width": 1, "dash": "dash"}
    return {"type": "line", "x0": position, "x1": position, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _veil(first: int, last: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": first - 0.5,
        "x1": last + 0.5,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "fillcolor": VEIL,
        "line": {"width": 0},
        "layer": "below",
    }


def energy_chart(
    bars: Sequence[Bar],
    *,
    identifier: str,
    title: str,
    summary: str,
    csv_url: str,
    band_name: str = "",
    line_name: str = "",
    marks: Sequence[Mark] = (),
) -> Chart:
    """Columns of energy over their expected bands, and the line of what their weather allowed, where told.

    `band_name` and `line_name` say what they are; `marks` are drawn from column to column.
    """
    divisor, unit = (1_000_000, "MWh") if _tallest(bars) >= 10_000_000 else (1000, "kWh")
    line_name = line_name or _("Prévu pour le temps qu’il a fait")
    is_told = any(bar.weather_wh is not None for bar in bars)
    band_name = band_name or _("Prévu, huit années sur dix")
    drawn = _figure(bars, divisor, unit, band_name, line_name if is_told else "")
    return Chart(
        id=identifier,
        title=title,
        summary=summary,
        figure_json=marked(drawn, marks, [bar.label for bar in bars], _tallest(bars) / divisor),
        columns=(
            _("Période"),
            _("Mesuré (kWh)"),
            _("Prévu (kWh)"),
            _("Écart"),
            *((_("Selon la météo (kWh)"),) if is_told else ()),
            *((_("À noter"),) if marks else ()),
        ),
        rows=tuple(
            (
                *_row(bar.label, bar.metered_wh, bar.middle_wh, bar.is_complete),
                *((_kilowatt_hours(bar.weather_wh),) if is_told else ()),
                *((noted(bar.label, marks),) if marks else ()),
            )
            for bar in bars
        ),
        # A forecast summed over days that nobody metered would say a shortfall that isn't there.
        total_row=(
            *_row(_total_name(bars), sum(bar.metered_wh or 0 for bar in bars), 0, False),
            *(("–",) if is_told else ()),
            *(("–",) if marks else ()),
        ),
        csv_url=csv_url,
    )


def _total_name(bars: Sequence[Bar]) -> str:
    """A sum over columns that aren't whole says so."""
    return _("Total") if all(bar.is_complete for bar in bars) else _("Total, incomplet ou en cours")


def _tallest(bars: Sequence[Bar]) -> float:
    return max((max(bar.metered_wh or 0, bar.high_wh, bar.weather_wh or 0) for bar in bars), default=0)


def _kilowatt_hours(watt_hours: float | None) -> str:
    return "–" if watt_hours is None else figures.number(watt_hours / 1000, 1, language=language())


def _row(label: str, metered_wh: int | None, expected_wh: float, compare: bool) -> tuple[str, ...]:
    lang = language()
    metered, expected = _kilowatt_hours(metered_wh), _kilowatt_hours(expected_wh or None)
    gap = ""
    if metered_wh is not None and expected_wh and compare:
        gap = figures.percent(metered_wh / expected_wh - 1, language=lang, sign=True)
    return (label, metered, expected, gap or "–")


def _figure(bars: Sequence[Bar], divisor: int, unit: str, band_name: str, line_name: str) -> dict[str, Any]:
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
    # Hours have no band: nobody forecasts an ordinary noon.
    traces = [metered] if line_name and not any(bar.high_wh for bar in bars) else [band, metered]
    if line_name:
        traces.append(_weather_line(bars, divisor, unit, decimals, line_name))
    figure = go.Figure(traces, quiet_layout(unit, barmode="overlay"))
    return dict(figure.to_plotly_json())


def _weather_line(bars: Sequence[Bar], divisor: int, unit: str, decimals: str, line_name: str) -> go.Scatter:
    """Marks joined by a dotted line, broken where the weather isn't known: shape tells, not colour alone."""
    return go.Scatter(
        x=[bar.label for bar in bars],
        y=[None if bar.weather_wh is None else bar.weather_wh / divisor for bar in bars],
        name=line_name,
        mode="lines+markers",
        connectgaps=False,
        line={"color": SKY, "width": 2, "dash": "dot"},
        marker={"color": SKY, "symbol": "diamond", "size": 8},
        hovertemplate=f"%{{x}} : %{{y:{decimals}}} {unit}<extra>{line_name}</extra>",
    )


def day_bars(
    days: Sequence[PlantDay], today: dt.date, told_wh: Mapping[dt.date, int] | None = None
) -> list[Bar]:
    """One bar a day; an ordinary day has no band, since weather alone makes it vary several times over.

    `told_wh` is expected of the days whose weather is known.
    """
    told: Mapping[dt.date, int] = told_wh or {}
    return [
        Bar(
            str(day.day.day),
            day.metered_wh,
            day.ordinary_wh * 0.985,
            day.ordinary_wh,
            day.ordinary_wh * 1.015,
            day.is_complete and day.day < today,
            weather_wh=told.get(day.day),
        )
        for day in days
    ]


def month_bar(
    month: dt.date,
    result: Result,
    expected: Expectation | None,
    today: dt.date,
    told_wh: float | None = None,
) -> Bar:
    """One bar a month, against the whole month's band; `month` is its first day, or the plant's.

    `told_wh`: expected of the month, as far as it has come, under its weather.
    """
    number = month.month
    low, middle, high = (
        (expected.p90_wh[number], expected.p50_wh[number], expected.p10_wh[number]) if expected else (0, 0, 0)
    )
    label = format_date(month, "LLL", locale=language())
    # A month begun with the plant, or still running, can't be held against a forecast of the whole month.
    length = days_in_month(month)
    is_whole = result.is_complete and result.days_read >= length and month.replace(day=length) < today
    metered = result.metered_wh if month <= today else None
    return Bar(label, metered, low, middle, high, is_whole, month=number, weather_wh=told_wh)


def year_bar(year: int, months: Sequence[PlantMonth], told_wh: float | None = None) -> Bar:
    """One bar a year; `months` are those of that year. Each month expects what judged it then.

    `told_wh`: expected of the year under its weather, where all its days are told.
    """
    result = total(month.result for month in months)
    judged = [(m.first.month, m.expected) for m in months if m.expected]
    middle: float = sum(expected.p50_wh[number] for number, expected in judged)
    low = high = middle
    if judged and (forecast := judged[-1][1].forecast).year_p50_wh:
        # A year is surer than its months: its own band, around what this year's forecasts add up to.
        low = middle * forecast.year_p90_wh / forecast.year_p50_wh
        high = middle * forecast.year_p10_wh / forecast.year_p50_wh
    is_whole = result.days_read >= (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    return Bar(str(year), result.metered_wh, low, middle, high, is_whole, weather_wh=told_wh)


def view_name(view: View) -> str:
    """How the tabs call a view."""
    return {
        View.STEP: _("Par relevé"),
        View.HOUR: _("Par heure"),
        View.DAY: _("Par jour"),
        View.MONTH: _("Par mois"),
        View.DECADE: _("Dix ans"),
        View.YEAR: _("Par an"),
    }[view]
