"""Letters about alerts: once, to operators, never from a demonstration."""

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from production.models import PlantAlert
from production.services.alert_letters import tell_operators
from production.services.alerts import take_alert
from shareholders.roles import Role
from tests.factories import CooperativeFactory, an_alert, member, plant_with_meter

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 6, 20, 6, tzinfo=dt.UTC)


def letters() -> list[dict[str, str]]:
    jobs = ProcrastinateJob.objects.filter(task_name="mine_de_soleil.core.tasks.send_letter").order_by("id")
    return [job.args for job in jobs]


def test_one_letter_tells_an_operator_all_new_alerts_once():
    first = plant_with_meter(name="École").plant
    second = plant_with_meter(name="Piscine", cooperative=first.cooperative).plant
    an_alert(first)
    an_alert(second, kind="outage")
    member(first.cooperative, Role.OPERATOR, email="operateur@essai.example")
    member(first.cooperative, Role.BOARD)
    assert [tell_operators(NOW), tell_operators(NOW)] == [1, 0]
    (letter,) = letters()
    assert letter["to"] == "operateur@essai.example"
    assert "2 alertes demandent votre attention" in letter["subject"]
    assert "École" in letter["body"]
    assert "Piscine" in letter["body"]
    assert f"/exploitation/alertes/{PlantAlert.objects.first().pk}/" in letter["body"]


def test_an_alert_somebody_took_already_is_no_news():
    alert = an_alert(plant_with_meter().plant)
    operator = member(alert.plant.cooperative, Role.OPERATOR)
    take_alert(actor=operator, alert=alert, now=NOW)
    assert tell_operators(NOW) == 0


def test_a_demonstration_writes_to_nobody():
    alert = an_alert(plant_with_meter(cooperative=CooperativeFactory(is_demo=True)).plant)
    member(alert.plant.cooperative, Role.OPERATOR)
    assert tell_operators(NOW) == 0


def test_a_roofs_name_adds_no_line_to_the_subject():
    alert = an_alert(plant_with_meter(name="École\nBcc: tout@le.monde").plant)
    member(alert.plant.cooperative, Role.OPERATOR)
    tell_operators(NOW)
    assert "\n" not in letters()[0]["subject"]
