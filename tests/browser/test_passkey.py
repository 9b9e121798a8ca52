"""A passkey: added once, then it signs in by itself. Chromium's own virtual key stands for the finger."""

from collections.abc import Callable

import pytest

from mine_de_soleil.core.models import User
from shareholders.roles import Role
from tests.browser.conftest import DESK, Visitor
from tests.factories import PASSWORD, CooperativeFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

VIRTUAL_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def director() -> User:
    """A board member of a real cooperative, who has a password and no second factor yet."""
    user = member(CooperativeFactory(), Role.BOARD, second_factor=False, email="conseil@essai.example")
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_a_board_member_adds_a_passkey_and_signs_in_with_it(director: User, visitor: Callable[..., Visitor]):
    someone = visitor(DESK)
    # Passkeys want a name, not an address: the browser takes localhost for a safe place.
    someone.base_url = someone.base_url.replace("127.0.0.1", "localhost")
    keys = someone.page.context.new_cdp_session(someone.page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL_KEY})

    someone.sign_in(director.email, PASSWORD)
    assert "seconde protection" in someone.page.inner_text("main")
    someone.open("/compte/securite/cles/ajouter/")
    # A change to the account's security asks for the password once more.
    someone.page.locator("main input[name=password]").fill(PASSWORD)
    someone.page.get_by_role("button", name="Confirmer").click()
    someone.page.locator("main input[name=name]").fill("Mon téléphone")
    passwordless = someone.page.locator("input[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    someone.page.locator("main form button").last.click()
    someone.page.wait_for_url(lambda url: "ajouter" not in url)

    someone.page.get_by_role("button", name="Se déconnecter").first.click()
    if "/deconnexion/" in someone.page.url:
        someone.page.locator("main form button").first.click()
    someone.open("/connexion/")
    someone.page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    someone.page.wait_for_url("**/conseil/**")
