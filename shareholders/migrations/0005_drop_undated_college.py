from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0004_register_chain")]

    operations = [migrations.RemoveField(model_name="shareholder", name="college")]
