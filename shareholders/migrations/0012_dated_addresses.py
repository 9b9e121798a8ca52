import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

from mine_de_soleil.core.append_only import append_only

# The declared address of before stays, whoever changes it and by whichever way.
KEEP_ADDRESS = """
CREATE FUNCTION keep_former_address() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO shareholders_formeraddress
        (holder_id, until, address, postcode, commune, country, entered_at)
    SELECT OLD.id, (now() AT TIME ZONE time_zone)::date, OLD.address, OLD.postcode, OLD.commune, OLD.country,
           now()
        FROM shareholders_cooperative WHERE id = OLD.cooperative_id;
    RETURN NULL;
END $$;
CREATE TRIGGER shareholders_shareholder_moved AFTER UPDATE ON shareholders_shareholder
    FOR EACH ROW WHEN ((OLD.address, OLD.postcode, OLD.commune, OLD.country)
        IS DISTINCT FROM (NEW.address, NEW.postcode, NEW.commune, NEW.country))
    EXECUTE FUNCTION keep_former_address();
"""
FORGET_ADDRESS = """
DROP TRIGGER shareholders_shareholder_moved ON shareholders_shareholder;
DROP FUNCTION keep_former_address();
"""

# Who never became a shareholder may be forgotten with the evidence of the signature, which names them: the
# fingerprint of the bulletin stays. The rest of the function is left as it stands.
_SIGNED = "NEW.evidence)"
_SIGNED_OR_FORGOTTEN = (
    "CASE WHEN NEW.evidence = ''{}'' AND NEW.identity = ''{}''"
    " AND NEW.state IN (''refused'', ''expired'', ''abandoned'') THEN OLD.evidence ELSE NEW.evidence END)"
)


def _reworded(before: str, after: str) -> str:
    """SQL that changes one clause of `check_subscription`, whatever else it holds."""
    return f"""
DO $do$
DECLARE
    body text := pg_get_functiondef('check_subscription()'::regprocedure);
BEGIN
    IF strpos(body, '{before}') = 0 THEN
        RAISE EXCEPTION 'check_subscription no longer holds what is to be changed';
    END IF;
    EXECUTE replace(body, '{before}', '{after}');
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0010_account_merges")]

    operations = [
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField(help_text="The day the next address was declared.")),
                ("address", models.CharField(blank=True, max_length=200)),
                ("postcode", models.CharField(blank=True, max_length=10)),
                ("commune", models.CharField(blank=True, max_length=80)),
                ("country", models.CharField(max_length=2)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_addresses",
                        to="shareholders.shareholder",
                    ),
                ),
            ],
            options={
                "ordering": ["until", "pk"],
                "indexes": [models.Index(fields=["holder", "until", "id"], name="former_address_by_day")],
            },
        ),
        append_only("shareholders_formeraddress"),
        migrations.RunSQL(KEEP_ADDRESS, FORGET_ADDRESS),
        migrations.RunSQL(_reworded(_SIGNED, _SIGNED_OR_FORGOTTEN), _reworded(_SIGNED_OR_FORGOTTEN, _SIGNED)),
        migrations.AlterField(
            model_name="subscription",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "brouillon"),
                    ("identified", "identité donnée"),
                    ("read", "documents lus"),
                    ("signed", "bulletin signé"),
                    ("issued", "actions émises"),
                    ("refused", "refusée"),
                    ("expired", "annulée"),
                    ("abandoned", "abandonnée"),
                    ("undone", "annulée après émission"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="signingcode",
            index=models.Index(
                django.db.models.functions.text.Lower("email"), models.F("sent_at"), name="code_by_receiver"
            ),
        ),
        migrations.AddField(
            model_name="newbornpanel",
            name="confirmed_at",
            field=models.DateTimeField(help_text="When the family said yes to our letter.", null=True),
        ),
        migrations.AlterField(
            model_name="newbornpanel",
            name="state",
            field=models.CharField(
                choices=[
                    ("to_confirm", "à confirmer par la famille"),
                    ("asked", "demandé"),
                    ("given", "offert"),
                    ("declined", "décliné"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="newbornpanel", name="one_panel_per_child"),
        migrations.AddConstraint(
            model_name="newbornpanel",
            constraint=models.UniqueConstraint(
                models.F("cooperative"),
                django.db.models.functions.text.Lower("child_first_names"),
                django.db.models.functions.text.Lower("child_last_name"),
                models.F("born_on"),
                condition=models.Q(("state", "given")),
                name="one_panel_per_child",
            ),
        ),
    ]
