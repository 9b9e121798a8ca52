"""Refusals in the reader's words: the database's rules, and sentences of modules that know no Django."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.utils import translation

from mine_de_soleil.core.refusals import rule_of, said, told_as
from mine_de_soleil.core.sentences import Sentence
from shareholders.banking.iban import IbanRefused, check_iban
from tests.shareholders.shouting import forgotten, shout


class Refused(Exception):
    """What a service raises."""


def refusal_by(rule: str | None) -> IntegrityError:
    cause = Exception()
    cause.diag = SimpleNamespace(constraint_name=rule)  # type: ignore[attr-defined]
    error = IntegrityError()
    error.__cause__ = cause
    return error


def test_a_known_rule_is_told_by_its_sentence(db: None):
    with pytest.raises(Refused, match="Déjà là"), told_as(Refused, {"one_per_name": "Déjà là."}):
        raise refusal_by("one_per_name")


@pytest.mark.parametrize("rule", ["another_rule", None])
def test_what_nobody_foresaw_stays_a_fault_of_ours(db: None, rule: str | None):
    with pytest.raises(IntegrityError), told_as(Refused, {"one_per_name": "Déjà là."}):
        raise refusal_by(rule)


def test_a_refusal_without_diagnosis_names_no_rule():
    assert rule_of(IntegrityError("nothing known")) == ""


def test_sentences_may_stand_in_sentences():
    told = Sentence("%(where)s : trop long.", {"where": Sentence("ligne %(line)s", {"line": 3})})
    assert (str(told), said(told)) == ("ligne 3 : trop long.",) * 2


def test_a_percent_sign_in_what_was_typed_breaks_nothing():
    with pytest.raises(IbanRefused) as refusal:
        check_iban("FR76 3000%(country)s")
    assert "retirez le caractère «\u202f%\u202f»" in str(refusal.value)


def test_the_words_go_through_the_translation(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        "mine_de_soleil.core.refusals.gettext", lambda words: words.replace("manque", "misses")
    )
    with pytest.raises(IbanRefused) as refusal, translation.override("en"):
        check_iban("FR7630006")
    assert said(refusal.value.sentence).endswith("il en misses.")
    assert str(refusal.value).endswith("il en manque.")


class Short(Refused):
    """A refusal told from the others."""


def test_a_rule_may_have_a_refusal_of_its_own(db: None):
    sentences, apart = {"one_per_name": "Déjà là.", "enough": "Trop peu."}, {"enough": Short}
    with pytest.raises(Short, match="Trop peu"), told_as(Refused, sentences, apart=apart):
        raise refusal_by("enough")
    with pytest.raises(Refused) as other, told_as(Refused, sentences, apart=apart):
        raise refusal_by("one_per_name")
    assert not isinstance(other.value, Short)


@pytest.mark.parametrize("typed", ["FR76\u20ac", "FR76\x00", "ZZ7630006000011234567890189", "US00"])
def test_every_word_on_an_iban_can_be_translated(typed: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mine_de_soleil.core.refusals.gettext", shout)
    with pytest.raises(IbanRefused) as refusal:
        check_iban(typed)
    assert forgotten(said(refusal.value.sentence), "") == set()
