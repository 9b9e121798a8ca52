"""`manage.py assets`: fonts and scripts from node_modules into var/vendor."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mine_de_soleil.core import assets


class Command(BaseCommand):
    help = "Copy the fonts, htmx and Plotly from node_modules to var/vendor, with their licences."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--node-modules", type=Path, default=settings.BASE_DIR / "node_modules")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = assets.collect(options["node_modules"], settings.VAR_DIR / "vendor")
        except assets.AssetsError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"files": written}))
        else:
            self.stdout.write(f"{len(written)} fichiers dans {settings.VAR_DIR / 'vendor'}")
