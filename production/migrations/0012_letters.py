import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("production", "0011_revenue"),
        ("shareholders", "0013_yield_study_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse e-mail")),
                ("language", models.CharField(default="fr", max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "à confirmer"),
                            ("reading", "reçoit la lettre"),
                            ("stopped", "ne la reçoit plus"),
                        ],
                        default="asked",
                        max_length=7,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter_readers",
                        to="shareholders.cooperative",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters_read",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lecteur de la lettre",
            },
        ),
        migrations.CreateModel(
            name="LetterSent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent",
                        to="production.letterreader",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpenDataLicence",
            fields=[
                (
                    "cooperative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="open_data_licence",
                        serialize=False,
                        to="shareholders.cooperative",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("etalab-2.0", "Licence Ouverte 2.0"),
                            ("ODbL-1.0", "Open Data Commons Open Database License 1.0"),
                            ("CC-BY-4.0", "Creative Commons Attribution 4.0 International"),
                        ],
                        max_length=12,
                        verbose_name="licence",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "licence des données",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__in", ["etalab-2.0", "ODbL-1.0", "CC-BY-4.0"])),
                        name="open_data_licence_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="Its first day.")),
                (
                    "state",
                    models.CharField(choices=[("sent", "envoyée"), ("skipped", "pas envoyée")], max_length=7),
                ),
                (
                    "read_percent",
                    models.PositiveSmallIntegerField(help_text="Part of the roof-days with a reading then."),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter_months",
                        to="shareholders.cooperative",
                    ),
                ),
            ],
            options={
                "verbose_name": "lettre du mois",
                "ordering": ["-month"],
                "constraints": [
                    models.UniqueConstraint(fields=("cooperative", "month"), name="one_letter_per_month"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="letter_month_is_a_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_percent__lte", 100)), name="letter_percent_up_to_hundred"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="letterreader",
            constraint=models.UniqueConstraint(
                models.F("cooperative"),
                django.db.models.functions.text.Lower("email"),
                name="one_letter_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterreader",
            constraint=models.UniqueConstraint(fields=("cooperative", "user"), name="one_letter_per_account"),
        ),
        migrations.AddConstraint(
            model_name="letterreader",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["fr", "en"])), name="letter_language_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterreader",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "reading"), _negated=True),
                    ("confirmed_at__isnull", False),
                    _connector="OR",
                ),
                name="letter_reader_said_yes",
            ),
        ),
        migrations.AddConstraint(
            model_name="lettersent",
            constraint=models.UniqueConstraint(
                fields=("reader", "month"), name="one_letter_per_reader_and_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettersent",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="letter_sent_month_is_a_first"
            ),
        ),
    ]
