"""Import metered output from the command line; each file is all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from installations.models import Meter
from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from production.formats import FORMATS, UNITS, FileRefused
from production.formats.detection import MAX_FILE_BYTES
from production.models import ReadingImport
from production.services.imports import Delivery, check_file, import_at_once


class Command(JsonCommand):
    help = "Imports metered output for one meter. A dry run works for a meter that doesn't exist yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--meter", required=True, metavar="CODE")
        parser.add_argument("--format", choices=sorted(FORMATS), metavar="NAME")
        parser.add_argument("--unit", choices=UNITS, default="", help="where the file doesn't say")
        parser.add_argument(
            "--label", choices=["start", "end"], default="", help="the end of an interval its date names"
        )
        parser.add_argument("--dry-run", action="store_true")

    def act(self, **options: Any) -> dict[str, Any]:
        meter = Meter.objects.select_related("plant__cooperative").filter(code=options["meter"]).first()
        if meter is None and not options["dry_run"]:
            raise Refused(f"Le compteur « {options['meter']} » n’existe pas. Que faire : vérifiez son code.")
        for path in options["files"]:
            if not path.is_file():
                raise misuse(f"{path}: ce fichier n’existe pas")
        done: list[dict[str, Any]] = []
        refusals: list[FileRefused] = []
        for path in options["files"]:
            delivery = _delivery(path, options)
            try:
                done.append(_import(meter, delivery, dry_run=options["dry_run"]))
            except FileRefused as refusal:
                done.append(_refused(refusal))
                refusals.append(refusal)
                if not options["dry_run"]:
                    # Files already stored stay stored: each is whole by itself, and the report says which.
                    break
        if refusals:
            sentences = [sentence for refusal in refusals for sentence in refusal.sentences]
            raise Refused("\n".join(sentences), files=done)
        return {"meter": options["meter"], "dry_run": options["dry_run"], "files": done}

    def say(self, done: dict[str, Any]) -> None:
        verb = "lues" if done["dry_run"] else "enregistrées"
        for file in done["files"]:
            rows = file["rows_read"] if done["dry_run"] else file["rows_stored"] + file["rows_corrected"]
            self.stdout.write(
                f"{file['file']}: {file['format']}, {file['energy_kwh']} kWh, {rows} lignes {verb}, "
                f"{file['rows_unchanged']} inchangées, du {file['first']} au {file['last']}"
            )
            for remark in file["remarks"]:
                self.stdout.write(f"  - {remark}")


def _delivery(path: Path, options: dict[str, Any]) -> Delivery:
    # A file over the limit is refused by its size; one byte more is enough for the reader to say so.
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    return Delivery(path.name, content, options["format"], options["unit"], options["label"])


def _import(meter: Meter | None, delivery: Delivery, *, dry_run: bool) -> dict[str, Any]:
    if meter is None or dry_run:
        return _described(check_file(meter=meter, delivery=delivery, now=timezone.now()))
    return _described(import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now()))


def _described(target: ReadingImport) -> dict[str, Any]:
    """One file, checked or stored: the same keys."""
    assert target.first_start and target.last_end  # what was read has readings
    counter_wh = target.counter_energy_wh
    return {
        "file": target.file_name,
        "import": None if target.dry_run else target.pk,
        "format": target.found_format,
        "first": target.first_start.isoformat(),
        "last": target.last_end.isoformat(),
        "rows_read": target.rows_read,
        "rows_new": target.rows_new,
        "rows_stored": target.rows_stored,
        "rows_unchanged": target.rows_unchanged,
        "rows_corrected": target.rows_corrected,
        "rows_displaced": target.rows_displaced,
        "rows_refused": 0,
        "gaps": target.gaps,
        "duplicates": target.duplicates,
        "energy_kwh": target.energy_wh / 1000,
        "counter_energy_kwh": None if counter_wh is None else counter_wh / 1000,
        "devices": target.devices,
        "remarks": [remark["message"] for remark in target.remarks],
    }


def _refused(refusal: FileRefused) -> dict[str, Any]:
    return {
        "file": refusal.filename,
        "rows_stored": 0,
        "rows_refused": refusal.fault_count,
        "errors": refusal.rows(),
    }
