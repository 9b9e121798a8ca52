"""Numbers in words: the agreements of French, and no two numbers alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.letters import LARGEST, euros_in_words, shares_in_words

SHARES = {
    0: "zéro action",
    1: "une action",
    2: "deux actions",
    4: "quatre actions",
    21: "vingt et une actions",
    61: "soixante et une actions",
    71: "soixante et onze actions",
    80: "quatre-vingts actions",
    81: "quatre-vingt-une actions",
    91: "quatre-vingt-onze actions",
    99: "quatre-vingt-dix-neuf actions",
    100: "cent actions",
    101: "cent une actions",
    200: "deux cents actions",
    201: "deux cent une actions",
    280: "deux cent quatre-vingts actions",
    1_000: "mille actions",
    1_001: "mille une actions",
    1_080: "mille quatre-vingts actions",
    2_000: "deux mille actions",
    21_000: "vingt et un mille actions",
    80_000: "quatre-vingt mille actions",
    200_000: "deux cent mille actions",
    1_000_000: "un million d’actions",
    2_000_000: "deux millions d’actions",
    1_000_001: "un million une actions",
    1_000_000_000: "un milliard d’actions",
}
EUROS = {
    "0": "zéro euro",
    "0.01": "un centime",
    "0.80": "quatre-vingts centimes",
    "1": "un euro",
    "1.50": "un euro et cinquante centimes",
    "1.01": "un euro et un centime",
    "21": "vingt et un euros",
    "80": "quatre-vingts euros",
    "200.00": "deux cents euros",
    "201.21": "deux cent un euros et vingt et un centimes",
    "1000": "mille euros",
    "1000000": "un million d’euros",
    "2000000.10": "deux millions d’euros et dix centimes",
}
up_to_ten_thousand = st.integers(0, 10_000)


@pytest.mark.parametrize("n", SHARES)
def test_shares_are_feminine(n: int):
    assert shares_in_words(n) == SHARES[n]


@pytest.mark.parametrize("amount", EUROS)
def test_euros_are_masculine_and_agree(amount: str):
    assert euros_in_words(Decimal(amount)) == EUROS[amount]


@pytest.mark.parametrize(
    ("n", "words"), [(1, "one share"), (21, "twenty-one shares"), (200, "two hundred shares")]
)
def test_shares_in_english(n: int, words: str):
    assert shares_in_words(n, "en") == shares_in_words(n, "en-gb") == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1", "one euro"), ("200.50", "two hundred euros and fifty cents"), ("0.01", "one cent")],
)
def test_euros_in_english(amount: str, words: str):
    assert euros_in_words(Decimal(amount), "en") == words


def test_no_two_numbers_to_ten_thousand_are_written_alike():
    assert len({shares_in_words(n) for n in range(10_001)}) == 10_001
    assert len({shares_in_words(n, "en") for n in range(10_001)}) == 10_001


@given(up_to_ten_thousand)
def test_no_number_of_shares_ends_in_the_masculine(n: int):
    assert not shares_in_words(n).endswith(("un actions", "un action"))


@given(up_to_ten_thousand)
def test_eighty_and_hundreds_take_an_s_only_at_the_end(n: int):
    words = shares_in_words(n).split()
    assert all(word not in ("cents", "quatre-vingts") for word in words[:-2])
    assert (words[-2] in ("cents", "quatre-vingts")) == (n % 100 == 80 or (n % 100 == 0 and n % 1000 > 100))


@given(st.integers(2, LARGEST))
def test_mille_never_takes_an_s(n: int):
    assert "milles" not in shares_in_words(n)


@pytest.mark.parametrize("n", [-1, LARGEST + 1])
def test_a_number_that_cannot_be_is_refused(n: int):
    with pytest.raises(ValueError, match=str(n)):
        shares_in_words(n)


@pytest.mark.parametrize("amount", ["-0.01", "1.001", "NaN", "Infinity", "1e30"])
def test_an_amount_that_cannot_be_is_refused(amount: str):
    with pytest.raises(ValueError, match="no amount"):
        euros_in_words(Decimal(amount))
