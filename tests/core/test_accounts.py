"""Accounts: an e-mail address, whatever its case, and a password or a code."""

import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from mine_de_soleil.core.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeanne() -> User:
    """Somebody with a password and a verified address."""
    user = User.objects.create_user("Jeanne@Essai.example", PASSWORD, is_demo=True)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", ["jeanne@essai.example", "Jeanne@Essai.example", "JEANNE@ESSAI.EXAMPLE"])
def test_one_signs_in_by_e_mail_whatever_the_case(client: Client, jeanne: User, typed: str):
    response = client.post("/connexion/", {"login": typed, "password": PASSWORD})
    assert response.headers["Location"] == "/mes-espaces/"
    assert is_signed_in(client)


def test_a_wrong_password_says_so_in_french(client: Client, jeanne: User):
    response = client.post("/connexion/", {"login": jeanne.email, "password": "soleil-couchant"})
    assert response.status_code == 200
    assert "L’adresse e-mail ou le mot de passe ne convient pas." in response.text
    assert not is_signed_in(client)


def test_a_closed_account_does_not_sign_in(client: Client, jeanne: User):
    jeanne.is_active = False
    jeanne.save()
    client.post("/connexion/", {"login": jeanne.email, "password": PASSWORD})
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", ["jeanne@essai.example", "JEANNE@essai.example"])
def test_a_code_comes_by_mail_and_lets_in(client: Client, jeanne: User, typed: str):
    client.post("/compte/code/", {"email": typed})
    (message,) = mail.outbox
    assert message.to == [jeanne.email]
    (code,) = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", message.body, re.MULTILINE)
    client.post("/compte/code/confirmer/", {"code": code})
    assert is_signed_in(client)


def test_an_unknown_address_is_not_told_from_a_known_one(client: Client, jeanne: User):
    known = client.post("/compte/code/", {"email": jeanne.email})
    unknown = Client().post("/compte/code/", {"email": "personne@essai.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


@pytest.mark.parametrize("email", ["jeanne@essai.example", "JEANNE@ESSAI.EXAMPLE"])
def test_there_is_one_account_per_e_mail_whatever_the_case(jeanne: User, email: str):
    with pytest.raises(IntegrityError, match="one_account_per_email"), transaction.atomic():
        UserFactory(email=email)


def test_signing_up_with_a_taken_address_opens_no_second_account(client: Client, jeanne: User):
    client.post("/compte/inscription/", {"email": "JEANNE@essai.example", "password1": "une-toiture-au-sud"})
    assert User.objects.count() == 1
    assert not is_signed_in(client)


def test_a_new_account_waits_for_its_address_to_be_verified(client: Client):
    form = {"email": "Nouvelle@Essai.example", "password1": "une-toiture-au-sud"}
    client.post("/compte/inscription/", form)
    assert User.objects.get().email == "nouvelle@essai.example"
    assert len(mail.outbox) == 1
    assert not is_signed_in(client)


@pytest.mark.parametrize("password", ["court", "1234567890", "motdepasse"])
def test_a_weak_password_opens_no_account(client: Client, password: str):
    client.post("/compte/inscription/", {"email": "nouvelle@essai.example", "password1": password})
    assert not User.objects.exists()


def test_an_account_alone_gives_no_right():
    user = UserFactory()
    assert not (user.is_superuser or user.role_grants.exists())


def test_an_account_is_called_by_its_name_or_else_its_address():
    assert str(User(email="jeanne@essai.example", full_name="Jeanne Delattre")) == "Jeanne Delattre"
    assert str(User(email="jeanne@essai.example")) == "jeanne@essai.example"


def test_signing_out_asks_first(client: Client, jeanne: User):
    client.post("/connexion/", {"login": jeanne.email, "password": PASSWORD})
    client.get("/deconnexion/")
    assert is_signed_in(client)
    client.post("/deconnexion/")
    assert not is_signed_in(client)


def test_too_many_tries_are_told_in_french(client: Client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    answers = [client.post("/connexion/", {"login": "a@b.example", "password": "x"}) for _ in range(2)]
    assert answers[-1].status_code == 429
    assert "trop d’essais" in answers[-1].text


def test_signing_in_by_code_undoes_the_password_of_who_never_proved_the_address(client: Client):
    form = {"email": "victime@essai.example", "password1": "une-toiture-au-sud"}
    Client().post("/compte/inscription/", form)
    client.post("/compte/code/", {"email": form["email"]})
    (code,) = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)
    client.post("/compte/code/confirmer/", {"code": code})
    assert is_signed_in(client)
    assert client.get("/mes-espaces/").status_code == 200
    user = User.objects.get()
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified


def test_at_ones_own_sign_up_the_password_stays(client: Client):
    form = {"email": "nouvelle@essai.example", "password1": "une-toiture-au-sud"}
    page = client.post("/compte/inscription/", form).headers["Location"]
    (code,) = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)
    client.post(page, {"code": code})
    user = User.objects.get()
    assert user.emailaddress_set.get().verified
    assert user.has_usable_password()
