"""How accounts are opened: allauth does the work, this says what we want of it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Open sign-up: an account alone gives no right; a role in a cooperative does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name: the e-mail address is enough."""
