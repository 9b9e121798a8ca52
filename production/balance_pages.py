"""What the page of a roof's balance shows: a year by months or a month by days, with its sources."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.calendar import days, days_bounds
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.alert_pages import no_price
from production.alert_words import span, title
from production.balance_charts import cause_name, waterfall_chart
from production.balance_reports import Judged, judge_months, judge_spans, together
from production.losses_by_cause import Cause
from production.models import Forecast, FrozenWeather, PlantAlert, ReadingImport
from production.reports import days_with_readings
from production.sources import Line
from production.wording import month_name

MOST_SOURCES = 12
WINTER = (12, 1, 2)


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One cause over the period: energy, euros, and the lines it comes from."""

    name: str
    energy_wh: int
    share: float | None
    amount: Decimal | None
    sources: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One month, or one day; `url` leads from a month to its days."""

    label: str
    url: str
    judged: Judged
    lost_wh: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BalancePage:
    """The balance of a roof; `total` is None where no day could be compared; `idle`: causes of nothing."""

    plant: Plant
    year: int
    month: int | None
    years: tuple[int, ...]
    period: str
    total: Judged | None
    rows: tuple[BalanceRow, ...]
    chart: Chart | None
    causes: tuple[CauseLine, ...]
    idle: tuple[str, ...]
    metered_sources: tuple[Line, ...]
    forecast_sources: tuple[Line, ...]
    cautions: tuple[str, ...]


def balance_page(plant: Plant, year: int, month: int | None, today: dt.date) -> BalancePage:
    """Plant with arrays, sheet and cooperative; a number of queries that doesn't grow with the days."""
    first, last = period_of(year, month, today)
    months = judge_months(plant, first, last)
    total = together([one for one in months if one.days])
    sources = _Sources(plant, total) if total else None
    active = [cause for cause in Cause if any(one.balance.of(cause) for one in months)]
    return BalancePage(
        plant=plant,
        year=year,
        month=month,
        years=years_of(plant, today),
        period=f"{month_name(month)} {year}" if month else str(year),
        total=total,
        rows=tuple(_days(plant, active, first, last) if month else _rows(plant, months, active)),
        chart=waterfall_chart(total, _csv_url(plant, year, month)) if total else None,
        causes=tuple(_line(total, cause, sources) for cause in active) if total and sources else (),
        idle=tuple(cause_name(cause).lower() for cause in Cause if cause not in active),
        metered_sources=tuple(_files(plant, total)) if total else (),
        forecast_sources=sources.forecasts() if sources else (),
        cautions=tuple(_cautions(total)) if total else (),
    )


def period_of(year: int, month: int | None, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of a year or of a month, up to yesterday."""
    first = dt.date(year, month or 1, 1)
    last_month = month or 12
    last = dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return first, min(last, today - dt.timedelta(days=1))


def years_of(plant: Plant, today: dt.date) -> tuple[int, ...]:
    """Every year with readings, the latest first."""
    found = days_with_readings([plant])
    return tuple(range(min(found[1], today).year, found[0].year - 1, -1)) if found else ()


def _rows(plant: Plant, months: Sequence[Judged], active: Sequence[Cause]) -> Iterable[BalanceRow]:
    """A row a month, each leading to its days."""
    base = reverse("balance", args=[plant.cooperative.slug, plant.slug])
    for one in months:
        url = f"{base}?annee={one.first.year}&mois={one.first.month}"
        yield BalanceRow(month_name(one.first.month).capitalize(), url, one, _lost(one, active))


def _days(plant: Plant, active: Sequence[Cause], first: dt.date, last: dt.date) -> Iterable[BalanceRow]:
    spans = [(day, day) for day in days(max(first, plant.commissioned_on), last)]
    for one in judge_spans(plant, spans):
        yield BalanceRow(f"{one.first.day}", "", one, _lost(one, active))


def _lost(one: Judged, active: Sequence[Cause]) -> tuple[int, ...]:
    return tuple(one.balance.of(cause) for cause in active)


def _csv_url(plant: Plant, year: int, month: int | None) -> str:
    base = reverse("balance_csv", args=[plant.cooperative.slug, plant.slug])
    return f"{base}?annee={year}" + (f"&mois={month}" if month else "")


def _line(total: Judged, cause: Cause, sources: "_Sources") -> CauseLine:
    energy, expected = total.balance.of(cause), total.balance.expected_wh
    return CauseLine(
        name=cause_name(cause),
        energy_wh=energy,
        share=energy / expected if expected else None,
        amount=total.euros_of(cause),
        sources=sources.of(cause),
    )


class _Sources:
    """What stands behind the figures of a period: each table is asked once."""

    def __init__(self, plant: Plant, total: Judged) -> None:
        self.plant, self.total = plant, total
        self.slug = plant.cooperative.slug
        alerts = PlantAlert.objects.filter(plant=plant).touching(total.first, total.last)
        self.alerts = {alert.pk: alert for alert in alerts.select_related("plant").order_by("began_on", "pk")}

    def of(self, cause: Cause) -> tuple[Line, ...]:
        """The lines under one cause."""
        lines = {
            Cause.WEATHER: self._weathers,
            Cause.DEGRADATION: self._degradation,
            Cause.CLIPPING: self._clipping,
            Cause.UNKNOWN: self._unknown,
        }.get(cause, lambda: self._named(cause))()
        return tuple(lines) + ((Line(self._price()),) if self.total.balance.of(cause) else ())

    def _price(self) -> str:
        price = self.total.price
        return _("Prix\u202f: %(source)s.") % {"source": price} if price else no_price()

    def _weathers(self) -> list[Line]:
        kept = FrozenWeather.objects.without_numbers().in_bulk(sorted(self.total.weathers)[:MOST_SOURCES])
        lines = [
            Line(
                _("Météo\u202f: %(name)s") % {"name": one.name}, reverse("weather", args=[self.slug, one.pk])
            )
            for one in kept.values()
        ]
        told = _("Le temps de %(told)s des %(days)s jours comparés est connu.")
        return [*lines, Line(told % {"told": self.total.days_told, "days": self.total.days})]

    def _named(self, cause: Cause) -> list[Line]:
        losses = [loss for loss in self.total.lost if loss.cause == cause]
        lines = [self._alert(pk) for pk in dict.fromkeys(loss.alert_id for loss in losses) if pk]
        bare = sum(loss.alert_id is None for loss in losses)
        if bare:
            lines.append(Line(_("%(count)s jours que les relevés disent en panne.") % {"count": bare}))
        return lines or [Line(_("Aucune alerte de la période n’a cette cause."))]

    def _degradation(self) -> list[Line]:
        sheet = reverse("sheet", args=[self.slug, self.plant.slug])
        said = _("Usure annuelle de la fiche technique, appliquée au temps qu’il a fait.")
        named = [line for line in self._named(Cause.DEGRADATION) if line.url]
        return [Line(said, sheet), *named]

    def _clipping(self) -> list[Line]:
        said = _(
            "Ce que l’onduleur, trop petit un instant, a coupé au-delà de ce que la prévision compte déjà."
        )
        return [Line(said), *(line for line in self._named(Cause.CLIPPING) if line.url)]

    def _unknown(self) -> list[Line]:
        said = [
            Line(
                _("Ce qu’aucune cause connue n’explique\u202f: erreur du calcul, salissure, ombre, relevés.")
            )
        ]
        vague = [
            self._alert(alert.pk)
            for alert in self.alerts.values()
            if alert.cause in ("", PlantAlert.Cause.UNKNOWN) and alert.kind == PlantAlert.Kind.BEHIND
        ]
        return said + vague

    def _alert(self, pk: int) -> Line:
        alert = self.alerts[pk]
        return Line(f"{title(alert)}, {span(alert)}", reverse("alert", args=[self.slug, pk]))

    def forecasts(self) -> tuple[Line, ...]:
        """The frozen forecasts of the period; those that are studies can be opened."""
        rows = Forecast.objects.filter(pk__in=self.total.forecasts).order_by("pk")
        names = rows.annotate(has_study=ExpressionWrapper(Q(study__isnull=False), BooleanField()))
        found = names.values_list("pk", "made_at", "has_study")
        return tuple(self._forecast(*one) for one in found)

    def _forecast(self, pk: int, made_at: dt.datetime, is_study: bool) -> Line:
        said = _("Prévision figée le %(day)s") % {"day": short_day(made_at)}
        place = [self.slug, self.plant.slug]
        name, args = ("study", [*place, pk]) if is_study else ("studies", place)
        return Line(said, reverse(name, args=args))


def _files(plant: Plant, total: Judged) -> Iterable[Line]:
    """The files whose readings the period holds, the latest first."""
    bounds = days_bounds(total.first, total.last, plant.zone)
    stored = ReadingImport.objects.filter(meter__plant=plant).stored_within(*bounds)
    slug = plant.cooperative.slug
    for one in stored.order_by("-pk").only("pk", "file_name")[:MOST_SOURCES]:
        yield Line(one.file_name, reverse("import_report", args=[slug, one.pk]))
    if total.days_missing:
        words = _("%(count)s jours sans relevé complet ne sont pas comparés.")
        yield Line(words % {"count": total.days_missing})


def _cautions(total: Judged) -> Iterable[str]:
    if total.days_told < total.days:
        yield _(
            "Le temps de %(count)s jours comparés n’est pas connu\u202f: leur part de soleil est dans "
            "l’inconnu."
        ) % {"count": total.days - total.days_told}
    if any(month in WINTER for month in range(total.first.month, total.last.month + 1)):
        yield _("En hiver, une petite perte peut rester invisible jusqu’au printemps.")
    if total.balance.of(Cause.UNKNOWN) < 0:
        yield _(
            "L’inconnu est négatif\u202f: le toit a fait mieux que son calcul, ou les causes prennent un "
            "peu trop."
        )
