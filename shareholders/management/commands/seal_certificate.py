"""`seal_certificate`: the certificate a real cooperative seals its papers under, from a PKCS#12 file."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from mine_de_soleil.core.commands import JsonCommand, Refused
from mine_de_soleil.core.papers.certificates import CertificateRefused, from_pkcs12
from shareholders.models import Cooperative
from shareholders.services.certificates import enter_certificate
from shareholders.services.paper_making import make_owed_papers

# Never an argument: those can be read by everybody on the machine.
VARIABLE = "MDS_PKCS12_PASSWORD"


class Command(JsonCommand):
    help = f"Enters the certificate papers are sealed under; its password is read from {VARIABLE}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", metavar="SLUG", required=True)
        parser.add_argument("--pkcs12", metavar="FILE", type=Path, required=True)

    def act(self, **options: Any) -> dict[str, Any]:
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise Refused(f"Aucune coopérative ne s’appelle « {options['cooperative']} ».")
        password = os.environ.get(VARIABLE, "")
        try:
            certificate = from_pkcs12(options["pkcs12"].read_bytes(), password.encode() or None)
            entered = enter_certificate(
                actor=None, cooperative=cooperative, certificate=certificate, now=timezone.now()
            )
        except OSError as error:
            raise Refused(f"{options['pkcs12']} ne se lit pas : {error.strerror}.") from error
        except CertificateRefused as refusal:
            raise Refused(str(refusal)) from refusal
        return {
            "cooperative": cooperative.slug,
            "name": certificate.name,
            "sha256": certificate.fingerprint,
            "not_after": entered.not_after.isoformat(),
            # Those that waited for a certificate.
            "papers_made": make_owed_papers(),
        }
