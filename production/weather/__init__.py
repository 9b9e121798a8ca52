"""Weather for the yield engine, as ``read_x`` / ``get_x`` pairs that return ``(data, meta)``.

A weather is a DataFrame indexed by UTC interval starts at a regular step, with ``ghi`` [W/m²], ``temp_air``
[°C], ``wind_speed`` [m/s, at 10 m] and, where known, ``dni`` and ``dhi`` [W/m²], ``poa_global`` and
``poa_cell`` [W/m²] (in the plane, by a pyranometer and by a reference cell; ``poa_global_<plane>`` where an
array names its plane), ``albedo`` [1], ``snow_depth`` [m]: means over the interval, in whose middle the sun
stands. Its meta names where the numbers come from and freezes them with a hash; a figure shown to somebody
names its weather. ``read_x`` takes a path or bytes, ``get_x`` the network through a `fetch` one may replace.
Sources, their labels and their limits: ``docs/algorithms/weather.md``.
"""

from production.weather.choice import Attempt, Candidate, ChosenWeather, NoWeather, Wanted, best_weather
from production.weather.epw import read_epw
from production.weather.errors import (
    AlteredWeather,
    DifferentSteps,
    DoesNotCover,
    FileTooLarge,
    ImplausibleWeather,
    MissingColumn,
    MissingHours,
    MissingValues,
    SourceRefused,
    SourceUnreachable,
    SunOutOfPlace,
    UnreadableFile,
    WeatherError,
    WrongPlane,
    WrongTimeZone,
    WrongUnit,
    WrongYearLength,
)
from production.weather.frame import (
    CELL,
    COLUMNS,
    HOURS_A_YEAR,
    IN_PLANE,
    MAX_IRRADIANCE_W_M2,
    MAX_TEMPERATURE_C,
    MAX_WIND_M_S,
    MIN_IRRADIANCE_W_M2,
    MIN_PLAUSIBLE_PEAK_W_M2,
    MIN_TEMPERATURE_C,
    PLANE,
    REQUIRED,
    Floats,
    check_series,
    check_sun,
    check_weather,
    fingerprint,
    light_from_noon_h,
)
from production.weather.frozen import freeze, thaw
from production.weather.joining import join_weather
from production.weather.meta import Kind, WeatherMeta, WeatherRemark
from production.weather.network import Fetch, http_fetch
from production.weather.open_meteo import (
    get_open_meteo_archive,
    get_open_meteo_forecast,
    read_open_meteo,
)
from production.weather.pvgis import get_pvgis_hourly, get_pvgis_tmy, read_pvgis_hourly, read_pvgis_tmy
from production.weather.sensor import SensorColumn, SensorMapping, list_titles, read_sensor
from production.weather.tmy3 import read_tmy3
from production.weather.typical_year import get_typical_year
from production.weather.units import QUANTITIES, Quantity, units_of

__all__ = [
    "CELL",
    "COLUMNS",
    "HOURS_A_YEAR",
    "IN_PLANE",
    "MAX_IRRADIANCE_W_M2",
    "MAX_TEMPERATURE_C",
    "MAX_WIND_M_S",
    "MIN_IRRADIANCE_W_M2",
    "MIN_PLAUSIBLE_PEAK_W_M2",
    "MIN_TEMPERATURE_C",
    "PLANE",
    "QUANTITIES",
    "REQUIRED",
    "AlteredWeather",
    "Attempt",
    "Candidate",
    "ChosenWeather",
    "DifferentSteps",
    "DoesNotCover",
    "Fetch",
    "FileTooLarge",
    "Floats",
    "ImplausibleWeather",
    "Kind",
    "MissingColumn",
    "MissingHours",
    "MissingValues",
    "NoWeather",
    "Quantity",
    "SensorColumn",
    "SensorMapping",
    "SourceRefused",
    "SourceUnreachable",
    "SunOutOfPlace",
    "UnreadableFile",
    "Wanted",
    "WeatherError",
    "WeatherMeta",
    "WeatherRemark",
    "WrongPlane",
    "WrongTimeZone",
    "WrongUnit",
    "WrongYearLength",
    "best_weather",
    "check_series",
    "check_sun",
    "check_weather",
    "fingerprint",
    "freeze",
    "get_open_meteo_archive",
    "get_open_meteo_forecast",
    "get_pvgis_hourly",
    "get_pvgis_tmy",
    "get_typical_year",
    "http_fetch",
    "join_weather",
    "light_from_noon_h",
    "list_titles",
    "read_epw",
    "read_open_meteo",
    "read_pvgis_hourly",
    "read_pvgis_tmy",
    "read_sensor",
    "read_tmy3",
    "thaw",
    "units_of",
]
