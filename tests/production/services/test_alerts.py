"""Acts on alerts: who was first, what makes no sense, what was lost."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from installations.models import Plant
from mine_de_soleil.core.models import JournalEntry, User
from production import prices
from production.models import MaintenanceEntry, NeighbourDay, PlantAlert
from production.revenue.figures import Figure
from production.services.alerts import (
    AlertAnswered,
    AlertRefused,
    close_alert,
    note_maintenance,
    take_alert,
)
from shareholders.roles import Role
from tests.factories import an_alert, flat_forecast, member, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2025, 6, 20, 10, tzinfo=dt.UTC)
TODAY = dt.date(2025, 6, 20)
DAY = dt.timedelta(days=1)


@pytest.fixture
def alert() -> PlantAlert:
    return an_alert(plant_with_meter().plant)


@pytest.fixture
def operator(alert: PlantAlert) -> User:
    return member(alert.plant.cooperative, Role.OPERATOR, full_name="Opale Ratrice")


def close(alert: PlantAlert, actor: User, **fields: object) -> PlantAlert:
    known = {"cause": "outage", "note": "", "ended_on": None, "accept": False, "now": NOW, "today": TODAY}
    return close_alert(actor=actor, alert=alert, **(known | fields))


def test_taking_it_twice_is_taking_it_once(alert: PlantAlert, operator: User):
    take_alert(actor=operator, alert=alert, now=NOW)
    taken = take_alert(actor=operator, alert=alert, now=NOW + DAY)
    assert (taken.state, taken.acknowledged_at) == ("taken", NOW)
    assert JournalEntry.objects.filter(act="take_alert").count() == 1


def test_a_second_person_hears_who_looks_after_it(alert: PlantAlert, operator: User):
    take_alert(actor=operator, alert=alert, now=NOW)
    other = member(alert.plant.cooperative, Role.OPERATOR)
    with pytest.raises(AlertAnswered, match="Opale Ratrice s’en occupe déjà"):
        take_alert(actor=other, alert=alert, now=NOW)


def test_it_does_not_close_without_a_cause(alert: PlantAlert, operator: User):
    for nothing in ("", "vents et marées"):
        with pytest.raises(AlertRefused, match="Dites la cause") as caught:
            close(alert, operator, cause=nothing)
        assert caught.value.field == "cause"
    assert PlantAlert.objects.get().state == "open"


@pytest.mark.parametrize(
    ("ended_on", "sentence"),
    [(TODAY + DAY, "pas encore venu"), (dt.date(2025, 6, 1), "commence le 02/06/2025")],
)
def test_a_last_day_that_cannot_be_is_refused(
    alert: PlantAlert, operator: User, ended_on: dt.date, sentence: str
):
    with pytest.raises(AlertRefused, match=sentence):
        close(alert, operator, ended_on=ended_on)


def test_the_second_to_close_hears_who_did(alert: PlantAlert, operator: User):
    close(alert, operator)
    with pytest.raises(AlertAnswered, match="Opale Ratrice a déjà clos"):
        close(alert, operator, cause="grid")
    assert PlantAlert.objects.get().cause == "outage"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_does(alert: PlantAlert, operator: User):
    told: list[str] = []

    def work(cause: str) -> None:
        try:
            close(alert, operator, cause=cause)
            told.append("closed")
        except AlertAnswered:
            told.append("answered")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(cause,)) for cause in ("outage", "grid")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["answered", "closed"]
    assert JournalEntry.objects.filter(act="close_alert").count() == 1


def _with_days(plant: Plant) -> None:
    """2 June by neighbours (usual 98 % of theirs), 3 June by its weather, 4 June by an ordinary day."""
    flat_forecast(plant, 3_000_000)
    meter = plant.meters.get()
    for n in range(3):
        bring(meter, paris_day(dt.date(2025, 6, 2) + DAY * n, 2_000), name=f"{n}.csv")
    NeighbourDay.objects.create(
        plant=plant,
        day=dt.date(2025, 6, 2),
        expected_wh=100_000,
        metered_wh=48_000,
        residual=48 / 98 - 1,
        peers=3,
        coverage=1,
        reason="judged",
    )
    tell(plant, {dt.date(2025, 6, 3): 90_000}, a_weather())


def test_what_was_lost_is_counted_day_by_day_with_its_witness(alert: PlantAlert, operator: User):
    _with_days(alert.plant)
    closed = close(alert, operator, ended_on=dt.date(2025, 6, 5))
    # 98,000 − 48,000; 90,000 − 48,000; 100,000 − 48,000.
    assert closed.lost_wh == 50_000 + 42_000 + 52_000
    assert [day["by"] for day in closed.lost_sources["days"]] == ["neighbours", "weather", "forecast"]
    assert closed.lost_sources["days_unread"] == 1
    assert closed.lost_amount is None
    assert closed.lost_sources["price"] is None


def test_euros_follow_the_price_of_each_day(
    alert: PlantAlert, operator: User, monkeypatch: pytest.MonkeyPatch
):
    _with_days(alert.plant)
    dear = dt.date(2025, 6, 4)

    def of_days(_plant: Plant, days: list[dt.date]) -> dict[dt.date, Figure | None]:
        values = {day: Decimal("0.2") if day >= dear else Decimal("0.1") for day in days}
        return {day: Figure(value, "contrat d’essai", "C") for day, value in values.items()}

    monkeypatch.setattr(prices, "prices_on", of_days)
    closed = close(alert, operator, ended_on=dt.date(2025, 6, 4))
    assert closed.lost_amount == Decimal("19.60")  # 92 × 0.1 + 52 × 0.2
    assert closed.lost_sources["price"]["source"] == "contrat d’essai"


@pytest.mark.parametrize("cause", ["false_alarm", "communication"])
def test_some_causes_lose_nothing(alert: PlantAlert, operator: User, cause: str):
    _with_days(alert.plant)
    closed = close(alert, operator, cause=cause)
    assert (closed.lost_wh, closed.lost_amount) == (0, Decimal("0.00"))


def test_a_false_alarm_is_the_new_usual(alert: PlantAlert, operator: User):
    assert close(alert, operator, cause="false_alarm").accepted_on == TODAY


def test_only_a_plant_behind_gets_a_new_usual(operator: User, alert: PlantAlert):
    outage = an_alert(alert.plant, kind="outage")
    with pytest.raises(AlertRefused) as caught:
        close(outage, operator, accept=True)
    assert caught.value.field == "accept"
    assert close(alert, operator, accept=True).accepted_on == TODAY


def test_the_log_keeps_what_was_done_and_a_double_click_is_one_line(alert: PlantAlert, operator: User):
    said = {"plant": alert.plant, "day": TODAY, "text": " Nettoyé ", "today": TODAY, "alert": alert}
    first = note_maintenance(actor=operator, **said)
    assert note_maintenance(actor=operator, **said).pk == first.pk
    assert MaintenanceEntry.objects.get().text == "Nettoyé"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"day": TODAY + DAY}, "day"),
        ({"day": dt.date(1999, 1, 1)}, "day"),
        ({"until": TODAY - DAY}, "until"),
        ({"until": TODAY + DAY}, "until"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(
    alert: PlantAlert, operator: User, fields: dict[str, object], field: str
):
    said = {"plant": alert.plant, "day": TODAY, "text": "Vu", "today": TODAY} | fields
    with pytest.raises(AlertRefused) as caught:
        note_maintenance(actor=operator, **said)
    assert caught.value.field == field
    assert not MaintenanceEntry.objects.exists()


def test_a_line_about_another_roofs_alert_is_refused(alert: PlantAlert, operator: User):
    other = plant_with_meter(cooperative=alert.plant.cooperative).plant
    with pytest.raises(AlertRefused, match="autre toit"):
        note_maintenance(actor=operator, plant=other, day=TODAY, text="Vu", today=TODAY, alert=alert)


def test_a_line_of_the_log_is_never_changed(alert: PlantAlert, operator: User):
    note_maintenance(actor=operator, plant=alert.plant, day=TODAY, text="Vu", today=TODAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        MaintenanceEntry.objects.update(text="Rien vu")
