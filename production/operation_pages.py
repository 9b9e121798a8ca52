"""What the operator's pages show."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days
from mine_de_soleil.core.templatetags.page_kit import short_day
from mine_de_soleil.core.words import alphabetical, plain
from production.formats import FileRefused
from production.models import DailyEnergy, DayQuality, PlantAlert, ReadingImport
from production.plant_pages import RoofRow
from production.reports import results_by_plant
from production.standing import PlantFacts, Standing, standing_of, worst_first
from production.wording import against_forecast, mood
from shareholders.models import Cooperative

LATELY = dt.timedelta(days=30)
# A dull month alone brings a roof this far below its forecast; only beyond is it a fault's doing.
CLOUDS = 0.25
PLANTS_A_PAGE = 50
LONGEST_SEARCH, MOST_WORDS = 100, 6

# Where the operator goes from here, as (route of the cooperative, label).
PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("alerts", gettext_lazy("Alertes")),
    ("sales", gettext_lazy("Ventes")),
    ("meter_tokens", gettext_lazy("Relevés par programme")),
    ("weathers", gettext_lazy("Météo gardée")),
    ("heat", gettext_lazy("Chaleur au bois")),
)
# Where one goes from a plant's line, as (route of the plant, label).
PLANT_PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("balance", gettext_lazy("Bilan")),
    ("quality", gettext_lazy("Qualité")),
    ("maintenance", gettext_lazy("Entretien")),
    ("sheet", gettext_lazy("Fiche technique")),
    ("studies", gettext_lazy("Études")),
)

STANDING_NAMES: dict[Standing, str | Promise] = {
    Standing.SILENT: gettext_lazy("sans nouvelles"),
    Standing.OUTAGE: gettext_lazy("en panne"),
    Standing.BEHIND: gettext_lazy("en retrait"),
    Standing.DOUBTFUL: gettext_lazy("relevés douteux"),
    Standing.BELOW: gettext_lazy("sous la prévision"),
    Standing.FINE: gettext_lazy("tout va bien"),
}
_TONES = {
    Standing.SILENT: "bad",
    Standing.OUTAGE: "bad",
    Standing.BEHIND: "warn",
    Standing.DOUBTFUL: "warn",
    Standing.FINE: "good",
}


@dataclass(frozen=True, slots=True)
class OperatedPlant:
    """One plant over the last thirty days: how it stands, and why in a sentence."""

    row: RoofRow
    facts: PlantFacts
    standing: Standing
    why: str

    @property
    def name(self) -> str | Promise:
        return STANDING_NAMES[self.standing]

    @property
    def tone(self) -> str:
        """The colour of its badge; a plant merely below its forecast has none."""
        return _TONES.get(self.standing, "")

    @property
    def last_day(self) -> dt.date | None:
        return self.facts.last_day


@dataclass(frozen=True, slots=True)
class Choice:
    """A standing one may choose to see alone."""

    key: str
    name: str | Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Plants worst first, those asked for, a page of them; and what came in lately.

    `rows` go with the plants of `plants`: each with the drawing of its thirty days.
    """

    plants: Page[OperatedPlant]
    rows: tuple[tuple[OperatedPlant, str], ...]
    count: int
    asked: str
    chosen: str
    choices: tuple[Choice, ...]
    alerts_to_close: int
    imports: tuple[ReadingImport, ...]
    first: dt.date
    last: dt.date
    places: tuple[tuple[str, str | Promise], ...] = PLACES
    plant_places: tuple[tuple[str, str | Promise], ...] = PLANT_PLACES

    @property
    def silent(self) -> int:
        return self._counted(Standing.SILENT)

    @property
    def troubled(self) -> int:
        """Plants with something to look at, beyond a dull month."""
        return sum(choice.count for choice in self.choices if choice.key in _TONES and choice.key != "bien")

    def _counted(self, standing: Standing) -> int:
        return next((choice.count for choice in self.choices if choice.key == standing), 0)


@dataclass(frozen=True, slots=True)
class RefusalReport:
    """A refused file as the page tells it."""

    name: str
    meter: Meter
    sentences: tuple[str, ...]
    others: int


def operation_page(
    cooperative: Cooperative, today: dt.date, *, asked: str = "", standing: str = "", number: str = ""
) -> OperationPage:
    """The operator's page: a number of queries that doesn't grow with the plants.

    `asked`: words of a name or a commune; `standing`: one of `Standing`, anything else shows all.
    """
    first, last = today - LATELY, today - dt.timedelta(days=1)
    operated = _operated(cooperative, today)
    words = asked.replace("\0", "")[:LONGEST_SEARCH].split()[:MOST_WORDS]
    found = [one for one in operated if _says(one.row.plant, words)]
    counted = Counter(one.standing for one in found)
    chosen = standing if standing in list(Standing) else ""
    shown = Paginator([one for one in found if not chosen or one.standing == chosen], PLANTS_A_PAGE)
    page = shown.get_page(number)
    return OperationPage(
        plants=page,
        rows=tuple(_drawn(list(page.object_list), first, last)),
        count=len(operated),
        asked=" ".join(words),
        chosen=chosen,
        choices=tuple(
            Choice(one, STANDING_NAMES[one], counted[one], one == chosen) for one in Standing if counted[one]
        ),
        alerts_to_close=PlantAlert.objects.filter(plant__cooperative=cooperative).to_answer().count(),
        imports=tuple(_latest_imports(cooperative)),
        first=first,
        last=last,
    )


def _says(plant: Plant, words: Sequence[str]) -> bool:
    text = plain(f"{plant.name} {plant.building} {plant.commune} {plant.slug}")
    return all(plain(word) in text for word in words)


def _operated(cooperative: Cooperative, today: dt.date) -> list[OperatedPlant]:
    """Every plant with how it stands, worst first."""
    plants = list(Plant.objects.of(cooperative))
    first, last = today - LATELY, today - dt.timedelta(days=1)
    results = results_by_plant(plants, first, last)
    spoken, doubtful = _last_days(cooperative), _doubtful_days(cooperative, first, last)
    alerts = _open_since(cooperative)
    operated = []
    for plant in plants:
        own = alerts.get(plant.pk, {})
        facts = PlantFacts(
            last_day=spoken.get(plant.pk),
            outage_since=own.get(PlantAlert.Kind.OUTAGE),
            behind_since=own.get(PlantAlert.Kind.BEHIND),
            doubtful_days=doubtful.get(plant.pk, 0),
            has_data_alert=PlantAlert.Kind.DATA in own,
            deviation=results[plant.pk].deviation,
        )
        row = RoofRow(
            plant, results[plant.pk], against_forecast(results[plant.pk]), mood(results[plant.pk], CLOUDS)
        )
        standing = standing_of(facts, today)
        operated.append(OperatedPlant(row, facts, standing, why(standing, facts, row.words)))
    return sorted(
        operated, key=lambda one: (*worst_first(one.facts, today), alphabetical(one.row.plant.name))
    )


def why(standing: Standing, facts: PlantFacts, words: str) -> str:
    """Why a plant stands where it does, in one sentence."""
    if standing == Standing.SILENT:
        if facts.last_day is None:
            return _("Aucun relevé n’est encore arrivé.")
        return _("Pas de relevé depuis le %(day)s.") % {"day": short_day(facts.last_day)}
    if standing == Standing.OUTAGE and facts.outage_since:
        return _("En panne depuis le %(day)s.") % {"day": short_day(facts.outage_since)}
    if standing == Standing.BEHIND and facts.behind_since:
        return _("En retrait sur les toits voisins depuis le %(day)s.") % {
            "day": short_day(facts.behind_since)
        }
    if standing == Standing.DOUBTFUL:
        return _doubts(facts.doubtful_days)
    if not words:
        return _("Rien à comparer : pas de prévision, ou pas de jour complet.")
    return f"{words[:1].upper()}{words[1:]}."


def _doubts(count: int) -> str:
    if not count:
        return _("Une alerte dit ses relevés douteux.")
    told = ngettext(
        "Un jour de relevés douteux sur les trente derniers.",
        "%(days)s jours de relevés douteux sur les trente derniers.",
        count,
    )
    return told % {"days": count}


def _open_since(cooperative: Cooperative) -> dict[int, dict[str, dt.date]]:
    """By plant and kind, the first day of the oldest alert nobody closed."""
    # One that ended waits to be closed; the roof itself works again.
    rows = PlantAlert.objects.filter(plant__cooperative=cooperative, ended_on=None).to_answer().order_by()
    found: dict[int, dict[str, dt.date]] = {}
    for plant_id, kind, since in rows.values_list("plant_id", "kind").annotate(since=Min("began_on")):
        found.setdefault(plant_id, {})[kind] = since
    return found


def _doubtful_days(cooperative: Cooperative, first: dt.date, last: dt.date) -> Mapping[int, int]:
    """By plant, the days on which a meter can't be trusted."""
    rows = DayQuality.objects.of(cooperative).between(first, last).filter(state=DayQuality.State.DOUBTFUL)
    counted = rows.order_by().values_list("meter__plant_id").annotate(days=Count("day", distinct=True))
    return dict(counted)


def _drawn(
    operated: Sequence[OperatedPlant], first: dt.date, last: dt.date
) -> list[tuple[OperatedPlant, str]]:
    """Each plant with the path of its thirty days, on a field of 30 × 10; a day without readings is a gap."""
    rows = DailyEnergy.objects.between(first, last).filter(meter__plant__in=[o.row.plant for o in operated])
    summed = rows.order_by().values_list("meter__plant_id", "day").annotate(wh=Sum("energy_wh"))
    found = {(plant_id, day): wh for plant_id, day, wh in summed}
    return [
        (one, spark_path([found.get((one.row.plant.pk, day)) for day in days(first, last)]))
        for one in operated
    ]


def spark_path(energies_wh: Sequence[int | None]) -> str:
    """Columns one wide as the path of an SVG, ten high at the largest; empty without any energy."""
    most = max((wh for wh in energies_wh if wh), default=0)
    columns = ((n, wh) for n, wh in enumerate(energies_wh) if most and wh)
    return "".join(f"M{n}.1 10v-{10 * wh / most:.1f}h.8V10z" for n, wh in columns)


def _last_days(cooperative: Cooperative) -> dict[int, dt.date]:
    rows = DailyEnergy.objects.filter(meter__plant__cooperative=cooperative)
    latest = rows.order_by("meter__plant_id", "-day").distinct("meter__plant_id")
    return dict(latest.values_list("meter__plant_id", "day"))


def _latest_imports(cooperative: Cooperative) -> list[ReadingImport]:
    return list(ReadingImport.objects.of(cooperative).without_content().order_by("-id")[:12])


def refusal_report(refusal: FileRefused, meter: Meter) -> RefusalReport:
    """The refusal of a file, ready to be read."""
    others = refusal.fault_count - len(refusal.faults)
    return RefusalReport(refusal.filename, meter, refusal.sentences, others)
