"""Faulty fleets and weathers are refused by name before anything is computed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from production import weather
from production.fleet import (
    ArrayWithoutPower,
    EmptyFleet,
    InvalidPhysics,
    InvalidPlace,
    LossesOutOfRange,
    OrientationOutOfRange,
    Physics,
    PvPlant,
    UnitsMixed,
    UnknownWeather,
    build_fleet,
    check_fleet,
    expected_energy_wh,
    loss_stages,
)
from tests.production.fleet.plants import HOUR, LOOS, plant

NAN = float("nan")
FAULTS = {
    "array without power": (ArrayWithoutPower, plant(peak_power_w=0.0), "array 0: peak power"),
    "negative power": (ArrayWithoutPower, plant(peak_power_w=-1000.0), "array 0: peak power"),
    "unknown power": (ArrayWithoutPower, plant(peak_power_w=NAN), "peak power"),
    "kilowatts for watts": (ArrayWithoutPower, plant(peak_power_w=9.0, inverter_power_w=8.0), r"power \[W\]"),
    "modules in kilowatts": (UnitsMixed, plant(peak_power_w=36.0, inverter_power_w=36_000.0), "given in kW"),
    "inverter in kilowatts": (UnitsMixed, plant(peak_power_w=36_000.0, inverter_power_w=30.0), "given in kW"),
    "inverter without power": (ArrayWithoutPower, plant(inverter_power_w=0.0), "plant 0: inverter power"),
    "plant without array": (ArrayWithoutPower, PvPlant(*LOOS, 1000.0, ()), "plant 0 has no array"),
    "tilt 95": (OrientationOutOfRange, plant(95), "tilt"),
    "azimuth -90": (OrientationOutOfRange, plant(30, -90), "azimuth"),
    "azimuth unknown": (OrientationOutOfRange, plant(30, NAN), "azimuth"),
    "latitude 95": (InvalidPlace, plant(place=(95.0, 2.8, 0.0)), "latitude"),
    "longitude 200": (InvalidPlace, plant(place=(50.0, 200.0, 0.0)), "longitude"),
    "altitude in the sky": (InvalidPlace, plant(place=(50.0, 2.0, 12_000.0)), "altitude"),
    "losses in percent": (LossesOutOfRange, plant(losses_fraction=14.0), "lump losses"),
    "unborn": (LossesOutOfRange, plant(age_years=-1.0), "age"),
    "weather before the first": (UnknownWeather, plant(weather=-1), "weather"),
    "unknown transposition": (InvalidPhysics, plant(physics=Physics(transposition="perez")), "perez-driesse"),
    "unknown reflection": (InvalidPhysics, plant(physics=Physics(reflection="sapm")), "reflection"),
    "unknown curve": (InvalidPhysics, plant(physics=Physics(low_light="huld")), "huld-2025"),
    "no mounting": (InvalidPhysics, plant(physics=Physics(temperature="pvsyst")), "semi_integrated"),
    "a mounting of another model": (
        InvalidPhysics,
        plant(physics=Physics(temperature="sapm", mounting="insulated")),
        "close_mount_glass_glass",
    ),
    "a mounting for Faiman": (InvalidPhysics, plant(physics=Physics(mounting="freestanding")), "faiman"),
    "albedo in percent": (InvalidPhysics, plant(physics=Physics(albedo=20.0)), "albedo"),
    "temperature coefficient in percent": (
        InvalidPhysics,
        plant(physics=Physics(gamma_per_k=-0.35)),
        "gamma",
    ),
    "temperature coefficient upside down": (
        InvalidPhysics,
        plant(physics=Physics(gamma_per_k=0.0035)),
        "gamma",
    ),
    "efficiency in percent": (
        InvalidPhysics,
        plant(physics=Physics(inverter_efficiency=96.0)),
        "inverter_efficiency",
    ),
    "cooling unknown": (InvalidPhysics, plant(physics=Physics(faiman_u0=NAN)), "faiman_u0"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_plants_are_refused_by_name(fault):
    error, wrong, match = FAULTS[fault]
    with pytest.raises(error, match=match):
        build_fleet([wrong])


def test_an_empty_fleet_is_refused():
    with pytest.raises(EmptyFleet):
        build_fleet([])


def test_columns_that_do_not_fit_are_refused():
    fleet = build_fleet([plant(), plant(20)])
    for wrong in (
        replace(fleet, latitude=fleet.latitude[:1]),
        replace(fleet, plant_index=np.array([0, 5])),
        replace(fleet, physics_index=np.array([0, 3])),
    ):
        with pytest.raises(EmptyFleet):
            check_fleet(wrong)


BROKEN = {
    "a missing hour": (weather.MissingHours, lambda data: data.drop(data.index[100])),
    "an hour twice": (weather.MissingHours, lambda data: pd.concat([data.iloc[:5], data.iloc[4:]])),
    "no number": (weather.MissingValues, lambda data: data.assign(ghi=data["ghi"].mask(data["ghi"] > 800))),
    "kWh for W": (weather.ImplausibleWeather, lambda data: data.assign(ghi=data["ghi"] / 1000)),
    "kelvin": (weather.ImplausibleWeather, lambda data: data.assign(temp_air=data["temp_air"] + 273.15)),
    "no wind": (weather.MissingColumn, lambda data: data.drop(columns="wind_speed")),
    "local time": (weather.WrongTimeZone, lambda data: data.tz_convert("Europe/Paris")),
    "no time zone": (weather.WrongTimeZone, lambda data: data.tz_localize(None)),
    "nothing": (weather.MissingHours, lambda data: data.iloc[:0]),
    "a plane sensor without numbers": (weather.MissingValues, lambda data: data.assign(poa_global=NAN)),
    "a plane sensor in mV": (weather.ImplausibleWeather, lambda data: data.assign(poa_global=9000.0)),
    "albedo in percent": (weather.ImplausibleWeather, lambda data: data.assign(albedo=20.0)),
}


@pytest.mark.parametrize("compute", [expected_energy_wh, loss_stages])
@pytest.mark.parametrize("fault", BROKEN)
def test_faulty_weather_is_refused_before_any_computation(loos, fault, compute):
    error, break_it = BROKEN[fault]
    with pytest.raises(error):
        compute(build_fleet([plant()]), break_it(loos), HOUR)


@pytest.mark.parametrize("given", [lambda data: [data], lambda data: {0: data}])
def test_a_weather_nobody_gave_is_refused(loos, given):
    with pytest.raises(UnknownWeather, match="weather 1"):
        expected_energy_wh(build_fleet([plant(), plant(weather=1)]), given(loos), HOUR)


def test_weathers_of_different_times_are_refused_together(loos):
    fleet = build_fleet([plant(), plant(weather=1)])
    with pytest.raises(UnknownWeather, match="times"):
        expected_energy_wh(fleet, [loos, loos.iloc[:24]], HOUR)
