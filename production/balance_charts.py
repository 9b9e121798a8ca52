"""The waterfall from forecast to metered, and the same as a file."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from mine_de_soleil.core.charts import Chart, quiet_layout
from mine_de_soleil.core.csv_text import csv_text
from production.balance_reports import Judged
from production.losses_by_cause import Cause
from production.wording import number

BRICK, HEAP, SLATE = "#b4472e", "#2f6f4e", "#3b4049"
COLUMNS = [
    *("first_day", "last_day", "forecast_wh", *(f"{cause}_wh" for cause in Cause), "compared_wh"),
    *("metered_wh", "days", "days_missing", "days_told", "days_of_known_light", "specific_yield_kwh_per_kwp"),
    *("performance_ratio", "temperature_corrected_performance_ratio", "availability", "lost_euros"),
]


def cause_name(cause: Cause) -> str:
    """A cause as the page calls it."""
    return {
        Cause.WEATHER: _("Météo"),
        Cause.OUTAGE: _("Pannes"),
        Cause.GRID: _("Réseau coupé"),
        Cause.CURTAILMENT: _("Bridage demandé"),
        Cause.CLIPPING: _("Écrêtage"),
        Cause.DEGRADATION: _("Usure"),
        Cause.SOILING: _("Salissure, neige, ombre"),
        Cause.UNKNOWN: _("Inconnu"),
    }[cause]


def waterfall_chart(total: Judged, csv_url: str) -> Chart:
    """From what was forecast to what was metered, a bar a cause that did something."""
    balance = total.balance
    shown = [lost for lost in balance.causes if lost.energy_wh]
    names = [_("Prévu"), *(cause_name(lost.cause) for lost in shown), _("Relevé")]
    values = [balance.expected_wh, *(-lost.energy_wh for lost in shown), balance.metered_wh]
    figure = go.Figure(_steps(names, values), quiet_layout("kWh", showlegend=False))
    figure.layout.yaxis.update(rangemode="normal", range=_reach(values))
    return Chart(
        id="bilan-causes",
        title=_("De la prévision au compteur"),
        summary=_(
            "Sur les jours complets. Vers le bas, ce qui manque\u202f; vers le haut, ce qui vient en plus. "
            "L’axe ne part pas toujours de zéro."
        ),
        figure_json=figure.to_plotly_json(),
        columns=(_("Étape"), _("Énergie (kWh)")),
        rows=tuple((name, number(wh / 1000, 1)) for name, wh in zip(names, values, strict=True)),
        total_row=(),
        csv_url=csv_url,
    )


def _steps(names: Sequence[str], values: Sequence[int]) -> go.Bar:
    """The first and the last from the ground, the others from where the one before ended."""
    levels = list(accumulate(values[:-1]))
    bases = [0, *(min(pair) for pair in pairwise(levels)), 0]
    colours = [SLATE, *(HEAP if value > 0 else BRICK for value in values[1:-1]), SLATE]
    return go.Bar(
        x=list(names),
        y=[abs(value) / 1000 for value in values],
        base=[base / 1000 for base in bases],
        marker={"color": colours},
        customdata=[value / 1000 for value in values],
        hovertemplate="%{x}\u202f: %{customdata:+,.0f} kWh<extra></extra>",
    )


def _reach(values: Sequence[int]) -> list[float]:
    """Ends of the axis [kWh]: small steps between two large bars are seen only near their ends."""
    levels = list(accumulate(values[:-1]))
    low, high = min(levels), max(levels)
    span = high - low or high or 1
    bottom = max(0.0, low - span) if low > span else min(0.0, float(low))
    return [bottom / 1000, (high + span * 0.1) / 1000]


def balance_csv(spans: Iterable[Judged]) -> str:
    """A line a span: whole watt-hours by cause that add up, and the ratios."""
    return csv_text([COLUMNS, *map(_row, spans)], end="\r\n")


def _row(one: Judged) -> list[str | int]:
    ratios = (
        one.specific_yield,
        one.performance_ratio,
        one.warm_performance_ratio,
        one.availability if one.days else None,
    )
    euros = "" if one.amounts is None else str(round(sum(one.amounts.values()), 2))
    return [
        one.first.isoformat(),
        one.last.isoformat(),
        one.balance.expected_wh,
        *(lost.energy_wh for lost in one.balance.causes),
        one.balance.metered_wh,
        one.metered_wh,
        one.days,
        one.days_missing,
        one.days_told,
        one.days_lit,
        *("" if ratio is None else f"{ratio:.5f}" for ratio in ratios),
        euros,
    ]
