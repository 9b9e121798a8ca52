"""Compare the ledger with the provider's own list and with the bank's statements."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from mine_de_soleil.core.commands import JsonCommand, Refused
from shareholders.management.cooperatives import cooperative_named
from shareholders.services.reconciliation import check_bank, check_provider
from shareholders.stripe_gateway import ProviderDown, ProviderRefused


class Command(JsonCommand):
    help = "Checks that every euro of the bank and of the payment provider is in the ledger once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", required=True, metavar="SLUG")
        parser.add_argument("--days", type=int, default=30, metavar="N", help="of the provider's list")
        parser.add_argument("--enter", action="store_true", help="enter what the provider shows and we lack")

    def act(self, **options: Any) -> dict[str, Any]:
        cooperative = cooperative_named(options["cooperative"])
        now = timezone.now()
        try:
            provider = check_provider(
                cooperative=cooperative,
                start=now - dt.timedelta(days=options["days"]),
                end=now,
                enter_missing=options["enter"],
            )
        except (ProviderDown, ProviderRefused) as error:
            raise Refused(str(error)) from error
        bank = check_bank(cooperative)
        differs = bool(bank.faults or (provider and provider.differences))
        return {
            "cooperative": cooperative.slug,
            "agrees": not differs,
            "bank": asdict(bank),
            "provider": asdict(provider) if provider else None,
        }

    def say(self, done: dict[str, Any]) -> None:
        bank, provider = done["bank"], done["provider"]
        self.stdout.write(
            f"Banque : {bank['statements']} relevés, {bank['lines']} lignes, {bank['money_in']} € reçus, "
            f"{bank['placed']} € placés, {bank['waiting']} € à placer."
        )
        for fault in bank["faults"]:
            self.stdout.write(f"  - {fault}")
        if provider is None:
            self.stdout.write("Prestataire : aucun compte.")
            return
        self.stdout.write(
            f"Prestataire : {provider['payments_seen']} paiements, {provider['entered']} repris."
        )
        for difference in provider["differences"]:
            self.stdout.write(
                f"  - {difference['payment']} {difference['reference']} : {difference['sentence']}"
            )
