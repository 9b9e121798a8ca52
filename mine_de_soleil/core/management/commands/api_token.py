"""A token for the API, shown once: only its digest is kept."""

from typing import Any

from django.core.management.base import CommandParser
from knox.models import AuthToken

from mine_de_soleil.core.commands import JsonCommand, Refused
from mine_de_soleil.core.models import User


class Command(JsonCommand):
    help = "Prints an API token for an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def act(self, **options: Any) -> dict[str, Any]:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise Refused(f"Aucun compte actif à l’adresse « {options['email']} ».")
        _, token = AuthToken.objects.create(user)
        return {"email": user.email, "token": token}

    def say(self, done: dict[str, Any]) -> None:
        self.stdout.write(done["token"])
