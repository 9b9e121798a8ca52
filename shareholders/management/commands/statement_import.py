"""Import bank statements from the command line; each file is all or nothing."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from shareholders.banking.camt053 import StatementRefused
from shareholders.forms.payments import MAX_FILE_BYTES
from shareholders.management.cooperatives import cooperative_named
from shareholders.services.money_words import MoneyRefused
from shareholders.services.statements import import_statement


class Command(JsonCommand):
    help = "Imports bank statements (CAMT.053) of one cooperative and matches them with its subscriptions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--cooperative", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true")

    def act(self, **options: Any) -> dict[str, Any]:
        cooperative = cooperative_named(options["cooperative"])
        for path in options["files"]:
            if not path.is_file():
                raise misuse(f"{path}: ce fichier n’existe pas")
        done: list[dict[str, Any]] = []
        for path in options["files"]:
            try:
                report = import_statement(
                    actor=None,
                    cooperative=cooperative,
                    file_name=path.name,
                    content=_content(path),
                    dry_run=options["dry_run"],
                )
            except (StatementRefused, MoneyRefused) as refusal:
                sentences = getattr(refusal, "sentences", (str(refusal),))
                # Files already taken stay: each is whole by itself, and the report says which.
                refused = {"file": path.name, "errors": list(sentences)}
                raise Refused("\n".join(sentences), files=[*done, refused]) from refusal
            done.append(asdict(report) | {"lines_known": report.lines_known})
        return {"cooperative": cooperative.slug, "dry_run": options["dry_run"], "files": done}

    def say(self, done: dict[str, Any]) -> None:
        for file in done["files"]:
            known = ", déjà importé" if file["is_known"] else ""
            self.stdout.write(
                f"{file['file_name']}{known} : {file['lines_new']} lignes nouvelles "
                f"sur {file['lines_read']}, {file['received']} € donnés à des souscriptions, "
                f"{file['to_look_at']} lignes à regarder"
            )


def _content(path: Path) -> bytes:
    # One byte over the limit is enough for the reader to say so.
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
