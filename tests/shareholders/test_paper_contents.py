"""From rows to what papers say: the real text that is signed, found again on the bulletin."""

import datetime as dt

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from shareholders.bulletin import bulletin_of as text_to_sign
from shareholders.joining import figures_of
from shareholders.models import Subscription
from shareholders.paper_contents import bulletin_of, company_of, veiled
from shareholders.services.people import adopt_statutes
from shareholders.signed_lines import signed_lines
from tests.factories import demo_statutes
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import NOW, signed

DAY = dt.date(2025, 6, 14)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_fact_of_the_signed_text_is_on_the_bulletin(language: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cooperative = open_cooperative()
    adopt_statutes(actor=None, cooperative=cooperative, text=demo_statutes())
    draft = Subscription.objects.get(pk=signed(cooperative, 41, language=language).pk)
    text = text_to_sign(draft, figures_of(draft, DAY), place="Loos-en-Gohelle", day=DAY)
    proof = draft.evidence | {"bulletin": text.as_evidence()}
    subscription = signed(cooperative, 42, language=language, evidence=proof, bulletin_sha256=text.sha256)
    with translation.override(language):
        paper = bulletin_of(subscription, "https://essai.example/verifier/1-AAAAAAAAAA/")
    said = dict(text.lines)
    assert paper.company.name == cooperative.legal_name
    facts = (paper.company.capital, paper.company.registration, paper.round_amount, paper.terms)
    assert all(facts)
    assert {paper.company.capital, paper.round_amount} <= set(said.values())
    assert [(line.label, line.text) for line in paper.signed_text] == list(text.lines)
    assert paper.signature is not None and paper.signature.text_fingerprint == text.sha256


@pytest.mark.django_db
def test_the_capital_is_that_of_the_register_on_the_day():
    cooperative = open_cooperative()
    with translation.override("fr"):
        assert company_of(cooperative, DAY).capital == "0\u202f€"


@given(st.emails())
def test_a_veiled_address_can_be_recognised_and_not_written_to(email: str):
    name, _at, host = email.partition("@")
    told = veiled(email)
    assert told.endswith(f"@{host}") and told.startswith(name[0])
    assert len(name) < 3 or name not in told


@pytest.mark.parametrize("email", ["", "personne", "@"])
def test_what_is_no_address_is_veiled_too(email: str):
    assert "personne" not in veiled(email)


def test_a_signed_line_is_found_by_its_key_in_any_language():
    subscription = Subscription(
        evidence={"bulletin": [["Whatever it is called", "SAS du Soleil", "company"]]}
    )
    assert signed_lines(subscription) == {"company": "SAS du Soleil"}


def test_bulletins_signed_before_keys_are_still_read_by_their_labels():
    subscription = Subscription(evidence={"bulletin": [["Société", "SAS du Soleil"], ["Autre", "rien"]]})
    with translation.override("fr"):
        assert signed_lines(subscription) == {"company": "SAS du Soleil"}
