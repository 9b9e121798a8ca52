import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import mine_de_soleil.core.secrets


class Migration(migrations.Migration):
    dependencies = [
        ("shareholders", "0007_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner_name", models.CharField(max_length=120, verbose_name="titulaire du compte")),
                ("iban", mine_de_soleil.core.secrets.SecretField()),
                ("iban_masked", models.CharField(max_length=40)),
                ("code_hash", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_changes",
                        to="shareholders.shareholder",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
    ]
