"""Weather sources: files and answers their tests are fed with."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pvlib import solarposition

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
UCCLE = SHARED / "weather" / "BEL_VLG_Uccle.064470_TMYx.2007-2021.epw.gz"
AMSTERDAM = SHARED / "weather" / "NLD_Amsterdam062400_IWEC.epw.gz"
PVGIS = SHARED / "weather" / "tmy_45.000_8.000_2005_2023.csv.gz"
H1A = SHARED / "weather" / "RT2012_H1a_derived.csv.gz"
REUNION_WEATHER = SHARED / "metered" / "Meteo_Terre_Sainte_01-15-10-2022.txt"
REUNION_PLANES = SHARED / "metered" / "PV_ENERPOS_01-15-10-2022_bis.txt"
HOUR = timedelta(hours=1)
LENS = (50.43, 2.83)
needs_shared_data = pytest.mark.skipif(
    not SHARED.exists() and os.environ.get("CI") != "true", reason="../shared/data is absent"
)


def unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def clear_days(latitude: float, longitude: float, instants: pd.DatetimeIndex) -> pd.DataFrame:
    """A plain blue sky at instants: elevation [°], beam, diffuse and global on the horizontal [W/m²]."""
    sun = solarposition.get_solarposition(instants, latitude, longitude)
    sine = np.sin(np.radians(sun["elevation"].clip(lower=0).to_numpy()))
    beam, diffuse = 700 * sine, 120 * np.sqrt(sine)
    return pd.DataFrame(
        {
            "elevation": sun["elevation"].clip(lower=0).round(2).to_numpy(),
            "beam": beam,
            "diffuse": diffuse,
            "global": beam + diffuse,
            "dni": np.where(sine > 0, 700.0, 0.0),
        },
        index=instants,
    )


def open_meteo_answer(first: date, days: int, *, place: tuple[float, float] = LENS) -> dict[str, Any]:
    """Whole UTC days as Open-Meteo writes them: light of the hour before each time, the air at that time."""
    times = pd.date_range(first.isoformat(), periods=24 * days, freq="h", tz="UTC")
    sky = clear_days(*place, times - HOUR / 2)
    return {
        "latitude": round(place[0] + 0.02, 2),
        "longitude": round(place[1] - 0.01, 2),
        "generationtime_ms": 0.3,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": 38.0,
        "hourly_units": {
            "time": "unixtime",
            "shortwave_radiation": "W/m²",
            "direct_normal_irradiance": "W/m²",
            "diffuse_radiation": "W/m²",
            "temperature_2m": "°C",
            "wind_speed_10m": "m/s",
        },
        "hourly": {
            "time": [int(time.timestamp()) for time in times],
            "shortwave_radiation": sky["global"].round(1).tolist(),
            "direct_normal_irradiance": sky["dni"].round(1).tolist(),
            "diffuse_radiation": sky["diffuse"].round(1).tolist(),
            "temperature_2m": [10.0 + time.hour for time in times],
            "wind_speed_10m": [3.0] * len(times),
        },
    }


def pvgis_hourly_answer(year: int = 2020, minute: int = 10, slope: Any = 0) -> dict[str, Any]:
    """A year as PVGIS writes it for one plane: instants at HH:10 from satellite."""
    times = pd.date_range(f"{year}-01-01 00:{minute}", f"{year}-12-31 23:59", freq="h", tz="UTC")
    sky = clear_days(*LENS, times)
    rows = zip(times, sky.itertuples(index=False), strict=True)
    return {
        "inputs": {
            "location": {"latitude": LENS[0], "longitude": LENS[1], "elevation": 40.0},
            "meteo_data": {
                "radiation_db": "PVGIS-SARAH3",
                "meteo_db": "ERA5",
                "year_min": year,
                "year_max": year,
                "use_horizon": True,
                "horizon_db": "DEM-calculated",
            },
            "mounting_system": {"fixed": {"slope": {"value": slope, "optimal": False}}},
        },
        "outputs": {
            "hourly": [
                {
                    "time": f"{time:%Y%m%d:%H%M}",
                    "Gb(i)": round(row.beam, 2),
                    "Gd(i)": round(row.diffuse, 2),
                    "Gr(i)": 0.0,
                    "H_sun": row.elevation,
                    "T2m": 11.5,
                    "WS10m": 3.2,
                    "Int": 0.0,
                }
                for time, row in rows
            ]
        },
        "meta": {"inputs": {}},
    }


def pvgis_tmy_answer(text: str) -> dict[str, Any]:
    """The JSON of the same typical year as a CSV of PVGIS."""
    head, _, body = text.replace("\r\n", "\n").partition("time(UTC)")
    titles, *rows = ("time(UTC)" + body).split("\n")[:8761]
    names = titles.split(",")
    records = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    months = [line.split(",") for line in head.split("\n")[5:17]]
    return {
        "inputs": {
            "location": {
                "latitude": 45.0,
                "longitude": 8.0,
                "elevation": 250.0,
                "irradiance_time_offset": 0.1761,
            },
            "meteo_data": {"radiation_db": "PVGIS-SARAH3", "use_horizon": False},
        },
        "outputs": {
            "months_selected": [{"month": int(m), "year": int(y)} for m, y in months],
            "tmy_hourly": [
                {name: value if name == "time(UTC)" else float(value) for name, value in one.items()}
                for one in records
            ],
        },
        "meta": {"inputs": {}},
    }


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
