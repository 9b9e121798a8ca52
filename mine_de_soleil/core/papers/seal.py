"""Seals on papers: a PAdES signature in the cooperative's name, and reading one back. No Django, no clock.

A seal is a certification: no later change is allowed. It is drawn nowhere, and its field is hidden, as PDF/UA
asks of a field that stands outside the structure. The level is B-B: the time is the sealing machine's own,
no RFC 3161 authority vouches for it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar

from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .certificates import Certificate, CertificateRefused, common_name, from_pem, from_pkcs12, self_signed

__all__ = [
    "AlreadySealed",
    "Certificate",
    "CertificateRefused",
    "Seal",
    "UnreadablePdf",
    "from_pem",
    "from_pkcs12",
    "seal",
    "seals_of",
    "self_signed",
]

T = TypeVar("T")
FIELD = "Sceau"
_SEQUENCE = 0x30


class UnreadablePdf(Exception):
    """Bytes that aren't a PDF, or too damaged to be read; the message says so in French."""


class AlreadySealed(Exception):
    """A seal allows no change, hence no second seal; the message says so in French."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature found in a PDF. Anybody can take any name: compare `certificate_fingerprint` too."""

    name: str
    certificate_fingerprint: str  # SHA-256, hexadecimal
    sealed_at: datetime | None  # as the sealer says
    reason: str
    is_intact: bool  # what it covers is as it was sealed
    covers_whole_file: bool  # nothing was added afterwards

    @property
    def holds(self) -> bool:
        """Whether the file is, to the last byte, the one that was sealed."""
        return self.is_intact and self.covers_whole_file

    def is_of(self, certificate: Certificate) -> bool:
        """Whether `certificate` made it."""
        return self.certificate_fingerprint == certificate.fingerprint


class _SignerAt(PdfSigner):
    """A signer that is told the time instead of asking the clock."""

    def __init__(self, at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def seal(pdf: bytes, certificate: Certificate, *, reason: str, at: datetime) -> bytes:
    """`pdf` sealed by `certificate` at the instant `at` (with time zone); the paper itself is left as it was.

    Raises CertificateRefused outside the certificate's days, UnreadablePdf, AlreadySealed, and ValueError for
    a naive `at`.
    """
    if at.tzinfo is None:
        raise ValueError("a seal's instant needs a time zone")
    certificate.check_usable(at)
    if seals_of(pdf):
        raise AlreadySealed("Ce document porte déjà un sceau : rien ne peut plus y être ajouté.")
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        name=certificate.name,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
    )
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _order_by_structure(writer)
        signer = _SignerAt(at, meta, _signer(certificate), new_field_spec=_hidden_field(certificate.name))
        sealed: bytes = _apart(lambda: signer.sign_pdf(writer).getvalue())
    except Exception as error:  # pyHanko's reader lets plain Python errors through on damaged files
        raise UnreadablePdf("Ce fichier n’est pas un PDF que l’on puisse sceller.") from error
    return sealed


def seals_of(pdf: bytes) -> list[Seal]:
    """The seals of any PDF, ours or not; an empty list if it has none. Raises UnreadablePdf.

    Says whether the bytes are those that were sealed, not whether the certificate deserves trust.
    """
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return [_read_back(pdf, signature) for signature in found]
    except Exception as error:  # files come from strangers: whatever a reader stumbles on means the same
        raise UnreadablePdf("Ce fichier n’est pas un PDF lisible, ou il a été abîmé.") from error


def _read_back(pdf: bytes, signature: EmbeddedPdfSignature) -> Seal:
    holder = x509.load_der_x509_certificate(signature.signer_cert.dump())
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    return Seal(
        name=common_name(holder),
        certificate_fingerprint=holder.fingerprint(hashes.SHA256()).hex(),
        sealed_at=signature.self_reported_timestamp,
        reason=str(signature.sig_object.get("/Reason", "")),
        is_intact=_is_intact(signature) and _is_written_plainly(pdf, signature) and _says_the_same(signature),
        covers_whole_file=signature.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    )


def _apart(act: Callable[[], T]) -> T:
    """Do `act` in a thread of its own: pyHanko starts an event loop, which one that runs already forbids."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(act).result()


def _is_intact(signature: EmbeddedPdfSignature) -> bool:
    """Whether the digest and the signature itself are right. Nothing is fetched; trust isn't judged here."""
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = _apart(lambda: validate_pdf_signature(signature, signer_validation_context=context))
    return bool(status.intact and status.valid)


def _is_written_plainly(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the one place no signature covers, its own, holds it and nothing but zeros after it.

    Readers forgive a changed letter case or rubbish behind the signature there; a seal doesn't.
    """
    _, start, end, _ = (int(bound) for bound in signature.byte_range)
    place = pdf[start:end]
    content = signature.pkcs7_content
    length = _der_length(content)
    written = content[:length].hex().ljust(2 * len(content), "0").encode()
    return place in (b"<" + written + b">", b"<" + written.upper() + b">")


def _says_the_same(signature: EmbeddedPdfSignature) -> bool:
    """Whether the parts that nothing signs agree with those that are (RFC 5652, 5.1 and 5.3): versions,
    list of algorithms, and the signer's name, which readers compare without regard to case."""
    head, signer = signature.signed_data, signature.signer_info
    by_name = signer["sid"].name == "issuer_and_serial_number"
    version = "v1" if by_name else "v3"
    algorithms = [algorithm.dump() for algorithm in head["digest_algorithms"]]
    return (
        head["version"].native == signer["version"].native == version
        and algorithms == [signer["digest_algorithm"].dump()]
        and (not by_name or signer["sid"].chosen["issuer"].dump() == signature.signer_cert.issuer.dump())
    )


def _der_length(content: bytes) -> int:
    """Bytes of the signature without the zeros behind it, counted from its parts: a length written larger
    than they are would take zeros in."""
    info = cms.ContentInfo.load(content)
    parts = len(info["content_type"].dump()) + len(info["content"].dump())
    head = content[: _head_length(content)]
    is_right = head[0] == _SEQUENCE and int.from_bytes(head[2:] or head[1:2], "big") == parts
    return len(head) + parts if is_right else 0


def _head_length(content: bytes) -> int:
    """Bytes of kind and length before a DER value."""
    return 2 + (content[1] & 0x7F if content[1] & 0x80 else 0)


def _signer(certificate: Certificate) -> SimpleSigner:
    above = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    above.register_multiple(asn1_x509.Certificate.load(der) for der in certificate.above)
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.certificate),
        signing_key=keys.PrivateKeyInfo.load(certificate.key),
        cert_registry=above,
    )


def _hidden_field(name: str) -> SigFieldSpec:
    """Seen nowhere: hidden and outside the page, so that ISO 14289-1 (7.18.1) asks no tag for it."""
    return SigFieldSpec(
        FIELD,
        readable_field_name=f"Sceau de {name}",
        invis_sig_settings=InvisSigSettings(
            set_print_flag=False, set_hidden_flag=True, box_out_of_bounds=True
        ),
    )


def _order_by_structure(writer: IncrementalPdfFileWriter) -> None:
    """A page with a field must say that its order is that of the structure (ISO 14289-1, 7.18.3)."""
    page_ref, _ = writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
    page = page_ref.get_object()
    if page.get("/Tabs") != "/S":
        page[NameObject("/Tabs")] = NameObject("/S")
        writer.mark_update(page_ref)
