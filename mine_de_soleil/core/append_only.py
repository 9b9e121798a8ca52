"""Tables whose rows are written once: the database itself refuses UPDATE, DELETE and TRUNCATE.

A trigger rather than a missing grant, so that the refusal holds for whoever owns the table too.
"""

from django.db import migrations

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def forbid_change_function() -> migrations.RunSQL:
    """The migration step that makes the shared trigger function; run once, in core."""
    return migrations.RunSQL(CREATE_FUNCTION, "DROP FUNCTION forbid_change()")


def append_only(table: str) -> migrations.RunSQL:
    """The migration step that closes `table` to every change but INSERT."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION forbid_change();"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();",
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )
