"""Codes and keys: nobody guesses them, everybody can read them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.models import Paper
from shareholders.paper_keys import is_key, number_of, paper_key, printed_code

NUMBERS = st.integers(1, 10**17)


@given(NUMBERS)
def test_a_printed_code_leads_back_to_its_paper(number: int):
    assert number_of(printed_code(number)) == number
    assert number_of(f" {printed_code(number).lower()} ") == number


@given(NUMBERS, NUMBERS)
def test_the_letters_of_one_paper_are_not_those_of_another(one: int, other: int):
    letters = printed_code(one).split("-")[1]
    assert number_of(f"{other}-{letters}") == (other if one == other else None)


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str):
    assert number_of(text) is None or printed_code(number_of(text) or 0) == text.strip().upper()


@pytest.mark.parametrize("text", ["", "41", "41-", "041-AAAAAAAAAA", "-1-AAAAAAAAAA", "41-AAAAAAAAAA"])
def test_what_we_never_printed_is_no_code(text: str):
    assert number_of(text) is None


def test_the_code_on_the_paper_doesnt_open_it():
    paper = Paper(pk=41)
    assert not is_key(printed_code(41), paper_key(paper))
    assert paper_key(paper) != paper_key(Paper(pk=42))
