"""The days to come: what a roof should make under the weather announced, or what an ordinary day is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from babel.dates import format_date
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.calendar import day_bounds, local_day
from mine_de_soleil.core.charts import QUIET_SLATE, SLATE_EDGE, Chart, quiet_layout
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.templatetags.page_kit import hour, short_day
from production.charts import SKY
from production.models import ExpectedDay
from production.reports import Outlook
from production.weather import SourceUnreachable
from production.weather_reports import ToldDay, WeatherUsed, announced_day, told_days, weathers_used
from production.weather_words import source_in_words
from production.wording import language, month_name

DAYS = 7


@dataclass(frozen=True, slots=True)
class AheadDay:
    """One day to come: announced [Wh], and an ordinary day of its month [Wh]; 0 without a forecast."""

    day: dt.date
    energy_wh: int
    ordinary_wh: float


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """The coming days of a roof. Without an announced weather `chart` is None and `words` says so.

    `announced` says whose weather it is, when it came, and why no later one; `ordinary` what an ordinary day
    of the month is.
    """

    words: str
    announced: str
    ordinary: str
    chart: Chart | None
    used: tuple[WeatherUsed, ...] = ()


def week_ahead(plant: Plant, outlook: Outlook, today: dt.date) -> WeekAhead:
    """Today and the six days after it."""
    told = told_days([plant], today, today + dt.timedelta(days=DAYS - 1), kind=ExpectedDay.Kind.AHEAD)
    ordinary = _ordinary_words(outlook, today)
    if not told:
        none = _("Aucune météo annoncée n’est arrivée pour ce toit.")
        return WeekAhead(_joined(none, _failure_words(plant, today)), "", ordinary, None)
    used = weathers_used(told.values())
    days = [_ahead(one, outlook) for one in sorted(told.values(), key=lambda one: one.day)]
    best = _best_words(days, today)
    announced = _announced_words(plant, used, today)
    return WeekAhead(best, announced, ordinary, _chart(days, best), tuple(used))


def _announced_words(plant: Plant, used: Sequence[WeatherUsed], today: dt.date) -> str:
    """`Météo : temps annoncé, par Open-Meteo, reçue le 14 juin 2025 à 6 h 40.`, and why none since."""
    latest = max((one.weather for one in used), key=lambda weather: weather.kept_at)
    words = _("Météo : %(source)s, reçue le %(day)s à %(hour)s.") % {
        "source": source_in_words(latest.source),
        "day": short_day(latest.kept_at),
        "hour": hour(latest.kept_at),
    }
    if local_day(latest.kept_at) >= today:
        return words
    failure = _failure_words(plant, today, since=latest.kept_at)
    return _joined(words, failure, _("En attendant, cette météo plus ancienne sert.") if failure else "")


def _failure_words(plant: Plant, today: dt.date, since: dt.datetime | None = None) -> str:
    """Why the last night that asked for the announced weather got none; empty where none failed lately."""
    rows = JournalEntry.objects.filter(
        scope=plant.cooperative.slug,
        act="weather_failed",
        at__gte=since or day_bounds(today)[0],
        detail__kind=ExpectedDay.Kind.AHEAD,
        detail__plants__contains=[plant.slug],
    )
    last = rows.order_by("-id").first()
    if last is None:
        return ""
    when = {"source": source_in_words("open-meteo"), "day": short_day(last.at), "hour": hour(last.at)}
    if last.detail["code"] == SourceUnreachable.code:
        return _("%(source)s n’a pas répondu le %(day)s à %(hour)s.") % when
    return _("La réponse de %(source)s, le %(day)s à %(hour)s, n’a pas pu servir.") % when


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _ahead(told: ToldDay, outlook: Outlook) -> AheadDay:
    expected = outlook.in_month(told.day)
    return AheadDay(told.day, told.energy_wh, expected.day_wh(told.day) if expected else 0.0)


def _ordinary_words(outlook: Outlook, today: dt.date) -> str:
    expected = outlook.in_month(today)
    if expected is None:
        return ""
    return _("Un jour de %(month)s ordinaire y donne %(energy)s.") % {
        "month": month_name(today.month),
        "energy": figures.energy(expected.day_wh(today), language=language()),
    }


def _best_words(days: Sequence[AheadDay], today: dt.date) -> str:
    """`Le meilleur jour devrait être jeudi : 212 kWh.`"""
    best = max(days, key=lambda one: one.energy_wh)
    said = {"day": _day_words(best.day, today), "energy": figures.energy(best.energy_wh, language=language())}
    return _("Le meilleur jour devrait être %(day)s : %(energy)s.") % said


def _day_words(day: dt.date, today: dt.date) -> str:
    """`aujourd’hui`, `demain`, `jeudi`: within a week a name is enough."""
    near = {0: _("aujourd’hui"), 1: _("demain")}
    return near.get((day - today).days) or format_date(day, "EEEE", locale=language())


def _chart(days: Sequence[AheadDay], title: str) -> Chart:
    labels = [format_date(one.day, "EEE d", locale=language()) for one in days]
    return Chart(
        id="semaine",
        title=title,
        summary=_("Colonnes : prévu pour le temps annoncé. Traits gris : un jour ordinaire du mois."),
        figure_json=_figure(days, labels),
        columns=(_("Jour"), _("Selon la météo (kWh)"), _("Jour ordinaire (kWh)"), _("Écart")),
        rows=tuple(_row(label, one) for label, one in zip(labels, days, strict=True)),
        total_row=(),
        csv_url="",
    )


def _row(label: str, one: AheadDay) -> tuple[str, ...]:
    lang = language()
    gap = one.energy_wh / one.ordinary_wh - 1 if one.ordinary_wh else None
    return (
        label,
        figures.number(one.energy_wh / 1000, 1, language=lang),
        figures.number(one.ordinary_wh / 1000, 1, language=lang) if one.ordinary_wh else "–",
        "–" if gap is None else figures.percent(gap, language=lang, sign=True),
    )


def _figure(days: Sequence[AheadDay], labels: list[str]) -> dict[str, object]:
    announced = go.Bar(
        x=labels,
        y=[one.energy_wh / 1000 for one in days],
        name=_("Temps annoncé"),
        marker={"color": SKY, "pattern": {"shape": ".", "fillmode": "overlay", "size": 6}},
        hovertemplate="%{x} : %{y:,.0f} kWh<extra></extra>",
        width=0.56,
    )
    # As in the month's chart: a thin mark, since weather alone makes a day vary several times over.
    ordinary = go.Bar(
        x=labels,
        y=[one.ordinary_wh / 1000 * 0.03 for one in days],
        base=[one.ordinary_wh / 1000 * 0.985 for one in days],
        name=_("Un jour ordinaire"),
        marker={"color": QUIET_SLATE, "line": {"width": 1, "color": SLATE_EDGE}},
        hoverinfo="skip",
        width=0.86,
    )
    return dict(go.Figure([announced, ordinary], quiet_layout("kWh", barmode="overlay")).to_plotly_json())


def tomorrow_words(plants: Sequence[Plant], today: dt.date) -> str:
    """`Demain, si le temps annoncé se confirme : 812 kWh.`; empty unless all roofs in service are told."""
    tomorrow = today + dt.timedelta(days=1)
    in_service = [plant for plant in plants if plant.commissioned_on <= tomorrow]
    announced = announced_day(in_service, tomorrow)
    if not in_service or announced.roofs < len(in_service):
        return ""
    return _("Demain, si le temps annoncé se confirme : environ %(energy)s.") % {
        "energy": figures.energy(announced.energy_wh, language=language())
    }
