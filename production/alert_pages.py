"""What the pages of alerts and of the maintenance log show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import LINE, Chart, quiet_layout
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.alert_words import brief, by_words, caution, seen, span, title, verdict
from production.loss_reports import lost_over
from production.lost_energy import By, LostDay, lost_wh
from production.models import MaintenanceEntry, NeighbourDay, PlantAlert
from production.wording import language, number
from shareholders.models import Cooperative

A_PAGE = 30
# The chart begins a while before the trouble, so that the fall is seen.
BEFORE, AFTER, LONGEST = dt.timedelta(days=30), dt.timedelta(days=10), dt.timedelta(days=150)
BRICK, SKY = "#b4472e", "#1f5fa8"
State, Kind = PlantAlert.State, PlantAlert.Kind
# What is worst first: a plant that stands, then one that lags, then one nobody hears.
_WORST = (Kind.OUTAGE, Kind.BEHIND, Kind.SILENT, Kind.DATA)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert in a list."""

    alert: PlantAlert
    title: str
    span: str
    brief: str


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """All that wait for an answer, worst first, and a page of those closed."""

    waiting: tuple[AlertRow, ...]
    closed: tuple[AlertRow, ...]
    pages: "Page[PlantAlert]"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to an alert."""

    when: dt.date
    text: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One alert: what was seen, what was done, what it cost."""

    alert: PlantAlert
    title: str
    span: str
    seen: str
    caution: str
    charts: tuple[Chart, ...]
    timeline: tuple[Moment, ...]
    entries: tuple[MaintenanceEntry, ...]
    lost_so_far_wh: int | None
    sources: tuple[str, ...]
    earlier: tuple[str, ...]


def row_of(alert: PlantAlert) -> AlertRow:
    """An alert as lists show it."""
    return AlertRow(alert, title(alert), span(alert), brief(alert))


def alerts_page(cooperative: Cooperative, number: str) -> AlertsPage:
    """A number of queries that doesn't grow with the alerts."""
    own = PlantAlert.objects.of(cooperative)
    waiting = sorted(own.to_answer().order_by("began_on", "pk"), key=_worst_first)
    pages = Paginator(own.filter(state=State.CLOSED).order_by("-closed_at", "-pk"), A_PAGE).get_page(number)
    return AlertsPage(tuple(map(row_of, waiting)), tuple(map(row_of, pages.object_list)), pages)


def _worst_first(alert: PlantAlert) -> tuple[bool, int, float]:
    """Those that last before those that are over, then by kind, then by how much is missing."""
    behind = float(alert.facts.get("behind") or 0)
    return alert.ended_on is not None, _WORST.index(Kind(alert.kind)), -behind


def alert_page(alert: PlantAlert, today: dt.date) -> AlertPage:
    """Everything about one alert."""
    last = alert.ended_on or today - dt.timedelta(days=1)
    entries = alert.entries.select_related("entered_by").order_by("day", "pk")
    so_far = lost_wh(lost_over(alert.plant, alert.began_on, last).days) if _is_costing(alert, last) else None
    return AlertPage(
        alert=alert,
        title=title(alert),
        span=span(alert),
        seen=seen(alert),
        caution=caution(alert),
        charts=tuple(_charts(alert, last)),
        timeline=tuple(_timeline(alert)),
        entries=tuple(entries),
        lost_so_far_wh=so_far,
        sources=tuple(lost_sources(alert)),
        earlier=tuple(_earlier(alert)),
    )


def _is_costing(alert: PlantAlert, last: dt.date) -> bool:
    """Whether it may be taking energy that nobody has counted yet."""
    return alert.state != State.CLOSED and alert.kind in (Kind.OUTAGE, Kind.BEHIND) and alert.began_on <= last


def _earlier(alert: PlantAlert) -> list[str]:
    return [
        _("Déjà vu, sans que personne n’ait répondu\u202f: du %(first)s au %(last)s.")
        % {
            "first": short_day(dt.date.fromisoformat(one["began_on"])),
            "last": short_day(dt.date.fromisoformat(one["ended_on"])),
        }
        for one in alert.facts.get("earlier", [])
    ]


def _timeline(alert: PlantAlert) -> list[Moment]:
    """What happened, oldest first."""
    found = [
        Moment(alert.began_on, _("Le trouble semble avoir commencé.")),
        Moment(alert.raised_on, _("Les relevés de ce jour suffisaient pour alerter.")),
    ]
    if alert.acknowledged_at:
        words = _("%(name)s s’en occupe.") % {"name": alert.acknowledged_by}
        found.append(Moment(alert.acknowledged_at.date(), words))
    if alert.ended_on:
        found.append(Moment(alert.ended_on, _("Dernier jour du trouble.")))
    if alert.closed_at:
        words = _("%(name)s a clos l’alerte\u202f: %(cause)s.") % {
            "name": alert.closed_by,
            "cause": alert.get_cause_display(),
        }
        found.append(Moment(alert.closed_at.date(), words))
    return sorted(found, key=lambda moment: moment.when)


def lost_sources(alert: PlantAlert) -> list[str]:
    """Where what was lost comes from, a sentence each."""
    days = alert.lost_sources.get("days", [])
    if alert.state != State.CLOSED:
        return []
    if not days:
        return [
            _(
                "Rien n’a été compté comme perdu\u202f: la cause n’ôte pas d’énergie, ou aucun jour n’a "
                "de relevé."
            )
        ]
    said = [
        _("%(count)s jours comparés à ce que disaient %(who)s.")
        % {"count": sum(day["by"] == by for day in days), "who": by_words(by)}
        for by in By
        if any(day["by"] == by for day in days)
    ]
    unread = alert.lost_sources.get("days_unread", 0)
    if unread:
        said.append(_("%(count)s jours sans relevé complet ne sont pas comptés.") % {"count": unread})
    price = alert.lost_sources.get("price")
    said.append(_("Prix\u202f: %(source)s.") % {"source": price["source"]} if price else no_price())
    return said


def no_price() -> str:
    """Why there are no euros."""
    return _("Pas de montant en euros\u202f: aucun contrat de vente enregistré.")


def _charts(alert: PlantAlert, last: dt.date) -> list[Chart]:
    """The days around the trouble, beside the neighbours or what was expected; none where none is."""
    if alert.kind == Kind.BEHIND:
        first = max(alert.began_on - BEFORE, last - LONGEST)
        rows = list(
            NeighbourDay.objects.filter(plant=alert.plant, day__range=(first, last + AFTER)).order_by("day")
        )
        return [residual_chart(alert, rows)] if rows else []
    found = lost_over(alert.plant, max(alert.began_on - AFTER, last - LONGEST), last)
    return [energy_chart(alert, found.days)] if found.days else []


def residual_chart(alert: PlantAlert, rows: Sequence[NeighbourDay]) -> Chart:
    """Each judged day against what the plant usually makes beside its neighbours."""
    judged = [row for row in rows if row.residual is not None]
    inside = [alert.began_on <= row.day <= (alert.ended_on or dt.date.max) for row in judged]
    figure = go.Figure(
        go.Bar(
            x=[row.day.isoformat() for row in judged],
            y=[100 * (row.residual or 0.0) for row in judged],
            marker={"color": [BRICK if one else SKY for one in inside]},
            hovertemplate="%{x|%d/%m/%Y}\u202f: %{y:+.1f} %<extra></extra>",
        ),
        _by_day(_("% de l’habitude"), rangemode="normal"),
    )
    return Chart(
        id="alerte-jours",
        title=_("Jour après jour, à côté de l’habitude"),
        summary=_(
            "Zéro\u202f: ce toit fait ce qu’il fait d’habitude sous le même ciel. En rouge, les jours du "
            "trouble. "
            "La preuve s’additionne\u202f; à 6, l’alerte part."
        ),
        figure_json=figure.to_plotly_json(),
        columns=(_("Jour"), _("Écart à l’habitude"), _("Voisins"), _("Preuve")),
        rows=tuple(
            (
                short_day(row.day),
                verdict(row),
                str(row.peers),
                figures.number(row.evidence, 1, language=language()),
            )
            for row in rows
        ),
        total_row=(),
        csv_url="",
    )


def energy_chart(alert: PlantAlert, days: Sequence[LostDay]) -> Chart:
    """Metered beside expected, day by day."""
    series = (
        (_("Attendu"), [day.expected_wh / 1000 for day in days], SKY),
        (_("Relevé"), [day.metered_wh / 1000 for day in days], BRICK),
    )
    x = [day.day.isoformat() for day in days]
    figure = go.Figure(
        [
            go.Scatter(x=x, y=y, name=name, mode="lines+markers", line={"color": colour})
            for name, y, colour in series
        ],
        _by_day("kWh"),
    )
    return Chart(
        id="alerte-jours",
        title=_("Attendu et relevé, jour après jour"),
        summary=_("Les jours sans relevé complet n’y sont pas."),
        figure_json=figure.to_plotly_json(),
        columns=(_("Jour"), _("Attendu (kWh)"), _("Relevé (kWh)"), _("D’après")),
        rows=tuple(
            (
                short_day(day.day),
                number(day.expected_wh / 1000, 1),
                number(day.metered_wh / 1000, 1),
                by_words(day.by),
            )
            for day in days
        ),
        total_row=(),
        csv_url="",
    )


def _by_day(unit: str, **axis: Any) -> go.Layout:
    layout = quiet_layout(unit)
    layout.xaxis = {"type": "date", "fixedrange": True, "automargin": True, "gridcolor": LINE}
    layout.yaxis.update(axis)
    return layout


@dataclass(frozen=True, slots=True)
class MaintenancePage:
    """The log of a plant."""

    plant: Plant
    entries: "Page[MaintenanceEntry]"


def maintenance_page(plant: Plant, number: str) -> MaintenancePage:
    """The latest day first."""
    entries = plant.maintenance.select_related("entered_by", "alert__plant").order_by("-day", "-pk")
    return MaintenancePage(plant, Paginator(entries, A_PAGE).get_page(number))
