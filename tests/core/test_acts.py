"""What the journal's acts are called."""

import pytest
from django.utils import translation

from mine_de_soleil.core.acts import act_name, is_named, name_acts
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.templatetags.page_kit import act_in_words


@pytest.mark.parametrize(
    ("act", "words"), [("issue", "Actions émises"), ("undo_import", "Import annulé"), ("gone", "gone")]
)
def test_an_act_is_said_in_words_or_as_it_was_written(act: str, words: str):
    assert act_name(act) == words


def test_the_words_wait_for_the_readers_language():
    with translation.override("en"):
        assert act_name("issue") != "Actions émises"


def test_two_storeys_cannot_name_one_act():
    with pytest.raises(ValueError, match="issue"):
        name_acts({"issue": "Autre chose"})
    assert act_name("issue") == "Actions émises"


def test_naming_the_same_act_again_changes_nothing():
    words = {"grant_role": act_name("grant_role")}
    with pytest.raises(ValueError, match="grant_role"):
        name_acts(words)
    assert is_named("grant_role")


def test_an_entry_says_what_it_was_about():
    entry = JournalEntry(act="issue", detail={"number": 7, "quantity": 5})
    assert act_in_words(entry) == "Actions émises (n° 7)"
    assert act_in_words(JournalEntry(act="load_demo", detail={"plants": 8})) == "Démonstration chargée"
