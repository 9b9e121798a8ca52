"""Metered output and its faults, weather, and what was expected of a plant."""

from production.models.alerts import MaintenanceEntry, NeighbourDay, PlantAlert
from production.models.forecasts import ExpectedDay, Forecast, ForecastMonth
from production.models.quality import DayQuality
from production.models.readings import (
    DailyEnergy,
    MeterFile,
    Reading,
    ReadingHistory,
    ReadingImport,
)
from production.models.revenue import (
    BuyerStatement,
    BuyerStatementLine,
    ContractTerms,
    IndexCoefficient,
    MarketPrice,
    SaleContract,
    SaleInvoice,
    StatementSettlement,
)
from production.models.sensors import SensorLayout, WeatherDraft
from production.models.sharing import ConsumptionCurve, Participant, SharingKeys
from production.models.weather import FrozenWeather

__all__ = [
    "BuyerStatement",
    "BuyerStatementLine",
    "ConsumptionCurve",
    "ContractTerms",
    "DailyEnergy",
    "DayQuality",
    "ExpectedDay",
    "Forecast",
    "ForecastMonth",
    "FrozenWeather",
    "IndexCoefficient",
    "MaintenanceEntry",
    "MarketPrice",
    "MeterFile",
    "NeighbourDay",
    "Participant",
    "PlantAlert",
    "Reading",
    "ReadingHistory",
    "ReadingImport",
    "SaleContract",
    "SaleInvoice",
    "SensorLayout",
    "SharingKeys",
    "StatementSettlement",
    "WeatherDraft",
]
