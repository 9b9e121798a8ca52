"""Metered output and its faults, weather, and what was expected of a plant."""

from production.models.alerts import MaintenanceEntry, NeighbourDay, PlantAlert
from production.models.forecasts import ExpectedDay, Forecast, ForecastMonth
from production.models.quality import DayQuality
from production.models.readings import (
    DailyEnergy,
    MeterFile,
    MeterLayout,
    Reading,
    ReadingHistory,
    ReadingImport,
    ReadingSpan,
)
from production.models.sensors import SensorLayout, WeatherDraft
from production.models.weather import FrozenWeather

__all__ = [
    "DailyEnergy",
    "DayQuality",
    "ExpectedDay",
    "Forecast",
    "ForecastMonth",
    "FrozenWeather",
    "MaintenanceEntry",
    "MeterFile",
    "MeterLayout",
    "NeighbourDay",
    "PlantAlert",
    "Reading",
    "ReadingHistory",
    "ReadingImport",
    "ReadingSpan",
    "SensorLayout",
    "WeatherDraft",
]
