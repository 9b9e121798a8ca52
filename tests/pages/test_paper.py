"""Opening a paper: its holder, who acts for the holder, who sees the register; by a key before an account."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Paper, Representative
from shareholders.paper_keys import paper_key
from shareholders.roles import Role
from shareholders.services.paper_making import make_missing_papers, make_newborn_paper
from tests.factories import CooperativeFactory, member
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import NOW, give_certificate, issued, panel, signed

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def cooperative(db: None) -> Any:
    made = open_cooperative()
    give_certificate(made)
    return made


def path(paper: Paper, key: str = "") -> str:
    return f"/{paper.cooperative.slug}/documents/{paper.pk}/" + (f"{key}/" if key else "")


def papers(cooperative: Any) -> tuple[Paper, Paper]:
    """Jeanne's bulletin and certificate; her account is the one made at the issue."""
    bulletin, certificate = make_missing_papers(issued(cooperative).pk)
    return bulletin, certificate


def test_a_holder_downloads_both_papers(signed_in: SignIn, cooperative: Any):
    for paper in papers(cooperative):
        answer = signed_in(User.objects.get(email="jeanne@essai.example")).get(path(paper))
        assert answer.status_code == 200
        assert answer.content == bytes(paper.content)


def test_a_paper_is_a_file_with_a_french_name_that_nobody_keeps(signed_in: SignIn, cooperative: Any):
    bulletin, _certificate = papers(cooperative)
    answer = signed_in(User.objects.get(email="jeanne@essai.example")).get(path(bulletin))
    assert answer.headers["Content-Type"] == "application/pdf"
    wanted = f'attachment; filename="bulletin-de-souscription-{bulletin.pk}.pdf"'
    assert answer.headers["Content-Disposition"] == wanted
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", [Role.BOARD, Role.TREASURER, Role.AUDITOR])
def test_who_sees_the_register_opens_any_paper(signed_in: SignIn, cooperative: Any, role: Role):
    bulletin, _certificate = papers(cooperative)
    assert signed_in(member(cooperative, role)).get(path(bulletin)).status_code == 200


def test_somebody_elses_paper_isnt_there(signed_in: SignIn, cooperative: Any):
    neighbour = signed_in(member(cooperative, Role.SHAREHOLDER))
    assert [neighbour.get(path(paper)).status_code for paper in papers(cooperative)] == [404, 404]


def test_another_cooperatives_paper_isnt_there(signed_in: SignIn, cooperative: Any):
    bulletin, _certificate = papers(cooperative)
    other = CooperativeFactory()
    board = signed_in(member(other, Role.BOARD))
    assert board.get(path(bulletin)).status_code == 404
    assert board.get(f"/{other.slug}/documents/{bulletin.pk}/").status_code == 404
    assert Client().get(f"/{other.slug}/documents/{bulletin.pk}/{paper_key(bulletin)}/").status_code == 404


def test_who_represents_a_holder_opens_its_papers(signed_in: SignIn, cooperative: Any):
    _bulletin, certificate = papers(cooperative)
    parent = member(cooperative, Role.SHAREHOLDER)
    assert certificate.holder is not None
    told = {
        "quality": "parent",
        "first_names": "Ali",
        "last_name": "Essai",
        "since": NOW.date(),
        "user": parent,
    }
    Representative.objects.create(holder=certificate.holder, **told)
    assert signed_in(parent).get(path(certificate)).status_code == 200


def test_before_there_is_an_account_the_letters_key_or_the_subscriptions_opens_it(cooperative: Any):
    subscription = signed(cooperative, key_sha256=hashlib.sha256(b"cle-du-lien").hexdigest())
    [bulletin] = make_missing_papers(subscription.pk)
    for key in (paper_key(bulletin), "cle-du-lien"):
        answer = Client().get(path(bulletin, key))
        assert answer.content == bytes(bulletin.content)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("key", ["x", "é", "0" * 43])
def test_a_wrong_key_opens_nothing(cooperative: Any, key: str):
    [bulletin] = make_missing_papers(signed(cooperative).pk)
    assert Client().get(path(bulletin, key)).status_code == 404


def test_the_key_of_one_paper_opens_no_other(cooperative: Any):
    first, second = (make_missing_papers(signed(cooperative, n).pk)[0] for n in (42, 43))
    assert Client().get(path(first, paper_key(second))).status_code == 404


def test_a_visitor_is_asked_to_sign_in(cooperative: Any):
    [bulletin] = make_missing_papers(signed(cooperative).pk)
    assert Client().get(path(bulletin)).headers["Location"].startswith("/connexion/")


def test_a_town_opens_the_panels_of_its_own_children_alone(signed_in: SignIn, cooperative: Any):
    town = signed_in(member(cooperative, Role.MUNICIPALITY))
    given = {"state": "given", "given_at": NOW}
    [own] = make_newborn_paper(panel(cooperative, **given).pk)
    [other] = make_newborn_paper(
        panel(cooperative, child_first_names="Noé", commune_insee="62498", **given).pk
    )
    assert [town.get(path(paper)).status_code for paper in (own, other)] == [200, 404]
