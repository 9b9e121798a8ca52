"""Numbers as a French reader writes them, and as an English one does."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mine_de_soleil.core.figures import energy, euros, exact_energy, number, percent, power

NARROW = "\u202f"


def fr(text: str) -> str:
    """The text with the narrow no-break spaces of French typography for its spaces."""
    return text.replace(" ", NARROW)


def test_a_french_number_has_a_comma_and_narrow_spaces():
    assert number(1234567.5, 1) == fr("1 234 567,5")


def test_an_english_number_has_a_dot_and_commas():
    assert number(1234567.5, 1, language="en") == "1,234,567.5"


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(0.5, 0, "1"), (2.5, 0, "3"), (-2.5, 0, "−3"), (0.125, 2, "0,13")]
)
def test_a_half_is_rounded_away_from_zero_as_money_is(value: float, decimals: int, text: str):
    assert number(value, decimals) == text


def test_less_than_zero_has_a_real_minus_sign():
    assert number(-12) == "−12"


@pytest.mark.parametrize("value", [-0.0, -0.04, 0.04])
def test_what_rounds_to_zero_has_no_sign(value: float):
    assert number(value, 1) == "0,0"
    assert number(value, 1, sign=True) == "0,0"


def test_a_signed_number_says_plus():
    assert (number(3, sign=True), number(-3, sign=True)) == ("+3", "−3")


@pytest.mark.parametrize(
    ("watt_hours", "text"),
    [
        (0, "0,0 kWh"),
        (950, "1,0 kWh"),
        (99_900, "99,9 kWh"),
        (99_960, "100 kWh"),
        (100_000, "100 kWh"),
        (9_999_400, "9 999 kWh"),
        (9_999_600, "10 MWh"),
        (10_000_000, "10 MWh"),
        (440_000_000, "440 MWh"),
        (-12_000_000, "−12 MWh"),
    ],
)
def test_energy_is_in_megawatt_hours_from_10_000_kwh_up(watt_hours: int, text: str):
    assert energy(watt_hours) == fr(text)


def test_energy_in_english():
    assert energy(9_500_000, language="en") == f"9,500{NARROW}kWh"


def test_exact_energy_keeps_the_tenth_of_a_kilowatt_hour():
    assert exact_energy(40_673_500) == fr("40 673,5 kWh")


@pytest.mark.parametrize(("watts", "text"), [(50_000, "50 kWc"), (49_500, "49,5 kWc")])
def test_peak_power_has_a_decimal_only_when_needed(watts: int, text: str):
    assert power(watts) == fr(text)


def test_peak_power_is_kwp_in_english():
    assert power(50_000, language="en") == f"50{NARROW}kWp"


@pytest.mark.parametrize(
    ("amount", "text"),
    [("50", "50 €"), ("50.00", "50 €"), ("1234.5", "1 234,50 €"), ("-3.07", "−3,07 €"), ("0", "0 €")],
)
def test_euros_have_cents_only_when_there_are_any(amount: str, text: str):
    assert euros(Decimal(amount)) == fr(text)


@pytest.mark.parametrize(("amount", "text"), [("1234.50", "€1,234.50"), ("-3.07", "−€3.07")])
def test_english_euros_come_first_after_the_sign(amount: str, text: str):
    assert euros(Decimal(amount), language="en") == text


def test_a_fraction_that_no_decimal_ends_is_a_number_like_another():
    assert number(Fraction(5, 2), 1) == "2,5"
    assert percent(Fraction(1, 3), 1) == fr("33,3 %")


def test_percent_keeps_its_distance_in_french_only():
    assert percent(0.37) == fr("37 %")
    assert percent(0.37, language="en") == "37%"


def test_a_deviation_says_its_sign():
    assert percent(-0.064, sign=True) == fr("−6 %")
    assert percent(Decimal("0.03"), sign=True) == fr("+3 %")


@settings(deadline=None)
@given(value=st.decimals(-(10**12), 10**12, places=3), decimals=st.integers(0, 3))
def test_a_number_can_be_read_back(value: Decimal, decimals: int):
    text = number(value, decimals)
    back = Decimal(text.replace(NARROW, "").replace(",", ".").replace("−", "-"))
    assert abs(back - value) * 2 <= Decimal(1).scaleb(-decimals)


@settings(deadline=None)
@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 3))
def test_no_ordinary_space_lets_a_line_break_inside_a_number(value: float, decimals: int):
    assert not set(number(value, decimals)) & {" ", "\xa0"}
