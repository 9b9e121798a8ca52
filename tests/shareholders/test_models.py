"""What is always true of cooperatives, roles and people, whoever writes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import URLResolver
from django.utils import timezone

from mine_de_soleil.urls import urlpatterns
from shareholders.models import RESERVED_SLUGS, College, Cooperative, RoleGrant, Shareholder
from shareholders.roles import Role
from tests.factories import (
    CollegeFactory,
    CooperativeFactory,
    RoleGrantFactory,
    ShareholderFactory,
    UserFactory,
    college_of,
)

pytestmark = pytest.mark.django_db


def first_words(patterns: list[Any]) -> Iterator[str]:
    """The first word of every address of the site itself."""
    for entry in patterns:
        prefix = str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver) and not prefix:
            yield from first_words(entry.url_patterns)
        elif word := re.match(r"[\w-]+(?=/)", prefix):
            yield word[0]


def refused(rule: str, act: Any, *args: Any, **fields: Any) -> None:
    """The database refuses a row by the constraint of that name."""
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        act(*args, **fields)


def test_every_first_word_of_an_address_is_reserved():
    taken = {*first_words(urlpatterns), settings.STATIC_URL.strip("/")}
    assert {"connexion", "deconnexion", "compte", "langue", "sante", "api"} <= taken
    assert taken <= set(RESERVED_SLUGS)


@pytest.mark.parametrize("slug", RESERVED_SLUGS)
def test_no_cooperative_takes_an_address_of_the_site(slug: str):
    refused("slug_not_reserved", CooperativeFactory, slug=slug)


@pytest.mark.parametrize("colour", ["red", "#FFF000", "#12345", "#1234;}", "#12345g"])
@pytest.mark.parametrize("which", ["primary_colour", "accent_colour"])
def test_only_a_colour_reaches_the_stylesheet(which: str, colour: str):
    refused(f"{which}_is_a_colour", CooperativeFactory, **{which: colour})


def test_own_colours_may_be_left_out():
    assert not CooperativeFactory(primary_colour="", accent_colour="").has_own_colours


@pytest.mark.parametrize("zone", ["", "Europe/", "../etc/passwd", "Europe/Paris; --"])
def test_a_time_zone_looks_like_a_name(zone: str):
    refused("cooperative_time_zone_is_a_name", CooperativeFactory, time_zone=zone)


def test_a_time_zone_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="fuseau horaire"):
        CooperativeFactory.build(time_zone="Europe/Loos").clean()


def test_a_cooperative_overseas_keeps_its_own_time():
    cooperative = CooperativeFactory(time_zone="Indian/Reunion")
    cooperative.clean()
    assert cooperative.zone.key == "Indian/Reunion"


def test_two_cooperatives_never_share_an_address():
    cooperative = CooperativeFactory()
    refused("slug", CooperativeFactory, slug=cooperative.slug)


@pytest.mark.parametrize("value", ["0", "-50"])
def test_a_share_is_worth_something(value: str):
    refused("nominal_value_positive", CooperativeFactory, nominal_value=Decimal(value))


@pytest.mark.parametrize(
    ("code", "is_valid"), [("62528", True), ("2A004", True), ("2C004", False), ("6252", False)]
)
def test_an_insee_code_has_five_signs_and_knows_corsica(code: str, is_valid: bool):
    cooperative = CooperativeFactory.build(seat_insee=code)
    if is_valid:
        cooperative.clean_fields()
    else:
        with pytest.raises(ValidationError, match="seat_insee"):
            cooperative.clean_fields()


def test_a_role_is_held_once_at_a_time():
    grant = RoleGrantFactory()
    refused("one_grant_per_role", RoleGrantFactory, cooperative=grant.cooperative, user=grant.user)


def test_a_role_ended_can_be_given_again():
    grant = RoleGrantFactory(revoked_at=timezone.now())
    RoleGrantFactory(cooperative=grant.cooperative, user=grant.user)
    assert RoleGrant.objects.count() == 2


def test_a_municipality_says_which_commune():
    refused("municipality_names_commune", RoleGrantFactory, role=Role.MUNICIPALITY, commune_insee="")


def test_an_unknown_role_is_refused():
    refused("role_is_known", RoleGrantFactory, role="king")


def test_a_cooperative_of_mine_is_one_where_i_hold_a_role_today():
    user = UserFactory()
    kept, left = CooperativeFactory(), CooperativeFactory()
    RoleGrantFactory(cooperative=kept, user=user, role=Role.SHAREHOLDER)
    RoleGrantFactory(cooperative=kept, user=user, role=Role.BOARD)
    RoleGrantFactory(cooperative=left, user=user, revoked_at=timezone.now())
    assert list(Cooperative.objects.with_role_of(user)) == [kept]


def test_a_college_code_is_used_once_in_a_cooperative():
    college = CollegeFactory()
    row = {"cooperative": college.cooperative, "code": college.code, "name": "Autre"}
    refused("one_college_per_code", College.objects.create, **row)


def test_an_order_number_is_given_once_in_a_cooperative():
    holder = ShareholderFactory()
    refused(
        "one_shareholder_per_number", ShareholderFactory, college=college_of(holder), number=holder.number
    )


@pytest.mark.parametrize(
    "names",
    [
        {"first_names": ""},
        {"last_name": ""},
        {"legal_name": "Société d’essai"},
        {"kind": "legal"},
        {"kind": "legal", "first_names": "", "last_name": ""},
        {"kind": "ghost"},
    ],
)
def test_a_holder_is_either_a_natural_or_a_legal_person(names: dict[str, str]):
    refused("natural_or_legal_person", ShareholderFactory, **names)


def test_a_holder_is_called_by_its_name():
    assert str(ShareholderFactory(first_names="Jeanne", last_name="Delattre")) == "Jeanne Delattre"
    assert str(ShareholderFactory(legal=True)) == "Société d’essai"


def test_a_holder_outlives_her_account():
    holder = ShareholderFactory(user=UserFactory())
    holder.user.delete()
    holder.refresh_from_db()
    assert holder.user is None
    assert Shareholder.objects.count() == 1
