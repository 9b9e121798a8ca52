"""The eight invented roofs add up to what is known of the real ones."""

import datetime as dt

import numpy as np
import pytest

from mine_de_soleil.demo.roofs import ALTITUDE_M, LATITUDE_DEG, LONGITUDE_DEG, ROOFS
from mine_de_soleil.demo.series import describe
from production.fleet import build_fleet, expected_energy_wh
from production.weather import get_typical_year


def test_eight_roofs_450_kwp_2500_m2():
    assert len(ROOFS) == 8
    assert sum(roof.peak_power_w for roof in ROOFS) == 450_000
    assert sum(roof.panel_area_m2 for roof in ROOFS) == 2500


def test_slugs_names_and_meters_are_all_different():
    for field in ("slug", "name", "meter_code"):
        assert len({getattr(roof, field) for roof in ROOFS}) == 8


@pytest.mark.parametrize("roof", ROOFS, ids=lambda roof: roof.slug)
def test_a_roof_is_plausible(roof):
    assert roof.modules * 5 % 3 == 0  # so that its area is whole
    assert 0.85 <= roof.inverter_power_w / roof.peak_power_w <= 0.95
    assert 12 <= roof.loss_percent <= 16
    assert roof.commissioned_on.year == 2020
    for array in roof.arrays:
        assert 8 <= array.tilt_deg <= 30
        assert 95 <= array.azimuth_deg <= 265


@pytest.mark.parametrize("roof", ROOFS, ids=lambda roof: roof.slug)
def test_a_roof_lies_in_the_town(roof):
    north_km = (roof.latitude_deg - LATITUDE_DEG) * 111.2
    east_km = (roof.longitude_deg - LONGITUDE_DEG) * 111.2 * np.cos(np.radians(LATITUDE_DEG))
    assert np.hypot(north_km, east_km) <= 1.2


def test_an_ordinary_year_gives_about_978_kwh_per_kwp():
    weather, _ = get_typical_year(LATITUDE_DEG, LONGITUDE_DEG, ALTITUDE_M)
    fleet = build_fleet([describe(roof) for roof in ROOFS])
    energy = expected_energy_wh(fleet, weather, dt.timedelta(hours=1)).sum()
    peak = np.array([roof.peak_power_w for roof in ROOFS])
    assert energy.sum() / peak.sum() == pytest.approx(978, rel=0.03)
    assert ((energy.to_numpy() / peak > 850) & (energy.to_numpy() / peak < 1100)).all()
