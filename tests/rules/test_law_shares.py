"""The law on shares: figures of the sources, with the marks of the sources."""

import datetime as dt
from decimal import Decimal

import pytest

from mine_de_soleil.rules.law import NotInForce, parameter

TODAY = dt.date(2026, 11, 20)
FIGURES = {
    "paid_up_minimum_at_incorporation_fraction": ("0.5", "O"),
    "paid_up_minimum_at_increase_fraction": ("0.25", "O"),
    "premium_paid_at_increase_fraction": ("1", "O"),
    "balance_maximum_months": ("60", "O"),
    "transfer_duty_percent": ("0.1", "S"),
    "transfer_duty_minimum_eur": ("25", "M"),
    "transfer_duty_declared_within_months": ("1", "S"),
    "silence_approval_months": ("3", "O"),
    "inalienability_maximum_months": ("120", "O"),
    "leaver_liability_months": ("60", "O"),
    "transferor_liability_months": ("24", "M"),
    "restricted_circle_persons": ("150", "S"),
    "small_offer_ceiling_eur": ("8000000", "V"),
    "small_offer_period_months": ("12", "V"),
    "majority_age_years": ("18", "M"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_that_of_its_source_and_keeps_its_mark(name: str):
    value, confidence = FIGURES[name]
    step = parameter(f"shares.{name}").on(TODAY)
    assert (step.value, step.confidence) == (Decimal(value), confidence)


def test_what_is_from_memory_asks_to_be_checked():
    assert "à vérifier" in parameter("shares.transfer_duty_minimum_eur").on(TODAY).source


def test_the_duty_of_before_august_2012_is_not_claimed():
    with pytest.raises(NotInForce, match=r"shares\.transfer_duty_percent.*2012-07-31"):
        parameter("shares.transfer_duty_percent").value_on(dt.date(2012, 7, 31))


def test_the_offer_ceiling_is_verified_only_since_the_text_that_was_read():
    ceiling = parameter("shares.small_offer_ceiling_eur")
    assert not ceiling.on(dt.date(2024, 4, 15)).is_verified
    assert ceiling.on(dt.date(2024, 4, 16)).is_verified
