"""The certificate a cooperative seals its papers under: entered by command, made by itself for the demo."""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.db import transaction

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.papers.certificates import (
    Certificate,
    CertificateRefused,
    as_pem,
    from_pem,
    self_signed,
)
from shareholders.models import Cooperative, SealingCertificate
from shareholders.services.register import locked


class NoCertificate(Exception):
    """A real cooperative has no certificate that is valid now: its papers wait until one is entered."""


def certificate_in_use(cooperative: Cooperative, now: dt.datetime) -> Certificate:
    """What seals papers `now`; a demo cooperative makes its own at the first need. Raises NoCertificate."""
    found = _usable(cooperative, now)
    if found is None and cooperative.is_demo:
        found = _make_own(cooperative, now)
    if found is None:
        raise NoCertificate(f"{cooperative.slug} has no sealing certificate: see seal_certificate")
    return found


def _usable(cooperative: Cooperative, now: dt.datetime) -> Certificate | None:
    """The latest certificate entered, if it is valid now."""
    stored = SealingCertificate.objects.filter(cooperative=cooperative).first()
    if stored is None:
        return None
    certificate = from_pem(stored.pem.encode(), stored.private_key.encode())
    try:
        certificate.check_usable(now)
    except CertificateRefused:
        return None
    return certificate


@transaction.atomic
def _make_own(cooperative: Cooperative, now: dt.datetime) -> Certificate:
    """One certificate, however many workers need it at once."""
    held = locked(cooperative.pk)
    known = _usable(held, now)
    if known is not None:
        return known
    made = self_signed(held.legal_name, at=now)
    enter_certificate(actor=None, cooperative=held, certificate=made, now=now)
    return made


@transaction.atomic
def enter_certificate(
    *, actor: User | None, cooperative: Cooperative, certificate: Certificate, now: dt.datetime
) -> SealingCertificate:
    """Seal under `certificate` from now on; earlier papers keep their seal. Raises CertificateRefused."""
    certificate.check_usable(now)
    pem, key = as_pem(certificate)
    made = SealingCertificate.objects.create(
        cooperative=cooperative,
        pem=pem.decode(),
        private_key=key.decode(),
        not_after=x509.load_der_x509_certificate(certificate.certificate).not_valid_after_utc,
        since=now,
    )
    scope, sha256 = cooperative.slug, certificate.fingerprint
    record(actor, "enter_certificate", made, scope=scope, certificate=certificate.name, sha256=sha256)
    return made


def sealer_of(fingerprint: str) -> Cooperative | None:
    """Whose certificate has that SHA-256, in hexadecimal; None for one that isn't ours."""
    for stored in SealingCertificate.objects.select_related("cooperative").order_by("pk"):
        # Public part alone: the key stays closed.
        own = x509.load_pem_x509_certificates(stored.pem.encode())[0]
        if own.fingerprint(hashes.SHA256()).hex() == fingerprint:
            return stored.cooperative
    return None
