"""Signing in with a token of readings. Only the route of readings lists this class: elsewhere such a token
is no token at all, so that a new route is closed to it without anybody having to think of it."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from mine_de_soleil.core.models import User
from production.models import MeterToken
from production.services.meter_tokens import PREFIX, TokenRefused, token_of


class MeterTokenAuthentication(BaseAuthentication):
    """`Authorization: Token mds_releves_…`; any other header is another class's business."""

    def authenticate(self, request: Request) -> tuple[User, MeterToken] | None:
        """The owner and the token. Raises AuthenticationFailed."""
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "token" or not words[1].startswith(PREFIX):
            return None
        try:
            token = token_of(words[1], timezone.now())
        except TokenRefused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from refusal
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class MeterTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema calls it."""

    target_class = "production.api.meter_tokens.MeterTokenAuthentication"
    name = "meterTokenAuth"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token mds_releves_…`: brings readings for given meters, and nothing else.",
        }
