import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("installations", "0005_heat_networks"),
        ("production", "0006_partitions"),
        ("shareholders", "0013_yield_study_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MeterToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="nom")),
                (
                    "first_characters",
                    models.CharField(help_text="To tell tokens apart in a list.", max_length=12),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="shareholders.cooperative",
                    ),
                ),
                ("meters", models.ManyToManyField(related_name="+", to="installations.meter")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "jeton de relevés",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("cooperative"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("revoked_at__isnull", True)),
                        name="one_meter_token_per_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="meter_token_has_a_life",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="meter_token_has_a_name"
                    ),
                ],
            },
        ),
    ]
