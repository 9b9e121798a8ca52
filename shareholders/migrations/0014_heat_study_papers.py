from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0013_yield_study_papers")]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bulletin", "bulletin de souscription"),
                    ("certificate", "attestation d’inscription en compte"),
                    ("movement_order", "ordre de mouvement"),
                    ("newborn", "certificat de naissance d’un panneau"),
                    ("register_extract", "extrait du registre"),
                    ("yield_study", "étude de productible"),
                    ("heat_study", "étude de chaleur"),
                ],
                max_length=18,
            ),
        ),
    ]
