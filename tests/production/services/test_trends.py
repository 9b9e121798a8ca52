"""Long-term figures of a roof: made from complete days whose weather is known, once a month."""

import datetime as dt

import pandas as pd
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import Meter, TechnicalSheet
from production.models import DailyEnergy, PlantTrend
from production.quality.longterm import Figure, Reason, Trend
from production.services import trends
from production.services.trends import ask_trends, make_late_trends
from tests.factories import plant_with_meter

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2025, 7, 4, 6, tzinfo=dt.UTC)
SEEN: list[pd.DataFrame] = []


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    SEEN.clear()

    def quick(metered: "pd.Series[float]", expected: "pd.Series[float]") -> Trend:
        SEEN.append(pd.DataFrame({"metered": metered, "expected": expected}))
        return Trend(len(metered), {"degradation_percent": Figure(0.5, 0.2, 0.8)}, {"x": Reason.TOO_FEW})

    monkeypatch.setattr(trends, "trend", quick)


class Told:
    """Expected days without a weather behind them."""

    def __init__(self, day: dt.date, energy_wh: int) -> None:
        self.day, self.energy_wh = day, energy_wh


def read_days(meter: Meter, first: dt.date, count: int, covered_s: int = 40_000) -> None:
    DailyEnergy.objects.bulk_create(
        DailyEnergy(
            meter=meter,
            day=first + dt.timedelta(days=n),
            energy_wh=90_000,
            covered_s=covered_s,
            daylight_s=40_000,
        )
        for n in range(count)
    )


@pytest.fixture
def old_roof(monkeypatch: pytest.MonkeyPatch) -> Meter:
    meter = plant_with_meter(commissioned_on=dt.date(2023, 1, 1))
    read_days(meter, dt.date(2023, 1, 1), 3)
    read_days(meter, dt.date(2025, 1, 1), 2)
    read_days(meter, dt.date(2025, 1, 3), 1, covered_s=100)
    days = [dt.date(2023, 1, 2), dt.date(2025, 1, 1), dt.date(2025, 1, 3), dt.date(2025, 2, 1)]

    class Query:
        def filter(self, **_asked: object) -> "Query":
            return self

        def latest_made(self) -> list[Told]:
            return [Told(day, 100_000) for day in days]

    monkeypatch.setattr(trends.ExpectedDay, "objects", Query())
    return meter


def test_only_complete_days_whose_weather_is_known_count(old_roof: Meter):
    assert make_late_trends(NOW) == 1
    assert [day.date() for day in SEEN[0].index] == [dt.date(2023, 1, 2), dt.date(2025, 1, 1)]
    kept = PlantTrend.objects.get(plant=old_roof.plant)
    assert kept.figures == {"degradation_percent": {"value": 0.5, "low": 0.2, "high": 0.8}}
    assert kept.reasons == {"x": "too_few"}


def test_the_ageing_of_the_technical_sheet_is_not_taken_off_twice(old_roof: Meter):
    TechnicalSheet.objects.create(plant=old_roof.plant, losses={"degradation_per_year": 0.01})
    make_late_trends(NOW)
    young, old = SEEN[0]["expected"]
    assert young == pytest.approx(100_000, rel=1e-3)
    # Two years at 1 % a year were in what was expected.
    assert old == pytest.approx(100_000 / 0.98, rel=1e-4)


def test_within_the_month_it_is_not_made_again(old_roof: Meter):
    make_late_trends(NOW)
    assert make_late_trends(NOW + dt.timedelta(days=20)) == 0
    assert make_late_trends(NOW + dt.timedelta(days=40)) == 1
    assert PlantTrend.objects.count() == 1


def test_a_roof_heard_for_less_than_two_years_waits():
    meter = plant_with_meter(commissioned_on=dt.date(2020, 1, 1))
    read_days(meter, dt.date(2024, 1, 1), 3)
    assert make_late_trends(NOW) == 0


def test_asked_twice_the_work_is_queued_once():
    ask_trends()
    ask_trends()
    assert ProcrastinateJob.objects.filter(task_name="production.tasks.make_trends").count() == 1
