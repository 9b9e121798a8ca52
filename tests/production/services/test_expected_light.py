"""Light of the days that were told: stored with them, or made up for later."""

import pytest

from production.models import ExpectedDay, ExpectedLight
from production.services.expected import expect_days
from production.services.expected_light import light_missing
from production.services.weather import keep_weather
from tests.production.services.test_expected import a_week, roof
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db


def test_each_day_told_under_the_weather_that_was_has_its_light():
    plant, kept = roof(), keep_weather(*a_week())
    expect_days([plant], kept, kind=ExpectedDay.Kind.PAST)
    rows = list(ExpectedLight.objects.select_related("expected_day"))
    assert len(rows) == 7
    for row in rows:
        # 50 kWp make of their light what is expected, at a ratio between 0.6 and 1.
        ratio = row.expected_day.energy_wh / 50_000 * 1000 / row.plane_wh_m2
        assert 0.6 < ratio < 1


def test_days_announced_have_none():
    expect_days([roof()], keep_weather(*a_week()), kind=ExpectedDay.Kind.AHEAD)
    assert not ExpectedLight.objects.exists()


def test_days_told_before_are_lit_later_and_once():
    plant, kept = roof(), keep_weather(*a_week())
    expect_days([plant], kept, kind=ExpectedDay.Kind.PAST)
    before = list(ExpectedLight.objects.order_by("pk").values())
    ExpectedLight.objects.all().delete()
    assert [light_missing(), light_missing()] == [7, 0]
    assert list(ExpectedLight.objects.order_by("pk").values()) == before


def test_a_weather_that_cannot_be_read_any_more_stays_dark():
    plant = roof()
    kept = a_weather()  # without numbers
    tell(plant, {plant.commissioned_on: 1_000}, kept)
    assert light_missing() == 0
