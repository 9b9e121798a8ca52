"""The operator's place."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

import production
from mine_de_soleil.core.models import User
from production.formats import FORMATS
from shareholders.models import Cooperative
from shareholders.roles import Role
from tests.factories import CooperativeFactory, flat_forecast, member, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.troubles import a_closed_alert, a_quality, an_alert

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def page(signed_in: SignIn, cooperative: Cooperative, *roles: Role) -> str:
    response = signed_in(member(cooperative, *roles)).get(f"/{cooperative.slug}/exploitation/")
    assert response.status_code == 200
    return response.text


def days_ago(count: int) -> dt.date:
    return dt.date(2025, 6, 12) - dt.timedelta(days=count)


@pytest.fixture(autouse=True)
def _june_12(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day in the middle of a year, for a page that looks a month back."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: days_ago(0))


def test_without_a_roof_it_still_answers(signed_in: SignIn):
    assert "Aucun toit n’est encore enregistré" in page(signed_in, CooperativeFactory(), Role.OPERATOR)


def test_a_roof_nobody_hears_from_is_said_first(signed_in: SignIn):
    silent = plant_with_meter(name="Muet")
    cooperative = silent.plant.cooperative
    heard = plant_with_meter(name="Bavard", cooperative=cooperative)
    bring(heard, paris_day(days_ago(1), 4_000))
    text = page(signed_in, cooperative, Role.OPERATOR)
    assert "1 toit ne donne plus de nouvelles." in text
    assert text.count("sans nouvelles</span>") == 1
    assert "Aucun relevé n’est encore arrivé." in text
    listed = text[text.index('<table class="flow">') :]
    assert listed.index("Muet") < listed.index("Bavard")


def test_that_all_roofs_speak_is_said_too(signed_in: SignIn):
    meter = plant_with_meter()
    bring(meter, paris_day(days_ago(2), 4_000))
    assert "Tous les toits donnent de leurs nouvelles." in page(
        signed_in, meter.plant.cooperative, Role.OPERATOR
    )


def test_the_worst_roof_comes_before_the_best(signed_in: SignIn):
    best = plant_with_meter(name="Meilleur")
    cooperative = best.plant.cooperative
    worst = plant_with_meter(name="Pire", cooperative=cooperative)
    for meter, wh in ((best, 5_000), (worst, 1_000)):
        flat_forecast(meter.plant)
        bring(meter, paris_day(days_ago(1), wh))
    text = page(signed_in, cooperative, Role.OPERATOR)
    listed = text[text.index('<table class="flow">') :]
    assert listed.index("Pire") < listed.index("Meilleur")


def names_in_order(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/[^"]*/toitures/[^"]*">([^<]*)</a>', text)


@pytest.fixture
def fleet() -> Cooperative:
    """Five roofs heard yesterday: broken, behind, doubtful, below, fine."""
    cooperative = CooperativeFactory()
    meters = {}
    for name, wh in (("Bien", 5_000), ("Dessous", 3_900), ("Douteux", 5_001), ("Retrait", 5_002)):
        meters[name] = plant_with_meter(name=name, cooperative=cooperative)
        flat_forecast(meters[name].plant)
        bring(meters[name], paris_day(days_ago(1), wh))
    broken = plant_with_meter(name="Panne", cooperative=cooperative, commune="Liévin")
    bring(broken, paris_day(days_ago(1), 10))
    an_alert(broken.plant, days_ago(9))
    an_alert(meters["Retrait"].plant, days_ago(20), kind="behind")
    a_quality(meters["Douteux"], days_ago(3))
    return cooperative


def test_each_roof_says_why_it_stands_where_it_does(signed_in: SignIn, fleet: Cooperative):
    text = page(signed_in, fleet, Role.OPERATOR)
    assert names_in_order(text) == ["Panne", "Retrait", "Douteux", "Dessous", "Bien"]
    assert "3 toits demandent votre attention." in text
    assert "En panne depuis le 3 juin 2025." in text
    assert "En retrait sur les toits voisins depuis le 23 mai 2025." in text
    assert "Un jour de relevés douteux sur les trente derniers." in text
    assert "6\u202f% de moins que prévu." in text
    assert "2 alertes à clore." in text


def shown(signed_in: SignIn, fleet: Cooperative, query: str) -> list[str]:
    client = signed_in(member(fleet, Role.OPERATOR))
    response = client.get(f"/{fleet.slug}/exploitation/{query}")
    assert response.status_code == 200
    return names_in_order(response.text)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?etat=panne", ["Panne"]),
        ("?q=LIEVIN", ["Panne"]),
        ("?q=retr", ["Retrait"]),
        ("?q=dou+loos&etat=douteux", ["Douteux"]),
        ("?q=dou&etat=panne", []),
        ("?etat=n’importe", ["Panne", "Retrait", "Douteux", "Dessous", "Bien"]),
        ("?q=%00&page=-3", ["Panne", "Retrait", "Douteux", "Dessous", "Bien"]),
        ("?page=abc", ["Panne", "Retrait", "Douteux", "Dessous", "Bien"]),
    ],
)
def test_one_finds_a_roof_among_many(signed_in: SignIn, fleet: Cooperative, query: str, names: list[str]):
    assert shown(signed_in, fleet, query) == names


def test_a_large_fleet_comes_in_pages(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, fleet: Cooperative):
    monkeypatch.setattr("production.operation_pages.PLANTS_A_PAGE", 2)
    assert shown(signed_in, fleet, "?page=2") == ["Douteux", "Dessous"]
    client = signed_in(member(fleet, Role.OPERATOR))
    text = client.get(f"/{fleet.slug}/exploitation/?q=loos&page=2").text
    assert 'href="?q=loos&amp;page=1"' in text


def test_a_search_nobody_answers_says_so(signed_in: SignIn, fleet: Cooperative):
    client = signed_in(member(fleet, Role.OPERATOR))
    text = client.get(f"/{fleet.slug}/exploitation/?q=<script>").text
    assert "Aucun toit ne répond à ce choix." in text
    assert "<script>" not in text.split("</head>")[1].split("<script")[0]


def test_an_alert_somebody_closed_no_longer_counts(signed_in: SignIn, fleet: Cooperative):
    a_closed_alert(fleet.plants.get(name="Bien"), days_ago(9), days_ago(8), 1)
    assert "2 alertes à clore." in page(signed_in, fleet, Role.OPERATOR)


def test_only_the_operator_has_the_form(signed_in: SignIn):
    cooperative = plant_with_meter().plant.cooperative
    assert 'enctype="multipart/form-data"' in page(signed_in, cooperative, Role.OPERATOR)
    assert "multipart" not in page(signed_in, cooperative, Role.BOARD)
    assert "multipart" not in page(signed_in, cooperative, Role.AUDITOR)


def test_the_form_asks_what_a_file_may_leave_out(signed_in: SignIn):
    text = page(signed_in, plant_with_meter().plant.cooperative, Role.OPERATOR)
    asked = text[
        text.index("Le fichier ne dit pas tout") : text.index("</details>", text.index("Le fichier ne dit"))
    ]
    assert 'name="unit"' in asked
    assert 'name="label"' in asked


def test_the_form_offers_the_cooperatives_own_meters(signed_in: SignIn):
    own, other = plant_with_meter(), plant_with_meter()
    text = page(signed_in, own.plant.cooperative, Role.OPERATOR)
    choices = re.findall(r"<option[^>]*>([^<]*)</option>", text)
    assert any(own.code in choice for choice in choices)
    assert not any(other.code in choice for choice in choices)


def test_what_came_in_lately_leads_to_its_report(signed_in: SignIn):
    meter = plant_with_meter()
    done = bring(meter, paris_day(days_ago(1), 4_000), "hier.csv")
    text = page(signed_in, meter.plant.cooperative, Role.AUDITOR)
    assert "hier.csv" in text
    assert f"/exploitation/imports/{done.pk}/" in text


def test_a_citizen_is_refused_and_a_stranger_finds_nothing(signed_in: SignIn):
    cooperative = plant_with_meter().plant.cooperative
    url = f"/{cooperative.slug}/exploitation/"
    assert signed_in(member(cooperative, Role.SHAREHOLDER)).get(url).status_code == 403
    assert signed_in(member(CooperativeFactory(), Role.OPERATOR)).get(url).status_code == 404
    assert Client().get(url).headers["Location"].startswith("/connexion/")


def test_more_roofs_and_files_make_no_more_queries(signed_in: SignIn, assert_flat_queries):
    first = plant_with_meter()
    cooperative = first.plant.cooperative
    client = signed_in(member(cooperative, Role.OPERATOR))
    flat_forecast(first.plant)
    bring(first, paris_day(days_ago(1), 1_000))

    def grow() -> None:
        for n in range(7):
            meter = plant_with_meter(cooperative=cooperative)
            flat_forecast(meter.plant)
            bring(meter, paris_day(days_ago(1), 2_000 + n))

    assert_flat_queries(lambda: client.get(f"/{cooperative.slug}/exploitation/"), grow)


def test_every_format_is_named_under_the_form():
    template = Path(production.__file__).parent / "templates/production/operation.html"
    told = template.read_text(encoding="utf-8").split("Sont reconnus")[1].split("</p>")[0]
    for name in FORMATS.values():
        assert re.split(r"[ ,]", name)[0].lower() in told.lower(), name
