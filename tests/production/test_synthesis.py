"""The synthesised hourly year keeps what the months say, and physics."""

import numpy as np
import pandas as pd
import pytest

from production import climate, synthesis

PLACES = {
    "Loos-en-Gohelle": (50.456, 2.795, 55.0),
    "Uccle": (50.7969, 4.3581, 101.0),
    "Trappes": (48.8, 2.0, 0.0),
    "Nice": (43.7, 7.2, 0.0),
    "Brest": (48.39, -4.49, 30.0),
    "Carpentras": (44.1, 5.0, 0.0),
}


def make(place, **options):
    latitude, longitude, altitude_m = PLACES[place]
    monthly, _ = climate.get_monthly_climate(latitude, longitude, altitude_m)
    where = {"latitude": latitude, "longitude": longitude, "altitude_m": altitude_m}
    return monthly, synthesis.synthesise_year(monthly, **where, **options), where


@pytest.fixture(scope="module", params=PLACES)
def case(request):
    monthly, year, where = make(request.param)
    return monthly, year, synthesis.sun_year(**where, year=synthesis.TYPICAL_YEAR)


def month_of(year):
    return (year.index + pd.Timedelta(hours=1)).month


def test_a_year_has_8760_utc_hours_from_new_year_in_standard_time(case):
    _, year, _ = case
    assert len(year) == 8760
    assert year.index[0] == pd.Timestamp("2024-12-31 23:00", tz="UTC")
    assert (np.diff(year.index.as_unit("s").asi8) == 3600).all()


def test_monthly_irradiation_is_exact(case):
    monthly, year, _ = case
    sums = year["ghi"].groupby(month_of(year)).sum() / 1000
    np.testing.assert_allclose(sums, monthly["ghi_kwh_m2"], rtol=1e-6)


def test_monthly_diffuse_irradiation_is_exact(case):
    monthly, year, _ = case
    sums = year["dhi"].groupby(month_of(year)).sum() / 1000
    np.testing.assert_allclose(sums, monthly["dhi_kwh_m2"], rtol=1e-6)


def test_daily_clearness_varies_as_given(case):
    monthly, year, sun = case
    daily = year["ghi"].to_numpy().reshape(365, 24).sum(axis=1) / sun.extra_w_m2.sum(axis=1)
    spread = pd.Series(daily).groupby(sun.month).std(ddof=1)
    np.testing.assert_allclose(spread, monthly["kt_daily_std"], rtol=0.02)


def test_days_remember_the_day_before(case):
    _, year, sun = case
    daily = pd.Series(year["ghi"].to_numpy().reshape(365, 24).sum(axis=1) / sun.extra_w_m2.sum(axis=1))
    apart = daily - daily.groupby(sun.month).transform("mean")
    assert apart.autocorr(1) == pytest.approx(synthesis.DAILY_AUTOCORRELATION, abs=0.1)


def test_light_is_never_negative_nor_brighter_than_the_clearest_sky(case):
    _, year, sun = case
    rounding = 1e-3
    assert (year[["ghi", "dni", "dhi"]] >= 0).all(axis=None)
    assert (year["ghi"] <= sun.clear_ghi_w_m2.ravel() + rounding).all()
    assert (year["dhi"] <= year["ghi"] + rounding).all()
    beam = year["dni"] * sun.cos_zenith.ravel()
    assert (beam <= (sun.clear_dni_w_m2 * sun.cos_zenith).ravel() + rounding).all()


def test_night_is_dark(case):
    _, year, sun = case
    night = sun.cos_zenith.ravel() == 0
    assert night.sum() > 4000
    assert (year.loc[night, ["ghi", "dni", "dhi"]] == 0).all(axis=None)


def test_beam_and_diffuse_close_to_global(case):
    _, year, sun = case
    closed = year["dni"] * sun.cos_zenith.ravel() + year["dhi"]
    np.testing.assert_allclose(closed, year["ghi"], atol=1e-3)


def test_monthly_temperature_is_kept(case):
    monthly, year, _ = case
    means = year["temp_air"].groupby(month_of(year)).mean()
    np.testing.assert_allclose(means, monthly["temp_mean_c"], atol=0.01)


def test_mean_daily_range_is_kept(case):
    monthly, year, sun = case
    days = year["temp_air"].to_numpy().reshape(365, 24)
    ranges = pd.Series(days.max(axis=1) - days.min(axis=1)).groupby(sun.month).mean()
    np.testing.assert_allclose(ranges, monthly["temp_daily_range_c"], rtol=0.05)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    _, first, _ = make("Loos-en-Gohelle")
    _, again, _ = make("Loos-en-Gohelle")
    _, other, _ = make("Loos-en-Gohelle", seed=7)
    assert first.to_numpy().tobytes() == again.to_numpy().tobytes()
    assert not first["ghi"].equals(other["ghi"])


def test_a_leap_year_is_refused():
    with pytest.raises(synthesis.SynthesisError, match="leap"):
        make("Nice", year=2024)


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        ("ghi_kwh_m2", 400.0, "month 1: mean clearness"),
        ("kt_daily_std", 0.5, "month 1: no days"),
        ("dhi_kwh_m2", 99.0, "more diffuse than global"),
        ("wind_ms", float("nan"), "not a number"),
    ],
)
def test_impossible_months_are_refused(column, value, match):
    monthly, _ = climate.get_monthly_climate(50.456, 2.795)
    monthly.loc[1, column] = value
    with pytest.raises(synthesis.SynthesisError, match=match):
        synthesis.synthesise_year(monthly, latitude=50.456, longitude=2.795)
