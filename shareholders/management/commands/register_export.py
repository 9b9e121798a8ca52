"""`register_export`: a share register out, with who holds what on a day."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from mine_de_soleil.core.commands import JsonCommand, Refused, misuse
from shareholders.models import Cooperative
from shareholders.register_export import as_csv, as_xlsx
from shareholders.register_reports import holders_on, lines_of, meta_of, today_in


class Command(JsonCommand):
    help = "Writes out a share register: its movements, and its holders on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cooperative", metavar="SLUG", required=True)
        parser.add_argument("--on", metavar="DAY", help="as it stood at the close of that day (2025-03-03)")
        parser.add_argument("--to", type=Path, metavar="FILE", help="a .csv or .xlsx file to write")

    def act(self, **options: Any) -> dict[str, Any]:
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise Refused(f"Aucune coopérative ne s’appelle « {options['cooperative']} ».")
        on = _day(options["on"])
        now = timezone.now()
        if options["to"]:
            _write(options["to"], cooperative, on, now)
        day = on or today_in(cooperative, now)
        holders = holders_on(cooperative, day)
        return {
            "cooperative": cooperative.slug,
            "on": day,
            "shares": sum(holder.stake.shares for holder in holders),
            "capital_eur": sum((holder.stake.value for holder in holders), start=0),
            "holders": [
                {
                    "number": holder.number,
                    "name": holder.name,
                    "college": holder.college,
                    "commune": holder.commune,
                    "shares": holder.stake.shares,
                    "value_eur": holder.stake.value,
                }
                for holder in holders
            ],
            "movements": [dataclasses.asdict(line) for line in lines_of(cooperative, on)],
            "file": options["to"],
        }

    def say(self, done: dict[str, Any]) -> None:
        self.stdout.write(
            f"{done['cooperative']}, le {done['on']} : {done['shares']} actions, {done['capital_eur']} €"
        )
        for holder in done["holders"]:
            self.stdout.write(f"{holder['number']:>6}  {holder['shares']:>8}  {holder['name']}")


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(f"« {text} » n’est pas un jour : écrivez par exemple 2025-03-03.") from None


def _write(path: Path, cooperative: Cooperative, on: dt.date | None, now: dt.datetime) -> None:
    writers = {".csv": as_csv, ".xlsx": as_xlsx}
    if path.suffix not in writers:
        raise misuse("Le fichier doit finir par .csv ou .xlsx.")
    content = writers[path.suffix](lines_of(cooperative, on), meta_of(cooperative, on, now))
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"{path} ne s’écrit pas : {error.strerror}.") from error
