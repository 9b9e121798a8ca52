"""The days to come in plain words, and what stands there when no weather was announced."""

import datetime as dt

import pytest

from production.ahead_pages import tomorrow_words, week_ahead
from production.reports import Outlook, outlooks
from tests.factories import flat_forecast, plant_with_meter
from tests.production.told import Kind, a_weather, tell

pytestmark = pytest.mark.django_db

TODAY = dt.date(2025, 6, 12)
TOMORROW = TODAY + dt.timedelta(days=1)


def announced(**fields: object):
    return a_weather(kind="forecast", source="open-meteo-forecast", **fields)


@pytest.mark.parametrize(
    ("ahead", "name"), [(0, "aujourd’hui"), (1, "demain"), (2, "samedi"), (6, "mercredi")]
)
def test_the_best_day_is_named_as_a_neighbour_would(ahead: int, name: str):
    plant = plant_with_meter().plant
    days = {TODAY + dt.timedelta(n): 10_000 + 30_000 * (n == ahead) for n in range(7)}
    tell(plant, days, announced(), Kind.AHEAD)
    week = week_ahead(plant, Outlook(), TODAY)
    assert week.words == f"Le meilleur jour devrait être {name}\u202f: 40,0\u202fkWh."


def test_the_table_says_what_the_columns_show():
    plant = plant_with_meter().plant
    flat_forecast(plant)
    tell(plant, {TODAY: 110_000, TOMORROW: 50_000}, announced(), Kind.AHEAD)
    chart = week_ahead(plant, outlooks([plant])[plant.pk], TODAY).chart
    assert [row[1:] for row in chart.rows] == [
        ("110,0", "100,0", "+10\u202f%"),
        ("50,0", "100,0", "−50\u202f%"),
    ]


def test_a_later_announcement_takes_the_place_of_the_earlier():
    plant = plant_with_meter().plant
    tell(plant, {TODAY: 10_000}, announced(), Kind.AHEAD)
    tell(plant, {TODAY: 20_000}, later := announced(sha256="b" * 64), Kind.AHEAD)
    week = week_ahead(plant, Outlook(), TODAY)
    assert "20,0\u202fkWh" in week.words
    assert [one.weather.pk for one in week.used] == [later.pk]


def test_an_announcement_of_last_week_says_nothing_of_this_one():
    plant = plant_with_meter().plant
    tell(plant, {TODAY - dt.timedelta(1): 10_000}, announced(), Kind.AHEAD)
    assert week_ahead(plant, Outlook(), TODAY).chart is None


def test_without_forecast_nor_weather_nothing_is_invented():
    week = week_ahead(plant_with_meter().plant, Outlook(), TODAY)
    assert (week.words, week.ordinary) == ("Aucune météo annoncée n’est arrivée pour ce toit.", "")


def test_tomorrow_is_said_once_all_roofs_are_told():
    plant = plant_with_meter().plant
    other = plant_with_meter(cooperative=plant.cooperative).plant
    tell(plant, {TOMORROW: 100_000}, kept := announced(), Kind.AHEAD)
    assert tomorrow_words([plant, other], TODAY) == ""
    tell(other, {TOMORROW: 50_000}, kept, Kind.AHEAD)
    words = "Demain, si le temps annoncé se confirme\u202f: environ 150\u202fkWh."
    assert tomorrow_words([plant, other], TODAY) == words
    assert tomorrow_words([], TODAY) == ""
