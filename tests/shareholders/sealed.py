"""Papers for tests: a signed subscription with the text that was signed, and one certificate for all.

Making an RSA key takes a second: the tests share one; a test of certificates makes its own.
"""

import datetime as dt
import hashlib
from functools import cache
from typing import Any

from mine_de_soleil.core.papers.certificates import Certificate, self_signed
from shareholders.models import Cooperative, NewbornPanel, Subscription
from shareholders.services.certificates import enter_certificate
from tests.shareholders.money import bring, decide, subscribe, transfer

NOW = dt.datetime(2025, 6, 16, 10, tzinfo=dt.UTC)
LINES = [
    ["Société", "SAS Soleil d’essai"],
    ["Forme", "SAS à capital variable"],
    ["Capital", "70 000 € (statuts du 12 juillet 2019)"],
    ["Siège", "Loos-en-Gohelle"],
    ["Immatriculation", "RCS Arras 123 456 782"],
    ["Montant", "200 actions au plus, soit 10 000 €, en espèces seulement"],
    ["Souscripteur", "Jeanne Delattre"],
    ["Actions souscrites", "2 (deux actions)"],
    ["Destinataire des fonds", "SAS Soleil d’essai, IBAN FR76 3000 6000"],
]
TEXT_SHA256 = hashlib.sha256("\n".join("\t".join(line) for line in LINES).encode()).hexdigest()


@cache
def shared_certificate() -> Certificate:
    """One certificate for all tests, valid from 2025 to 2045."""
    return self_signed("SAS Soleil d’essai", at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), years=20)


def give_certificate(cooperative: Cooperative) -> None:
    """Let `cooperative` seal its papers."""
    enter_certificate(actor=None, cooperative=cooperative, certificate=shared_certificate(), now=NOW)


def signed(cooperative: Cooperative, number: int = 42, **fields: Any) -> Subscription:
    """Jeanne's subscription of 2 shares, signed on 14 June 2025."""
    proof = {"email": "jeanne@essai.example", "bulletin": LINES, "network_address": "192.0.2.17"}
    defaults = {"evidence": proof, "bulletin_sha256": TEXT_SHA256, "email": "jeanne@essai.example"}
    return subscribe(cooperative, number, **defaults | fields)


def issued(cooperative: Cooperative, number: int = 42, **fields: Any) -> Subscription:
    """The same, approved and paid by transfer: its shares are in the register."""
    subscription = signed(cooperative, number, **fields)
    decide(subscription)
    bring(cooperative, [transfer("100.00", number)])
    return Subscription.objects.get(pk=subscription.pk)


def panel(cooperative: Cooperative, **fields: Any) -> NewbornPanel:
    """Léonie's panel, asked for by her grandparents."""
    last = NewbornPanel.objects.filter(cooperative=cooperative).count()
    defaults: dict[str, Any] = {
        "number": last + 1,
        "child_first_names": "Léonie",
        "child_last_name": "Delattre",
        "born_on": dt.date(2025, 3, 3),
        "commune": "Loos-en-Gohelle",
        "commune_insee": "62528",
        "offered_by": "ses grands-parents",
        "contact_email": "famille@essai.example",
    }
    return NewbornPanel.objects.create(cooperative=cooperative, **defaults | fields)
