"""One panel a child, asked once, answered once."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import NewbornPanel
from shareholders.paper_keys import panel_key
from shareholders.services import newborns
from shareholders.services.newborns import (
    CONFIRMED_WITHIN,
    Child,
    PanelRefused,
    ask_panel,
    commune_of,
    confirm_panel,
    decline_panel,
    forget_unconfirmed,
    give_panel,
    given_count,
    insee_of,
    link_subscription,
    offer_panel,
)
from tests.factories import CooperativeFactory, ShareholderFactory, UserFactory
from tests.shareholders.joining_scene import letters
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


def confirmed(*arguments: Any, **fields: Any) -> NewbornPanel:
    return confirm_panel(panel=ask(*arguments, **fields))


def test_a_request_waits_for_its_family_under_the_next_number():
    cooperative = CooperativeFactory()
    first = ask(cooperative)
    second = ask(cooperative, Child("Noé", "Delattre", LEONIE.born_on, "Lens"))
    assert [first.number, second.number] == [1, 2]
    assert first.state == NewbornPanel.State.TO_CONFIRM
    assert [first.commune_insee, second.commune_insee] == ["62528", ""]
    assert [letter["to"] for letter in letters()] == ["famille@essai.example"] * 2
    assert panel_key(first) in letters()[0]["body"]
    assert "30 juin 2025" in letters()[0]["body"]


def test_confirmed_twice_it_is_confirmed_once():
    asked = ask(CooperativeFactory())
    for _ in range(2):
        assert confirm_panel(panel=asked).state == NewbornPanel.State.ASKED
    assert JournalEntry.objects.filter(act="confirm_newborn_panel").count() == 1


@pytest.mark.parametrize("answer", [give_panel, decline_panel])
def test_nobody_answers_before_the_family_confirmed(answer: Any):
    asked = ask(CooperativeFactory())
    with pytest.raises(PanelRefused, match="n’a pas encore confirmé"):
        answer(actor=UserFactory(), panel=asked)


def test_what_nobody_confirmed_takes_no_ones_place_and_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    cooperative = CooperativeFactory()
    ask(cooperative, contact_email="farceur@essai.example")
    kept = confirmed(cooperative)
    assert forget_unconfirmed(now=NOW + dt.timedelta(days=13, hours=23)) == 0
    assert forget_unconfirmed(now=NOW + dt.timedelta(days=14)) == 1
    assert list(NewbornPanel.objects.all()) == [kept]
    assert JournalEntry.objects.filter(act="forget_newborn_panel").count() == 1


def test_the_number_of_a_forgotten_request_is_never_given_again():
    cooperative = CooperativeFactory()
    first = ask(cooperative, contact_email="farceur@essai.example")
    forget_unconfirmed(now=NOW + dt.timedelta(days=14))
    assert ask(cooperative, contact_email="famille@essai.example").number == first.number + 1


def test_a_request_too_old_is_no_longer_confirmed_even_before_the_night(monkeypatch: pytest.MonkeyPatch):
    asked = ask(CooperativeFactory())
    monkeypatch.setattr(timezone, "now", lambda: NOW + CONFIRMED_WITHIN)
    with pytest.raises(PanelRefused, match="trop ancienne"):
        confirm_panel(panel=asked)


def test_one_that_fails_doesnt_keep_the_others(monkeypatch: pytest.MonkeyPatch):
    cooperative = CooperativeFactory()
    broken = ask(cooperative)
    ask(cooperative, Child("Noé", "Delattre", LEONIE.born_on, "Lens"))
    right = newborns.record

    def record(actor: Any, act: str, subject: Any, **detail: Any) -> Any:
        if subject.pk == broken.pk:
            raise ZeroDivisionError
        return right(actor, act, subject, **detail)

    monkeypatch.setattr(newborns, "record", record)
    assert forget_unconfirmed(now=NOW + dt.timedelta(days=30)) == 1
    assert list(NewbornPanel.objects.all()) == [broken]


@pytest.mark.parametrize("first_names", ["Léonie", "LÉONIE", " Léonie ", "Le\u0301onie"])
def test_the_same_family_asks_once_however_it_types(first_names: str):
    cooperative = CooperativeFactory()
    first = ask(cooperative)
    again = Child(first_names, "delattre", LEONIE.born_on, "Lens")
    assert ask(cooperative, again, contact_email="Famille@essai.example") == first
    assert NewbornPanel.objects.count() == 1
    assert len(letters()) == 1


def test_asked_again_later_the_letter_goes_again_with_its_full_time(monkeypatch: pytest.MonkeyPatch):
    first = ask(CooperativeFactory())
    later = NOW + dt.timedelta(days=10)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ask(first.cooperative) == first
    assert len(letters()) == 2
    assert forget_unconfirmed(now=NOW + CONFIRMED_WITHIN) == 0


def test_two_who_ask_for_one_child_both_wait_and_one_panel_is_given():
    cooperative, mayor = CooperativeFactory(), UserFactory()
    first = confirmed(cooperative)
    second = confirmed(cooperative, contact_email="autre@essai.example")
    give_panel(actor=mayor, panel=second)
    with pytest.raises(PanelRefused, match="déjà son panneau, par une autre demande"):
        give_panel(actor=mayor, panel=first)
    decline_panel(actor=mayor, panel=first)
    assert given_count(cooperative) == 1


def test_a_child_who_has_a_panel_is_asked_for_no_more():
    cooperative = CooperativeFactory()
    late = ask(cooperative, contact_email="tard@essai.example")
    give_panel(actor=UserFactory(), panel=confirmed(cooperative))
    with pytest.raises(PanelRefused, match="déjà offert à cet enfant"):
        ask(cooperative, contact_email="autre@essai.example")
    with pytest.raises(PanelRefused, match="déjà offert à cet enfant"):
        confirm_panel(panel=late)


def test_one_letter_box_gets_five_requests_to_confirm():
    cooperative = CooperativeFactory()
    for name in ("Ana", "Noé", "Zoé", "Ali", "Max"):
        ask(cooperative, Child(name, "Delattre", LEONIE.born_on, "Lens"))
    with pytest.raises(PanelRefused, match="attendent déjà une réponse"):
        ask(cooperative)
    assert ask(cooperative, contact_email="autre@essai.example")


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
