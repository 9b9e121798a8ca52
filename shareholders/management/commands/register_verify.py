"""`register_verify`: the chain, the numbers and the sums of a share register, from the database or a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from shareholders.models import Cooperative
from shareholders.register_chain import Report, verify
from shareholders.register_export import read_export
from shareholders.register_files import RegisterFileRefused
from shareholders.register_reports import verified


class Command(JsonCommand):
    help = "Verifies a share register: exit 0 when it is sound, 1 with every fault named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", metavar="SLUG")
        parser.add_argument(
            "--file", type=Path, help="an export of register_export, verified without the database"
        )

    def act(self, **options: Any) -> dict[str, Any]:
        if bool(options["cooperative"]) == bool(options["file"]):
            raise misuse("Donnez --cooperative SLUG ou --file FICHIER.")
        report = _of_file(options["file"]) if options["file"] else _of_cooperative(options["cooperative"])
        told = {
            "lines": report.lines,
            "last_sha256": report.last_sha256,
            "shares": report.shares,
            "holders": report.holders,
            "nominal_value_eur": report.nominal_value,
            "capital_eur": report.capital,
        }
        if not report.is_sound:
            faults = [finding.sentence for finding in report.findings]
            raise Refused("\n".join(faults), faults=faults, fault_count=report.finding_count, **told)
        return told


def _of_cooperative(slug: str) -> Report:
    cooperative = Cooperative.objects.filter(slug=slug).first()
    if cooperative is None:
        raise Refused(f"Aucune coopérative ne s’appelle « {slug} ».")
    return verified(cooperative)


def _of_file(path: Path) -> Report:
    try:
        meta, lines = read_export(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} ne se lit pas : {error.strerror}.") from error
    except RegisterFileRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return verify(lines, stated=meta.stated)
