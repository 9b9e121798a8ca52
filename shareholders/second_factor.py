"""A second factor for those whose role needs one, before any page but those that set it up."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mine_de_soleil.core.api import problem_outside_routes
from mine_de_soleil.core.models import User
from shareholders.models import RoleGrant
from shareholders.roles import NEEDS_SECOND_FACTOR

# Where a person without a second factor may still go: to set one up, to sign out, to read public text.
OPEN_PREFIXES = ("/compte/", "/connexion/", "/deconnexion/", "/static/", "/langue/", "/sante/")

# Recovery codes stand in for a lost factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

GetResponse = Callable[[HttpRequest], HttpResponse]


def needs_second_factor(user: User) -> bool:
    """True when a role held today asks for a second factor that the account doesn't have.

    Demo accounts are let through: their banner says so on every page.
    """
    if user.is_demo:
        return False
    held = RoleGrant.objects.in_force().filter(user=user, role__in=NEEDS_SECOND_FACTOR)
    return held.exists() and not is_mfa_enabled(user, FACTORS)


def second_factor_required(get_response: GetResponse) -> GetResponse:
    """Send who needs a second factor to the page where it is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            isinstance(user, User)
            and not request.path.startswith(OPEN_PREFIXES)
            and needs_second_factor(user)
        ):
            return _refused(request)
        return get_response(request)

    return middleware


def _refused(request: HttpRequest) -> HttpResponse:
    """A program gets a problem document, a person the page where a second factor is set up."""
    sentence = _(
        "Votre rôle demande une seconde protection : choisissez une clé d’accès "
        "ou une application de codes, puis revenez ici."
    )
    if request.path.startswith("/api/"):
        return problem_outside_routes(403, sentence)
    messages.warning(request, sentence)
    return redirect("mfa_index")
