"""What the pages that mix storeys show: the cooperative's public page, a shareholder's own, the board's."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.reports import Voice, voice_of
from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.models import User
from production.charts import Bar, Chart, energy_chart, month_bar
from production.judgement import Result, total
from production.plant_pages import RoofRow, roof_rows
from production.reports import (
    Expectation,
    LawFigure,
    PlantMonth,
    SoFar,
    days_with_readings,
    expectations,
    fleet_result,
    law_figure,
    plant_months,
    today_so_far,
)
from production.wording import against_forecast, against_ordinary_day, language, missing_days, mood
from shareholders.models import Cooperative
from shareholders.reports import Capital, Holding, capital_on, holdings_of


@dataclass(frozen=True, slots=True)
class LatestDay:
    """The last day with readings, and how it is called: yesterday, or its date."""

    day: dt.date
    is_yesterday: bool
    result: Result
    words: str
    mood: str
    households: int


@dataclass(frozen=True, slots=True)
class Co2:
    """Carbon dioxide avoided: an energy times a published factor."""

    kilograms: Decimal
    figure: LawFigure

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
    year: int
    this_year: Result
    year_words: str
    year_mood: str
    missing: str
    chart: Chart
    rows: tuple[RoofRow, ...]
    co2: Co2
    household: LawFigure
    capital: Capital
    expectation: Expectation | None


def public_page(cooperative: Cooperative, today: dt.date) -> PublicPage:
    """The public page on `today`."""
    plants = list(Plant.objects.of(cooperative))
    months = plant_months(plants, dt.date(today.year, 1, 1), today - dt.timedelta(days=1))
    this_year = total(month.result for month in months)
    expected = expectations(plants)
    household = law_figure("energy.household_yearly_kwh", today)
    return PublicPage(
        roofs=len(plants),
        peak_power_w=sum(plant.peak_power_w for plant in plants),
        panel_area_m2=sum(plant.panel_area_m2 for plant in plants),
        latest=_latest_day(plants, today, household),
        so_far=today_so_far(plants, today),
        year=today.year,
        this_year=this_year,
        year_words=against_forecast(this_year),
        year_mood=mood(this_year),
        missing=missing_days(this_year),
        chart=_year_chart(cooperative, plants, months, expected, today),
        rows=tuple(roof_rows(cooperative, today)),
        co2=avoided(this_year.metered_wh, today),
        household=household,
        capital=capital_on(cooperative, today),
        expectation=next(iter(expected.values()), None),
    )


def shared_expectation(plants: list[Plant]) -> Expectation | None:
    """One forecast of these plants: all of a cooperative's rest on the same weather."""
    return next(iter(expectations(plants).values()), None)


def avoided(energy_wh: int, day: dt.date) -> Co2:
    """CO₂ avoided by an energy [Wh], with the factor of that day."""
    figure = law_figure("energy.co2_avoided_g_per_kwh", day)
    return Co2(Decimal(energy_wh) / 1000 * figure.value / 1000, figure)


def _latest_day(plants: list[Plant], today: dt.date, household: LawFigure) -> LatestDay | None:
    span = days_with_readings(plants)
    if span is None:
        return None
    # Today is still running: the latest whole day is yesterday's at best.
    yesterday = today - dt.timedelta(days=1)
    day = min(span[1], yesterday)
    result = fleet_result(plants, day, day)
    households = int(Decimal(result.metered_wh) / 1000 / (household.value / 365))
    return LatestDay(
        day, day == yesterday, result, against_ordinary_day(result, day), mood(result, 1), households
    )


def _year_chart(
    cooperative: Cooperative,
    plants: list[Plant],
    months: list[PlantMonth],
    expected: dict[int, Expectation],
    today: dt.date,
) -> Chart:
    """The cooperative's year, month by month, against the sum of its plants' forecasts."""
    bars = []
    for first in (dt.date(today.year, month, 1) for month in range(1, 13)):
        standing = [expected[p.pk] for p in plants if p.pk in expected and p.commissioned_on <= first]
        bars.append(_fleet_bar(first, months, standing, today))
    this_year = total(month.result for month in months)
    title = _("Depuis janvier, %(energy)s") % {
        "energy": figures.energy(this_year.metered_wh, language=language())
    }
    words = against_forecast(this_year)
    return energy_chart(
        bars,
        identifier="annee",
        title=_("%(title)s : %(words)s") % {"title": title, "words": words} if words else title,
        summary=_(
            "Colonnes : mesuré. Bandes grises : prévu, une année sur dix au-dessus, une sur dix au-dessous."
        )
        + " "
        + _("Hachuré : relevé incomplet ou mois en cours."),
        csv_url=reverse("cooperative_csv", args=[cooperative.slug]),
    )


def _fleet_bar(month: dt.date, months: list[PlantMonth], standing: list[Expectation], today: dt.date) -> Bar:
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


def own_space(user: User, cooperative: Cooperative, today: dt.date) -> OwnSpace:
    """The space of `user` in `cooperative` on `today`."""
    rows = tuple(roof_rows(cooperative, today))
    this_year = total(row.result for row in rows)
    holdings = tuple(_own(holding, this_year, today) for holding in holdings_of(user, cooperative, today))
    return OwnSpace(holdings, rows, today.year, this_year, against_forecast(this_year))


def _own(holding: Holding, this_year: Result, today: dt.date) -> OwnHolding:
    # What "my shares made" means: the year's energy in proportion to the capital held today.
    own_wh = round(this_year.metered_wh * holding.stake.fraction)
    return OwnHolding(holding, voice_of(holding), own_wh, avoided(own_wh, today))
