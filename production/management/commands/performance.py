"""Expected against metered for one plant: of an ordinary year, and of the weather that was."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from production.balance_json import shown
from production.balance_reports import judge_months, together
from production.judgement import Result, WeatherSplit, split_total, total
from production.reports import PlantMonth, outlooks, plant_months
from production.weather_reports import WeatherMonth, told_days, weather_months, weathers_used


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
        # Of the days to come nothing is known: they aren't missing.
        yesterday = timezone.localdate(timezone=plant.zone) - dt.timedelta(days=1)
        first, last = options["from"], min(options["to"], yesterday)
        known = outlooks([plant])
        months = plant_months([plant], first, last, known)
        told = weather_months([plant], first, last, known)
        judged = judge_months(plant, first, last)
        # None before commissioning: nothing was expected.
        by_first = {month.first: _under(month) for month in told}
        return {
            "plant": plant.slug,
            "months": [
                {
                    "first_day": m.first,
                    **_figures(m.result),
                    **_weather(m),
                    "under_weather": by_first.get(m.first),
                }
                for m in months
            ],
            "total": {
                **_figures(total(month.result for month in months)),
                "under_weather": _split(split_total(month.split for month in told)),
            },
            "judgement": {
                "months": [shown(month) for month in judged],
                "total": (whole := together(judged)) and shown(whole),
            },
            "weathers_that_were": _weathers(plant, first, last),
            # The latest month's; an earlier one may have been judged by another forecast, and says so.
            **_weather(months[-1] if months else None),
        }


def _plant(slug: str, cooperative: str | None) -> Plant:
    described = Plant.objects.select_related("cooperative", "sheet").prefetch_related("arrays")
    found = described.filter(slug=slug).order_by("pk")
    if cooperative:
        found = found.filter(cooperative__slug=cooperative)
    plants = list(found[:2])
    if not plants:
        raise Refused(f"Aucune centrale ne s’appelle « {slug} ».")
    if len(plants) > 1:
        raise Refused(f"Plusieurs centrales s’appellent « {slug} » : précisez --cooperative.")
    return plants[0]


def _weather(month: PlantMonth | None) -> dict[str, str | None]:
    forecast = month.expected.forecast if month and month.expected else None
    return {
        "weather": forecast.weather_name if forecast else None,
        "weather_sha256": forecast.weather_sha256 if forecast else None,
    }


def _under(month: WeatherMonth) -> dict[str, Any]:
    """The month under the weather that was; `expected_kwh` of all its days only where each is told."""
    whole = month.whole_wh
    return {**_split(month.split), "days_told": month.days_told, "expected_kwh": whole and whole / 1000}


def _split(split: WeatherSplit) -> dict[str, Any]:
    """Over the days that are compared and told, and no others."""
    return {
        "days": split.days,
        "metered_kwh": split.metered_wh / 1000,
        "weather_kwh": split.weather_wh / 1000,
        "forecast_kwh": round(split.forecast_wh / 1000, 3),
        "weather_share": None if split.weather_share is None else round(split.weather_share, 4),
        "rest": None if split.rest is None else round(split.rest, 4),
    }


def _weathers(plant: Plant, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Each weather that told a day, with its name, source, period, fingerprint and engine."""
    return [
        {
            "name": used.weather.name,
            "source": used.weather.source,
            "sha256": used.weather.sha256,
            "from": used.weather.first_start,
            "to": used.weather.end,
            "engine": used.engine,
        }
        for used in weathers_used(told_days([plant], first, last).values())
    ]


def _figures(result: Result) -> dict[str, Any]:
    return {
        "metered_kwh": result.metered_wh / 1000,
        "compared_kwh": result.compared_wh / 1000,
        "expected_kwh": round(result.expected_wh / 1000, 3),
        "deviation": None if result.deviation is None else round(result.deviation, 4),
        "days_read": result.days_read,
        "days_missing": result.days_missing,
    }
