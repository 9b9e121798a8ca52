"""Load the demo cooperative, or append the days since it was loaded."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.commands import JsonCommand, Refused
from mine_de_soleil.core.figures import exact_energy, number
from mine_de_soleil.demo.errors import DemoRefused
from mine_de_soleil.demo.loading import NAMES, load_demo


class Command(JsonCommand):
    help = "Loads the demo cooperative; running it again appends the days since. Never beside a real one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=NAMES, default="small")
        parser.add_argument(
            "--until",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="last day with readings; yesterday",
        )

    def act(self, **options: Any) -> dict[str, Any]:
        until = options["until"] or local_day(timezone.now()) - dt.timedelta(days=1)
        try:
            loaded = load_demo(scale=options["scale"], until=until, say=self._say_progress)
        except DemoRefused as refusal:
            raise Refused(str(refusal)) from refusal
        return asdict(loaded)

    def _say_progress(self, line: str) -> None:
        # Standard output belongs to the report.
        self.stderr.write(line, self.style.NOTICE)

    def say(self, done: dict[str, Any]) -> None:
        self.stdout.write(
            _("%(shareholders)s actionnaires, %(plants)s centrales, relevés jusqu’au %(day)s.")
            % {
                "shareholders": done["shareholders"],
                "plants": done["plants"],
                "day": f"{done['last_day']:%d/%m/%Y}",
            }
        )
        self.stdout.write(
            _("Ajouté : %(files)s fichiers, %(readings)s relevés, %(energy)s.")
            % {
                "files": done["files_imported"],
                "readings": number(done["readings_stored"]),
                "energy": exact_energy(done["energy_wh"]),
            }
        )
