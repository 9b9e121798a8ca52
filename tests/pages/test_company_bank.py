"""/<coop>/conseil/compte-bancaire/: entered by the treasurer, approved by the board, masked for others."""

from collections.abc import Callable

import pytest
from django.test import Client

from shareholders.banking.references import formatted
from shareholders.models import CompanyBank, Cooperative
from shareholders.roles import Role
from tests.factories import member
from tests.shareholders.banking.statements import OTHER_IBAN, OUR_IBAN
from tests.shareholders.money import open_cooperative

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
SAID = {"account_name": "SAS Soleil", "iban": OTHER_IBAN, "bic": "", "payment_prefix": "MDS"}


@pytest.fixture
def coop(db: None) -> Cooperative:
    return open_cooperative()


def url(coop: Cooperative, pk: int | None = None) -> str:
    return f"/{coop.slug}/conseil/compte-bancaire/{f'{pk}/decision/' if pk else ''}"


def enter(coop: Cooperative, signed_in: SignIn, *roles: Role, **said: str):
    return signed_in(member(coop, *(roles or (Role.TREASURER,)))).post(url(coop), SAID | said, follow=True)


def last() -> CompanyBank:
    return CompanyBank.objects.latest("pk")


def test_the_treasurer_enters_and_the_board_approves(coop: Cooperative, signed_in: SignIn):
    assert "Le conseil le relit" in enter(coop, signed_in).text
    board = signed_in(member(coop, Role.BOARD))
    page = board.get(url(coop)).text
    assert "Un compte attend votre accord." in page
    assert formatted(OTHER_IBAN) in page
    assert "compte bancaire à relire" in board.get(f"/{coop.slug}/conseil/").text
    done = board.post(url(coop, last().pk), {"word": "yes"}, follow=True).text
    assert "Ce compte est en vigueur." in done
    assert "ancien compte" in done
    coop.refresh_from_db()
    assert coop.iban == OTHER_IBAN


def test_who_holds_both_roles_does_not_approve_alone(coop: Cooperative, signed_in: SignIn):
    client = signed_in(member(coop, Role.TREASURER, Role.BOARD))
    client.post(url(coop), SAID)
    assert "une autre personne du conseil" in client.get(url(coop)).text
    refused = client.post(url(coop, last().pk), {"word": "yes"})
    assert (refused.status_code, "Vous avez saisi ce compte" in refused.text) == (422, True)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_others_read_it_masked(coop: Cooperative, signed_in: SignIn, role: Role):
    enter(coop, signed_in)
    page = signed_in(member(coop, role)).get(url(coop))
    assert page.status_code == 200
    assert "••••" in page.text
    for iban in (OUR_IBAN, OTHER_IBAN):
        assert iban not in page.text
        assert formatted(iban) not in page.text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.BOARD])
def test_only_the_treasurer_enters(coop: Cooperative, signed_in: SignIn, role: Role):
    assert enter(coop, signed_in, role).status_code == 403
    assert not CompanyBank.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"iban": "FR76"}, "il en manque"),
        ({"iban": OTHER_IBAN[:-1] + "0"}, "IBAN"),
        ({"iban": ""}, "Indiquez un IBAN."),
        ({"iban": "x" * 5_000}, "60"),
        ({"account_name": ""}, "Indiquez le titulaire"),
        ({"bic": "AGRI"}, "8 ou 11"),
        ({"payment_prefix": "1"}, "2 à 6 lettres"),
        ({"payment_prefix": "MDSR"}, "remboursements"),
    ],
)
def test_bad_details_are_told_and_stored_nowhere(
    coop: Cooperative, signed_in: SignIn, said: dict[str, str], sentence: str
):
    page = enter(coop, signed_in, **said)
    assert page.status_code == 422
    assert sentence in page.text
    assert not CompanyBank.objects.exists()


def test_a_refusal_asks_why(coop: Cooperative, signed_in: SignIn):
    enter(coop, signed_in)
    board = signed_in(member(coop, Role.BOARD))
    assert "Dites pourquoi" in board.post(url(coop, last().pk), {"word": "no"}).text
    done = board.post(url(coop, last().pk), {"word": "no", "reason": "Inconnu"}, follow=True)
    assert "Ce compte est refusé" in done.text
    coop.refresh_from_db()
    assert coop.iban == OUR_IBAN


def test_an_account_of_another_cooperative_is_not_there(coop: Cooperative, signed_in: SignIn):
    enter(coop, signed_in)
    other = open_cooperative()
    board = signed_in(member(other, Role.BOARD))
    assert board.post(url(other, last().pk), {"word": "yes"}).status_code == 404
