"""What the pages of heat networks show: the public one, the operator's, a frozen study."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.models import HeatBuilding, Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart
from production.described_heat import network_of
from production.heat_charts import heat_charts, months_chart
from production.heat_forms import BuildingsFormSet, NetworkForm
from production.heat_words import (
    REFUSED,
    band_words,
    cold_week_words,
    item_rows,
    limits,
    lorries,
    mwh,
    said_of_heat,
    sources,
    tonnes_of,
)
from production.models import Forecast, FrozenWeather
from production.services.studies import draft_heat_study
from production.study import StudyError
from production.study.heat import HeatStudy
from production.study_words import probability_name, probability_words
from production.weather_words import source_in_words
from production.wording import TYPICAL_YEAR, language
from shareholders.models import Cooperative

SHOWN_PROBABILITIES = (0.1, 0.5, 0.75, 0.9)
YEAR_DAYS = (365, 366)
MOST_WEATHERS = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StudyView:
    """A study as a page shows it."""

    study: HeatStudy

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        return heat_charts(self.study)

    @property
    def months(self) -> Chart:
        """The one chart the public page has."""
        return months_chart(self.study)

    @property
    def probabilities(self) -> list[str]:
        return [probability_name(probability) for probability in SHOWN_PROBABILITIES]

    @property
    def probabilities_told(self) -> list[tuple[str, str]]:
        """Each name with how often it is passed."""
        return [(probability_name(p), probability_words(p)) for p in SHOWN_PROBABILITIES]

    @property
    def bands(self) -> list[tuple[str, list[str]]]:
        """Each band: its name, its energies [MWh]."""
        return [
            (band_words(band.years), [f"{mwh(band.at(p))}{figures.NARROW}MWh" for p in SHOWN_PROBABILITIES])
            for band in self.study.bands
        ]

    @property
    def p90(self) -> int:
        """Heat from wood passed nine years in ten [Wh]."""
        return self.study.band(1).at(0.9)

    @property
    def sent_wh(self) -> int:
        """Heat sent into the pipes, from wood and gas [Wh]: `coverage` is wood's part of it."""
        return self.study.year_wh + self.study.gas_heat_wh

    @property
    def items(self) -> list[tuple[str, str, str, str]]:
        return item_rows(self.study)

    @property
    def sources(self) -> list[str]:
        return sources(self.study)

    @property
    def limits(self) -> list[str]:
        return limits(self.study)

    @property
    def avoided_t(self) -> str:
        """Tonnes of CO₂ not emitted, empty where no factor is known."""
        return tonnes_of(self.study.carbon.avoided_g) if self.study.carbon else ""

    @property
    def alone_t(self) -> str:
        """Tonnes of CO₂ of the same heat made from gas alone."""
        return tonnes_of(self.study.carbon.gas_alone_g) if self.study.carbon else ""

    @property
    def wood_t(self) -> float:
        """Wet tonnes of wood a year, at the humidity chosen or the nearest told."""
        chosen = self.study.network.boiler.humidity
        return min(self.study.wood, key=lambda need: abs(need.humidity - chosen)).tonnes

    @property
    def lorries(self) -> int:
        return lorries(self.wood_t)

    @property
    def cold_week(self) -> str:
        """What a cold week asks for, which no typical year knows."""
        return cold_week_words(self.study)


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """One network on the public page; `view` is None until a study is frozen."""

    plant: Plant
    buildings: Sequence[HeatBuilding]
    view: StudyView | None

    @property
    def sentence(self) -> str:
        """The network in one plain sentence with its figures."""
        count = len(self.buildings)
        if self.view is None:
            told = ngettext("Il relierait %(n)s bâtiment.", "Il relierait %(n)s bâtiments.", count)
            return told % {"n": count} if count else _("Ses bâtiments ne sont pas encore décrits.")
        study = self.view.study
        words = {
            "n": len(study.network.buildings),
            "heat": mwh(study.demand_wh),
            "part": figures.percent(study.coverage, language=language()),
        }
        # Wood's part is of what is sent, which is more than what the buildings take.
        words["sent"] = mwh(self.view.sent_wh)
        if self.plant.under_study:
            told = _(
                "%(n)s bâtiments, %(heat)s MWh de chaleur par an. Pour la leur apporter, le réseau en "
                "enverrait %(sent)s (une partie se perd dans les tuyaux)\u202f: %(part)s viendraient du bois."
            )
        else:
            told = _(
                "%(n)s bâtiments chauffés, %(heat)s MWh par an. Pour la leur apporter, le réseau en envoie "
                "%(sent)s (une partie se perd dans les tuyaux)\u202f: %(part)s viennent du bois."
            )
        return told % words

    @property
    def most_wh(self) -> float:
        """Heat of the building that takes most [Wh]."""
        return max((building.heat_wh for building in self.buildings), default=0.0)

    @property
    def rows(self) -> list[tuple[HeatBuilding, float]]:
        """Buildings, the largest first, each with its length on a bar [%]."""
        ordered = sorted(self.buildings, key=lambda building: -building.heat_wh)
        return [(building, 100 * building.heat_wh / self.most_wh) for building in ordered]


@dataclass(frozen=True, slots=True)
class HeatPage:
    """Every heat network of a cooperative."""

    cards: tuple[NetworkCard, ...]
    is_demo: bool

    @property
    def title(self) -> str:
        """The finding: what is under study, or in service."""
        if len(self.cards) != 1:
            words = {"n": len(self.cards)}
            return _("%(n)s réseaux de chaleur au bois, à l’étude ou en service.") % words
        plant = self.cards[0].plant
        if plant.under_study:
            return _("Un réseau de chaleur au bois est à l’étude\u202f: %(name)s.") % {"name": plant.name}
        return _("Un réseau de chaleur au bois est en service\u202f: %(name)s.") % {"name": plant.name}


def heat_page(cooperative: Cooperative) -> HeatPage:
    """Networks with their latest frozen study."""
    plants = list(Plant.objects.heating(cooperative))
    studies = latest_studies(plants)
    cards = tuple(
        NetworkCard(plant, _buildings(plant), StudyView(studies[plant.pk]) if plant.pk in studies else None)
        for plant in plants
    )
    return HeatPage(cards, cooperative.is_demo)


def latest_studies(plants: Sequence[Plant]) -> dict[int, HeatStudy]:
    """The study frozen last of each heat network that has one; one that can't be read shows no figure."""
    frozen = (
        Forecast.objects.filter(plant__in=plants, study__isnull=False)
        .order_by("plant_id", "-id")
        .distinct("plant_id")
    )
    read = {forecast.plant_id: _read(forecast) for forecast in frozen}
    return {plant_id: study for plant_id, study in read.items() if study is not None}


def _read(forecast: Forecast) -> HeatStudy | None:
    try:
        return HeatStudy.from_json(forecast.study or {})
    except StudyError as reason:
        log.error("study of forecast %s can't be read: %s", forecast.pk, reason)
        return None


def _buildings(plant: Plant) -> list[HeatBuilding]:
    network = network_of(plant)
    return list(network.buildings.all()) if network else []


@dataclass(frozen=True, slots=True)
class WeatherChoice:
    """A kept weather a study may be made with."""

    pk: int
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """The operator's page: a draft under the weather chosen, what was frozen, the description."""

    plant: Plant
    form: NetworkForm
    lines: BuildingsFormSet
    view: StudyView | None
    refusal: str
    frozen: tuple[Forecast, ...]
    weathers: tuple[WeatherChoice, ...]
    weather_pk: str

    @property
    def has_fault(self) -> bool:
        """Whether the description has something to correct."""
        return bool(self.form.errors or self.refusal or (self.lines.is_bound and not self.lines.is_valid()))

    @property
    def gas_is_short(self) -> bool:
        """Whether the gas boiler chosen can't carry a cold week alone."""
        network = network_of(self.plant)
        chosen_w = network.gas_power_w if network else 0
        return bool(self.view and 0 < chosen_w < self.view.study.cold_week_w)


def network_page(
    plant: Plant,
    form: NetworkForm,
    lines: BuildingsFormSet,
    today: dt.date,
    weather: FrozenWeather | None = None,
) -> NetworkPage:
    """The page of a plant with cooperative, network and buildings."""
    view, refusal = None, ""
    try:
        view = StudyView(draft_heat_study(plant, weather, made_on=today))
    except REFUSED as error:
        refusal = said_of_heat(error)
    frozen = Forecast.objects.filter(plant=plant, study__isnull=False).defer("study", "assumptions")
    return NetworkPage(
        plant=plant,
        form=form,
        lines=lines,
        view=view,
        refusal=refusal,
        frozen=tuple(frozen.order_by("-id")),
        weathers=_choices(plant.cooperative, weather),
        weather_pk=str(weather.pk) if weather else "",
    )


def year_weathers(cooperative: Cooperative) -> list[FrozenWeather]:
    """Kept weathers of one whole year that tell the air's temperature, the latest first."""
    kept = FrozenWeather.objects.usable_by(cooperative).without_numbers()
    found = kept.filter(columns__contains=["temp_air"], step_s__lte=3600).order_by("-id")
    return [one for one in found if (one.end - one.first_start).days in YEAR_DAYS][:MOST_WEATHERS]


def _choices(cooperative: Cooperative, chosen: FrozenWeather | None) -> tuple[WeatherChoice, ...]:
    named = [(one, _weather_name(one)) for one in year_weathers(cooperative)]
    often = Counter(name for _one, name in named)
    return tuple(
        # Only of two that read alike does the reader need the fingerprint.
        WeatherChoice(
            one.pk,
            f"{name} ({one.sha256[:8]})" if often[name] > 1 else name,
            chosen is not None and one.pk == chosen.pk,
        )
        for one, name in named
    )


def _weather_name(kept: FrozenWeather) -> str:
    """`année type d’après Uccle, Trappes, Nancy`; else source and place, and the year of one that was."""
    stations = [part["station"] for part in kept.details.get("stations", ())]
    if kept.source == TYPICAL_YEAR and stations:
        return _("année type d’après %(stations)s") % {"stations": ", ".join(stations)}
    north, east = (
        figures.number(degrees, 2, language=language()) for degrees in (kept.latitude_deg, kept.longitude_deg)
    )
    name = f"{source_in_words(kept.source)}, {north}° N, {east}° E"
    return name if kept.kind == FrozenWeather.Kind.TYPICAL else f"{name}, {kept.first_start:%Y}"
