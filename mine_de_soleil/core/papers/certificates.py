"""The certificate a cooperative seals its papers with: read from files, or made for the demo. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

SIGNING_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)
_NAME_LIMIT = 64  # of a common name, in X.520


class CertificateRefused(Exception):
    """A certificate or key that can't seal; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, its private key and the certificates above it, as DER. Made by the readers below."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)
    above: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """Who seals: the common name of the certificate."""
        return common_name(x509.load_der_x509_certificate(self.certificate))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal: what tells ours from one of the same name."""
        return x509.load_der_x509_certificate(self.certificate).fingerprint(hashes.SHA256()).hex()

    def check_usable(self, at: datetime) -> None:
        """Raises CertificateRefused before its first and after its last instant."""
        own = x509.load_der_x509_certificate(self.certificate)
        if not own.not_valid_before_utc <= at <= own.not_valid_after_utc:
            raise CertificateRefused(
                f"Le certificat « {self.name} » n’est valable que du {own.not_valid_before_utc:%d/%m/%Y} "
                f"au {own.not_valid_after_utc:%d/%m/%Y}."
            )


def from_pem(certificate: bytes, key: bytes, password: bytes | None = None) -> Certificate:
    """From PEM bytes; what follows the first certificate is taken as the chain. Raises CertificateRefused."""
    try:
        own, *above = x509.load_pem_x509_certificates(certificate)
        private = load_pem_private_key(key, password)
    except (ValueError, TypeError) as error:
        raise CertificateRefused(
            "Le certificat ou sa clé ne peut pas être lu : il faut deux textes PEM et le bon mot de passe."
        ) from error
    return _checked(own, private, above)


def from_pkcs12(data: bytes, password: bytes | None) -> Certificate:
    """From a PKCS#12 file (.p12, .pfx). Raises CertificateRefused."""
    try:
        private, own, above = pkcs12.load_key_and_certificates(data, password)
    except (ValueError, TypeError) as error:
        raise CertificateRefused(
            "Le fichier PKCS#12 ne peut pas être lu : fichier abîmé ou mauvais mot de passe."
        ) from error
    if own is None or private is None:
        raise CertificateRefused("Le fichier PKCS#12 ne contient pas à la fois un certificat et sa clé.")
    return _checked(own, private, above)


def self_signed(name: str, *, at: datetime, years: int = 10, country: str = "FR") -> Certificate:
    """A new certificate that vouches for itself, usable from `at`: for the demo, not for real papers.

    Whoever reads a paper must be told its fingerprint by another way, as nobody vouches for it.
    """
    # RSA: elliptic curves would make the sealed file PDF 2.0, while PDF/UA-1 is defined on PDF 1.7.
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:_NAME_LIMIT] or "Société"),
        ]
    )
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        # A day of margin: clocks differ.
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _checked(certificate, key, [])


def as_pem(certificate: Certificate) -> tuple[bytes, bytes]:
    """Certificate (with its chain) and unprotected key as PEM, to be kept; `from_pem` reads them back."""
    chain = [x509.load_der_x509_certificate(der) for der in (certificate.certificate, *certificate.above)]
    key = load_key(certificate)
    return (
        b"".join(item.public_bytes(Encoding.PEM) for item in chain),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def load_key(certificate: Certificate) -> Any:
    """The private key, as `cryptography` knows it."""
    return load_der_private_key(certificate.key, None)


def common_name(certificate: x509.Certificate) -> str:
    """The common name of its holder, or the whole name if it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _checked(own: x509.Certificate, private: Any, above: Sequence[x509.Certificate]) -> Certificate:
    if not isinstance(private, SIGNING_KEYS):
        raise CertificateRefused("La clé du certificat doit être de type RSA ou courbe elliptique (EC).")
    if private.public_key() != own.public_key():
        raise CertificateRefused("La clé n’est pas celle du certificat.")
    return Certificate(
        own.public_bytes(Encoding.DER),
        private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        tuple(item.public_bytes(Encoding.DER) for item in above),
    )


def _for_signatures() -> x509.KeyUsage:
    """To sign and to commit by it (non-repudiation); nothing else."""
    refused = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **refused)
