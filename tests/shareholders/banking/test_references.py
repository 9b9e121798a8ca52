"""References: made, read aloud, found again in what banks send, and nothing found that isn't there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.banking.references import (
    MAX_NUMBER,
    NearMisses,
    formatted,
    reference_for,
    references_in,
    suspected,
)

REFERENCE = reference_for("MDS", 42)
OTHER = reference_for("MDS", 43)
PREFIXES = st.from_regex(r"[A-Z]{2,8}", fullmatch=True)
NUMBERS = st.integers(1, MAX_NUMBER)


def test_a_reference_can_be_checked_with_a_pencil():
    # MDS0000042RF00 with A=10 … Z=35: 22 13 28 0000042 27 15 00; 98 less its remainder by 97 is 36.
    assert 98 - 22132800000422715_00 % 97 == 36
    assert REFERENCE == "RF36MDS0000042"


def test_a_reference_is_read_aloud_in_groups_of_four():
    assert formatted(REFERENCE) == "RF36 MDS0 0000 42"


def test_a_short_code_may_come_in_lower_case():
    assert reference_for("mds", 42) == REFERENCE


@pytest.mark.parametrize("prefix", ["", "M", "MDSOLEILS", "M1", "ÉCO", "M S"])
def test_a_short_code_that_is_not_letters_is_refused(prefix: str):
    with pytest.raises(ValueError, match="short code"):
        reference_for(prefix, 1)


@pytest.mark.parametrize("number", [0, -1, MAX_NUMBER + 1])
def test_a_number_outside_seven_digits_is_refused(number: int):
    with pytest.raises(ValueError, match="number"):
        reference_for("MDS", number)


@pytest.mark.parametrize(
    "text",
    [
        "RF36MDS0000042",
        "RF36 MDS0 0000 42",
        "rf36 mds0 0000 42",
        "RF36-MDS0-0000-42",
        "RF36 MDS\n0000042",
        "souscription de parts RF36MDS00\n   00042 merci",
        "VIR DE LEFEBVRE REF:RF36MDS0000042.",
        "RF36\u00a0MDS0\u202f0000\u201142",
        "VIRRF36MDS0000042MERCI",
        "RF36 MDS0 0000 42 100,00 EUR",
        "RF36MDS0000042 / RF36 MDS0 0000 42",
    ],
)
def test_a_reference_is_found_however_it_was_written(text: str):
    assert references_in(text) == [REFERENCE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "100 euros pour les panneaux",
        "RF37MDS0000042",  # wrong key
        "RF36MDSOOOOO42",  # letters O: nothing is guessed
        "RF36MDS000042",  # a figure missing
        "RF36MDS00000421",  # a figure too many
        "RF18539007547034",  # a true ISO 11649 reference, of somebody else's shape
        "R" * 5000,
        "RF36MDS" + " " * 5000 + "x",
    ],
)
def test_what_is_not_a_reference_is_not_found(text: str):
    assert references_in(text) == []


def test_two_references_come_in_the_order_they_were_written():
    assert references_in(f"{OTHER} et {REFERENCE}") == [OTHER, REFERENCE]


@given(PREFIXES, NUMBERS, st.text(" \n-.", max_size=3), st.text("ABC éà,'", max_size=20))
def test_every_reference_is_found_again_whatever_stands_around(prefix, number, gap, around):
    reference = reference_for(prefix, number)
    assert reference in references_in(f"{around} {gap.join(reference.lower())} {around}")


@given(PREFIXES, NUMBERS, st.data())
def test_one_wrong_character_never_makes_another_valid_reference(prefix, number, data):
    reference = reference_for(prefix, number)
    place = data.draw(st.integers(2, len(reference) - 1))
    same_kind = "0123456789" if reference[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    wrong = data.draw(st.sampled_from(same_kind.replace(reference[place], "")))
    written = reference[:place] + wrong + reference[place + 1 :]
    assert references_in(written) == []
    assert suspected(written, [reference]) == [reference]


@pytest.mark.parametrize(
    "text",
    [
        "RF36MDS0000O42",  # one letter O
        "RF36MDS000042",  # one figure missing
        "RF36 MDS0 0000 421",  # one figure too many
        "RF36MSD0000042",  # two letters swapped
        "F36MDS0000042",
        "R36 MDS 0000042 merci",
    ],
)
def test_a_slip_of_the_thumb_is_suspected(text: str):
    assert suspected(f"virement {text}", [REFERENCE]) == [REFERENCE]


def test_two_slips_are_too_many():
    assert suspected("RF36MDSOO00042", [REFERENCE]) == []


def test_a_reference_written_well_is_not_suspected():
    assert suspected(f"{REFERENCE} {REFERENCE[:-1]}", [REFERENCE]) == []


def test_only_known_references_are_suspected():
    assert NearMisses([OTHER]).within("RF36MDS0000O42") == []
    assert NearMisses([]).within("RF36MDS0000O42") == []
