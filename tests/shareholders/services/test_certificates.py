"""The certificate papers are sealed under, and the command that enters one."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_der_private_key, pkcs12
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import SealingCertificate
from shareholders.services.certificates import NoCertificate, certificate_in_use, enter_certificate, sealer_of
from tests.factories import CooperativeFactory
from tests.shareholders.sealed import NOW, give_certificate, shared_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def p12(tmp_path: Path) -> Path:
    """The shared certificate as an authority delivers one, under the password « soleil »."""
    own = shared_certificate()
    certificate = x509.load_der_x509_certificate(own.certificate)
    key: Any = load_der_private_key(own.key, None)
    file = tmp_path / "coop.p12"
    closed = BestAvailableEncryption(b"soleil")
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"coop", key, certificate, None, closed))
    return file


def test_a_demo_makes_its_own_certificate_once():
    cooperative = CooperativeFactory(demo=True)
    first = certificate_in_use(cooperative, NOW)
    assert certificate_in_use(cooperative, NOW).fingerprint == first.fingerprint
    assert SealingCertificate.objects.count() == 1
    assert sealer_of(first.fingerprint) == cooperative


def test_a_real_company_never_seals_under_one_made_up_here():
    with pytest.raises(NoCertificate):
        certificate_in_use(CooperativeFactory(), NOW)
    assert not SealingCertificate.objects.exists()


def test_a_certificate_past_its_days_seals_nothing():
    cooperative = CooperativeFactory()
    give_certificate(cooperative)
    assert certificate_in_use(cooperative, NOW).name == "SAS Soleil d’essai"
    with pytest.raises(NoCertificate):
        certificate_in_use(cooperative, NOW + dt.timedelta(days=366 * 30))


def test_the_private_key_is_kept_encrypted():
    give_certificate(CooperativeFactory())
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM shareholders_sealingcertificate")
        assert b"PRIVATE" not in bytes(cursor.fetchone()[0])
    assert "PRIVATE KEY" in SealingCertificate.objects.get().private_key


def test_entering_one_is_in_the_journal_without_its_key():
    cooperative = CooperativeFactory()
    enter_certificate(actor=None, cooperative=cooperative, certificate=shared_certificate(), now=NOW)
    entry = JournalEntry.objects.get(act="enter_certificate")
    assert entry.detail["sha256"] == shared_certificate().fingerprint
    assert "PRIVATE" not in json.dumps(entry.detail)


def test_the_command_enters_a_pkcs12_file(
    p12: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setenv("MDS_PKCS12_PASSWORD", "soleil")
    cooperative = CooperativeFactory()
    call_command("seal_certificate", cooperative=cooperative.slug, pkcs12=p12, json=True)
    assert json.loads(capsys.readouterr().out)["sha256"] == shared_certificate().fingerprint
    assert certificate_in_use(cooperative, NOW).fingerprint == shared_certificate().fingerprint


@pytest.mark.parametrize(
    ("password", "content", "sentence"),
    [("faux", None, "mauvais mot de passe"), ("soleil", b"rien", "fichier abîmé")],
)
def test_the_command_refuses_with_a_sentence(
    p12: Path, password: str, content: bytes | None, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MDS_PKCS12_PASSWORD", password)
    if content:
        p12.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("seal_certificate", cooperative=CooperativeFactory().slug, pkcs12=p12)
    assert refused.value.returncode == 1


def test_the_command_names_what_it_doesnt_find(tmp_path: Path):
    with pytest.raises(CommandError, match="Aucune coopérative ne s’appelle « rien »"):
        call_command("seal_certificate", cooperative="rien", pkcs12=tmp_path / "x.p12")
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("seal_certificate", cooperative=CooperativeFactory().slug, pkcs12=tmp_path / "x.p12")
