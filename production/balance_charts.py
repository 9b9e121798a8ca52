"""The waterfall from forecast to metered, and the same as a file."""

import csv
import io
from collections.abc import Iterable

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart, quiet_layout
from production.balance_reports import Judged
from production.losses_by_cause import Cause
from production.wording import language

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
    figure = go.Figure(
        go.Waterfall(
            x=names,
            y=[value / 1000 for value in values],
            measure=["absolute", *("relative" for _lost in shown), "total"],
            increasing={"marker": {"color": HEAP}},
            decreasing={"marker": {"color": BRICK}},
            totals={"marker": {"color": SLATE}},
            connector={"line": {"color": SLATE, "width": 1, "dash": "dot"}},
            hovertemplate="%{x}\u202f: %{y:,.0f} kWh<extra></extra>",
        ),
        quiet_layout("kWh", showlegend=False),
    )
    return Chart(
        id="bilan-causes",
        title=_("De la prévision au compteur"),
        summary=_(
            "Sur les jours complets. Vers le bas, ce qui manque\u202f; vers le haut, ce qui est venu en plus."
        ),
        figure_json=figure.to_plotly_json(),
        columns=(_("Étape"), _("Énergie (kWh)")),
        rows=tuple((name, _signed(wh)) for name, wh in zip(names, values, strict=True)),
        total_row=(),
        csv_url=csv_url,
    )


def _signed(wh: int) -> str:
    return figures.number(wh / 1000, 1, language=language())


def balance_csv(spans: Iterable[Judged]) -> str:
    """A line a span: whole watt-hours by cause that add up, and the ratios."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(one) for one in spans)
    return text.getvalue()


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
