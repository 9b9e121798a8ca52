"""The night's work on weather: no service for a demonstration, nor for days a roof's own sensors told."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from installations.models import Plant
from mine_de_soleil.core.models import JournalEntry
from production.ahead_pages import week_ahead
from production.models import ExpectedDay, FrozenWeather
from production.reports import Outlook
from production.services import weather_days
from production.services.weather_days import tell_days
from production.weather import SourceUnreachable, WeatherMeta, get_typical_year
from production.weather.meta import describe
from tests.factories import CooperativeFactory, plant_with_meter
from tests.production.told import a_weather, measured_on, tell

pytestmark = pytest.mark.django_db

NIGHT = dt.datetime(2025, 6, 12, 4, tzinfo=dt.UTC)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cooperatives whose plants the night looks at."""
    seen: list[str] = []

    def note(_cell: object, plants: list, _today: object) -> int:
        seen.extend(plant.cooperative.slug for plant in plants)
        return 0

    monkeypatch.setattr(weather_days, "_tell_cell", note)
    return seen


def test_a_demonstration_is_left_to_its_own_weather(asked: list[str]):
    plant_with_meter(cooperative=CooperativeFactory(slug="demo", demo=True))
    real = plant_with_meter().plant
    tell_days(NIGHT)
    assert asked == [real.cooperative.slug]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, settings) -> list[tuple[dt.date, dt.date]]:
    """Spans of days asked of the archive, which doesn't answer; nothing is announced either."""
    settings.WEATHER_ONLINE = True
    spans: list[tuple[dt.date, dt.date]] = []

    def archive(_cell: object, first: dt.date, last: dt.date) -> None:
        spans.append((first, last))
        raise SourceUnreachable("api.example.org", "timeout")

    def announced(_cell: object) -> None:
        raise SourceUnreachable("api.example.org", "timeout")

    monkeypatch.setattr(weather_days, "_archive", archive)
    monkeypatch.setattr(weather_days, "_announced", announced)
    return spans


def before_june_12(days: int) -> dt.date:
    return dt.date(2025, 6, 12) - dt.timedelta(days)


def by_sensors(plant: Plant, told: list[dt.date]) -> None:
    tell(plant, dict.fromkeys(told, 100_000), measured_on(plant))


def test_a_month_nobody_told_is_fetched_whole(fetched: list):
    plant_with_meter()
    tell_days(NIGHT)
    assert fetched == [(before_june_12(31), before_june_12(5))]


def test_days_the_roofs_sensors_told_are_not_fetched(fetched: list):
    plant = plant_with_meter().plant
    by_sensors(plant, [before_june_12(n) for n in range(6, 31)])
    tell_days(NIGHT)
    assert fetched == []


def test_what_sensors_leave_out_is_fetched_from_the_first_day_missing(fetched: list):
    plant = plant_with_meter().plant
    by_sensors(plant, [before_june_12(n) for n in range(1, 31) if n not in (10, 8)])
    tell_days(NIGHT)
    # One day more on either side: a day of the calendar begins or ends in another day of UTC.
    assert fetched == [(before_june_12(11), before_june_12(5))]


def test_one_roof_without_sensors_is_enough_to_ask_for_its_cell(fetched: list):
    measured, bare = plant_with_meter().plant, plant_with_meter().plant
    by_sensors(measured, [before_june_12(n) for n in range(6, 31)])
    kept = a_weather(first_start=NIGHT - dt.timedelta(days=32), end=NIGHT - dt.timedelta(days=8))
    tell(bare, {before_june_12(n): 1 for n in range(9, 31)}, kept)
    tell_days(NIGHT)
    assert fetched == [(before_june_12(9), before_june_12(5))]


def test_no_day_before_commissioning_is_asked_for(fetched: list):
    plant_with_meter(commissioned_on=before_june_12(8))
    tell_days(NIGHT)
    assert fetched == [(before_june_12(9), before_june_12(5))]


def announced_at(now: dt.datetime) -> tuple[pd.DataFrame, WeatherMeta]:
    """The eight days of UTC that the service announces from that day on; no two nights alike."""
    data, meta = get_typical_year(50.456, 2.795, 55)
    first = now.replace(hour=0)
    part = data[(data.index >= first) & (data.index < first + dt.timedelta(days=8))].copy()
    part["temp_air"] += now.day / 10
    return part, replace(describe(part, meta), kind="forecast", method="open-meteo-forecast")


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch, settings) -> Callable[..., bool]:
    """One night at that instant; whether the announced weather was asked for. `fails`: it didn't answer."""
    settings.WEATHER_ONLINE = True
    silent = SourceUnreachable("api.example.org", "timeout")

    def at(now: dt.datetime, *, fails: bool = False) -> bool:
        asked = []

        def announced(_cell: object) -> tuple[pd.DataFrame, WeatherMeta]:
            asked.append(now)
            if fails:
                raise silent
            return announced_at(now)

        def archive(*_: object) -> None:
            raise silent

        monkeypatch.setattr(weather_days, "_announced", announced)
        monkeypatch.setattr(weather_days, "_archive", archive)
        for model, name in ((FrozenWeather, "kept_at"), (JournalEntry, "at")):
            monkeypatch.setattr(model._meta.get_field(name), "_get_default", lambda: now)
        tell_days(now)
        return bool(asked)

    return at


def test_the_announced_weather_is_asked_for_every_night_and_once_a_night(night: Callable[..., bool]):
    plant = plant_with_meter().plant
    for n in range(5):
        now = NIGHT + dt.timedelta(days=n)
        assert (night(now), night(now + dt.timedelta(hours=1))) == (True, False)
        week = week_ahead(plant, Outlook(), now.date())
        assert max(one.weather.kept_at for one in week.used) == now
    assert FrozenWeather.objects.filter(kind="forecast").count() == 5


def test_a_silent_network_leaves_the_weather_of_the_night_before_and_the_page_says_why(
    night: Callable[..., bool],
):
    plant = plant_with_meter().plant
    night(NIGHT)
    night(later := NIGHT + dt.timedelta(days=1), fails=True)
    failure = JournalEntry.objects.get(act="weather_failed", detail__kind="ahead").detail
    assert failure["instead"].startswith("open-meteo-forecast") and failure["plants"] == [plant.slug]
    assert week_ahead(plant, Outlook(), later.date()).announced == (
        "Météo\u202f: temps annoncé, par Open-Meteo, reçue le 12 juin 2025 à 6\u202fh\u202f00. "
        "Open-Meteo n’a pas répondu le 13 juin 2025 à 6\u202fh\u202f00. "
        "En attendant, cette météo plus ancienne sert."
    )
    assert night(later + dt.timedelta(hours=1))  # asked for again: what served was of yesterday
    assert "plus ancienne" not in week_ahead(plant, Outlook(), later.date()).announced


def test_a_new_roof_is_told_by_what_its_neighbours_received_when_the_network_is_silent(
    night: Callable[..., bool],
):
    plant = plant_with_meter().plant
    night(NIGHT)
    new = plant_with_meter(cooperative=plant.cooperative).plant
    night(NIGHT + dt.timedelta(days=1), fails=True)
    assert (
        ExpectedDay.objects.filter(plant=new).count() == ExpectedDay.objects.filter(plant=plant).count() > 5
    )


def test_without_any_weather_the_page_says_who_did_not_answer(night: Callable[..., bool]):
    plant = plant_with_meter().plant
    night(NIGHT, fails=True)
    assert week_ahead(plant, Outlook(), NIGHT.date()).words == (
        "Aucune météo annoncée n’est arrivée pour ce toit. "
        "Open-Meteo n’a pas répondu le 12 juin 2025 à 6\u202fh\u202f00."
    )
