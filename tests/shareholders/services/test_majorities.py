"""Children who come of age."""

import datetime as dt

import pytest

from shareholders.models import Representative, RoleGrant, Shareholder
from shareholders.roles import Role
from shareholders.services.majorities import birthday_of_age, end_minorities, without_anybody
from tests.factories import RoleGrantFactory, ShareholderFactory, UserFactory
from tests.shareholders.village import NOW, TODAY, Village, letters

pytestmark = pytest.mark.django_db


def child(village: Village, born: dt.date, email: str) -> Shareholder:
    mother = UserFactory(email=f"mere{born}@essai.example")
    RoleGrantFactory(cooperative=village.cooperative, user=mother)
    holder = ShareholderFactory(college=village.citizens, birth_date=born, email=email)
    Representative.objects.create(
        holder=holder,
        quality="parent",
        first_names="Anne",
        last_name="Essai",
        email=mother.email,
        user=mother,
        since=dt.date(2020, 1, 1),
    )
    return holder


def test_the_power_of_a_parent_ends_on_the_birthday(village: Village):
    of_age = child(village, dt.date(2007, 6, 16), "jeune@essai.example")
    still_child = child(village, dt.date(2007, 6, 17), "petit@essai.example")
    assert end_minorities(NOW) == 1
    assert of_age.representatives.get().until == TODAY
    assert still_child.representatives.get().until is None


def test_the_young_adult_is_invited_once_and_the_parents_role_ends(village: Village):
    holder = child(village, dt.date(2007, 6, 16), "jeune@essai.example")
    for _ in range(2):
        end_minorities(NOW)
    holder.refresh_from_db()
    assert holder.user.email == "jeune@essai.example"
    assert holder.user.role_grants.get().role == Role.SHAREHOLDER
    assert len(letters("jeune@essai.example")) == 1
    mother = holder.representatives.get().user
    assert not RoleGrant.objects.in_force().filter(user=mother).exists()


def test_a_parents_address_isnt_the_young_adults(village: Village):
    holder = child(village, dt.date(2007, 6, 16), "mere2007-06-16@essai.example")
    end_minorities(NOW)
    holder.refresh_from_db()
    assert holder.user is None
    assert without_anybody(village.cooperative, TODAY) == [holder]


def test_an_adult_without_an_account_is_waited_for_by_nobody(village: Village):
    ShareholderFactory(college=village.citizens, birth_date=dt.date(1980, 1, 1))
    alone = ShareholderFactory(college=village.citizens, birth_date=dt.date(2015, 1, 1))
    protected = ShareholderFactory(
        college=village.citizens, birth_date=dt.date(1950, 1, 1), protection="guardianship"
    )
    assert without_anybody(village.cooperative, TODAY) == [alone, protected]


def test_who_was_born_on_29_february_comes_of_age_on_1_march():
    assert birthday_of_age(dt.date(2008, 2, 29), TODAY) == dt.date(2026, 3, 1)
    assert birthday_of_age(dt.date(2008, 3, 31), TODAY) == dt.date(2026, 3, 31)
