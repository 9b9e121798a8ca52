"""Expected against metered for one plant."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from installations.models import Plant
from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from production.judgement import Result, total
from production.reports import PlantMonth, plant_months


class Command(JsonCommand):
    help = "Expected against metered for one plant, by month and in total."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plant", required=True, metavar="SLUG")
        parser.add_argument("--cooperative", metavar="SLUG")
        parser.add_argument("--from", required=True, type=dt.date.fromisoformat, metavar="DAY")
        parser.add_argument("--to", required=True, type=dt.date.fromisoformat, metavar="DAY")

    def act(self, **options: Any) -> dict[str, Any]:
        if options["from"] > options["to"]:
            raise misuse("--from vient après --to")
        plant = _plant(options["plant"], options["cooperative"])
        months = plant_months([plant], options["from"], options["to"])
        return {
            "plant": plant.slug,
            "months": [{"first_day": m.first, **_figures(m.result), **_weather(m)} for m in months],
            "total": _figures(total(month.result for month in months)),
            # The latest month's; an earlier one may have been judged by another forecast, and says so.
            **_weather(months[-1] if months else None),
        }


def _plant(slug: str, cooperative: str | None) -> Plant:
    found = Plant.objects.filter(slug=slug).order_by("pk")
    if cooperative:
        found = found.filter(cooperative__slug=cooperative)
    plants = list(found[:2])
    if not plants:
        raise Refused(f"Aucune centrale ne s’appelle « {slug} ».")
    if len(plants) > 1:
        raise Refused(f"Plusieurs centrales s’appellent « {slug} » : précisez --cooperative.")
    return plants[0]


def _weather(month: PlantMonth | None) -> dict[str, str | None]:
    forecast = month.expected.forecast if month and month.expected else None
    return {
        "weather": forecast.weather_name if forecast else None,
        "weather_sha256": forecast.weather_sha256 if forecast else None,
    }


def _figures(result: Result) -> dict[str, Any]:
    return {
        "metered_kwh": result.metered_wh / 1000,
        "compared_kwh": result.compared_wh / 1000,
        "expected_kwh": round(result.expected_wh / 1000, 3),
        "deviation": None if result.deviation is None else round(result.deviation, 4),
        "days_read": result.days_read,
        "days_missing": result.days_missing,
    }
