from django.core.management import call_command
from django.db import migrations

from mine_de_soleil.core.append_only import append_only, forbid_change_function


def create_cache_table(apps, schema_editor):
    """Rate limits and page fragments are shared by all machines, so their cache is a table."""
    call_command("createcachetable", verbosity=0, database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first")]

    operations = [
        forbid_change_function(),
        append_only("core_journalentry"),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
