"""What the board reads of the register: its lines, its holders on a day, how the capital came about."""

import datetime as dt
from dataclasses import dataclass

import plotly.graph_objects as go
from babel.dates import format_date
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import SUN, Chart, quiet_layout
from shareholders.concentration import Concentration, concentration
from shareholders.models import Cooperative, ShareMovement
from shareholders.register_chain import Report
from shareholders.register_reports import (
    CapitalDay,
    CommuneShare,
    HolderRow,
    by_commune,
    capital_history,
    holders_on,
    verified,
)
from shareholders.reports import Capital, capital_on

LINES_A_PAGE = 50
LARGEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The register as a page shows it: one page of lines, latest first."""

    lines: Page[ShareMovement]
    count: int
    report: Report | None


@dataclass(frozen=True, slots=True)
class CapitalPage:
    """The cap table on a day."""

    capital: Capital
    holders: tuple[HolderRow, ...]
    communes: tuple[CommuneShare, ...]
    spread: Concentration
    chart: Chart | None
    is_today: bool

    @property
    def largest(self) -> tuple[HolderRow, ...]:
        return self.holders[:LARGEST_SHOWN]

    @property
    def others(self) -> int:
        return max(0, len(self.holders) - LARGEST_SHOWN)


def register_page(cooperative: Cooperative, *, number: str, verify: bool) -> RegisterPage:
    """One page of the register; verified as a whole when asked to."""
    lines = ShareMovement.objects.filter(cooperative=cooperative).order_by("-number")
    shown = lines.select_related("from_shareholder", "to_shareholder", "reverses")
    pages = Paginator(shown, LINES_A_PAGE)
    return RegisterPage(pages.get_page(number), pages.count, verified(cooperative) if verify else None)


def capital_page(cooperative: Cooperative, day: dt.date, today: dt.date) -> CapitalPage:
    """Who owns the company on `day`, and how it came to that."""
    holders = holders_on(cooperative, day)
    return CapitalPage(
        capital=capital_on(cooperative, day),
        holders=tuple(holders),
        communes=tuple(by_commune(holders)),
        spread=concentration([holder.stake.shares for holder in holders]),
        chart=_chart(cooperative, capital_history(cooperative, day), day),
        is_today=day == today,
    )


def _chart(cooperative: Cooperative, history: list[CapitalDay], day: dt.date) -> Chart | None:
    """The capital since the foundation, as steps: it changes on the day of a movement, not between."""
    if not history:
        return None
    last, language = history[-1], get_language() or "fr"
    line = go.Scatter(
        x=[f"{point.day}" for point in history] + [f"{day}"],
        y=[float(point.amount) for point in history] + [float(last.amount)],
        mode="lines",
        line={"shape": "hv", "color": SUN, "width": 3},
        fill="tozeroy",
        fillcolor="rgba(242,169,0,0.18)",
        hovertemplate="%{x|%d/%m/%Y} : %{y:,.0f} €<extra></extra>",
        name=_("Capital"),
    )
    layout = quiet_layout("€", showlegend=False)
    layout.xaxis = {"type": "date", "fixedrange": True, "automargin": True}
    ends = {point.day.year: point for point in history}
    return Chart(
        id="capital",
        title=_("De %(first)s à %(last)s en %(years)s ans")
        % {
            "first": figures.euros(history[0].amount, language=language),
            "last": figures.euros(last.amount, language=language),
            "years": max(1, round((day - history[0].day).days / 365.25)),
        },
        summary=_("Le capital à la fin de chaque jour où le registre a reçu une ligne."),
        figure_json=dict(go.Figure([line], layout).to_plotly_json()),
        columns=(_("Fin de l’année, ou dernier mouvement"), _("Actions"), _("Capital")),
        rows=tuple(
            (
                format_date(point.day, "long", locale=language),
                figures.number(point.shares, language=language),
                figures.euros(point.amount, language=language),
            )
            for point in ends.values()
        ),
        total_row=(),
        csv_url=reverse("capital_csv", args=[cooperative.slug]),
    )
