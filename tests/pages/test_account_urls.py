"""Accounts live at French addresses, under the names allauth reverses."""

import re

import pytest
from allauth import urls as allauth_urls
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, resolve, reverse

from mine_de_soleil.core import account_urls
from mine_de_soleil.core.account_urls import in_french, patterns_of

ARGUMENTS = {"pk": "7", "uidb36": "UID", "key": "KEY"}
ALLAUTH = {pattern.name: pattern for pattern in patterns_of(allauth_urls.urlpatterns)}

french_urls = override_settings(ROOT_URLCONF=account_urls)


def arguments_of(name: str) -> dict[str, str]:
    """What the reversed address asks for, read from allauth's own pattern."""
    return {
        key: ARGUMENTS[key] for key in re.findall(r"(?:<int:|\?P<)(\w+)>", str(ALLAUTH[name].pattern))
    } or ({"pk": "7"} if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else {})


@french_urls
@pytest.mark.parametrize("name", sorted(ALLAUTH))
def test_every_name_of_allauth_has_a_french_address(name):
    address = reverse(name, kwargs=arguments_of(name))
    assert address.startswith(("/connexion/", "/deconnexion/", "/compte/"))
    assert resolve(address).func is ALLAUTH[name].callback


@french_urls
def test_sign_in_is_at_the_address_of_the_contract():
    assert reverse("account_login") == "/connexion/"


@french_urls
def test_the_reset_address_keeps_the_form_allauth_fills_in():
    """allauth reverses with UID and KEY, then puts the real key in their place."""
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    assert "UID-KEY" in address
    assert resolve(address.replace("UID-KEY", "1a-c5f-1b2")).kwargs == {"uidb36": "1a", "key": "c5f-1b2"}


@french_urls
def test_no_two_names_share_an_address():
    addresses = [reverse(name, kwargs=arguments_of(name)) for name in ALLAUTH]
    assert len(addresses) == len(set(addresses))


def test_a_name_without_french_address_is_refused_at_the_start():
    newcomer = path("new-thing/", lambda request: HttpResponse(), name="account_new_thing")
    with pytest.raises(ImproperlyConfigured, match="account_new_thing"):
        in_french(newcomer)
