"""What every management command of the contract shares: `--json`, exit codes, logs on standard error."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Refused(CommandError):
    """Input that can't be accepted: exit 1, with a sentence that names the line or field."""

    def __init__(self, message: str, **details: Any) -> None:
        self.details = details
        super().__init__(message, returncode=1)


class JsonCommand(BaseCommand):
    """Subclasses return a dict from `act` and print it for people in `say`."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
        return parser

    def act(self, **options: Any) -> dict[str, Any]:
        """Do the work and return what was done. Raises Refused."""
        raise NotImplementedError

    def say(self, done: dict[str, Any]) -> None:
        """Tell a person what was done."""
        for key, value in done.items():
            self.stdout.write(f"{key}: {value}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = self.act(**options)
        except Refused as refusal:
            if options["json"]:
                self._print_json({"refused": str(refusal), **refusal.details})
            raise
        if options["json"]:
            self._print_json(done)
        else:
            self.say(done)

    def _print_json(self, document: dict[str, Any]) -> None:
        # In one piece: Django ends every `write` with a new line.
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def misuse(message: str) -> CommandError:
    """A command used wrongly: exit 2."""
    return CommandError(message, returncode=2)
