"""Expected yield of plants, computed now; nothing is stored."""

from typing import Any

from django.core.management.base import CommandParser

from installations.models import Plant
from mine_de_soleil.core.commands import JsonCommand, Refused
from production.climate import ClimateError
from production.fleet import FleetError
from production.forecasting import Expected, compute

TYPICAL_YEAR = "typical"


class Command(JsonCommand):
    help = "Expected yield: annual, monthly, P50/P75/P90 in kWh, per plant and in total."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", metavar="SLUG")
        parser.add_argument("--plant", metavar="SLUG")
        parser.add_argument("--weather", choices=[TYPICAL_YEAR], default=TYPICAL_YEAR, metavar="NAME")

    def act(self, **options: Any) -> dict[str, Any]:
        plants = (
            Plant.objects.select_related("cooperative")
            .prefetch_related("arrays")
            .with_peak_power()
            .order_by("cooperative_id", "name", "pk")
        )
        if options["cooperative"]:
            plants = plants.filter(cooperative__slug=options["cooperative"])
        if options["plant"]:
            plants = plants.filter(slug=options["plant"])
        chosen = list(plants)
        if not chosen:
            raise Refused("Aucune centrale ne porte ce nom. Que faire : vérifiez --cooperative et --plant.")
        bare = ", ".join(plant.slug for plant in chosen if not plant.peak_power_w)
        if bare:
            raise Refused(f"Sans panneaux, pas de prévision : {bare}. Que faire : décrivez leurs pans.")
        try:
            rows = [_row(expected) for expected in compute(chosen)]
        except (ClimateError, FleetError) as reason:
            raise Refused(f"Prévision impossible : {reason}.") from reason
        return {"plants": rows, "total": _total(rows)}

    def say(self, done: dict[str, Any]) -> None:
        for row in [*done["plants"], {"plant": "total", **done["total"]}]:
            self.stdout.write(
                f"{row['plant']:30} P50 {row['p50_kwh']:>10.0f} kWh  P90 {row['p90_kwh']:>10.0f} kWh"
            )


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
        "weather_sha256": expected.weather.sha256,
    }


def _total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums; P75 and P90 add up because the plants share their weather and the model its errors."""
    keys = ("peak_power_kwp", "p50_kwh", "p75_kwh", "p90_kwh")
    months = [sum(month) for month in zip(*(row["months_kwh"] for row in rows), strict=True)]
    return {key: round(sum(row[key] for row in rows), 3) for key in keys} | {"months_kwh": months}
