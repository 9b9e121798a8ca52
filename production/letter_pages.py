"""What the monthly letter says, and what its pages show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from installations.models import Plant
from mine_de_soleil.core.post import Letter, written
from mine_de_soleil.rules.law import parameter
from production.citizen_months import ToldMonth, told_month
from production.judgement import co2_avoided_kg
from production.letter_days import FIRST_DAY, LAST_DAY, PATIENT_UNTIL, Verdict, month_told, verdict_on
from production.models import LetterMonth, LetterReader, LetterSent
from production.plant_pages import RoofRow
from production.reports import energy_by_day, outlooks, results_by_plant
from production.standing import ON_TRACK
from production.wording import against_forecast, mood
from shareholders.joining_pages import OpenRound, open_rounds
from shareholders.models import Cooperative
from shareholders.reports import nominal_on

MOST_ROOFS = 3


@dataclass(frozen=True, slots=True)
class LetterContent:
    """One month's letter: the sentence, roofs that did well and badly, CO₂ [kg], what is open."""

    cooperative: Cooperative
    told: ToldMonth
    good: tuple[RoofRow, ...]
    bad: tuple[RoofRow, ...]
    co2_kg: Decimal
    co2_is_verified: bool
    rounds: tuple[OpenRound, ...]
    home: str
    roofs: str

    @property
    def is_incomplete(self) -> bool:
        return self.told.facts.days_missing > 0


@dataclass(frozen=True, slots=True)
class LetterPage:
    """The board's page: the letter as it will be read, who gets it, what becomes of it."""

    content: LetterContent | None
    letter: Letter | None
    month: dt.date
    verdict: Verdict
    decided: LetterMonth | None
    readers: int
    sent: int
    first_day: int = FIRST_DAY
    patient_until: int = PATIENT_UNTIL
    last_day: int = LAST_DAY


def letter_content(cooperative: Cooperative, month: dt.date, today: dt.date) -> LetterContent | None:
    """The letter of the month of `month`, in the language that is active; None without any roof."""
    plants = list(Plant.objects.of(cooperative))
    if not plants:
        return None
    told = told_month(cooperative, plants, month, today, outlooks(plants))
    good, bad = _roofs(plants, told)
    energy = energy_by_day(plants, told.month, told.last)
    factor = parameter("energy.co2_avoided_g_per_kwh")
    at = settings.SITE_URL
    return LetterContent(
        cooperative=cooperative,
        told=told,
        good=good,
        bad=bad,
        co2_kg=co2_avoided_kg(energy, factor),
        co2_is_verified=factor.on(told.last).is_verified,
        rounds=open_rounds(cooperative, today, nominal_on(cooperative, today)),
        home=at + reverse("cooperative", args=[cooperative.slug]),
        roofs=at + reverse("roofs", args=[cooperative.slug]),
    )


def _roofs(plants: Sequence[Plant], told: ToldMonth) -> tuple[tuple[RoofRow, ...], tuple[RoofRow, ...]]:
    """The roofs furthest above their forecast, and those furthest below, each at most three."""
    results = results_by_plant(plants, told.month, told.last)
    rows = [
        RoofRow(plant, result, against_forecast(result), mood(result))
        for plant in plants
        if (result := results[plant.pk]).deviation is not None
    ]
    rows.sort(key=lambda row: row.result.deviation or 0.0)
    bad = tuple(row for row in rows[:MOST_ROOFS] if (row.result.deviation or 0.0) < -ON_TRACK)
    good = tuple(row for row in rows[::-1][:MOST_ROOFS] if (row.result.deviation or 0.0) > 0)
    return good, bad


def letter_of(content: LetterContent, language: str, stop: str = "") -> Letter:
    """The letter, ready to be sent; `stop` is the address that ends it."""
    return written(
        template="production/mail/letter.txt",
        html_template="production/mail/letter.html",
        context={"letter": content, "cooperative": content.cooperative, "stop": stop},
        language=language,
    )


def letter_page(cooperative: Cooperative, today: dt.date, language: str) -> LetterPage:
    """The letter due this month, as the board sees it before and after it leaves."""
    month = month_told(today)
    content = letter_content(cooperative, month, today)
    fraction = content.told.read_fraction if content else 0.0
    return LetterPage(
        content=content,
        letter=letter_of(content, language) if content else None,
        month=month,
        verdict=verdict_on(today, fraction),
        decided=LetterMonth.objects.filter(cooperative=cooperative, month=month).first(),
        readers=LetterReader.objects.of(cooperative).count(),
        sent=LetterSent.objects.filter(reader__cooperative=cooperative, month=month).count(),
    )
