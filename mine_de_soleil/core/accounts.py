"""How accounts are opened: allauth does the work, this says what we want of it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.models import Authenticator
from django.dispatch import receiver
from django.http import HttpRequest

from mine_de_soleil.core.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Open sign-up: an account alone gives no right; a role in a cooperative does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name: the e-mail address is enough."""


def prove_address(user: User, email: str) -> None:
    """A code proved that `email` belongs to whom `user` is the account of.

    Somebody may have signed up with another's address, never proved it, and wait: what they set is undone.
    """
    address = EmailAddress.objects.filter(user=user, email__iexact=email).first()
    if address is None:
        address = EmailAddress(user=user, email=email.lower())
    elif address.verified:
        return
    else:
        _forget_keys(user)
    address.verified = True
    # Of several addresses one stays the first.
    address.primary = address.primary or not EmailAddress.objects.filter(user=user, primary=True).exists()
    address.save()


def _forget_keys(user: User) -> None:
    """Whatever would let in somebody who knows a password and can't read the letters."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()


@receiver(email_confirmed, dispatch_uid="keys_of_unproven_address")
def _proven_by_sign_in(request: HttpRequest, email_address: EmailAddress, **_more: Any) -> None:
    """Signed in by a code: the password isn't known to be that person's, unlike at one's own sign-up."""
    user = email_address.user
    if any(one.get("method") == "code" for one in get_authentication_records(request, user)):
        _forget_keys(user)
