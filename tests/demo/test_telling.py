"""The demo's expected days: told once, under its own weather, and believable beside its meters."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from django.test import TestCase

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.demo import telling
from mine_de_soleil.demo.loading import load_demo
from mine_de_soleil.demo.roofs import ROOFS
from mine_de_soleil.demo.sheets import SHEETS, losses_of
from mine_de_soleil.demo.telling import announced, hourly, tell
from production.described import losses_from
from production.judgement import split_total
from production.models import ExpectedDay, FrozenWeather
from production.reports import outlooks
from production.weather import check_weather
from production.weather_reports import weather_months
from shareholders.models import Cooperative

# The outage of Lamendin is in it; the end of a month too.
FIRST, LAST = dt.date(2026, 3, 10), dt.date(2026, 4, 2)
PAST, AHEAD = ExpectedDay.Kind.PAST, ExpectedDay.Kind.AHEAD


def silent(_line: str) -> None:
    """Progress nobody reads."""


class TestToldDemo(TestCase):
    """One load, looked at from all sides."""

    @classmethod
    def setUpTestData(cls):
        load_demo(since=FIRST, until=LAST)
        cls.cooperative = Cooperative.objects.get(slug="mine-de-soleil")

    def test_every_day_metered_is_told_for_every_roof(self):
        assert ExpectedDay.objects.filter(kind=PAST).count() == 8 * 24
        assert FrozenWeather.objects.filter(kind="past").count() == 2  # two months

    def test_eight_days_are_announced_from_the_morning_after(self):
        days = ExpectedDay.objects.filter(kind=AHEAD).order_by("day").values_list("day", flat=True).distinct()
        assert list(days) == [LAST + dt.timedelta(days=n) for n in range(1, 9)]

    def test_its_weather_says_that_it_is_invented(self):
        (name,) = set(FrozenWeather.objects.filter(source=telling.METHOD).values_list("name", flat=True))
        assert "inventé" in name

    def test_again_nothing_is_added(self):
        assert tell(self.cooperative, LAST, silent) == 0

    def test_a_day_later_one_day_is_added_and_a_week_announced_anew(self):
        assert tell(self.cooperative, LAST + dt.timedelta(days=1), silent) == 8 + 8 * 8

    def test_an_earlier_day_rewrites_nothing(self):
        assert tell(self.cooperative, LAST - dt.timedelta(days=5), silent) == 0

    def test_an_older_demo_gets_its_sheets(self):
        TechnicalSheet.objects.all().delete()
        tell(self.cooperative, LAST, silent)
        assert TechnicalSheet.objects.count() == 8

    def test_half_the_inverters_stopped_show_as_a_gap_and_no_other_roof_does(self):
        plants = list(Plant.objects.of(self.cooperative).order_by("pk"))
        first, last = dt.date(2026, 3, 16), dt.date(2026, 3, 23)
        rest = {
            plant.slug: split_total(
                m.split for m in weather_months([plant], first, last, outlooks([plant]))
            ).rest
            for plant in plants
        }
        assert rest.pop("ecole-lamendin") == pytest.approx(-0.5, abs=0.05)
        assert {slug: share for slug, share in rest.items() if abs(share) > 0.08} == {}


def test_a_sheet_loses_what_its_roof_was_entered_with():
    for roof in ROOFS:
        sheet = SHEETS[roof.slug]
        lost = 1 - (1 - losses_from(losses_of(roof, sheet)).fraction) * (1 - sheet.makes_up)
        assert lost == pytest.approx(float(roof.loss_percent) / 100, abs=2e-4)


def test_two_roofs_have_a_horizon_and_one_a_module_and_an_inverter_of_the_catalogue():
    assert sum(bool(sheet.horizon_deg) for sheet in SHEETS.values()) == 2
    assert [sorted(sheet.physics) for sheet in SHEETS.values() if sheet.physics] == [["inverter", "module"]]
    assert set(SHEETS) == {roof.slug for roof in ROOFS}


def test_hours_are_those_of_local_days_even_when_clocks_change():
    assert [len(hourly(day, day)) for day in (dt.date(2026, 3, 29), dt.date(2025, 10, 26))] == [23, 25]
    assert len(hourly(dt.date(2025, 12, 31), dt.date(2026, 1, 1))) == 48


def test_the_same_morning_announces_the_same_week():
    pd.testing.assert_frame_equal(announced(LAST), announced(LAST))


def test_what_is_announced_is_a_possible_weather():
    for month in range(1, 13):
        check_weather(announced(dt.date(2026, month, 5)), dt.timedelta(hours=1))


def test_announcements_err_more_the_farther_they_look():
    errors = np.array([_errors(dt.date(2025, 1, 1) + dt.timedelta(days=5 * n)) for n in range(60)])
    spread = errors.std(axis=0)
    assert spread[0] < 0.1
    assert spread[-1] > 2 * spread[0]


def _errors(today: dt.date) -> list[float]:
    """Error of each announced day's sunshine [1]."""
    told, truth = announced(today)["ghi"], hourly(today, today + dt.timedelta(days=7))["ghi"]
    days = pd.DatetimeIndex(told.index).tz_convert("Europe/Paris").normalize()
    return (told.groupby(days).sum() / truth.groupby(days).sum() - 1).tolist()
