"""Metered output and its faults, weather, and what was expected of a plant."""

from production.models.alerts import MaintenanceEntry, NeighbourDay, PlantAlert
from production.models.forecasts import ExpectedDay, ExpectedLight, Forecast, ForecastMonth
from production.models.letters import LetterMonth, LetterReader, LetterSent
from production.models.open_data import OpenDataLicence
from production.models.quality import DayQuality, PlantTrend
from production.models.readings import (
    DailyEnergy,
    MeterFile,
    MeterLayout,
    Reading,
    ReadingHistory,
    ReadingImport,
    ReadingOrigin,
    ReadingSpan,
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
from production.models.tokens import MeterToken
from production.models.weather import FrozenWeather

__all__ = [
    "BuyerStatement",
    "BuyerStatementLine",
    "ConsumptionCurve",
    "ContractTerms",
    "DailyEnergy",
    "DayQuality",
    "ExpectedDay",
    "ExpectedLight",
    "Forecast",
    "ForecastMonth",
    "FrozenWeather",
    "IndexCoefficient",
    "LetterMonth",
    "LetterReader",
    "LetterSent",
    "MaintenanceEntry",
    "MarketPrice",
    "MeterFile",
    "MeterLayout",
    "MeterToken",
    "NeighbourDay",
    "OpenDataLicence",
    "Participant",
    "PlantAlert",
    "PlantTrend",
    "Reading",
    "ReadingHistory",
    "ReadingImport",
    "ReadingOrigin",
    "ReadingSpan",
    "SaleContract",
    "SaleInvoice",
    "SensorLayout",
    "SharingKeys",
    "StatementSettlement",
    "WeatherDraft",
]
