"""Files are packed by the program; those that are there stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("production", "0012_letters")]

    operations = [
        migrations.RenameField("meterfile", "content", "packed"),
        migrations.AlterField(
            "meterfile",
            "packed",
            models.BinaryField(help_text="Its bytes; by zlib where it is `is_packed`."),
        ),
        migrations.AddField("meterfile", "is_packed", models.BooleanField(db_default=False, default=False)),
        # What is packed once isn't tried again.
        migrations.RunSQL(
            "ALTER TABLE production_meterfile ALTER COLUMN packed SET STORAGE EXTERNAL",
            "ALTER TABLE production_meterfile ALTER COLUMN packed SET STORAGE EXTENDED",
        ),
    ]
