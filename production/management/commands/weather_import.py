"""Bring weather files from the command line; each file is kept whole or not at all."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from production.climate import ClimateError
from production.formats import FileRefused
from production.management.subjects import plant_named
from production.services.weather_fetching import fetch_pvgis_year
from production.services.weather_files import AlreadyKept, Brought, WeatherDelivery, bring_weather
from production.weather import WeatherError
from production.weather.files import MAX_FILE_BYTES
from production.weather_words import refusal_sentences
from shareholders.models import Cooperative

LARGEST_MAPPING = 100_000
PVGIS = "PVGIS"


class Command(JsonCommand):
    help = (
        "Keeps weather files: EPW, TMY3, PVGIS, Open-Meteo; with --plant, what its sensors measured; with "
        "--pvgis, the typical year of a place, fetched from PVGIS."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--pvgis", nargs=2, type=float, metavar=("LAT", "LON"), help="degrees; no file then"
        )
        parser.add_argument("--cooperative", metavar="SLUG")
        parser.add_argument("--plant", metavar="SLUG", help="the roof whose sensors wrote the files")
        parser.add_argument("--mapping", type=Path, metavar="FILE.toml", help="what each column holds")
        parser.add_argument("--licence", default="", help="where the file doesn't say its own")
        parser.add_argument("--dry-run", action="store_true")

    def act(self, **options: Any) -> dict[str, Any]:
        if bool(options["files"]) == bool(options["pvgis"]):
            raise misuse("donnez des fichiers, ou --pvgis et un lieu")
        if options["pvgis"]:
            if options["plant"] or options["mapping"] or options["licence"]:
                raise misuse("--pvgis va sans --plant, --mapping ni --licence")
            latitude, longitude = options["pvgis"]
            fetched = _fetch(latitude, longitude, dry_run=options["dry_run"])
            return {"dry_run": options["dry_run"], "files": [fetched]}
        for path in [*options["files"], *filter(None, [options["mapping"]])]:
            if not path.is_file():
                raise misuse(f"{path}: ce fichier n’existe pas")
        if options["mapping"] and not options["plant"]:
            raise misuse("--mapping va avec --plant")
        plant = plant_named(options["plant"], options["cooperative"]) if options["plant"] else None
        mapping = _mapping(options["mapping"]) if options["mapping"] else None
        cooperative = _cooperative(plant, options["cooperative"])
        done: list[dict[str, Any]] = []
        refusals: list[str] = []
        for path in options["files"]:
            delivery = _delivery(path, plant, options["licence"])
            try:
                done.append(_bring(delivery, cooperative, mapping, dry_run=options["dry_run"]))
            except (WeatherError, ClimateError, FileRefused) as refusal:
                sentences = refusal_sentences(refusal, delivery.name)
                done.append({"file": delivery.name, "kept": False, "errors": list(sentences)})
                refusals += sentences
        if refusals:
            raise Refused("\n".join(refusals), files=done)
        return {"dry_run": options["dry_run"], "files": done}

    def say(self, done: dict[str, Any]) -> None:
        for file in done["files"]:
            state = "déjà gardé" if file["already_kept"] else "gardé" if file["kept"] else "lisible"
            light = ", ".join(f"{name} {kwh} kWh/m²" for name, kwh in file["irradiation_kwh_m2"].items())
            self.stdout.write(
                f"{file['file']}: {state}, {file['form']}, {file['weather_sha256'][:12]}, {light}"
            )


def _fetch(latitude: float, longitude: float, *, dry_run: bool) -> dict[str, Any]:
    try:
        return _described(PVGIS, fetch_pvgis_year(latitude, longitude, dry_run=dry_run, now=timezone.now()))
    except (WeatherError, ClimateError, FileRefused) as refusal:
        raise Refused("\n".join(refusal_sentences(refusal, PVGIS))) from refusal


def _mapping(path: Path) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_MAPPING:
        raise Refused(f"{path.name} est trop grand pour dire ce que contiennent des colonnes.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} n’est pas du TOML lisible : {error}.") from error


def _cooperative(plant: Plant | None, slug: str | None) -> Cooperative:
    """The cooperative it is brought for; the only one there is, if none is named."""
    if plant is not None:
        return plant.cooperative
    found = Cooperative.objects.order_by("pk")
    several = list((found.filter(slug=slug) if slug else found)[:2])
    if not several:
        raise Refused("Aucune coopérative ne porte ce nom. Que faire : vérifiez --cooperative.")
    # A weather of a place is everybody's, so any of several will do.
    return several[0]


def _delivery(path: Path, plant: Plant | None, licence: str) -> WeatherDelivery:
    # A file over the limit is refused by its size; one byte more is enough for the reader to say so.
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    return WeatherDelivery(path.name, content, licence, plant)


def _bring(
    delivery: WeatherDelivery, cooperative: Cooperative, mapping: dict[str, Any] | None, *, dry_run: bool
) -> dict[str, Any]:
    try:
        brought = bring_weather(
            actor=None,
            cooperative=cooperative,
            delivery=delivery,
            mapping=mapping,
            dry_run=dry_run,
            now=timezone.now(),
        )
    except AlreadyKept as kept:
        return _described(delivery.name, Brought(_form_of(kept), {}, kept.weather, already_kept=True))
    return _described(delivery.name, brought)


def _form_of(kept: AlreadyKept) -> Any:
    return kept.weather.source


def _described(name: str, brought: Brought) -> dict[str, Any]:
    """One file, looked into or kept: the same keys."""
    meta = brought.summary.get("meta", brought.weather.details if brought.weather else {})
    sums = brought.summary.get("sums", {})
    return {
        "file": name,
        "kept": brought.weather is not None,
        "already_kept": brought.already_kept,
        "form": brought.form,
        "weather": brought.weather.pk if brought.weather else None,
        "weather_name": meta.get("name"),
        "weather_sha256": meta.get("sha256", ""),
        "kind": meta.get("kind"),
        "first": meta.get("start"),
        "end": meta.get("end"),
        "rows": brought.summary.get("rows"),
        "irradiation_kwh_m2": {name: round(v, 3) for name, v in sums.get("irradiation_kwh_m2", {}).items()},
        "means": {name: round(v, 3) for name, v in sums.get("means", {}).items()},
        "missing": list(sums.get("missing", ())),
        "remarks": [remark["code"] for remark in meta.get("remarks", ())],
    }
