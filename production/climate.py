"""Monthly climate of a place, blended from the nine stations of ``data/climate_monthly.csv``.

Weights follow the inverse square of the distance (Shepard 1968, doi 10.1145/800186.810616). What is blended
is not the irradiation but the clearness index, irradiation over what the sun sends above the atmosphere, so
that a site keeps the length of its own days. Temperatures go through sea level with the lapse rate of the
ISO 2533 standard atmosphere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import irradiance, solarposition

Floats = npt.NDArray[np.float64]

CLIMATE_FILE = Path(__file__).parent / "data" / "climate_monthly.csv"
SOURCE = (
    "RT typical years 1994-2008 (NF EN ISO 15927-4), EDF-Lab/BuildSysPro; "
    "Uccle TMYx 2007-2021, open-ideas/IDEAS"
)
LICENCE = "BSD-3-Clause (BuildSysPro, IDEAS); public regulatory data"

LAPSE_RATE_K_PER_M = 0.0065
EARTH_RADIUS_KM = 6371.0
STATION_COUNT = 3
# Farther than this from every station lies outside metropolitan France: Ajaccio is about 230 km from Nice.
MAX_DISTANCE_KM = 400.0
# A station closer than this is the site itself.
SAME_PLACE_KM = 1.0
MIN_ALTITUDE_M, MAX_ALTITUDE_M = -50.0, 4810.0
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class ClimateError(ValueError):
    """A climate that cannot be given; `code` names the kind of fault for programs."""

    code: ClassVar[str] = "climate"


class InvalidCoordinates(ClimateError):
    """Latitude, longitude or altitude that no place on Earth, or no roof in France, has."""

    code = "invalid-place"


class OutsideClimateArea(ClimateError):
    """A place too far from every station for their climate to mean anything there."""

    code = "outside-climate-area"


@dataclass(frozen=True, slots=True)
class StationWeight:
    """A station's part in a blend: distance [km], weight [1]; weights sum to 1."""

    zone: str
    station: str
    distance_km: float
    weight: float


@dataclass(frozen=True, slots=True)
class ClimateMeta:
    """Where a monthly climate comes from."""

    latitude: float
    longitude: float
    altitude_m: float
    stations: tuple[StationWeight, ...]
    source: str = SOURCE
    licence: str = LICENCE


def read_stations(path: Path = CLIMATE_FILE) -> pd.DataFrame:
    """Monthly climate of every station: 108 rows, one a station and month; units in ``data/README.md``."""
    return pd.read_csv(path, comment="#")


def check_coordinates(latitude: float, longitude: float, altitude_m: float = 0.0) -> None:
    """Raise `InvalidCoordinates` unless latitude [°], longitude [°] and altitude [m] can be a roof's."""
    bounds = (
        ("latitude", latitude, -90.0, 90.0, "°"),
        ("longitude", longitude, -180.0, 180.0, "°"),
        ("altitude", altitude_m, MIN_ALTITUDE_M, MAX_ALTITUDE_M, " m"),
    )
    for name, value, low, high, unit in bounds:
        if not low <= value <= high:  # written so that NaN fails too
            raise InvalidCoordinates(f"{name} {value}{unit} is not between {low:g}{unit} and {high:g}{unit}")


def get_monthly_climate(
    latitude: float, longitude: float, altitude_m: float | None = None
) -> tuple[pd.DataFrame, ClimateMeta]:
    """Climate of a place, month by month, blended from the three nearest stations.

    latitude, longitude [°]; altitude_m [m], None for sea level. Returns a DataFrame of 12 rows indexed by
    ``month`` 1 to 12 with ghi_kwh_m2, dhi_kwh_m2 [kWh/m²], kt_mean, kt_daily_std [1], temp_mean_c [°C],
    temp_daily_range_c [K], wind_ms [m/s], and the stations with their weights.
    Raises InvalidCoordinates, OutsideClimateArea.
    """
    altitude_m = 0.0 if altitude_m is None else altitude_m
    check_coordinates(latitude, longitude, altitude_m)
    table = read_stations()
    weights = _weigh_stations(table, latitude, longitude)
    return _blend(table, weights, latitude, altitude_m), ClimateMeta(latitude, longitude, altitude_m, weights)


def monthly_extraterrestrial_kwh_m2(latitude: float) -> Floats:
    """Irradiation above the atmosphere on the horizontal, shape (12,) [kWh/m²], non-leap year.

    Daily sum by Duffie & Beckman, Solar Engineering of Thermal Processes (2013), eq. 1.10.3.
    """
    day = np.arange(1, 366)
    normal_w_m2 = np.asarray(irradiance.get_extra_radiation(day), dtype=float)
    declination = np.asarray(solarposition.declination_spencer71(day), dtype=float)
    phi = np.radians(latitude)
    sunset = np.arccos(np.clip(-np.tan(phi) * np.tan(declination), -1.0, 1.0))
    geometry = np.cos(phi) * np.cos(declination) * np.sin(sunset) + sunset * np.sin(phi) * np.sin(declination)
    daily_kwh_m2 = 24 / np.pi * normal_w_m2 * geometry / 1000
    first_days = np.cumsum((0, *DAYS_IN_MONTH[:-1]))
    return np.asarray(np.add.reduceat(daily_kwh_m2, first_days), dtype=float)


def distance_km(lat_a: Floats | float, lon_a: Floats | float, latitude: float, longitude: float) -> Floats:
    """Great-circle distance [km] by the haversine formula."""
    phi_a, phi_b = np.radians(lat_a), np.radians(latitude)
    half_lat, half_lon = (phi_a - phi_b) / 2, np.radians(lon_a - longitude) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)))


def _weigh_stations(table: pd.DataFrame, latitude: float, longitude: float) -> tuple[StationWeight, ...]:
    places = table.drop_duplicates("zone")
    distance = distance_km(places["lat"].to_numpy(), places["lon"].to_numpy(), latitude, longitude)
    nearest = np.argsort(distance, kind="stable")[:STATION_COUNT]
    if distance[nearest[0]] > MAX_DISTANCE_KM:
        raise OutsideClimateArea(
            f"{latitude}, {longitude} is {distance[nearest[0]]:.0f} km from the nearest climate station; "
            f"the embedded climate covers metropolitan France (at most {MAX_DISTANCE_KM:.0f} km)"
        )
    if distance[nearest[0]] < SAME_PLACE_KM:
        nearest = nearest[:1]
    weight = 1 / np.maximum(distance[nearest], SAME_PLACE_KM) ** 2
    weight /= weight.sum()
    return tuple(
        StationWeight(
            str(places["zone"].iloc[i]), str(places["station"].iloc[i]), float(distance[i]), float(w)
        )
        for i, w in zip(nearest, weight, strict=True)
    )


def _blend(
    table: pd.DataFrame, weights: tuple[StationWeight, ...], latitude: float, altitude_m: float
) -> pd.DataFrame:
    blended = sum(
        (_height_free(table[table["zone"] == part.zone]) * part.weight for part in weights[1:]),
        start=_height_free(table[table["zone"] == weights[0].zone]) * weights[0].weight,
    )
    blended["ghi_kwh_m2"] = blended["kt_mean"] * monthly_extraterrestrial_kwh_m2(latitude)
    blended["dhi_kwh_m2"] = blended.pop("diffuse_fraction") * blended["ghi_kwh_m2"]
    blended["temp_mean_c"] -= LAPSE_RATE_K_PER_M * altitude_m
    return blended[
        [
            "ghi_kwh_m2",
            "dhi_kwh_m2",
            "kt_mean",
            "kt_daily_std",
            "temp_mean_c",
            "temp_daily_range_c",
            "wind_ms",
        ]
    ]


def _height_free(station: pd.DataFrame) -> pd.DataFrame:
    """A station's months as what can be averaged with another's: ratios, temperature at sea level."""
    months = station.set_index("month")
    extraterrestrial = monthly_extraterrestrial_kwh_m2(float(months["lat"].iloc[0]))
    return pd.DataFrame(
        {
            "kt_mean": months["ghi_kwh_m2"] / extraterrestrial,
            "diffuse_fraction": months["dhi_kwh_m2"] / months["ghi_kwh_m2"],
            "kt_daily_std": months["kt_daily_std"],
            "temp_mean_c": months["temp_mean_c"] + LAPSE_RATE_K_PER_M * months["temp_altitude_m"],
            "temp_daily_range_c": months["temp_daily_range_c"],
            "wind_ms": months["wind_ms"],
        }
    )
