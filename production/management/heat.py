"""What `forecast` says of a heat network: heat from wood in an ordinary year; nothing is stored."""

import datetime as dt
from typing import Any

from installations.models import Plant
from mine_de_soleil.core.commands import Refused
from production.heat_words import REFUSED, said_of_heat
from production.services.forecasts import cell_of, typical_weather
from production.services.heat import heat_study
from production.services.studies import SOFTWARE
from production.services.weather_choice import Weather


def heat_networks(plant: str, cooperative: str) -> list[Plant]:
    """Heat networks of that slug, of one cooperative or of all."""
    named = Plant.objects.filter(kind=Plant.Kind.HEAT, slug=plant)
    found = named.filter(cooperative__slug=cooperative) if cooperative else named
    return list(found.select_related("cooperative", "network").prefetch_related("network__buildings"))


def heat_rows(plants: list[Plant], weather: Weather | None, today: dt.date) -> dict[str, Any]:
    """The networks' figures [kWh] and their sums, under one year or each place's own. Raises Refused."""
    rows = [_row(plant, weather or typical_weather(cell_of(plant)), today) for plant in plants]
    keys = ("p50_kwh", "p75_kwh", "p90_kwh")
    months = [round(sum(month), 3) for month in zip(*(row["months_kwh"] for row in rows), strict=True)]
    total = {key: round(sum(row[key] for row in rows), 3) for key in keys}
    return {"plants": rows, "total": total | {"months_kwh": months}}


def _row(plant: Plant, weather: Weather, today: dt.date) -> dict[str, Any]:
    try:
        study = heat_study(plant, *weather, made_on=today, software=SOFTWARE)
    except REFUSED as error:
        raise Refused(said_of_heat(error)) from error
    year = study.band(1)
    return {
        "plant": plant.slug,
        "kind": plant.kind,
        "boiler_power_kw": study.network.boiler.nominal_power_w / 1000,
        "p50_kwh": study.year_wh / 1000,
        "p75_kwh": year.at(0.75) / 1000,
        "p90_kwh": year.at(0.9) / 1000,
        "coverage": round(study.coverage, 4),
        "gas_kwh": study.gas_heat_wh / 1000,
        "months_kwh": [month.p50_wh / 1000 for month in study.months],
        "weather": study.weather.code,
        "weather_name": study.weather.name,
        "weather_sha256": study.weather.sha256,
    }
