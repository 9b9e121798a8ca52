"""What the pages that mix storeys show: the cooperative's public page, a shareholder's own, the board's."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.reports import Voice, voice_of
from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.models import User
from mine_de_soleil.rules.law import parameter
from production.ahead_pages import tomorrow_words
from production.charts import Bar, energy_chart, month_bar
from production.citizen_months import ToldMonth, latest_month, told_month
from production.judgement import Result, co2_avoided_kg, total
from production.models import Forecast
from production.plant_pages import RoofRow, RoofYear, energy_sources, roof_year
from production.reports import (
    Expectation,
    LawFigure,
    PlantMonth,
    SoFar,
    energy_by_day,
    fleet_result,
    last_day_heard,
    law_figure,
    today_so_far,
)
from production.sources import Line
from production.wording import against_forecast, against_ordinary_day, language, missing_among_roofs, mood
from shareholders.joining_pages import OpenRound, open_rounds
from shareholders.models import Cooperative
from shareholders.own_pages import OwnShares, own_shares
from shareholders.reports import Capital, Holding, capital_on, holdings_of


@dataclass(frozen=True, slots=True)
class LatestDay:
    """The last day with readings before today, and how it is called: yesterday, or its date.

    `roofs_heard` of the `roofs` in service sent readings of that day.
    """

    day: dt.date
    is_yesterday: bool
    roofs: int
    roofs_heard: int
    result: Result
    words: str
    mood: str
    households: int


@dataclass(frozen=True, slots=True)
class Co2:
    """Carbon dioxide avoided: energies times the published factors of their days."""

    kilograms: Decimal
    figures: tuple[LawFigure, ...]

    @property
    def is_verified(self) -> bool:
        return all(figure.step.is_verified for figure in self.figures)

    def part(self, fraction: float) -> "Co2":
        """A shareholder's part of it."""
        return Co2(self.kilograms * Decimal(fraction), self.figures)

    @property
    def tonnes(self) -> Decimal:
        return self.kilograms / 1000


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Everything the public page of a cooperative shows."""

    roofs: int
    peak_power_w: int
    panel_area_m2: int
    latest: LatestDay | None
    so_far: SoFar | None
    tomorrow: str
    year: int
    this_year: Result
    year_words: str
    year_mood: str
    missing: str
    chart: Chart
    told: ToldMonth | None
    rows: tuple[RoofRow, ...]
    co2: Co2
    household: LawFigure
    capital: Capital
    rounds: tuple[OpenRound, ...]
    sources: tuple[Line, ...]


def public_page(cooperative: Cooperative, today: dt.date) -> PublicPage:
    """The public page on `today`."""
    year = roof_year(cooperative, today)
    plants, this_year = year.plants, year.result
    household = law_figure("energy.household_yearly_kwh", today)
    capital = capital_on(cooperative, today)
    return PublicPage(
        roofs=len(plants),
        peak_power_w=sum(plant.peak_power_w for plant in plants),
        panel_area_m2=sum(plant.panel_area_m2 for plant in plants),
        latest=_latest_day(year, today, household),
        so_far=today_so_far(plants, today),
        tomorrow=tomorrow_words(plants, today),
        year=today.year,
        this_year=this_year,
        year_words=against_forecast(this_year),
        year_mood=mood(this_year),
        missing=missing_among_roofs(this_year),
        chart=_year_chart(cooperative, year, today),
        told=last_month_told(cooperative, year, year.plants, today),
        rows=year.rows,
        co2=avoided(plants, today),
        household=household,
        capital=capital,
        rounds=open_rounds(cooperative, today, capital.nominal_value),
        sources=energy_sources(cooperative, plants, year.outlooks, today),
    )


def last_month_told(
    cooperative: Cooperative, year: RoofYear, plants: Sequence[Plant], today: dt.date
) -> ToldMonth | None:
    """The last whole month with readings, of some roofs of the year, in a sentence."""
    month = latest_month(plants, today)
    return told_month(cooperative, plants, month, today, year.outlooks) if month else None


def forecasts_in_force(year: RoofYear, today: dt.date) -> list[Forecast]:
    """One forecast for each weather that judges a roof today: their full hashes are for who verifies."""
    in_force = [known for plant in year.plants if (known := year.outlooks[plant.pk].on(today))]
    return list({known.forecast.weather_sha256: known.forecast for known in in_force}.values())


def avoided(plants: Sequence[Plant], today: dt.date) -> Co2:
    """CO₂ avoided since January, up to yesterday: each day with the factor in force that day."""
    energy_wh = energy_by_day(plants, dt.date(today.year, 1, 1), today - dt.timedelta(days=1))
    factor = parameter("energy.co2_avoided_g_per_kwh")
    # Before the first reading of a year, today's factor is the one to show.
    steps = dict.fromkeys(factor.on(day) for day in energy_wh or [today])
    return Co2(co2_avoided_kg(energy_wh, factor), tuple(LawFigure(factor, step) for step in steps))


def _latest_day(year: RoofYear, today: dt.date, household: LawFigure) -> LatestDay | None:
    # Today is still running: the latest whole day is yesterday's at best.
    yesterday = today - dt.timedelta(days=1)
    found = last_day_heard(year.plants, yesterday)
    if found is None:
        return None
    day, spoke = found
    result = fleet_result(year.plants, day, day, year.outlooks)
    in_service = {plant.pk for plant in year.plants if plant.commissioned_on <= day}
    return LatestDay(
        day=day,
        is_yesterday=day == yesterday,
        roofs=len(in_service | spoke),
        roofs_heard=len(spoke),
        result=result,
        words=against_ordinary_day(result, day),
        mood=mood(result, 1),
        households=round(Decimal(result.metered_wh) / 1000 / (household.value / 365)),
    )


def _year_chart(cooperative: Cooperative, year: RoofYear, today: dt.date) -> Chart:
    """The cooperative's year, month by month, against the sum of its plants' forecasts."""
    bars = []
    for first in (dt.date(today.year, month, 1) for month in range(1, 13)):
        standing = [year.outlooks[p.pk].on(first) for p in year.plants if p.commissioned_on <= first]
        bars.append(_fleet_bar(first, year.months, [known for known in standing if known], today))
    this_year = year.result
    title = _("Depuis janvier, %(energy)s") % {
        "energy": figures.energy(this_year.metered_wh, language=language())
    }
    words = against_forecast(this_year)
    return energy_chart(
        bars,
        identifier="annee",
        title=_("%(title)s\u202f: %(words)s") % {"title": title, "words": words} if words else title,
        summary=_(
            "Colonnes : mesuré. Bandes grises : prévu, une année sur dix au-dessus, une sur dix au-dessous."
        )
        + " "
        + _("Hachuré : relevé incomplet ou mois en cours."),
        csv_url=reverse("cooperative_csv", args=[cooperative.slug]),
    )


def _fleet_bar(
    month: dt.date, months: Sequence[PlantMonth], standing: list[Expectation], today: dt.date
) -> Bar:
    """One month of all plants. The bands of those standing add up: one sky is above all of them."""
    result = total(m.result for m in months if m.first.month == month.month)
    n = month.month
    bar = month_bar(month, result, None, today)
    return Bar(
        bar.label,
        bar.metered_wh,
        sum(e.p90_wh[n] for e in standing),
        sum(e.p50_wh[n] for e in standing),
        sum(e.p10_wh[n] for e in standing),
        bar.is_complete,
    )


@dataclass(frozen=True, slots=True)
class OwnHolding:
    """One register account of a shareholder, what it weighs and what its shares made this year."""

    holding: Holding
    voice: Voice
    energy_wh: int
    co2: Co2


@dataclass(frozen=True, slots=True)
class OwnSpace:
    """Everything a shareholder's space shows."""

    holdings: tuple[OwnHolding, ...]
    rows: tuple[RoofRow, ...]
    year: int
    this_year: Result
    year_words: str
    told: ToldMonth | None
    sources: tuple[Line, ...]
    shares: OwnShares


def own_space(user: User, cooperative: Cooperative, today: dt.date) -> OwnSpace:
    """The space of `user` in `cooperative` on `today`."""
    year = roof_year(cooperative, today)
    this_year, co2 = year.result, avoided(year.plants, today)
    holdings = tuple(_own(holding, this_year, co2) for holding in holdings_of(user, cooperative, today))
    sources = energy_sources(cooperative, year.plants, year.outlooks, today)
    shares = own_shares(user, cooperative, today)
    told = last_month_told(cooperative, year, year.plants, today)
    words = against_forecast(this_year)
    return OwnSpace(holdings, year.rows, today.year, this_year, words, told, sources, shares)


def _own(holding: Holding, this_year: Result, co2: Co2) -> OwnHolding:
    # What "my shares made" means: the year's energy in proportion to the capital held today.
    own_wh = round(this_year.metered_wh * holding.stake.fraction)
    return OwnHolding(holding, voice_of(holding), own_wh, co2.part(holding.stake.fraction))
