"""Who may do what in a cooperative."""

from collections.abc import Callable

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import RoleGrant
from shareholders.roles import Role
from shareholders.services import revoke_role
from tests.factories import CooperativeFactory, member
from tests.pages.scene import read

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def test_each_role_is_listed_with_its_holder(signed_in: SignIn):
    cooperative = CooperativeFactory()
    member(cooperative, Role.OPERATOR, full_name="Odile Exploite", email="odile@essai.example")
    auditor = member(cooperative, Role.AUDITOR, full_name="Ali Contrôle")
    text = read(signed_in(auditor).get(f"/{cooperative.slug}/comptes/"))
    assert "2 rôles ouvrent des portes ici." in text
    assert "Odile Exploite odile@essai.example Exploitant" in text
    assert "Ali Contrôle" in text


def test_shareholders_are_counted_and_not_named(signed_in: SignIn):
    cooperative = CooperativeFactory()
    for n in range(3):
        member(cooperative, Role.SHAREHOLDER, full_name=f"Citoyenne {n}")
    text = read(signed_in(member(cooperative, Role.ADMINISTRATOR)).get(f"/{cooperative.slug}/comptes/"))
    assert "1 rôle ouvre des portes ici. S’y ajoutent 3 comptes d’actionnaires." in text
    assert "Citoyenne" not in text


def test_a_role_ended_is_not_listed_any_more(signed_in: SignIn):
    cooperative = CooperativeFactory()
    member(cooperative, Role.OPERATOR, full_name="Odile Exploite")
    revoke_role(actor=None, grant=RoleGrant.objects.get())
    text = read(signed_in(member(cooperative, Role.ADMINISTRATOR)).get(f"/{cooperative.slug}/comptes/"))
    assert "Odile Exploite" not in text
    assert "Rôle retiré" in text


def test_another_cooperatives_accounts_are_not_there(signed_in: SignIn):
    cooperative = CooperativeFactory()
    member(CooperativeFactory(), Role.OPERATOR, full_name="Odile Exploite")
    text = read(signed_in(member(cooperative, Role.ADMINISTRATOR)).get(f"/{cooperative.slug}/comptes/"))
    assert "Odile Exploite" not in text
    assert "Rien encore." in text
