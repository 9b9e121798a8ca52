"""Two database roles: an owner that migrates, and the site's own that can't change what is written once.

A trigger refuses to change a register's line, whoever asks; but the owner of a table may disable triggers.
So the site runs as `mine_de_soleil_app`, which owns nothing and holds no right to update, delete or
truncate those tables. Rights follow the triggers: a table closed by `append_only` is closed here too.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

APP_ROLE = "mine_de_soleil_app"

_CLOSED_TABLES = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = c.relname || '_append_only' AND NOT t.tgisinternal ORDER BY 1
"""


# Parts of a table take new rows only: what happens to rows that are there goes through the whole table, whose
# triggers see it. They lie in schemas of their own, out of the rights that all other tables get.
_PARTS = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relispartition AND c.relkind IN ('r', 'f') AND n.nspname <> 'public' ORDER BY 1, 2
"""
# What the site may ask its owner to do for it: functions that run with the owner's rights.
_OWNER_S_ACTS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND pg_has_role(p.proowner, 'MEMBER')
"""


def closed_tables(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The tables whose rows are written once."""
    with connections[using].cursor() as cursor:
        cursor.execute(_CLOSED_TABLES)
        return [name for (name,) in cursor.fetchall()]


def give_rights(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> bool:
    """Give the site's role what it needs, after every migration. False where we may not give rights."""
    with connections[using].cursor() as cursor:
        if not _role_stands(cursor):
            return False
        role = sql.Identifier(APP_ROLE)
        statements = [
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role),
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        ]
        statements += [
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role)
            for table in closed_tables(using)
        ]
        statements += _on_parts(cursor, role) + _on_owner_s_acts(cursor, role)
        for statement in statements:
            cursor.execute(statement)
    return True


def _on_parts(cursor: Any, role: sql.Identifier) -> list[sql.Composed]:
    cursor.execute(_PARTS)
    parts = cursor.fetchall()
    schemas = sorted({schema for schema, _name in parts})
    return [
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), role) for schema in schemas
    ] + [sql.SQL("GRANT INSERT ON {} TO {}").format(sql.Identifier(*part), role) for part in parts]


def _on_owner_s_acts(cursor: Any, role: sql.Identifier) -> list[sql.Composed]:
    cursor.execute(_OWNER_S_ACTS)
    acts = [act for (act,) in cursor.fetchall()]
    # The database writes the name with its arguments, quoted where it must be.
    return [sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(act), role) for act in acts]


def _role_stands(cursor: Any) -> bool:
    """Whether the role exists, made now where we may make it."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
    if cursor.fetchone():
        return True
    cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        return False
    # Of two databases of one server migrated at once, the second finds the role made meanwhile.
    cursor.execute(
        sql.SQL(
            "DO $$ BEGIN CREATE ROLE {} NOLOGIN;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ).format(sql.Identifier(APP_ROLE))
    )
    return True


def owns_closed_tables(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the present login could open what is closed: it owns such a table, or is a superuser."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = session_user UNION ALL "
            "SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE relname = ANY(%s)",
            [closed_tables(using)],
        )
        return any(row[0] for row in cursor.fetchall())
