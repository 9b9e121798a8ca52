"""« Mon espace »: what awaits, accounts, rights, papers, payments, neighbours."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import InvitationLink, Paper, Representative, Shareholder, ShareTransfer
from shareholders.roles import Role
from shareholders.services import issue_shares
from shareholders.services.invitations import give_link
from shareholders.services.paper_making import make_missing_papers
from shareholders.services.people import adopt_statutes
from tests.factories import CollegeFactory, ShareholderFactory, demo_statutes, member
from tests.pages.scene import NOW, Scene, read
from tests.shareholders.banking.statements import OUR_IBAN
from tests.shareholders.sealed import give_certificate, issued, signed

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Flat = Callable[[Callable[[], object], Callable[[], object]], None]


@pytest.fixture
def own(scene: Scene) -> Shareholder:
    """Jeanne's account, under the demo statutes."""
    adopt_statutes(actor=None, cooperative=scene.cooperative, text=demo_statutes())
    scene.cooperative.iban = OUR_IBAN
    scene.cooperative.save()
    give_certificate(scene.cooperative)
    return Shareholder.objects.get(user=scene.jeanne)


def page(signed_in: SignIn, scene: Scene) -> str:
    return read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/"))


def test_nothing_awaits_nothing_is_said(signed_in: SignIn, scene: Scene, own: Shareholder):
    assert "Ce qui vous attend" not in page(signed_in, scene)


def test_a_signed_subscription_asks_to_be_paid(signed_in: SignIn, scene: Scene, own: Shareholder):
    subscription = signed(scene.cooperative, holder=own)
    text = page(signed_in, scene)
    assert "Votre souscription de 2 actions est signée : elle attend votre paiement." in text
    assert subscription.reference in text


def test_a_draft_begun_with_ones_own_address_is_found_again(
    signed_in: SignIn, scene: Scene, own: Shareholder
):
    signed(scene.cooperative, signed=False, email=scene.jeanne.email.upper())
    assert "Une souscription est commencée et n’est pas signée." in page(signed_in, scene)


def test_a_proposed_transfer_asks_for_an_answer(signed_in: SignIn, scene: Scene, own: Shareholder):
    giver = Shareholder.objects.exclude(pk=own.pk).get()
    ShareTransfer.objects.create(
        cooperative=scene.cooperative, kind="gift", giver=giver, taker=own, quantity=3, giver_agreed_at=NOW
    )
    assert "SEM d’essai vous propose 3 actions." in page(signed_in, scene)


def test_the_lines_of_ones_own_account_are_shown_and_no_others(
    signed_in: SignIn, scene: Scene, own: Shareholder
):
    text = page(signed_in, scene)
    assert "12 juillet 2019 émission +500 500 1" in text
    assert "1 500" not in text


def test_rights_are_said_with_their_days_and_their_source(signed_in: SignIn, scene: Scene, own: Shareholder):
    issue_shares(actor=None, shareholder=own, quantity=2, dated=dt.date(2024, 3, 1))
    text = page(signed_in, scene)
    assert "Vous pouvez vendre ou donner 500 actions dès maintenant." in text
    assert "2 de vos actions se gardent encore, au plus tard jusqu’au 1er mars 2029." in text
    assert "Les autres actionnaires ont 30 jours pour acheter en premier." in text
    assert "à la valeur nominale, avec 6 mois de préavis" in text
    assert "Statuts adoptés le 12 juillet 2019." in text


def test_without_statutes_no_right_is_made_up(signed_in: SignIn, scene: Scene):
    text = page(signed_in, scene)
    assert "Vous votez à chaque assemblée" in text
    assert "préavis" not in text


def test_new_papers_are_pointed_out_and_listed(signed_in: SignIn, scene: Scene, own: Shareholder):
    make_missing_papers(issued(scene.cooperative, holder=own).pk)
    text = page(signed_in, scene)
    assert "Nouveau document : attestation d’inscription en compte." in text
    assert "Bulletin de souscription" in text


def test_money_received_is_listed(signed_in: SignIn, scene: Scene, own: Shareholder):
    issued(scene.cooperative, holder=own)
    assert "Reçu de vous (virement)" in page(signed_in, scene)


def test_an_invitation_counts_who_came_and_who_stayed(signed_in: SignIn, scene: Scene, own: Shareholder):
    give_link(holder=own)
    InvitationLink.objects.update(visits=3)
    issued(scene.cooperative, invited_by=own, email="voisin@essai.example")
    text = page(signed_in, scene)
    assert "3 visites par votre lien, 1 souscription commencée, 1 voisin devenu actionnaire." in text


def test_a_link_is_made_at_the_first_click(signed_in: SignIn, scene: Scene, own: Shareholder):
    client = signed_in(scene.jeanne)
    for _ in range(2):
        assert client.post(f"{scene.base}mon-espace/1/invitation/").status_code == 302
    link = InvitationLink.objects.get(holder=own)
    assert f"devenir-actionnaire/?invitation={link.code}" in client.get(f"{scene.base}mon-espace/").text


def test_a_child_and_a_company_are_accounts_of_their_own(signed_in: SignIn, scene: Scene, own: Shareholder):
    child = ShareholderFactory(
        college=own.memberships.get().college, number=7, first_names="Léonie", last_name="Delattre"
    )
    told = {"quality": "parent", "first_names": "Jeanne", "last_name": "Delattre", "since": NOW.date()}
    Representative.objects.create(holder=child, user=scene.jeanne, **told)
    text = page(signed_in, scene)
    assert "Compte de Léonie Delattre (n° 7)" in text
    assert "Compte de Jeanne Delattre (n° 1)" in text


def test_the_page_makes_as_many_queries_for_many_accounts(
    signed_in: SignIn, scene: Scene, own: Shareholder, assert_flat_queries: Flat
):
    client, college = signed_in(scene.jeanne), own.memberships.get().college

    def grow() -> None:
        for number in range(20, 25):
            other = ShareholderFactory(college=college, number=number, user=scene.jeanne)
            issue_shares(actor=None, shareholder=other, quantity=1, dated=dt.date(2025, 1, 2))
            give_link(holder=other)

    grow_subscriptions = iter(range(60, 70))
    signed(scene.cooperative, next(grow_subscriptions), holder=own)

    def grow_all() -> None:
        grow()
        for number in grow_subscriptions:
            signed(scene.cooperative, number, holder=own)

    give_link(holder=own)
    assert_flat_queries(lambda: client.get(f"{scene.base}mon-espace/"), grow_all)


def test_a_certificate_is_made_once_a_day_and_downloaded(signed_in: SignIn, scene: Scene, own: Shareholder):
    client = signed_in(scene.jeanne)
    for _ in range(2):
        answer = client.post(f"{scene.base}mon-espace/1/attestation/", follow=True)
        assert answer.headers["Content-Type"] == "application/pdf"
    assert Paper.objects.filter(holder=own).count() == 1


def test_nobody_asks_for_somebody_elses_certificate(signed_in: SignIn, scene: Scene, own: Shareholder):
    client = signed_in(scene.jeanne)
    assert client.post(f"{scene.base}mon-espace/2/attestation/").status_code == 404
    assert client.post(f"{scene.base}mon-espace/2/invitation/").status_code == 404


def test_without_a_certificate_to_seal_with_a_sentence_says_so(signed_in: SignIn, scene: Scene):
    answer = signed_in(scene.jeanne).post(f"{scene.base}mon-espace/1/attestation/", follow=True)
    assert "La société ne peut pas encore sceller de documents." in answer.text


def one(signed_in: SignIn, scene: Scene, subscription: Any) -> str:
    return read(signed_in(scene.jeanne).get(f"{scene.base}mon-espace/souscriptions/{subscription.pk}/"))


def test_a_subscription_says_where_it_stands(signed_in: SignIn, scene: Scene, own: Shareholder):
    waiting = signed(scene.cooperative, 60, holder=own)
    text = one(signed_in, scene, waiting)
    assert "Signée : il reste à la payer, et le conseil doit donner son accord." in text
    assert "Payer" in text
    done = issued(scene.cooperative, 61, holder=own)
    assert "Vos 2 actions sont inscrites au registre, ligne 3." in one(signed_in, scene, done)


def test_somebody_elses_subscription_isnt_there(signed_in: SignIn, scene: Scene, own: Shareholder):
    other = signed(scene.cooperative, email="voisin@essai.example")
    neighbour = signed_in(member(scene.cooperative, Role.SHAREHOLDER))
    assert neighbour.get(f"{scene.base}mon-espace/souscriptions/{other.pk}/").status_code == 404


def test_a_college_without_holders_breaks_nothing(signed_in: SignIn, scene: Scene, own: Shareholder):
    CollegeFactory(cooperative=scene.cooperative)
    assert "Votre compte d’actions" in page(signed_in, scene)
