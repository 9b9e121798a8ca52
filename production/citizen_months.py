"""The months of one roof or several, told in a sentence, with everything the sentence rests on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.models import Plant
from mine_de_soleil.core import figures
from production.citizen_sentence import month_sentence, trouble_words
from production.judgement import days_in_month, split_total, total
from production.models import DailyEnergy, NeighbourDay, PlantAlert
from production.month_parts import MonthFacts, Trouble, part_of_days, worst_first
from production.periods import View
from production.reports import Outlooks, PlantMonth, outlooks, plant_months
from production.sources import Line
from production.weather_reports import WeatherMonth, weather_months
from production.wording import language
from shareholders.models import Cooperative

# What costs energy; a roof nobody hears from may well produce, and a false alarm costs nothing.
COSTLY = (PlantAlert.Kind.OUTAGE, PlantAlert.Kind.BEHIND)
WITHOUT_LOSS = (PlantAlert.Cause.COMMUNICATION, PlantAlert.Cause.FALSE_ALARM)


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """A month in one sentence; `lines` are what it rests on, `facts` the figures."""

    month: dt.date
    last: dt.date
    sentence: str
    facts: MonthFacts
    lines: tuple[Line, ...]

    @property
    def read_fraction(self) -> float:
        """Part of the roof-days with a complete reading, 0 to 1."""
        asked = self.facts.days_read + self.facts.days_missing
        return self.facts.days_read / asked if asked else 0.0


@dataclass(frozen=True, slots=True)
class RoofTrouble:
    """A trouble of one roof in the month."""

    plant: Plant
    trouble: Trouble


def latest_month(plants: Sequence[Plant], today: dt.date) -> dt.date | None:
    """The first day of the last whole month with readings; None before the first one."""
    before = DailyEnergy.objects.filter(meter__plant__in=plants, day__lt=today.replace(day=1))
    day: dt.date | None = before.order_by("-day").values_list("day", flat=True).first()
    return day.replace(day=1) if day else None


def told_month(
    cooperative: Cooperative,
    plants: Sequence[Plant],
    month: dt.date,
    today: dt.date,
    known: Outlooks | None = None,
) -> ToldMonth:
    """The month of `month` of these plants together, up to yesterday; a constant number of queries.

    With one plant the sentence names no roof. `known` spares the forecasts' queries.
    """
    first = month.replace(day=1)
    last = min(first.replace(day=days_in_month(first)), max(first, today - dt.timedelta(days=1)))
    known = outlooks(plants) if known is None else known
    judged = plant_months(plants, first, last, known)
    weather = weather_months(plants, first, last, known)
    troubles = troubles_of(plants, first, last)
    facts = _facts(judged, weather, [one.trouble for one in troubles])
    is_running = last.day < days_in_month(first)
    sentence = month_sentence(
        facts, first, until=last if is_running else None, with_year=first.year != today.year
    )
    lines = _lines(_links(cooperative, plants, first), plants, facts, troubles, judged)
    return ToldMonth(first, last, sentence, facts, tuple(lines))


def _facts(
    judged: Sequence[PlantMonth], weather: Sequence[WeatherMonth], troubles: Sequence[Trouble]
) -> MonthFacts:
    result, split = total(m.result for m in judged), split_total(m.split for m in weather)
    return MonthFacts(
        metered_wh=result.metered_wh,
        compared_wh=result.compared_wh,
        expected_wh=result.expected_wh,
        sun_wh=split.weather_wh - split.forecast_wh,
        days_told=split.days,
        days_read=result.days_read,
        days_missing=result.days_missing,
        roofs_missing=sum(m.result.days_missing > 0 for m in judged),
        troubles=tuple(troubles),
    )


def troubles_of(plants: Sequence[Plant], first: dt.date, last: dt.date) -> list[RoofTrouble]:
    """What broke between two days, one row a roof and cause, the costliest first: two queries.

    A closed alert's loss is spread evenly over its days; an open one's is what the neighbours let expect
    of its days, less what was metered. Days two alerts share are counted once, the outage's.
    """
    by_id = {plant.pk: plant for plant in plants}
    alerts = PlantAlert.objects.filter(plant__in=plants, kind__in=COSTLY).touching(first, last)
    found = list(alerts.exclude(cause__in=WITHOUT_LOSS).order_by("-kind", "began_on", "pk"))
    behind = _behind_neighbours([alert.plant_id for alert in found], first, last)
    merged: dict[tuple[int, str], Trouble] = {}
    for alert in found:
        lost_wh = _lost_in(alert, first, last, behind)
        key = (alert.plant_id, cause_word(alert))
        roof = by_id[alert.plant_id].name if len(plants) > 1 else ""
        merged[key] = _with(merged.get(key), key[1], roof, lost_wh, alert.lost_wh is None)
    order = worst_first(list(merged.values()))
    rows = [RoofTrouble(by_id[plant_id], one) for (plant_id, _cause), one in merged.items()]
    return sorted(rows, key=lambda row: order.index(row.trouble))


def cause_word(alert: PlantAlert) -> str:
    """The cause somebody named; before that, what the machine saw."""
    return alert.cause or alert.kind


def _with(before: Trouble | None, cause: str, roof: str, lost_wh: int | None, is_estimated: bool) -> Trouble:
    if before is None:
        return Trouble(cause, roof, lost_wh, 1, is_estimated)
    known = [loss for loss in (before.lost_wh, lost_wh) if loss is not None]
    estimated = before.is_estimated or is_estimated
    return Trouble(cause, roof, sum(known) if known else None, before.count + 1, estimated)


NeighbourLoss = dict[tuple[int, dt.date], int]


def _behind_neighbours(plant_ids: Sequence[int], first: dt.date, last: dt.date) -> NeighbourLoss:
    """By plant and judged day, what the neighbours let expect less what was metered [Wh]."""
    rows = NeighbourDay.objects.filter(plant__in=plant_ids, day__range=(first, last))
    judged = rows.filter(residual__isnull=False, expected_wh__isnull=False).order_by("plant_id", "day")
    values = judged.values_list("plant_id", "day", "expected_wh", "residual")
    return {(plant_id, day): round(-(residual or 0.0) * (wh or 0)) for plant_id, day, wh, residual in values}


def _lost_in(alert: PlantAlert, first: dt.date, last: dt.date, behind: NeighbourLoss) -> int | None:
    start, end = max(alert.began_on, first), min(alert.ended_on or last, last)
    if alert.lost_wh is not None:
        # Closed: its end is known, or it was closed on the spot.
        whole = ((alert.ended_on or end) - alert.began_on).days + 1
        return part_of_days(alert.lost_wh, (end - start).days + 1, whole)
    days = [key for key in behind if key[0] == alert.plant_id and start <= key[1] <= end]
    return max(0, sum(behind.pop(key) for key in days)) if days else None


Links = Mapping[int, str]


def _links(cooperative: Cooperative, plants: Sequence[Plant], month: dt.date) -> Links:
    """Each plant's page with its chart on that month, by plant id."""
    query = f"?pas={View.DAY}&periode={month:%Y-%m}#production"
    return {plant.pk: reverse("plant", args=[cooperative.slug, plant.slug]) + query for plant in plants}


def _lines(
    links: Links,
    plants: Sequence[Plant],
    facts: MonthFacts,
    troubles: Iterable[RoofTrouble],
    judged: Sequence[PlantMonth],
) -> list[Line]:
    lines = [_metered_line(facts), *_sun_line(facts)]
    lines += [_trouble_line(one, links) for one in troubles]
    lines += _missing_lines(plants, links, judged)
    lines.append(
        Line(_("Toutes les parts sont comptées en pour cent de la prévision ; leur somme est l’écart."))
    )
    return lines


def _metered_line(facts: MonthFacts) -> Line:
    if not facts.expected_wh:
        return Line(_("Aucune prévision n’était en vigueur."))
    said = {
        "compared": figures.energy(facts.compared_wh, language=language()),
        "expected": figures.energy(facts.expected_wh, language=language()),
    }
    return Line(
        _("Comparé : %(compared)s mesurés, %(expected)s prévus pour les mêmes jours ordinaires.") % said
    )


def _sun_line(facts: MonthFacts) -> list[Line]:
    if not facts.is_sun_known or not facts.expected_wh:
        return []
    energy = figures.energy(abs(facts.sun_wh), language=language())
    more = _("Soleil : le temps qu’il a fait permettait %(energy)s de plus que la prévision.")
    less = _("Soleil : le temps qu’il a fait permettait %(energy)s de moins que la prévision.")
    return [Line((more if facts.sun_wh >= 0 else less) % {"energy": energy})]


def _trouble_line(row: RoofTrouble, links: Links) -> Line:
    trouble = row.trouble
    words = trouble_words(trouble)
    words = words[:1].upper() + words[1:]
    if trouble.lost_wh is None:
        return Line(_("%(trouble)s : perte pas encore connue.") % {"trouble": words}, links[row.plant.pk])
    energy = figures.energy(trouble.lost_wh, language=language())
    known = _("%(trouble)s : %(energy)s perdus, constatés à la clôture de l’alerte.")
    guessed = _("%(trouble)s : %(energy)s perdus, estimés d’après les toits voisins.")
    said = (guessed if trouble.is_estimated else known) % {"trouble": words, "energy": energy}
    return Line(said, links[row.plant.pk])


def _missing_lines(plants: Sequence[Plant], links: Links, judged: Sequence[PlantMonth]) -> list[Line]:
    by_id = {plant.pk: plant for plant in plants}
    missing: dict[int, int] = defaultdict(int)
    for one in judged:
        missing[one.plant_id] += one.result.days_missing
    worst = sorted(((days, plant_id) for plant_id, days in missing.items() if days), reverse=True)
    lines = []
    for days, plant_id in worst[:5]:
        text = ngettext(
            "%(roof)s : %(days)s jour sans relevé complet.",
            "%(roof)s : %(days)s jours sans relevé complet.",
            days,
        )
        lines.append(Line(text % {"roof": by_id[plant_id].name, "days": days}, links[plant_id]))
    return lines
