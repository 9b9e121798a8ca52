"""Who may: one actor in front of one cooperative, and plain predicates."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from shareholders.models import Cooperative, RoleGrant
from shareholders.permissions import (
    Actor,
    actor_in,
    can_see_accounts,
    can_see_own_shares,
    can_see_register,
    holds,
)
from shareholders.roles import Role
from tests.factories import CooperativeFactory, RoleGrantFactory, UserFactory, member

pytestmark = pytest.mark.django_db

MAY = {
    can_see_own_shares: {Role.SHAREHOLDER},
    can_see_register: {Role.BOARD, Role.TREASURER, Role.AUDITOR},
    can_see_accounts: {Role.ADMINISTRATOR, Role.AUDITOR},
}


@pytest.fixture
def cooperative() -> Cooperative:
    return CooperativeFactory()


def acting(*roles: Role) -> Actor:
    return Actor(None, Cooperative(), frozenset(roles))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_the_contract_says_and_no_more(role: Role):
    assert {may for may in MAY if may(acting(role))} == {may for may, roles in MAY.items() if role in roles}


def test_without_a_role_nobody_may_anything():
    assert not any(may(acting()) for may in MAY)


def test_two_roles_may_what_either_may():
    assert can_see_own_shares(acting(Role.SHAREHOLDER, Role.BOARD))
    assert can_see_register(acting(Role.SHAREHOLDER, Role.BOARD))


def test_holding_one_of_several_roles_is_enough():
    assert holds(Role.OPERATOR, Role.BOARD)(acting(Role.BOARD))
    assert not holds(Role.OPERATOR, Role.BOARD)(acting(Role.TREASURER))


def test_a_visitor_has_no_role(cooperative: Cooperative):
    actor = actor_in(AnonymousUser(), cooperative)
    assert (actor.user, actor.roles, actor.is_member) == (None, frozenset(), False)


def test_a_member_acts_with_all_roles_held_here(cooperative: Cooperative):
    user = member(cooperative, Role.SHAREHOLDER, Role.BOARD)
    actor = actor_in(user, cooperative)
    assert actor.roles == {Role.SHAREHOLDER, Role.BOARD}
    assert actor.is_member


def test_a_role_held_elsewhere_is_no_role_here(cooperative: Cooperative):
    assert not actor_in(member(CooperativeFactory(), Role.BOARD), cooperative).is_member


def test_a_role_ended_is_no_role(cooperative: Cooperative):
    user = member(cooperative, Role.BOARD)
    RoleGrant.objects.update(revoked_at=timezone.now())
    assert not actor_in(user, cooperative).is_member


def test_a_superuser_has_no_role_for_being_one(cooperative: Cooperative):
    assert not actor_in(UserFactory(is_superuser=True), cooperative).is_member


def test_a_municipality_acts_for_its_commune(cooperative: Cooperative):
    user = member(cooperative, Role.SHAREHOLDER)
    RoleGrantFactory(cooperative=cooperative, user=user, role=Role.MUNICIPALITY, commune_insee="62498")
    assert actor_in(user, cooperative).commune_insee == "62498"


def test_who_is_no_municipality_acts_for_no_commune(cooperative: Cooperative):
    RoleGrantFactory(cooperative=cooperative, user=(user := UserFactory()), commune_insee="62498")
    assert actor_in(user, cooperative).commune_insee == ""
