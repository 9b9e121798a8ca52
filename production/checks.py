"""Numbered checks of a running site, for `manage.py check --database default`."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from production.partitions import missing_years

HINT = "Run a worker (`manage.py procrastinate worker`): it makes them each night. See docs/scaling.md."


def coming_years_are_there(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Readings of this year and of the next have a table to go to."""
    found: list[CheckMessage] = []
    for name in databases or ():
        with connections[name].cursor() as cursor:
            found += [
                _warning(year) for year in missing_years(cursor, timezone.now().astimezone(dt.UTC).date())
            ]
    return found


def _warning(year: int) -> Warning:
    return Warning(f"Readings of {year} have no table yet.", hint=HINT, id="production.W001")


def register_checks() -> None:
    """Called once, when the application is ready."""
    register(coming_years_are_there, Tags.database, deploy=True)
