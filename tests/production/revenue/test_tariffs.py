"""Purchase tariffs: the right quarter and size, holes never bridged, every figure with its source."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.law import parameters
from production.revenue.errors import InvalidContract, NoTariff, UnknownTariff
from production.revenue.tariffs import CLASSES_KW, TARIFFS_DIR, Sale, bonus, tariff


def price(kw: float, day: str, sale: Sale = Sale.TOTAL) -> Decimal:
    watts = round(kw * 1000)
    return tariff(sale, peak_power_w=watts, requested_on=dt.date.fromisoformat(day)).value


@pytest.mark.parametrize(
    ("kw", "day", "cents"),
    [
        (3, "2022-05-01", "18.14"),
        (3.001, "2022-05-01", "15.42"),
        (36, "2026-01-01", "9.11"),
        (36.001, "2026-03-31", "7.92"),
        (100, "2025-12-31", "9.12"),
        (100, "2025-09-30", "10.81"),
        (500, "2025-03-28", "9.50"),
        (450, "2021-10-09", "9.8"),
    ],
)
def test_size_and_day_of_the_request_give_the_tariff_of_the_table(kw: float, day: str, cents: str):
    assert price(kw, day) == Decimal(cents)


@pytest.mark.parametrize(("kw", "cents"), [(9, "4"), (9.1, "7.61"), (100, "7.61")])
def test_surplus_has_its_own_table(kw: float, cents: str):
    assert price(kw, "2025-03-28", Sale.SURPLUS) == Decimal(cents)


@pytest.mark.parametrize("day", ["2021-03-31", "2022-03-01", "2023-01-01", "2025-02-01", "2026-04-01"])
def test_a_quarter_nobody_read_is_never_bridged_with_the_one_before(day: str):
    with pytest.raises(UnknownTariff, match="saisissez celui de votre contrat"):
        price(20, day)


def test_small_plants_have_no_total_sale_any_more_and_the_source_is_named():
    with pytest.raises(NoTariff, match=r"9\u202fkWc.*26 mars 2025"):
        price(9, "2026-04-01")


def test_the_counter_above_100_kw_is_closed_and_the_days_of_doubt_are_unknown():
    assert price(200, "2025-09-21") == Decimal("8.86")
    with pytest.raises(UnknownTariff):
        price(200, "2025-09-22")
    with pytest.raises(NoTariff, match="appel d’offres"):
        price(200, "2025-10-01")


def test_above_the_largest_class_there_is_no_tariff():
    with pytest.raises(NoTariff, match="500"):
        price(500.001, "2025-03-28")


@pytest.mark.parametrize("watts", [0, -1])
def test_a_plant_without_power_is_refused(watts: int):
    with pytest.raises(InvalidContract, match="positive"):
        tariff(Sale.TOTAL, peak_power_w=watts, requested_on=dt.date(2026, 1, 1))


def test_the_bonus_of_a_surplus_plant_is_known_by_quarter():
    found = bonus(peak_power_w=36_000, requested_on=dt.date(2026, 1, 1))
    assert (found.value, found.confidence) == (140, "S")


def test_a_figure_of_a_secondary_source_says_that_it_is_to_be_checked():
    found = tariff(Sale.TOTAL, peak_power_w=50_000, requested_on=dt.date(2026, 1, 1))
    assert found.caution is not None
    assert "à vérifier\u202f: 7,92" in found.caution


def test_a_figure_of_the_official_table_needs_no_caution():
    found = tariff(Sale.TOTAL, peak_power_w=50_000, requested_on=dt.date(2025, 3, 28))
    assert (found.value, found.caution) == (Decimal("11.26"), None)


def test_every_class_has_a_table_and_every_table_a_class():
    named = {f"{table}.up_to_{kw}_kw" for table, classes in CLASSES_KW.items() for kw in classes}
    assert set(parameters(TARIFFS_DIR)) == named


@pytest.mark.parametrize("known", parameters(TARIFFS_DIR).values(), ids=lambda known: known.name)
def test_every_step_has_a_source_and_every_table_ends_in_a_hole_or_an_end(known):
    assert all(step.source.strip() for step in known.steps)
    # The tables stop in March 2026: nothing may be taken from them for a later request.
    assert known.steps[-1].value is None


@given(st.integers(1, 600_000), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.sampled_from(Sale))
def test_any_plant_on_any_day_has_a_positive_tariff_or_a_reason(watts: int, day: dt.date, sale: Sale):
    try:
        found = tariff(sale, peak_power_w=watts, requested_on=day)
    except (NoTariff, UnknownTariff) as refused:
        assert str(refused).endswith(".")
    else:
        assert found.value > 0
