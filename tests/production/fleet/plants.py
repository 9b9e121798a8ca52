"""Invented plants and places the tests of the engine share."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from production.fleet import PvArray, PvPlant, build_fleet, expected_energy_wh

SHARED_WEATHER = Path(__file__).parents[3].parent / "shared" / "data" / "weather"
UCCLE = SHARED_WEATHER / "BEL_VLG_Uccle.064470_TMYx.2007-2021.epw.gz"
AMSTERDAM = SHARED_WEATHER / "NLD_Amsterdam062400_IWEC.epw.gz"
needs_shared_data = pytest.mark.skipif(
    not SHARED_WEATHER.exists() and os.environ.get("CI") != "true", reason="../shared/data is absent"
)
HOUR = timedelta(hours=1)
LOOS = (50.456, 2.795, 55.0)
MODULE, INVERTER = "Canadian_Solar_Inc__CS1K_300MS", "SMA_America__STP12000TL_US_10__480V_"


def plant(tilt=35.0, azimuth=180.0, place=LOOS, peak_power_w=1000.0, inverter_power_w=1000.0, **others):
    return PvPlant(*place, inverter_power_w, (PvArray(tilt, azimuth, peak_power_w),), **others)


def place_of(meta):
    return (meta.latitude, meta.longitude, meta.altitude_m)


def yearly_kwh(plants, data, interval=HOUR):
    return expected_energy_wh(build_fleet(plants), data, interval).sum().to_numpy() / 1000
