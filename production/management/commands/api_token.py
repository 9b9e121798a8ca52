"""A token for the API, shown once: only its digest is kept. With meters, it brings their readings alone."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from knox.models import AuthToken

from installations.models import Meter
from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from mine_de_soleil.core.models import User
from production.services.meter_tokens import TokenRefused, make_meter_token

USUAL_LIFE = dt.timedelta(days=365)


class Command(JsonCommand):
    help = "Prints an API token for an account; with --meter, one that brings readings of those meters alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--meter", metavar="CODE", action="append", dest="codes", default=[])
        parser.add_argument("--name", help="what the token is called, with --meter")
        parser.add_argument("--days", type=int, help="days the token lives, with --meter (365)")

    def act(self, **options: Any) -> dict[str, Any]:
        if not options["codes"] and (options["name"] or options["days"] is not None):
            raise misuse("--name et --days vont avec --meter")
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise Refused(f"Aucun compte actif à l’adresse « {options['email']} ».")
        if options["codes"]:
            return _for_meters(user, options["codes"], options["name"], options["days"])
        _, token = AuthToken.objects.create(user)
        return {"email": user.email, "token": token}

    def say(self, done: dict[str, Any]) -> None:
        self.stdout.write(done["token"])


def _for_meters(user: User, codes: list[str], name: str | None, days: int | None) -> dict[str, Any]:
    meters = [_meter(code) for code in dict.fromkeys(codes)]
    try:
        token, key = make_meter_token(
            actor=None,
            owner=user,
            cooperative=meters[0].plant.cooperative,
            name=name or f"Jeton de {', '.join(meter.code for meter in meters)}"[:60],
            meters=meters,
            life=USUAL_LIFE if days is None else dt.timedelta(days=min(days, 10**6)),
            now=timezone.now(),
        )
    except TokenRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return {
        "email": user.email,
        "token": key,
        "name": token.name,
        "meters": [meter.code for meter in meters],
        "expires_at": token.expires_at,
    }


def _meter(code: str) -> Meter:
    found = Meter.objects.filter(code=code).select_related("plant__cooperative").first()
    if found is None:
        raise Refused(f"Aucun compteur « {code} ».")
    return found
