"""Metered output, weather, and what was expected of a plant."""

from production.models.forecasts import ExpectedDay, Forecast, ForecastMonth
from production.models.readings import (
    DailyEnergy,
    MeterFile,
    Reading,
    ReadingHistory,
    ReadingImport,
)
from production.models.sensors import SensorLayout, WeatherDraft
from production.models.weather import FrozenWeather

__all__ = [
    "DailyEnergy",
    "ExpectedDay",
    "Forecast",
    "ForecastMonth",
    "FrozenWeather",
    "MeterFile",
    "Reading",
    "ReadingHistory",
    "ReadingImport",
    "SensorLayout",
    "WeatherDraft",
]
