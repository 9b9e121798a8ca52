"""`shareholders_import`: an existing register in, from CSV or XLSX; all or nothing, repeatable."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from shareholders.models import Cooperative
from shareholders.register_files import RegisterFileRefused
from shareholders.register_files.detection import MAX_BYTES
from shareholders.reports import Capital
from shareholders.services.register_import import RegisterImport, import_register


class Command(JsonCommand):
    help = "Takes over an existing share register: holders with their shares, or movements, or both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--cooperative", metavar="SLUG", required=True)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument(
            "--on", metavar="DAY", help="the day that a list of holders without dates speaks of (2025-03-03)"
        )

    def act(self, **options: Any) -> dict[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise misuse(f"{path} : ce fichier n’existe pas.")
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise Refused(f"Aucune coopérative ne s’appelle « {options['cooperative']} ».")
        try:
            done = import_register(
                actor=None,
                cooperative=cooperative,
                file_name=path.name,
                content=_content(path),
                dry_run=options["dry_run"],
                on=_day(options["on"]),
            )
        except RegisterFileRefused as refusal:
            raise Refused("\n".join(refusal.sentences), **_faults(path, refusal)) from refusal
        return _told(cooperative, done)

    def say(self, done: dict[str, Any]) -> None:
        if done["changes_nothing"]:
            self.stdout.write(f"{done['file']} : le registre dit déjà tout cela, rien n’a changé.")
        else:
            verb = "seraient inscrits" if done["dry_run"] else "sont inscrits"
            self.stdout.write(
                f"{done['file']} : {done['holders_new']} actionnaires et {done['movements_new']} mouvements "
                f"{verb} ; le capital passe de {done['capital_before_eur']} € à {done['capital_after_eur']} €"
            )
        for remark in done["remarks"]:
            self.stdout.write(f"  - ligne {remark['line']} : {remark['message']}")
        if done["ignored_columns"]:
            self.stdout.write(f"  - colonnes non reprises : {', '.join(done['ignored_columns'])}")


def _content(path: Path) -> bytes:
    try:
        # A file over the limit is refused by its size; one byte more is enough for the reader to say so.
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} ne se lit pas : {error.strerror}.") from error


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(f"« {text} » n’est pas un jour : écrivez par exemple 2025-03-03.") from None


def _faults(path: Path, refusal: RegisterFileRefused) -> dict[str, Any]:
    errors = [
        {"line": fault.line, "column": fault.column, "sheet": fault.sheet, "message": fault.sentence}
        for fault in refusal.faults
    ]
    return {"file": path.name, "fault_count": refusal.fault_count, "errors": errors}


def _told(cooperative: Cooperative, done: RegisterImport) -> dict[str, Any]:
    return {
        "file": done.file_name,
        "sha256": done.sha256,
        "cooperative": cooperative.slug,
        "dry_run": done.dry_run,
        "changes_nothing": done.changes_nothing,
        "imported_at": done.imported_at,
        "holders_new": len(done.newcomers),
        "holders_known": done.holders_known,
        "movements_new": done.movements_new,
        "movements_known": done.movements_known,
        **_capital("before", done.before),
        **_capital("after", done.after),
        "newcomers": [
            {"number": who.number, "name": who.name, "college": who.college, "shares": who.shares}
            for who in done.newcomers
        ],
        "remarks": [{"line": line, "message": sentence} for line, sentence in done.remarks],
        "ignored_columns": list(done.ignored),
    }


def _capital(when: str, capital: Capital) -> dict[str, Any]:
    return {f"shares_{when}": capital.shares, f"capital_{when}_eur": capital.amount}
