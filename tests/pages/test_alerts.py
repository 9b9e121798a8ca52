"""Pages of alerts and of the maintenance log."""

import datetime as dt
import html
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from production.models import MaintenanceEntry, NeighbourDay, PlantAlert
from shareholders.roles import Role
from tests.factories import an_alert, member, plant_with_meter
from tests.pages.scene import read

Flat = Callable[[Callable[[], object], Callable[[], object]], None]
pytestmark = pytest.mark.django_db


@pytest.fixture
def alert() -> PlantAlert:
    return an_alert(plant_with_meter(name="École").plant)


@pytest.fixture
def operator(alert: PlantAlert, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(alert.plant.cooperative, Role.OPERATOR, full_name="Opale Ratrice"))


def base(alert: PlantAlert) -> str:
    return f"/{alert.plant.cooperative.slug}/exploitation/"


def page(alert: PlantAlert) -> str:
    return f"{base(alert)}alertes/{alert.pk}/"


def test_the_list_says_how_many_wait_and_the_worst_comes_first(alert: PlantAlert, operator: Client):
    stopped = plant_with_meter(cooperative=alert.plant.cooperative, name="Piscine").plant
    an_alert(stopped, kind="outage", ended_on=None)
    text = read(operator.get(base(alert) + "alertes/"))
    assert "2 alertes attendent une réponse" in text
    assert text.index("Piscine") < text.index("École")


def test_without_alerts_the_page_says_so(alert: PlantAlert, operator: Client):
    PlantAlert.objects.all().delete()
    assert "Aucune alerte n’attend" in read(operator.get(base(alert) + "alertes/"))


def test_the_list_makes_as_many_queries_for_nine_as_for_two(
    alert: PlantAlert, operator: Client, assert_flat_queries: Flat
):
    def seven_more() -> None:
        for _number in range(7):
            an_alert(plant_with_meter(cooperative=alert.plant.cooperative).plant)

    assert_flat_queries(lambda: operator.get(base(alert) + "alertes/"), seven_more)


def test_an_alert_tells_what_was_seen_and_when(alert: PlantAlert, operator: Client):
    NeighbourDay.objects.create(
        plant=alert.plant, day=dt.date(2025, 6, 3), residual=-0.06, evidence=4.2, peers=7, reason="judged"
    )
    text = read(operator.get(page(alert)))
    assert "environ 5 % de moins que d’habitude" in text
    assert "Le trouble semble avoir commencé" in text
    assert "Je m’en occupe" in text
    assert "−6,0\u202f%" in html.unescape(operator.get(page(alert)).text)


def test_somebody_takes_it_and_the_next_one_hears_so(
    alert: PlantAlert, operator: Client, signed_in: Callable[[User], Client]
):
    response = operator.post(page(alert) + "prendre/")
    assert (response.status_code, response.headers["Location"]) == (303, page(alert))
    other = signed_in(member(alert.plant.cooperative, Role.OPERATOR))
    text = read(other.post(page(alert) + "prendre/", follow=True))
    assert "Opale Ratrice s’en occupe déjà" in text


def test_closing_without_a_cause_says_what_is_missing(alert: PlantAlert, operator: Client):
    response = operator.post(page(alert) + "clore/", {"note": "vu"})
    assert response.status_code == 422
    assert "Dites la cause" in html.unescape(response.text)
    assert "vu" in response.text
    assert PlantAlert.objects.get().state == "open"


def test_closing_on_a_day_to_come_is_refused_beside_its_field(alert: PlantAlert, operator: Client):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    response = operator.post(page(alert) + "clore/", {"cause": "outage", "ended_on": tomorrow.isoformat()})
    assert response.status_code == 422
    assert "pas encore venu" in html.unescape(response.text)


def test_a_closed_alert_shows_its_cause_and_what_it_cost(alert: PlantAlert, operator: Client):
    said = {"cause": "soiling", "note": "Fientes", "accept": "on"}
    assert operator.post(page(alert) + "clore/", said).status_code == 303
    text = read(operator.get(page(alert)))
    assert "Salissure, neige, ombre nouvelle" in text
    assert "Fientes" in text
    assert "prise pour l’habitude de ce toit" in text
    assert "Clore l’alerte" not in text
    assert "déjà clos" in read(operator.post(page(alert) + "clore/", said, follow=True))


def test_a_line_noted_on_an_alert_is_in_the_roofs_log(alert: PlantAlert, operator: Client):
    said = {"day": "2025-06-05", "text": "<b>Onduleur</b> redémarré"}
    assert operator.post(page(alert) + "noter/", said).status_code == 303
    log = f"{base(alert)}toitures/{alert.plant.slug}/entretien/"
    assert "&lt;b&gt;Onduleur" in operator.get(log).text
    assert "Onduleur" in read(operator.get(page(alert)))


def test_the_log_takes_a_line_and_refuses_an_empty_one(alert: PlantAlert, operator: Client):
    log = f"{base(alert)}toitures/{alert.plant.slug}/entretien/"
    assert "Rien n’est noté" in read(operator.get(log))
    assert operator.post(log + "noter/", {"day": "2025-06-05", "text": " "}).status_code == 422
    assert operator.post(log + "noter/", {"day": "hier", "text": "Vu"}).status_code == 422
    assert operator.post(log + "noter/", {"day": "2025-06-05", "text": "Vu"}).status_code == 303
    assert MaintenanceEntry.objects.get().entered_by.full_name == "Opale Ratrice"


def test_who_reads_does_not_act(alert: PlantAlert, signed_in: Callable[[User], Client]):
    auditor = signed_in(member(alert.plant.cooperative, Role.AUDITOR))
    text = read(auditor.get(page(alert)))
    assert "l’exploitant y répond" in text
    assert "Je m’en occupe" not in text


def test_another_companys_alert_is_not_there(alert: PlantAlert, operator: Client):
    other = an_alert(plant_with_meter().plant)
    assert operator.get(f"{base(alert)}alertes/{other.pk}/").status_code == 404
    assert operator.post(f"{base(alert)}alertes/{other.pk}/prendre/").status_code == 404
