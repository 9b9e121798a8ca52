"""Alerts follow what is seen, and what people answered."""

import datetime as dt
from dataclasses import replace

import pytest

from installations.models import Plant
from mine_de_soleil.core.calendar import PARIS
from production.models import PlantAlert
from production.services.alert_raising import settle_alerts
from production.troubles import Trouble
from tests.factories import PlantFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


@pytest.fixture
def plant() -> Plant:
    return PlantFactory()


def trouble(plant: Plant, began: int, ended: int | None) -> Trouble:
    """From one day of the year to another."""
    end = None if ended is None else FIRST + DAY * ended
    return Trouble(plant.pk, None, "behind", FIRST + DAY * began, FIRST + DAY * (began + 3), end)


def settle(plant: Plant, *troubles: Trouble, last: dt.date = LAST) -> int:
    return settle_alerts([plant], ["behind"], troubles, first=FIRST, last=last)


def close(alert: PlantAlert, day: dt.date, **fields: object) -> None:
    noon = dt.datetime.combine(day, dt.time(12), PARIS)
    known = {
        "state": "closed",
        "cause": "soiling",
        "closed_at": noon,
        "closed_by": UserFactory(),
        "ended_on": day,
    }
    PlantAlert.objects.filter(pk=alert.pk).update(**(known | fields))


def test_the_same_trouble_raises_one_alert(plant: Plant):
    assert [settle(plant, trouble(plant, 10, None)) for _again in range(2)] == [1, 0]
    assert PlantAlert.objects.count() == 1


def test_an_alert_ends_with_its_trouble_and_stays_to_be_answered(plant: Plant):
    settle(plant, trouble(plant, 10, None))
    settle(plant, trouble(plant, 10, 20))
    alert = PlantAlert.objects.get()
    assert (alert.ended_on, alert.state) == (FIRST + DAY * 20, "open")


def test_a_closed_alert_is_not_raised_again_by_the_same_trouble(plant: Plant):
    settle(plant, trouble(plant, 10, 30))
    close(PlantAlert.objects.get(), FIRST + DAY * 30)
    assert settle(plant, trouble(plant, 10, 30)) == 0


def test_another_trouble_after_it_is_raised(plant: Plant):
    settle(plant, trouble(plant, 10, 30))
    close(PlantAlert.objects.get(), FIRST + DAY * 30)
    assert settle(plant, trouble(plant, 10, 30), trouble(plant, 60, None)) == 1


def test_a_loss_that_goes_on_a_fortnight_after_it_was_closed_is_told_again(plant: Plant):
    settle(plant, trouble(plant, 10, None))
    closed_on = FIRST + DAY * 30
    close(PlantAlert.objects.get(), closed_on)
    assert settle(plant, trouble(plant, 10, None), last=closed_on + DAY * 13) == 0
    assert settle(plant, trouble(plant, 10, None), last=closed_on + DAY * 14) == 1
    again = PlantAlert.objects.get(state="open")
    assert (again.began_on, again.facts["again"]) == (closed_on + DAY, True)


def test_an_accepted_loss_is_never_told_again(plant: Plant):
    settle(plant, trouble(plant, 10, None))
    closed_on = FIRST + DAY * 30
    close(PlantAlert.objects.get(), closed_on, accepted_on=closed_on)
    assert settle(plant, trouble(plant, 10, None), last=closed_on + DAY * 60) == 0


def test_two_troubles_close_together_are_one_alert_and_an_old_one_is_mentioned(plant: Plant):
    settle(plant, trouble(plant, 10, 20), trouble(plant, 80, 90), trouble(plant, 100, None))
    alert = PlantAlert.objects.get()
    assert (alert.began_on, alert.ended_on) == (FIRST + DAY * 80, None)
    assert alert.facts["earlier"] == [{"began_on": "2026-01-11", "ended_on": "2026-01-21"}]


def test_a_trouble_mentioned_in_a_closed_alert_is_answered_with_it(plant: Plant):
    both = trouble(plant, 10, 20), trouble(plant, 80, 90)
    settle(plant, *both)
    close(PlantAlert.objects.get(), FIRST + DAY * 92, ended_on=FIRST + DAY * 90)
    assert settle(plant, *both) == 0


def test_an_alert_nothing_bears_out_any_more_ends_and_says_so(plant: Plant):
    settle(plant, trouble(plant, 10, None))
    settle(plant)
    alert = PlantAlert.objects.get()
    assert alert.facts["withdrawn"]
    assert alert.ended_on is not None
    assert alert.state == "open"


def test_what_ended_long_ago_is_no_news(plant: Plant):
    old = replace(trouble(plant, 0, 5), began_on=FIRST - DAY * 30, ended_on=FIRST - DAY)
    assert settle(plant, old) == 0


def test_a_standstill_its_neighbours_saw_too_is_one_alert(plant: Plant):
    settle(plant, trouble(plant, 10, 20))
    still = replace(trouble(plant, 12, 18), kind="outage")
    for _again in range(2):
        settle_alerts([plant], ["outage"], [still], first=FIRST, last=LAST)
        close(PlantAlert.objects.get(kind="behind"), FIRST + DAY * 20)
    assert list(PlantAlert.objects.values_list("kind", flat=True)) == ["behind"]
    elsewhere = replace(trouble(plant, 40, 45), kind="outage")
    assert settle_alerts([plant], ["outage"], [still, elsewhere], first=FIRST, last=LAST) == 1
