"""Real systems in ../shared/data/metered: what is known of them, what their meters and sensors said.

Facts without a remark are those of ../shared/data/README.md. Nothing here is fitted to any measurement.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from mine_de_soleil.demo.roofs import ROOFS
from production import weather
from production.fleet import Losses, Physics, PvArray, PvPlant
from production.formats import MeterSeries, read_meter_file
from production.weather import CELL, PLANE, SensorColumn, SensorMapping, WeatherMeta

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
METERED, WEATHER = DATA / "metered", DATA / "weather"
TEN_MINUTES = timedelta(minutes=10)

# The altitude is the publisher's (Laboratoire-Piment/TwInSolar_PV_system_modelling, README of the weather).
ENERPOS_PLACE = (-21.333, 55.483, 75.0)
ENERPOS_PEAK_W = {"NE": 18_900.0, "SW": 30_240.0}
ENERPOS_AZIMUTH_DEG = {"NE": 14.0, "SW": 194.0}
ENERPOS_INVERTERS = {"NE": ("Inv1_AC", "Inv2_AC"), "SW": ("Inv3_AC", "Inv4_AC")}
ENERPOS_WEATHER, ENERPOS_PLANT = "Meteo_Terre_Sainte_01-15-10-2022.txt", "PV_ENERPOS_01-15-10-2022_bis.txt"

UTRECHT_PLACE, UTRECHT_ARRAY = (51.97, 5.329, 0.0), PvArray(30.0, 170.0, 1000.0)
UTRECHT_FILE, AMSTERDAM_FILE = "campion2025_Utrecht2014.csv.gz", "NLD_Amsterdam062400_IWEC.epw.gz"
UCCLE_FILE = "BEL_VLG_Uccle.064470_TMYx.2007-2021.epw.gz"

AARHUS_FILE = "aarhus_roof_hourly_2024-09_2025-08.csv"
AARHUS_ARRAYS = (PvArray(10.0, 69.0, 24_510.0), PvArray(10.0, 248.0, 24_510.0))
AARHUS_INVERTER_W, AARHUS_PEAK_W = 40_000.0, 49_020.0

# What the operator of the eight roofs says they yield.
LOOS_PLACE, LOOS_YIELD_KWH_KWP = (50.456, 2.795, 55.0), 978.0


def enerpos_plants(losses: Losses | None, physics: Physics, age_years: float = 0.0) -> list[PvPlant]:
    """Both roofs, each behind its inverters, their rating untold: as large as the modules."""
    return [
        PvPlant(
            *ENERPOS_PLACE,
            inverter_power_w=peak_w,
            arrays=(PvArray(9.0, ENERPOS_AZIMUTH_DEG[roof], peak_w, roof),),
            losses=losses,
            physics=physics,
            age_years=age_years,
        )
        for roof, peak_w in ENERPOS_PEAK_W.items()
    ]


def enerpos_sky() -> pd.DataFrame:
    """The campus station: global, beam, diffuse [W/m²], air [°C], wind at 10 m [m/s]; 10 minutes."""
    columns = (
        SensorColumn("GHI", "ghi", "W/m²"),
        SensorColumn("BNI", "dni", "W/m²"),
        SensorColumn("DHI", "dhi", "W/m²"),
        SensorColumn("DBT", "temp_air", "°C"),
        SensorColumn("Ws10", "wind_speed", "m/s"),
    )
    return _enerpos_series(ENERPOS_WEATHER, columns)


def enerpos_planes(*, as_cells: bool) -> pd.DataFrame:
    """What both plane sensors read [W/m²]: silicon cells under glass, as the publisher's photos show.

    as_cells: told so to the engine, which else takes them for pyranometers.
    """
    kind = CELL if as_cells else PLANE
    columns = tuple(SensorColumn(f"POA_{roof}", kind, "W/m²", roof) for roof in ENERPOS_PEAK_W)
    return _enerpos_series(ENERPOS_PLANT, columns)


def enerpos_power_w() -> pd.DataFrame:
    """AC power of each roof [W] by UTC interval start; not a number where one of its inverters is silent."""
    raw = pd.read_csv(METERED / ENERPOS_PLANT, index_col="datetime", parse_dates=True)
    start = pd.DatetimeIndex(raw.index).tz_convert("UTC") - pd.Timedelta(TEN_MINUTES)
    roofs = {roof: raw[list(names)].sum(axis=1, skipna=False) for roof, names in ENERPOS_INVERTERS.items()}
    return pd.DataFrame(roofs).set_axis(start.rename("start"))


def utrecht_year() -> pd.DataFrame:
    """2014 by UTC hour [kWh/kWp]: PV-MEAS, six simulations by others, filled_from_RN (1: invented hour)."""
    frame = pd.read_csv(METERED / UTRECHT_FILE).drop(columns="hour_of_year")
    return frame.set_axis(pd.date_range("2014-01-01", periods=len(frame), freq="h", tz="UTC"))


def utrecht_plant(losses: Losses | None) -> PvPlant:
    """One kWp of that roof; its inverter is not told."""
    return PvPlant(*UTRECHT_PLACE, UTRECHT_ARRAY.peak_power_w, (UTRECHT_ARRAY,), losses=losses)


def in_year(energy: pd.Series[float], year: int) -> pd.Series[float]:
    """Hours of a typical year moved to a year of 365 days: the same hours, each on its date."""
    times = [instant.replace(year=year) for instant in pd.DatetimeIndex(energy.index)]
    return energy.set_axis(pd.DatetimeIndex(times)).sort_index()


def typical_year(file: str) -> tuple[pd.DataFrame, WeatherMeta]:
    """A typical year of ../shared/data/weather."""
    return weather.read_epw(WEATHER / file)


def aarhus_year() -> MeterSeries:
    """The citizens' roof at Aarhus through the same reader as any operator's file."""
    latest = datetime(2026, 1, 1, tzinfo=UTC)
    return read_meter_file(
        METERED / AARHUS_FILE, filename=AARHUS_FILE, latest=latest, peak_power_w=int(AARHUS_PEAK_W)
    )


def aarhus_plant(place: tuple[float, float, float]) -> PvPlant:
    """That roof, set down wherever there is a weather."""
    return PvPlant(*place, AARHUS_INVERTER_W, AARHUS_ARRAYS)


def loos_plants() -> list[PvPlant]:
    """The eight roofs of the demonstration: true in number and size, invented in tilt and orientation."""
    return [
        PvPlant(
            roof.latitude_deg,
            roof.longitude_deg,
            LOOS_PLACE[2],
            roof.inverter_power_w,
            tuple(PvArray(array.tilt_deg, array.azimuth_deg, array.peak_power_w) for array in roof.arrays),
        )
        for roof in ROOFS
    ]


def moved(plants: list[PvPlant], place: tuple[float, float, float]) -> list[PvPlant]:
    """The same plants under another place's sun."""
    latitude, longitude, altitude_m = place
    return [replace(p, latitude=latitude, longitude=longitude, altitude_m=altitude_m) for p in plants]


def _enerpos_series(file: str, columns: tuple[SensorColumn, ...]) -> pd.DataFrame:
    latitude, longitude, altitude_m = ENERPOS_PLACE
    data, _ = weather.read_sensor(
        METERED / file,
        SensorMapping(columns, label="end", timezone="Indian/Reunion"),
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
    )
    return data
