"""Addresses of sign-in and accounts, in French: allauth's views under the names allauth reverses.

A name that allauth has and this table doesn't stops the start of the site, so that an update of allauth (or a
setting that opens more of it) never leaves a page at an English address.
"""

from collections.abc import Iterator
from typing import Any

from allauth import urls as allauth_urls
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, path, re_path

# The one address with a regular expression: allauth writes `uidb36-key` and reads it back.
_RESET_KEY = r"^compte/mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
_CONFIRM_KEY = r"^compte/adresse/confirmer/(?P<key>[-:\w]+)/$"

FRENCH_PATHS = {
    "account_login": "connexion/",
    "account_logout": "deconnexion/",
    "account_inactive": "compte/inactif/",
    "account_signup": "compte/inscription/",
    "account_signup_by_passkey": "compte/inscription/cle/",
    "account_reauthenticate": "compte/confirmer-identite/",
    "account_email": "compte/adresses/",
    "account_email_verification_sent": "compte/adresse/verification/",
    "account_confirm_email": _CONFIRM_KEY,
    "account_change_password": "compte/mot-de-passe/changer/",
    "account_set_password": "compte/mot-de-passe/choisir/",
    "account_reset_password": "compte/mot-de-passe/oublie/",
    "account_reset_password_done": "compte/mot-de-passe/envoye/",
    "account_reset_password_from_key": _RESET_KEY,
    "account_reset_password_from_key_done": "compte/mot-de-passe/change/",
    "account_confirm_password_reset_code": "compte/mot-de-passe/code/",
    "account_complete_password_reset": "compte/mot-de-passe/nouveau/",
    "account_password_reset_completed": "compte/mot-de-passe/termine/",
    "account_request_login_code": "compte/code/",
    "account_confirm_login_code": "compte/code/confirmer/",
    "mfa_index": "compte/securite/",
    "mfa_authenticate": "compte/securite/verifier/",
    "mfa_reauthenticate": "compte/securite/confirmer/",
    "mfa_trust": "compte/securite/navigateur/",
    "mfa_activate_totp": "compte/securite/application/activer/",
    "mfa_deactivate_totp": "compte/securite/application/desactiver/",
    "mfa_view_recovery_codes": "compte/securite/codes-de-secours/",
    "mfa_generate_recovery_codes": "compte/securite/codes-de-secours/creer/",
    "mfa_download_recovery_codes": "compte/securite/codes-de-secours/telecharger/",
    "mfa_list_webauthn": "compte/securite/cles/",
    "mfa_add_webauthn": "compte/securite/cles/ajouter/",
    "mfa_reauthenticate_webauthn": "compte/securite/cles/confirmer/",
    "mfa_remove_webauthn": "compte/securite/cles/<int:pk>/retirer/",
    "mfa_edit_webauthn": "compte/securite/cles/<int:pk>/renommer/",
    "mfa_login_webauthn": "compte/securite/cles/connexion/",
    "mfa_signup_webauthn": "compte/securite/cles/inscription/",
}


def patterns_of(urlpatterns: list[Any]) -> Iterator[URLPattern]:
    """Every pattern in a URL configuration, however deep."""
    for entry in urlpatterns:
        if isinstance(entry, URLResolver):
            yield from patterns_of(entry.url_patterns)
        else:
            yield entry


def in_french(pattern: URLPattern) -> URLPattern:
    """The same view and name at its French address. Raises ImproperlyConfigured for an unknown name."""
    address = FRENCH_PATHS.get(pattern.name or "")
    if address is None:
        raise ImproperlyConfigured(
            f"allauth's {pattern.name!r} has no French address in core/account_urls.py"
        )
    route = re_path if address.startswith("^") else path
    return route(address, pattern.callback, pattern.default_args, pattern.name)


urlpatterns = [in_french(pattern) for pattern in patterns_of(allauth_urls.urlpatterns)]
