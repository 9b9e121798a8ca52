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
from production.services.imports import Delivery, check_file, import_at_once, rest_without


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
        parser.add_argument("--part", default="", metavar="NAME", help="the meter of a file with several")
        parser.add_argument(
            "--without-faulty-lines",
            action="store_true",
            help="consent: lines at fault are left out as gaps, doubts about a file are overruled",
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
                done.append(_import(meter, delivery, options))
            except FileRefused as refusal:
                done.append(_refused(refusal, delivery, meter))
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
    said = (options["format"], options["unit"], options["label"], options["part"])
    return Delivery(path.name, content, *said)


def _import(meter: Meter | None, delivery: Delivery, options: dict[str, Any]) -> dict[str, Any]:
    now, consent = timezone.now(), options["without_faulty_lines"]
    if meter is None or options["dry_run"]:
        return _described(check_file(meter=meter, delivery=delivery, now=now, consent=consent))
    return _described(import_at_once(actor=None, meter=meter, delivery=delivery, now=now, consent=consent))


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
        "rows_refused": target.rows_refused,
        "lines_left_out": target.left_out,
        "doubts_overruled": target.accepted,
        "part": target.asked_part,
        "gaps": target.gaps,
        "duplicates": target.duplicates,
        "energy_kwh": target.energy_wh / 1000,
        "counter_energy_kwh": None if counter_wh is None else counter_wh / 1000,
        "devices": target.devices,
        "remarks": [remark["message"] for remark in target.remarks],
    }


def _refused(refusal: FileRefused, delivery: Delivery, meter: Meter | None) -> dict[str, Any]:
    """One file that is refused, and what the rest of it would bring (`--without-faulty-lines`)."""
    hold = rest_without(refusal, delivery, meter, timezone.now()) if meter else None
    return {
        "file": refusal.filename,
        "rows_stored": 0,
        "rows_refused": refusal.fault_count,
        "errors": refusal.rows(),
        "parts": list(refusal.parts),
        "rest": None
        if hold is None
        else {"rows": hold.rows, "energy_kwh": hold.energy_wh / 1000, "lines_left_out": hold.left_out},
    }
