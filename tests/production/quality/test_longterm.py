"""Ageing, dirt and standstills: what can be said, and what can't."""

import numpy as np
import pandas as pd
import pytest

from production.quality import longterm
from production.quality.longterm import AVAILABILITY, DEGRADATION, SOILING, Figure, Reason, trend


def years(days: int = 1_000, lost_a_year: float = 0.0) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """Metered and expected by day [Wh]: seasons, weather, and a steady loss."""
    index = pd.date_range("2022-01-01", periods=days, freq="D")
    rng = np.random.default_rng(3)
    season = 150_000 - 100_000 * np.cos(2 * np.pi * index.day_of_year.to_numpy() / 365.25)
    expected = pd.Series(season * rng.uniform(0.3, 1.0, days), index=index)
    aged = 1 - lost_a_year * np.arange(days) / 365.25
    return expected * aged * rng.normal(1.0, 0.01, days), expected


def test_under_two_years_nothing_is_said():
    found = trend(*years(700))
    assert found.figures == {}
    assert set(found.reasons.values()) == {Reason.TOO_SHORT}


def test_two_years_with_hardly_a_day_read_say_nothing():
    metered, expected = years(1_000)
    found = trend(metered[::5], expected[::5])
    assert set(found.reasons.values()) == {Reason.TOO_FEW}


def test_no_day_at_all_says_nothing():
    metered, expected = years(1_000)
    assert trend(metered[:0], expected[:0]).days_used == 0


def test_ten_days_of_standstill_cost_what_was_due_on_them():
    metered, expected = years()
    due = float(metered.sum())
    lost = float(metered.iloc[500:510].sum())
    metered.iloc[500:510] = 0.0
    found = longterm._availability(metered, expected, 1.0)
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(100 * (1 - lost / due), abs=0.05)


def test_energy_that_came_in_later_is_no_standstill():
    metered, expected = years()
    metered.iloc[510] += float(metered.iloc[500:510].sum())
    metered.iloc[500:510] = 0.0
    assert longterm._availability(metered, expected, 1.0).value == pytest.approx(100.0, abs=0.01)


def test_days_nobody_heard_count_neither_for_nor_against():
    metered, expected = years()
    kept = np.ones(len(metered), dtype=bool)
    kept[500:520] = False
    found = longterm._availability(metered[kept], expected[kept], 1.0)
    assert found.value == pytest.approx(100.0, abs=0.01)


def test_outages_and_snow_are_kept_out_of_ageing():
    metered, expected = years()
    metered.iloc[500:510] *= 0.3
    ratio = longterm._ratio(metered, expected)
    assert not ratio.index.isin(metered.index[500:510]).any()
    assert len(ratio) > 850


def test_figures_and_reasons_share_the_three_names(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(longterm, "_degradation", lambda _ratio: Figure(0.5, 0.2, 0.8))
    monkeypatch.setattr(longterm, "_soiling", lambda *_: None)
    found = trend(*years())
    assert set(found.figures) == {DEGRADATION, AVAILABILITY}
    assert found.reasons == {SOILING: Reason.NOTHING_SEEN}


def test_the_librarys_draws_leave_the_global_ones_as_they_were():
    np.random.seed(7)
    before = np.random.get_state()[1].tolist()
    longterm._availability(*years(), 1.0)
    assert np.random.get_state()[1].tolist() == before
