"""`manage.py translations extract | compile | check`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import allauth
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mine_de_soleil.core import translations
from mine_de_soleil.core.translations import Problem

PACKAGES = ("mine_de_soleil", "shareholders", "installations", "production", "governance")
# What says something in English that locale/fr may say better in French.
FOREIGN_CATALOG = Path(allauth.__file__).parent / "locale/fr/LC_MESSAGES/django.po"


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _read(language: str) -> Catalog:
    path = po_path(language)
    return translations.parse(path.read_text(encoding="utf-8") if path.exists() else "", language)


class Command(BaseCommand):
    help = "Translations: find what is said (extract), make it usable (compile), say what is missing (check)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["extract", "compile", "check"])
        parser.add_argument("--prune", action="store_true", help="extract: drop what is no longer said")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        act = options["act"]
        if act == "extract":
            self.tell(options, extract(prune=options["prune"]))
        elif act == "compile":
            self.tell(options, compile_all())
        else:
            self.check_and_tell(options)

    def tell(self, options: dict[str, Any], figures: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} : {value}" for name, value in figures.items()))

    def check_and_tell(self, options: dict[str, Any]) -> None:
        found = check_all()
        if options["json"]:
            rows = [
                {"kind": p.kind, "language": p.language, "msgid": p.msgid, "detail": p.detail} for p in found
            ]
            self.stdout.write(json.dumps({"problems": rows}, ensure_ascii=False))
        for problem in [] if options["json"] else found:
            self.stderr.write(str(problem))
        if found:
            raise CommandError(
                f"{len(found)} traductions à reprendre (« manage.py translations extract » aide)."
            )


def extract(*, prune: bool = False) -> dict[str, int]:
    """Bring locale/en up to what the source says."""
    said = translations.messages_of(settings.BASE_DIR, PACKAGES)
    catalog = translations.merged(said, _read("en"), "en", prune=prune)
    path = po_path("en")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(translations.to_text(catalog, "en"), encoding="utf-8")
    missing = [p for p in translations.problems(catalog, set(said), "en") if p.kind == "missing"]
    return {"messages": len(said), "missing": len(missing), "obsolete": len(catalog.obsolete)}


def compile_all() -> dict[str, int]:
    """Every .po to its .mo; how many messages each has."""
    counts = {}
    said = translations.messages_of(settings.BASE_DIR, PACKAGES)
    for path in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
        language = path.parent.parent.name
        catalog = _read(language)
        if language == settings.LANGUAGE_CODE:
            catalog = translations.with_own_plurals(catalog, said)
        path.with_suffix(".mo").write_bytes(translations.to_mo(catalog))
        counts[language] = len(catalog)
    return counts


def check_all() -> list[Problem]:
    """What English lacks, and what our French of other packages no longer answers to."""
    said = set(translations.messages_of(settings.BASE_DIR, PACKAGES))
    foreign = translations.keys_of(translations.parse(FOREIGN_CATALOG.read_text(encoding="utf-8"), "fr"))
    return [
        *translations.problems(_read("en"), said, "en"),
        *translations.problems(_read("fr"), foreign, "fr", all_must_be_here=False),
    ]
