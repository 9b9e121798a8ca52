"""The invented weather and meter series: plausible, repeatable, extendable."""

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest

from mine_de_soleil.core.calendar import days
from mine_de_soleil.demo import series, weather
from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG, ROOFS
from production.climate import get_monthly_climate
from production.fleet import build_fleet, expected_energy_wh
from production.formats import read_meter_file
from production.weather import get_typical_year

FULL_YEARS = (2024, 2025)
BY_SLUG = {roof.slug: roof for roof in ROOFS}
PEAK_W = np.array([roof.peak_power_w for roof in ROOFS])


@cache
def expected_year_wh() -> np.ndarray:
    typical, _ = get_typical_year(LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M)
    fleet = build_fleet([series.describe(roof) for roof in ROOFS])
    return expected_energy_wh(fleet, typical, dt.timedelta(hours=1)).sum().to_numpy()


def recorded(slug: str, first: dt.date, last: dt.date) -> pd.Series:
    """Energy by UTC interval start, as the meter files say."""
    parts = [
        pd.Series(block.energy_wh, index=block.start) for block in series.blocks(BY_SLUG[slug], first, last)
    ]
    return pd.concat(parts)


@pytest.mark.parametrize("year", FULL_YEARS)
def test_a_full_year_of_the_fleet_gives_900_to_1060_kwh_per_kwp(year):
    total = series.year_energy(year).to_numpy().sum() / PEAK_W.sum()
    assert 900 <= total <= 1060


@pytest.mark.parametrize("year", FULL_YEARS)
def test_no_plant_strays_more_than_ten_percent_from_its_forecast(year):
    deviation = series.year_energy(year).sum().to_numpy() / expected_year_wh() - 1
    assert np.abs(deviation).max() < 0.10


def test_years_differ_but_keep_to_the_climate():
    monthly, _ = get_monthly_climate(LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M)
    sums = np.array([weather.year_weather(year).frame["ghi"].sum() / 6000 for year in range(2023, 2027)])
    assert np.abs(sums / monthly["ghi_kwh_m2"].sum() - 1).max() < 0.10
    assert 0.005 < sums.std() / sums.mean() < 0.06


def test_the_same_seed_gives_the_same_bytes():
    first, last = dt.date(2025, 2, 20), dt.date(2025, 3, 5)
    before = [series.as_csv(block) for roof in ROOFS for block in series.blocks(roof, first, last)]
    series.year_energy.cache_clear()
    weather.year_weather.cache_clear()
    assert before == [series.as_csv(block) for roof in ROOFS for block in series.blocks(roof, first, last)]


@pytest.mark.parametrize("last", [dt.date(2024, 2, 28), dt.date(2024, 12, 20), dt.date(2025, 6, 30)])
def test_a_month_more_leaves_the_past_as_it_was(last):
    first = dt.date(2024, 1, 1)
    short = recorded("salle-varet", first, last)
    longer = recorded("salle-varet", first, last + dt.timedelta(days=30))
    assert len(longer) == len(short) + 30 * weather.STEPS_A_DAY
    pd.testing.assert_series_equal(longer.iloc[: len(short)], short)


def test_days_are_those_of_the_clock_in_france():
    assert len(recorded("salle-varet", dt.date(2025, 3, 30), dt.date(2025, 3, 30))) == 23 * 6
    assert len(recorded("salle-varet", dt.date(2025, 10, 26), dt.date(2025, 10, 26))) == 25 * 6
    assert len(recorded("salle-varet", dt.date(2024, 1, 1), dt.date(2024, 12, 31))) == 366 * 144


def test_blocks_follow_each_other_without_a_hole_over_new_year():
    starts = recorded("salle-varet", dt.date(2024, 12, 30), dt.date(2025, 1, 2)).index
    assert (np.diff(starts) == np.timedelta64(10, "m")).all()


def test_nights_are_there_and_are_zero():
    night = recorded("salle-varet", dt.date(2025, 6, 21), dt.date(2025, 6, 21)).iloc[: 3 * 6]
    assert len(night) == 18
    assert (night == 0).all()


def test_clear_days_are_smooth_and_others_ragged():
    frame = weather.year_weather(2025).frame["ghi"].to_numpy().reshape(-1, 144)[120:240]
    length = np.abs(np.diff(frame, axis=1)).sum(axis=1) / frame.max(axis=1)
    brightest, middling = frame.sum(axis=1).argsort()[-5:], frame.sum(axis=1).argsort()[30:70]
    # Up and down once is a length of two.
    assert length[brightest].max() < 2.3
    assert length[middling].mean() > 4


def test_half_the_inverters_of_lamendin_stop_for_nine_days():
    def ratio(first: dt.date, last: dt.date) -> float:
        both = [recorded(slug, first, last).sum() for slug in ("ecole-lamendin", "ecole-basly-batiment-4")]
        return both[0] / both[1]

    usual = ratio(dt.date(2026, 3, 1), dt.date(2026, 3, 14))
    assert ratio(dt.date(2026, 3, 16), dt.date(2026, 3, 23)) == pytest.approx(usual / 2, rel=0.05)
    assert ratio(dt.date(2026, 3, 25), dt.date(2026, 4, 7)) == pytest.approx(usual, rel=0.05)
    assert series.OUTAGE.last.date() == dt.date(2026, 3, 24)
    assert (series.OUTAGE.last - series.OUTAGE.first).days == 9


def test_cybercoin_is_silent_for_four_days_and_only_cybercoin():
    first, last = dt.date(2025, 7, 7), dt.date(2025, 7, 12)
    assert len(recorded("salle-varet", first, last)) == 6 * 144
    silent = recorded("cybercoin", first, last)
    assert len(silent) == 2 * 144
    local = silent.index.tz_localize("UTC").tz_convert("Europe/Paris").date
    assert set(local) == {first, last}


def test_a_span_inside_the_silence_has_no_file():
    assert list(series.blocks(BY_SLUG["cybercoin"], dt.date(2025, 7, 8), dt.date(2025, 7, 11))) == []


def test_snow_hides_a_roof_until_it_melts_sooner_on_a_slope():
    year = 2025
    drawn = weather.year_weather(year)
    day = int(np.flatnonzero(drawn.snowfall)[0])
    noon = day * 144 + 72
    through = {
        slug: series._snow(BY_SLUG[slug], drawn, 6) for slug in ("cybercoin", "ecole-basly-batiment-4")
    }
    assert through["cybercoin"][noon] < 0.2
    assert (through["cybercoin"] <= through["ecole-basly-batiment-4"]).all()
    assert through["cybercoin"][180 * 144] == 1.0


def test_no_reading_passes_what_the_inverters_can_deliver():
    energy = series.year_energy(2024)
    for roof in ROOFS:
        assert energy[roof.slug].min() == 0
        assert energy[roof.slug].max() <= roof.inverter_power_w / 6 + 1


def test_the_product_reads_its_own_files_to_the_watt_hour():
    span = days(dt.date(2025, 3, 29), dt.date(2025, 3, 31))
    block = next(iter(series.blocks(BY_SLUG["cybercoin"], span[0], span[-1])))
    latest = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    read = read_meter_file(series.as_csv(block), filename="essai.csv", latest=latest)
    assert read.format == "generic"
    assert read.readings["energy_wh"].tolist() == block.energy_wh.tolist()
    assert (read.readings["length_s"] == 600).all()
    assert read.readings["line"].iloc[0] == 2
