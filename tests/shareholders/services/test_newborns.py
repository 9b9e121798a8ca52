"""One panel a child, asked once, answered once."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import NewbornPanel
from shareholders.services.newborns import (
    Child,
    PanelRefused,
    ask_panel,
    commune_of,
    decline_panel,
    give_panel,
    given_count,
    insee_of,
    link_subscription,
    offer_panel,
)
from tests.factories import CooperativeFactory, ShareholderFactory, UserFactory
from tests.shareholders.money import open_cooperative, subscribe
from tests.shareholders.sealed import NOW, panel

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
LEONIE = Child("Léonie", "Delattre", dt.date(2025, 3, 3), "Loos-en-Gohelle")


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def ask(cooperative: Any, child: Child = LEONIE, **fields: Any) -> NewbornPanel:
    told: dict[str, Any] = {"offered_by": "ses grands-parents", "contact_email": "famille@essai.example"}
    return ask_panel(actor=None, cooperative=cooperative, child=child, **told | fields)


def test_a_request_waits_under_the_next_number():
    cooperative = CooperativeFactory()
    first = ask(cooperative)
    second = ask(cooperative, Child("Noé", "Delattre", LEONIE.born_on, "Lens"))
    assert [first.number, second.number] == [1, 2]
    assert first.state == NewbornPanel.State.ASKED
    assert [first.commune_insee, second.commune_insee] == ["62528", ""]


@pytest.mark.parametrize("first_names", ["Léonie", "LÉONIE", " Léonie ", "Le\u0301onie"])
def test_a_child_has_one_panel_however_the_name_is_typed(first_names: str):
    cooperative = CooperativeFactory()
    ask(cooperative)
    with pytest.raises(PanelRefused, match="déjà demandé ou offert"):
        ask(cooperative, Child(first_names, "delattre", LEONIE.born_on, "Lens"))
    assert NewbornPanel.objects.count() == 1


def test_twins_each_have_their_own():
    cooperative = CooperativeFactory()
    ask(cooperative)
    ask(cooperative, Child("Noé", "Delattre", LEONIE.born_on, "Lens"))
    assert NewbornPanel.objects.count() == 2


@pytest.mark.parametrize(
    ("born_on", "sentence"),
    [
        (TODAY + dt.timedelta(days=1), "pas encore né"),
        (dt.date(2022, 6, 15), "moins de trois ans"),
        (dt.date(1, 1, 1), "moins de trois ans"),
        (dt.date.max, "pas encore né"),
    ],
)
def test_a_birth_to_come_or_long_ago_is_refused(born_on: dt.date, sentence: str):
    with pytest.raises(PanelRefused, match=sentence):
        ask(CooperativeFactory(), Child("Léonie", "Delattre", born_on, "Lens"))


@pytest.mark.parametrize("born_on", [TODAY, dt.date(2022, 6, 16)])
def test_the_first_and_the_last_day_count(born_on: dt.date):
    assert ask(CooperativeFactory(), Child("Léonie", "Delattre", born_on, "Lens")).pk


def test_given_twice_it_is_given_once():
    asked, mayor = panel(CooperativeFactory()), UserFactory()
    give_panel(actor=mayor, panel=asked)
    again = give_panel(actor=mayor, panel=asked)
    assert again.state == NewbornPanel.State.GIVEN and again.given_at == NOW
    assert JournalEntry.objects.filter(act="give_newborn_panel").count() == 1
    assert given_count(asked.cooperative) == 1


def test_a_declined_request_isnt_given_nor_a_given_one_declined():
    asked, given = panel(CooperativeFactory()), panel(CooperativeFactory())
    mayor = UserFactory()
    decline_panel(actor=mayor, panel=asked)
    decline_panel(actor=mayor, panel=asked)
    give_panel(actor=mayor, panel=given)
    with pytest.raises(PanelRefused, match="déclinée"):
        give_panel(actor=mayor, panel=asked)
    with pytest.raises(PanelRefused, match="déjà offert"):
        decline_panel(actor=mayor, panel=given)
    assert JournalEntry.objects.filter(act="decline_newborn_panel").count() == 1


def test_who_was_declined_may_ask_again():
    asked = panel(CooperativeFactory())
    decline_panel(actor=UserFactory(), panel=asked)
    assert ask(asked.cooperative).number == 2


def test_the_town_offers_without_a_request():
    made = offer_panel(
        actor=UserFactory(),
        cooperative=CooperativeFactory(),
        child=LEONIE,
        offered_by="Loos-en-Gohelle",
        contact_email="famille@essai.example",
    )
    assert made.state == NewbornPanel.State.GIVEN and made.by_municipality


def test_a_town_of_the_register_is_recognised_by_its_name():
    cooperative = CooperativeFactory()
    town = {"kind": "public", "first_names": "", "last_name": "", "legal_name": "Ville de Lens"}
    ShareholderFactory(college__cooperative=cooperative, commune="Lens", insee_code="62498", **town)
    assert insee_of(cooperative, " lens ") == "62498"
    assert commune_of(cooperative, "62498") == "Lens"
    assert commune_of(cooperative, "75056") == ""


def test_a_child_has_one_running_subscription():
    cooperative = open_cooperative()
    asked = panel(cooperative)
    link_subscription(panel=asked, subscription=subscribe(cooperative, 42))
    with pytest.raises(PanelRefused, match="déjà commencée"):
        link_subscription(panel=asked, subscription=subscribe(cooperative, 43))
