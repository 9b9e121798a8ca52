"""A campaign week by week: what was signed and what was paid by the close of each, against the target."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import plotly.graph_objects as go
from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.charts import HEAP, SLATE_EDGE, SUN, Chart, quiet_layout
from shareholders.models import SIGN, FundingRound, Payment, Subscription

ZERO = Decimal("0.00")
WEEK = dt.timedelta(days=7)
# A round that ran for years would make a table nobody reads; the file has every week.
WEEKS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Week:
    """The week that begins on `monday`: euros signed for and euros received, net, by its close."""

    monday: dt.date
    signed: Decimal
    paid: Decimal


def weeks_of(offer: FundingRound, standing: Iterable[Subscription], today: dt.date) -> tuple[Week, ...]:
    """Every week from the first signature or payment on, without a gap: one query. Sums in euros.

    Signed: requests that stand, at their price. Paid: the ledger of the whole round, so that what went back
    is taken out in the week it went.
    """
    zone = offer.cooperative.zone
    signed = [(local_day(row.signed_at, zone), row.price) for row in standing if row.signed_at]
    rows = Payment.objects.filter(subscription__round=offer).values_list("kind", "amount", "dated")
    paid = [(dated, SIGN[Payment.Kind(kind)] * amount) for kind, amount, dated in rows]
    days = [day for day, _amount in (*signed, *paid)]
    if not days:
        return ()
    mondays = _mondays(min(days), max(max(days), min(today, offer.closes_on)))
    by_close = zip(mondays, _by_week(mondays, signed), _by_week(mondays, paid), strict=True)
    return tuple(Week(*week) for week in by_close)


def _mondays(first: dt.date, last: dt.date) -> list[dt.date]:
    begin = _monday(first)
    return [begin + WEEK * n for n in range((last - begin).days // 7 + 1)]


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _by_week(mondays: list[dt.date], amounts: list[tuple[dt.date, Decimal]]) -> list[Decimal]:
    """The sum by the close of each week [€]."""
    found = dict.fromkeys(mondays, ZERO)
    for day, amount in amounts:
        found[_monday(day)] += amount
    return list(accumulate(found.values()))


def campaign_chart(offer: FundingRound, weeks: tuple[Week, ...], target: Decimal) -> Chart | None:
    """The campaign as two rising lines under the target [€]; None before anything happened."""
    if not weeks:
        return None
    language, shown = get_language() or "fr", weeks[-WEEKS_SHOWN:]
    last = weeks[-1]
    told = {
        "signed": figures.euros(last.signed, language=language),
        "paid": figures.euros(last.paid, language=language),
        "target": figures.euros(target, language=language),
    }
    return Chart(
        id="campagne",
        title=_("%(signed)s signés et %(paid)s payés, sur %(target)s visés") % told,
        summary=_(
            "Ce qui était signé et ce qui était reçu, remboursements déduits, à la fin de chaque semaine."
        ),
        figure_json=dict(_figure(shown, target).to_plotly_json()),
        columns=(_("Semaine du"), _("Signé"), _("Payé")),
        rows=tuple(_row(week, language) for week in shown),
        total_row=(),
        csv_url=reverse("round_csv", args=[offer.cooperative.slug, offer.slug]),
    )


def _row(week: Week, language: str) -> tuple[str, str, str]:
    return (
        format_date(week.monday, "long", locale=language),
        figures.euros(week.signed, language=language),
        figures.euros(week.paid, language=language),
    )


def _figure(weeks: tuple[Week, ...], target: Decimal) -> go.Figure:
    """Lines that differ in dash too, not in colour alone; each point stands at its week's Sunday."""
    ends = [f"{week.monday + WEEK - dt.timedelta(days=1)}" for week in weeks]
    hover = "%{x|%d/%m/%Y} : %{y:,.0f} €"
    signed = _line(_("Signé"), ends, [week.signed for week in weeks], SUN, "solid", hover)
    paid = _line(_("Payé"), ends, [week.paid for week in weeks], HEAP, "dash", hover)
    goal = _line(_("Objectif"), ends, [target] * len(weeks), SLATE_EDGE, "dot", hover)
    layout = quiet_layout("€")
    layout.xaxis = {
        "type": "date",
        "fixedrange": True,
        "automargin": True,
        "tickformat": "%d/%m/%y",
        "nticks": 4,
    }
    return go.Figure([signed, paid, goal], layout)


def _line(name: str, ends: list[str], sums: list[Decimal], colour: str, dash: str, hover: str) -> go.Scatter:
    return go.Scatter(
        x=ends,
        y=[float(amount) for amount in sums],
        mode="lines+markers" if len(ends) == 1 else "lines",
        name=name,
        line={"color": colour, "width": 3, "dash": dash},
        hovertemplate=f"{name}, {hover}<extra></extra>",
    )
