"""The night's work on weather: no service for a demonstration, nor for days a roof's own sensors told."""

import datetime as dt

import pytest

from installations.models import Plant
from production.services import weather_days
from production.services.weather_days import tell_days
from production.weather import SourceUnreachable
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
    tell(bare, {before_june_12(n): 1 for n in range(9, 31)}, a_weather())
    tell_days(NIGHT)
    assert fetched == [(before_june_12(9), before_june_12(5))]


def test_no_day_before_commissioning_is_asked_for(fetched: list):
    plant_with_meter(commissioned_on=before_june_12(8))
    tell_days(NIGHT)
    assert fetched == [(before_june_12(9), before_june_12(5))]
