from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from mine_de_soleil.core.papers.certificates import (
    CertificateRefused,
    as_pem,
    from_pem,
    from_pkcs12,
    self_signed,
)

AT = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
PASSWORD = b"terril"


@pytest.fixture(scope="module")
def ours():
    return self_signed("Mine de Soleil (démonstration)", at=AT)


@pytest.fixture(scope="module")
def theirs():
    return self_signed("Mine de Soleil (démonstration)", at=AT)


def as_pkcs12(certificate) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"sceau",
        load_der_private_key(certificate.key, None),
        x509.load_der_x509_certificate(certificate.certificate),
        None,
        BestAvailableEncryption(PASSWORD),
    )


def test_a_certificate_kept_as_pem_is_read_back(ours):
    assert from_pem(*as_pem(ours)) == ours


def test_a_certificate_is_read_from_pkcs12(ours):
    assert from_pkcs12(as_pkcs12(ours), PASSWORD) == ours


def test_a_wrong_password_is_refused(ours):
    with pytest.raises(CertificateRefused, match="mauvais mot de passe"):
        from_pkcs12(as_pkcs12(ours), b"faux")


def test_a_key_of_another_certificate_is_refused(ours, theirs):
    with pytest.raises(CertificateRefused, match="n’est pas celle du certificat"):
        from_pem(as_pem(ours)[0], as_pem(theirs)[1])


def test_two_certificates_of_one_name_have_two_fingerprints(ours, theirs):
    assert ours.name == theirs.name
    assert ours.fingerprint != theirs.fingerprint


@pytest.mark.parametrize("text", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_bytes_that_are_no_certificate_are_refused(text, ours):
    with pytest.raises(CertificateRefused, match="ne peut pas être lu"):
        from_pem(text, as_pem(ours)[1])
    with pytest.raises(CertificateRefused, match="ne peut pas être lu"):
        from_pem(as_pem(ours)[0], text)
    with pytest.raises(CertificateRefused, match="ne peut pas être lu"):
        from_pkcs12(text, None)


def test_a_key_of_a_kind_readers_don_t_know_is_refused(ours):
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(CertificateRefused, match="RSA ou courbe elliptique"):
        from_pem(as_pem(ours)[0], pem)


def test_a_pkcs12_file_without_key_is_refused(ours):
    own = x509.load_der_x509_certificate(ours.certificate)
    data = pkcs12.serialize_key_and_certificates(None, None, None, [own], NoEncryption())
    with pytest.raises(CertificateRefused, match="à la fois un certificat et sa clé"):
        from_pkcs12(data, None)


def test_a_certificate_seals_within_its_days_only(ours):
    ours.check_usable(AT)
    for at in (AT - timedelta(days=2), AT + timedelta(days=3651)):
        with pytest.raises(CertificateRefused, match="n’est valable que du 19/11/2026"):
            ours.check_usable(at)


def test_a_name_too_long_or_empty_still_makes_a_certificate():
    assert self_signed("n" * 200, at=AT).name == "n" * 64
    assert self_signed("", at=AT).name == "Société"


def test_printing_a_certificate_shows_no_key(ours):
    assert repr(ours) == "Certificate()"
