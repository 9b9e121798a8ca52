"""Expected yield of plants, computed now; nothing is stored."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.commands import JsonCommand, Refused
from production.climate import ClimateError
from production.described import described
from production.fleet import FleetError, build_fleet
from production.formats import FileRefused
from production.management.heat import heat_networks, heat_rows
from production.services.forecasts import Expected, compute
from production.services.weather_choice import UnknownName, Weather, year_named
from production.sheet_words import said_of_fleet
from production.study import NotOneYear
from production.study_refusals import REFUSALS, refusal_of_study
from production.weather import WeatherError
from production.weather_words import refusal_sentences

TYPICAL_YEAR = "typical"


class Command(JsonCommand):
    help = "Expected yield: annual, monthly, P50/P75/P90 in kWh, per plant and in total."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", metavar="SLUG")
        parser.add_argument("--plant", metavar="SLUG")
        parser.add_argument(
            "--weather",
            default=TYPICAL_YEAR,
            metavar="NAME",
            help="typical; or the number, fingerprint or code of a kept weather; or an EPW or TMY file",
        )

    def act(self, **options: Any) -> dict[str, Any]:
        plants = (
            Plant.objects.filter(kind=Plant.Kind.SOLAR)
            .select_related("cooperative", "sheet")
            .prefetch_related("arrays")
            .with_peak_power()
            .order_by("cooperative_id", "name", "pk")
        )
        if options["cooperative"]:
            plants = plants.filter(cooperative__slug=options["cooperative"])
        if options["plant"]:
            plants = plants.filter(slug=options["plant"])
        chosen = list(plants)
        # Heat isn't added to electricity: a network is told when it is named, and by itself.
        networks = heat_networks(options["plant"] or "", options["cooperative"] or "")
        if not chosen and networks:
            return heat_rows(networks, _weather(options["weather"]), timezone.localdate())
        if not chosen:
            raise Refused("Aucune centrale ne porte ce nom. Que faire : vérifiez --cooperative et --plant.")
        bare = ", ".join(plant.slug for plant in chosen if not plant.peak_power_w)
        if bare:
            raise Refused(f"Sans panneaux, pas de prévision : {bare}. Que faire : décrivez leurs pans.")
        weather = _weather(options["weather"])
        try:
            rows = [_row(expected) for expected in compute(chosen, weather)]
        except REFUSALS as reason:
            raise Refused(f"Prévision impossible : {_said(chosen, reason)}") from reason
        return {"plants": rows, "total": _total(rows)}

    def say(self, done: dict[str, Any]) -> None:
        for row in [*done["plants"], {"plant": "total", **done["total"]}]:
            self.stdout.write(
                f"{row['plant']:30} P50 {row['p50_kwh']:>10.0f} kWh  P90 {row['p90_kwh']:>10.0f} kWh"
            )
        for name, sha256 in dict.fromkeys((row["weather"], row["weather_sha256"]) for row in done["plants"]):
            self.stdout.write(f"météo : {name} ({sha256})")


def _said(plants: list[Plant], reason: Exception) -> str:
    """Why nothing was computed; of many plants, the first that is described wrongly is named."""
    if isinstance(reason, FleetError):
        return said_of_fleet(reason, next(plant.name for plant in plants if _is_wrong(plant)))
    return "\n".join(refusal_of_study(reason))


def _is_wrong(plant: Plant) -> bool:
    try:
        build_fleet([described(plant)])
    except FleetError:
        return True
    return False


def _weather(name: str) -> Weather | None:
    """The year asked for; None for each cell's own typical year. Raises Refused."""
    if name == TYPICAL_YEAR:
        return None
    try:
        return year_named(name, now=timezone.now())
    except UnknownName as unknown:
        found = "Aucune météo ne s’appelle" if not unknown.count else "Plusieurs météos s’appellent"
        raise Refused(f"{found} « {name} ». Que faire : donnez son numéro ou son empreinte.") from unknown
    except NotOneYear as length:
        raise Refused(
            f"« {name} » a {length.days:g} jours. Que faire : donnez une météo d’une année de 365 jours."
        ) from length
    except (WeatherError, ClimateError, FileRefused) as refusal:
        raise Refused("\n".join(refusal_sentences(refusal, Path(name).name))) from refusal


def _row(expected: Expected) -> dict[str, Any]:
    year, _, p75, p90 = expected.year_wh
    peak_w = sum(array.peak_power_w for array in expected.plant.arrays.all())
    return {
        "plant": expected.plant.slug,
        "peak_power_kwp": peak_w / 1000,
        "p50_kwh": year / 1000,
        "p75_kwh": p75 / 1000,
        "p90_kwh": p90 / 1000,
        "specific_yield_kwh_per_kwp": round(year / peak_w, 1),
        "months_kwh": [wh / 1000 for wh in expected.p50_wh],
        "weather": expected.weather.code,
        "weather_name": expected.weather.name,
        "weather_sha256": expected.weather.sha256,
    }


def _total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums; P75 and P90 add up because the plants share their weather and the model its errors."""
    keys = ("peak_power_kwp", "p50_kwh", "p75_kwh", "p90_kwh")
    months = [sum(month) for month in zip(*(row["months_kwh"] for row in rows), strict=True)]
    return {key: round(sum(row[key] for row in rows), 3) for key in keys} | {"months_kwh": months}
