"""Give a cooperative its own account with the payment provider. Keys come from the environment alone."""

import os
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from mine_de_soleil.core.journal import record
from shareholders.management.cooperatives import cooperative_named
from shareholders.models import Cooperative, ProviderAccount
from shareholders.stripe_gateway import is_live
from shareholders.stripe_gateway.events import TYPES

# Arguments are seen by every process of the machine, and stay in the shell's history: keys are never one.
KEY, SECRET, BASE = "MDS_STRIPE_KEY", "MDS_STRIPE_WEBHOOK_SECRET", "MDS_STRIPE_API_BASE"


class Command(JsonCommand):
    help = f"Stores the provider's keys, read from {KEY} and {SECRET}, for one cooperative."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", required=True, metavar="SLUG")
        parser.add_argument("--close", action="store_true", help="take no more payments through the provider")

    def act(self, **options: Any) -> dict[str, Any]:
        cooperative = cooperative_named(options["cooperative"])
        if options["close"]:
            closed = ProviderAccount.objects.filter(cooperative=cooperative).update(is_open=False)
            return {"cooperative": cooperative.slug, "closed": bool(closed)}
        key, secret = os.environ.get(KEY, "").strip(), os.environ.get(SECRET, "").strip()
        _check(cooperative, key, secret)
        _store(cooperative, key, secret)
        return {
            "cooperative": cooperative.slug,
            "live": is_live(key),
            "webhook_path": f"/{cooperative.slug}/paiement/stripe/",
            "webhook_events": list(TYPES),
        }

    def say(self, done: dict[str, Any]) -> None:
        if "closed" in done:
            self.stdout.write("Le compte est fermé." if done["closed"] else "Il n’y avait pas de compte.")
            return
        world = "réel" if done["live"] else "d’essai"
        self.stdout.write(
            f"Compte {world} relié. Chez Stripe, envoyez les messages à {done['webhook_path']} "
            f"({len(done['webhook_events'])} sortes, voir docs/payments.md)."
        )


def _check(cooperative: Cooperative, key: str, secret: str) -> None:
    if not key or not secret:
        raise misuse(f"Les clés se donnent par les variables {KEY} et {SECRET}.")
    if not key.startswith(("sk_", "rk_")) or not secret.startswith("whsec_"):
        raise Refused(
            f"{KEY} commence par sk_ ou rk_, et {SECRET} par whsec_ : les deux sont-elles en place ?"
        )
    if cooperative.is_demo and is_live(key):
        raise Refused("Une démonstration ne reçoit pas d’argent réel : donnez une clé d’essai (sk_test_…).")


@transaction.atomic
def _store(cooperative: Cooperative, key: str, secret: str) -> None:
    account, _is_new = ProviderAccount.objects.update_or_create(
        cooperative=cooperative,
        defaults={
            "secret_key": key,
            "webhook_secret": secret,
            "api_base": os.environ.get(BASE, "").strip(),
            "is_open": True,
        },
    )
    record(None, "connect_provider", account, scope=cooperative.slug, live=is_live(key))
