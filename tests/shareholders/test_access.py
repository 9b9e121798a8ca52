"""Opening a page: public, or for those a predicate lets in."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.access import page_for, public_page
from shareholders.models import Cooperative, RoleGrant
from shareholders.permissions import Actor, can_see_own_shares
from shareholders.roles import Role
from tests.factories import CooperativeFactory, UserFactory, member

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
MEMBER_PAGES = ["mon-espace", "commune", "exploitation", "conseil", "comptes"]
PUBLIC_PAGES = ["", "toitures/", "transparence/"]
every_member_page = pytest.mark.parametrize("page", MEMBER_PAGES)


@pytest.fixture
def cooperative() -> Cooperative:
    return CooperativeFactory()


@every_member_page
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Client, cooperative: Cooperative, page: str):
    address = f"/{cooperative.slug}/{page}/"
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/connexion/?next={address}")


@every_member_page
def test_another_cooperatives_members_find_nothing(signed_in: SignIn, cooperative: Cooperative, page: str):
    neighbour = member(CooperativeFactory(), *Role)
    assert signed_in(neighbour).get(f"/{cooperative.slug}/{page}/").status_code == 404


@every_member_page
def test_an_account_without_role_finds_nothing(signed_in: SignIn, cooperative: Cooperative, page: str):
    assert signed_in(UserFactory()).get(f"/{cooperative.slug}/{page}/").status_code == 404


@every_member_page
def test_a_member_without_the_role_is_refused(signed_in: SignIn, cooperative: Cooperative, page: str):
    scrutineer = member(cooperative, Role.SCRUTINEER)
    assert signed_in(scrutineer).get(f"/{cooperative.slug}/{page}/").status_code == 403


def test_a_role_ended_closes_its_pages_at_once(signed_in: SignIn, cooperative: Cooperative):
    client = signed_in(member(cooperative, Role.SHAREHOLDER))
    assert client.get(f"/{cooperative.slug}/mon-espace/").status_code == 200
    RoleGrant.objects.update(revoked_at=timezone.now())
    assert client.get(f"/{cooperative.slug}/mon-espace/").status_code == 404


def test_a_closed_page_looks_like_one_that_does_not_exist(signed_in: SignIn, cooperative: Cooperative):
    client = signed_in(UserFactory())
    closed, missing = client.get(f"/{cooperative.slug}/conseil/"), client.get("/personne/conseil/")
    assert closed.status_code == missing.status_code == 404
    assert all("n’existe pas, ou n’est pas pour ce compte" in response.text for response in (closed, missing))


@pytest.mark.parametrize("page", PUBLIC_PAGES)
def test_public_pages_are_open_to_all(client: Client, signed_in: SignIn, cooperative: Cooperative, page: str):
    address = f"/{cooperative.slug}/{page}"
    assert client.get(address).status_code == 200
    assert signed_in(member(CooperativeFactory(), Role.SHAREHOLDER)).get(address).status_code == 200


@pytest.mark.parametrize("page", ["conseil/", ""])
def test_a_page_that_is_read_cannot_be_posted_to(signed_in: SignIn, cooperative: Cooperative, page: str):
    client = signed_in(member(cooperative, Role.BOARD))
    assert client.post(f"/{cooperative.slug}/{page}").status_code == 405


@pytest.mark.parametrize("opened", [public_page, page_for(can_see_own_shares)])
def test_a_page_is_read_in_the_cooperatives_own_time(rf: RequestFactory, opened: Callable):
    """Its today begins where it is, and not where the server is."""
    cooperative = CooperativeFactory(time_zone="Indian/Reunion")

    @opened
    def which_time(request: HttpRequest, actor: Actor) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    request = rf.get("/")
    request.user = member(cooperative, Role.SHAREHOLDER)
    assert which_time(request, cooperative.slug).text == "Indian/Reunion"
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_a_visitor_reads_it_in_the_same_time(rf: RequestFactory):
    cooperative = CooperativeFactory(time_zone="Indian/Reunion")

    @public_page
    def which_time(request: HttpRequest, actor: Actor) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    request = rf.get("/")
    request.user = AnonymousUser()
    assert which_time(request, cooperative.slug).text == "Indian/Reunion"


def test_what_only_some_may_read_is_kept_by_no_cache(signed_in):
    cooperative = CooperativeFactory()
    client = signed_in(member(cooperative, Role.BOARD))
    assert client.get(f"/{cooperative.slug}/conseil/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in client.get(f"/{cooperative.slug}/").headers.get("Cache-Control", "")
