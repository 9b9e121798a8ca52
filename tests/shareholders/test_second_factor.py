"""A second factor for those whose role needs one, before any page but those that set it up."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, RoleGrant
from shareholders.roles import NEEDS_SECOND_FACTOR, Role
from shareholders.second_factor import needs_second_factor
from tests.factories import CooperativeFactory, add_totp, member

pytestmark = pytest.mark.django_db

SECURITY = "/compte/securite/"
SignIn = Callable[[User], Client]


@pytest.fixture
def cooperative() -> Cooperative:
    return CooperativeFactory()


@pytest.fixture
def director(cooperative: Cooperative) -> User:
    """A board member without second factor."""
    return member(cooperative, Role.BOARD, second_factor=False)


def leads_to_security(client: Client, address: str) -> bool:
    return client.get(address).headers.get("Location") == SECURITY


def test_her_browser_gets_a_problem_document_from_the_api(signed_in: SignIn, director: User):
    response = signed_in(director).get("/api/v1/my-holdings/")
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/", "/mes-espaces/", "/{slug}/", "/{slug}/conseil/"])
def test_a_board_member_without_it_is_sent_to_set_it_up(
    signed_in: SignIn, director: User, cooperative: Cooperative, address: str
):
    assert leads_to_security(signed_in(director), address.format(slug=cooperative.slug))


def test_she_is_told_why_on_the_security_page(signed_in: SignIn, director: User):
    response = signed_in(director).get("/mes-espaces/", follow=True)
    assert response.status_code == 200
    assert "Votre rôle demande une seconde protection" in response.text


@pytest.mark.parametrize(
    "address", [SECURITY, "/deconnexion/", "/sante/", "/compte/securite/application/activer/"]
)
def test_pages_that_set_it_up_or_sign_out_stay_open(signed_in: SignIn, director: User, address: str):
    assert not leads_to_security(signed_in(director), address)


def test_her_language_can_still_be_chosen(signed_in: SignIn, director: User):
    response = signed_in(director).post("/langue/", {"language": "en", "next": SECURITY})
    assert response.cookies["django_language"].value == "en"


def test_nothing_is_done_for_her_meanwhile(signed_in: SignIn, cooperative: Cooperative):
    operator = member(cooperative, Role.OPERATOR, second_factor=False)
    response = signed_in(operator).post(f"/{cooperative.slug}/exploitation/deposer/", {})
    assert response.headers["Location"] == SECURITY


def test_a_totp_opens_the_pages(signed_in: SignIn, director: User, cooperative: Cooperative):
    add_totp(director)
    assert signed_in(director).get(f"/{cooperative.slug}/conseil/").status_code == 200


@pytest.mark.parametrize("role", sorted(Role.values))
def test_only_the_roles_named_need_it(cooperative: Cooperative, role: str):
    user = member(cooperative, Role(role), second_factor=False)
    assert needs_second_factor(user) is (role in NEEDS_SECOND_FACTOR)


def test_a_citizen_goes_straight_to_her_space(signed_in: SignIn, cooperative: Cooperative):
    citizen = member(cooperative, Role.SHAREHOLDER, second_factor=False)
    assert signed_in(citizen).get(f"/{cooperative.slug}/mon-espace/").status_code == 200


def test_a_demo_board_member_may_skip_it_and_the_page_says_so(signed_in: SignIn, cooperative: Cooperative):
    response = signed_in(member(cooperative, Role.BOARD, demo=True)).get(f"/{cooperative.slug}/conseil/")
    assert response.status_code == 200
    assert response.context["skips_second_factor"] is True


def test_a_demo_citizen_skips_nothing(signed_in: SignIn, cooperative: Cooperative):
    response = signed_in(member(cooperative, Role.SHAREHOLDER, demo=True)).get(
        f"/{cooperative.slug}/mon-espace/"
    )
    assert response.context["skips_second_factor"] is False


def test_who_left_the_board_needs_it_no_more(director: User):
    RoleGrant.objects.update(revoked_at=timezone.now())
    assert not needs_second_factor(director)


def test_recovery_codes_alone_are_no_second_factor(director: User):
    """They help when the factor is lost; without one they are just a list of passwords."""
    Authenticator.objects.create(user=director, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "s"})
    assert needs_second_factor(director)


def test_a_visitor_is_not_concerned(client: Client, cooperative: Cooperative):
    assert client.get(f"/{cooperative.slug}/").status_code == 200
