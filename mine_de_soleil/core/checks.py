"""Numbered checks of a running site, for `manage.py check --deploy --database default`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from mine_de_soleil.core.database_roles import owns_closed_tables

W001 = Warning(
    "The site's database role owns tables that are written once: it could change them.",
    hint="Run it as mine_de_soleil_app and migrate as the owner: see docs/deploy.md.",
    id="mine_de_soleil.W001",
)


def site_role_owns_nothing(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The site's own login can't open what `append_only` closed."""
    if not databases or settings.AS_OWNER:
        return []
    return [W001 for name in databases if owns_closed_tables(name)]


def register_checks() -> None:
    """Called once, when the application is ready."""
    register(site_role_owns_nothing, Tags.database, deploy=True)
