"""Acts on the register and on roles: one transaction, one line of the journal."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import RoleGrant, Shareholder, ShareMovement
from shareholders.roles import Role
from shareholders.services import (
    NotEnoughShares,
    enter_shareholder,
    grant_role,
    issue_shares,
    revoke_role,
    transfer_shares,
)
from tests.factories import CollegeFactory, CooperativeFactory, ShareholderFactory, UserFactory, college_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2021, 6, 1)
JEANNE = {"kind": Shareholder.Kind.NATURAL, "first_names": "Jeanne", "last_name": "Delattre"}


def journal() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


def test_a_role_given_is_held_and_journalled():
    admin, user, cooperative = UserFactory(), UserFactory(), CooperativeFactory()
    grant_role(actor=admin, cooperative=cooperative, user=user, role=Role.BOARD)
    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.act, entry.scope) == (admin, "grant_role", cooperative.slug)
    assert entry.detail == {"role": "board", "user": user.pk}


def test_a_role_given_twice_is_held_once():
    user, cooperative = UserFactory(), CooperativeFactory()
    first, second = (
        grant_role(actor=None, cooperative=cooperative, user=user, role=Role.BOARD) for _ in range(2)
    )
    assert first == second
    assert journal() == ["grant_role"]


def test_a_municipality_keeps_its_commune():
    user, cooperative = UserFactory(), CooperativeFactory()
    grant = grant_role(
        actor=None, cooperative=cooperative, user=user, role=Role.MUNICIPALITY, commune_insee="62528"
    )
    assert grant.commune_insee == "62528"


def test_a_role_ended_stays_on_record():
    grant = grant_role(actor=None, cooperative=CooperativeFactory(), user=UserFactory(), role=Role.BOARD)
    revoke_role(actor=None, grant=grant)
    assert RoleGrant.objects.get().revoked_at is not None
    assert journal() == ["grant_role", "revoke_role"]


def test_a_role_ended_twice_keeps_its_first_end():
    grant = grant_role(actor=None, cooperative=CooperativeFactory(), user=UserFactory(), role=Role.BOARD)
    as_another_request_saw_it = RoleGrant.objects.get()
    revoke_role(actor=None, grant=grant)
    revoke_role(actor=None, grant=as_another_request_saw_it)
    assert RoleGrant.objects.get().revoked_at == grant.revoked_at
    assert journal() == ["grant_role", "revoke_role"]


def test_people_are_numbered_in_their_order_of_entry():
    college = CollegeFactory()
    people = [enter_shareholder(actor=None, college=college, **JEANNE) for _ in range(3)]
    assert [person.number for person in people] == [1, 2, 3]
    assert {person.cooperative for person in people} == {college.cooperative}
    assert journal() == ["enter_shareholder"] * 3


@pytest.mark.parametrize(
    "wrong",
    [{"last_name": ""}, {"email": "pas-une-adresse"}, {"siren": "12"}, {"kind": "ghost"}],
)
def test_a_person_who_makes_no_sense_is_refused(wrong: dict[str, str]):
    fields = {"college": CollegeFactory(), **JEANNE, **wrong}
    with pytest.raises(ValidationError):
        enter_shareholder(actor=None, **fields)
    assert not Shareholder.objects.exists()
    assert journal() == []


def test_shares_issued_are_worth_the_nominal_value_of_the_day():
    holder = ShareholderFactory()
    line = issue_shares(actor=None, shareholder=holder, quantity=5, dated=DAY)
    assert line.nominal_value == holder.cooperative.nominal_value
    assert (line.kind, line.from_shareholder, line.to_shareholder) == ("issue", None, holder)


def test_a_transfer_names_both_holders():
    seller = ShareholderFactory()
    buyer = ShareholderFactory(college=college_of(seller))
    issue_shares(actor=None, shareholder=seller, quantity=5, dated=DAY)
    line = transfer_shares(actor=None, seller=seller, buyer=buyer, quantity=2, dated=DAY)
    assert (line.kind, line.from_shareholder, line.to_shareholder) == ("transfer", seller, buyer)


def test_each_movement_is_one_line_of_the_journal():
    user, holder = UserFactory(), ShareholderFactory()
    issue_shares(actor=user, shareholder=holder, quantity=5, dated=DAY)
    entry = JournalEntry.objects.get()
    assert (entry.actor, entry.act, entry.scope) == (user, "issue", holder.cooperative.slug)
    assert entry.detail == {"number": 1, "quantity": 5}


def test_a_movement_refused_leaves_neither_line_nor_journal():
    seller = ShareholderFactory()
    buyer = ShareholderFactory(college=college_of(seller))
    with pytest.raises(NotEnoughShares):
        transfer_shares(actor=None, seller=seller, buyer=buyer, quantity=1, dated=DAY)
    assert not ShareMovement.objects.exists()
    assert journal() == []
