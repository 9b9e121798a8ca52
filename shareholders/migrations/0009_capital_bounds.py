import tomllib
from decimal import Decimal
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import mine_de_soleil.core.secrets
from mine_de_soleil.core.append_only import append_only

# The statutes that rule on a day, as the triggers ask them; NULL where there are none yet.
BAND = """
CREATE FUNCTION capital_floor_on(held bigint, day date) RETURNS numeric LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT capital_floor FROM shareholders_statutesedition
    WHERE cooperative_id = held AND effective_on <= day ORDER BY effective_on DESC, id DESC LIMIT 1
$$;
CREATE FUNCTION capital_ceiling_on(held bigint, day date) RETURNS numeric LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT capital_ceiling FROM shareholders_statutesedition
    WHERE cooperative_id = held AND effective_on <= day ORDER BY effective_on DESC, id DESC LIMIT 1
$$;
CREATE FUNCTION share_nominal_on(held bigint, day date) RETURNS numeric LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT nominal_value FROM shareholders_sharemovement WHERE cooperative_id = held AND dated <= day
            AND from_shareholder_id IS NULL AND to_shareholder_id IS NULL
            ORDER BY dated DESC, number DESC LIMIT 1),
        (SELECT nominal_value FROM shareholders_cooperative WHERE id = held))
$$;
"""
DROP_BAND = """
DROP FUNCTION capital_floor_on(bigint, date);
DROP FUNCTION capital_ceiling_on(bigint, date);
DROP FUNCTION share_nominal_on(bigint, date);
"""

# As in 0004 but for the floor, which is that of the line's day.
CHECK_MOVEMENT = """
CREATE OR REPLACE FUNCTION check_share_movement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cooperative shareholders_cooperative;
    last shareholders_sharemovement;
    original shareholders_sharemovement;
    nominal numeric(10, 2);
    lowest bigint;
    giver_number integer;
    taker_number integer;
    reversed_number integer;
    low record;
BEGIN
    SELECT * INTO cooperative FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR NO KEY UPDATE;
    SELECT * INTO last FROM shareholders_sharemovement
        WHERE cooperative_id = NEW.cooperative_id ORDER BY number DESC LIMIT 1;

    -- numbers without gap
    IF NEW.number <> coalesce(last.number, 0) + 1 THEN
        RAISE EXCEPTION 'movement number % refused: the next one is %', NEW.number, coalesce(last.number, 0) + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_numbers_have_no_gap';
    END IF;

    -- a reversal undoes one line, once, as it was
    IF NEW.kind = 'reversal' THEN
        SELECT * INTO original FROM shareholders_sharemovement WHERE id = NEW.reverses_id;
        IF original.cooperative_id <> NEW.cooperative_id OR original.kind = 'reversal'
            OR original.quantity <> NEW.quantity OR NEW.dated < original.dated
            OR original.from_shareholder_id IS DISTINCT FROM NEW.to_shareholder_id
            OR original.to_shareholder_id IS DISTINCT FROM NEW.from_shareholder_id THEN
            RAISE EXCEPTION 'reversal of line % refused: not its mirror', original.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors_its_line';
        END IF;
        reversed_number := original.number;
    END IF;

    -- the nominal value in force on the line's day
    SELECT nominal_value INTO nominal FROM shareholders_sharemovement
        WHERE cooperative_id = NEW.cooperative_id AND dated <= NEW.dated
        AND from_shareholder_id IS NULL AND to_shareholder_id IS NULL
        ORDER BY dated DESC, number DESC LIMIT 1;
    nominal := coalesce(nominal, cooperative.nominal_value);
    IF NEW.from_shareholder_id IS NULL AND NEW.to_shareholder_id IS NULL THEN
        IF EXISTS (SELECT 1 FROM shareholders_sharemovement
                   WHERE cooperative_id = NEW.cooperative_id AND dated > NEW.dated) THEN
            RAISE EXCEPTION 'a nominal value changes after every movement entered'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'nominal_changes_forward';
        END IF;
        IF NEW.kind = 'reversal' THEN
            -- An older change is already overtaken by the last one.
            IF EXISTS (SELECT 1 FROM shareholders_sharemovement
                       WHERE cooperative_id = NEW.cooperative_id AND number > original.number
                       AND from_shareholder_id IS NULL AND to_shareholder_id IS NULL) THEN
                RAISE EXCEPTION 'only the last change of the nominal value may be reversed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'last_nominal_change_reversed';
            END IF;
            SELECT nominal_value INTO nominal FROM shareholders_sharemovement
                WHERE cooperative_id = NEW.cooperative_id AND number < original.number
                AND from_shareholder_id IS NULL AND to_shareholder_id IS NULL
                ORDER BY number DESC LIMIT 1;
            nominal := coalesce(nominal, cooperative.nominal_value);
        END IF;
    END IF;
    IF NEW.kind <> 'nominal_change' AND NEW.nominal_value <> nominal THEN
        RAISE EXCEPTION 'nominal value % refused: it is % that day', NEW.nominal_value, nominal
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nominal_value_of_the_day';
    END IF;

    -- who receives shares is in a college that day
    IF NEW.to_shareholder_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM shareholders_collegemembership
        WHERE shareholder_id = NEW.to_shareholder_id AND since <= NEW.dated) THEN
        RAISE EXCEPTION 'the taker is in no college on %', NEW.dated
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taker_is_in_a_college';
    END IF;

    -- nobody gives more than is held, that day or later
    IF NEW.from_shareholder_id IS NOT NULL THEN
        SELECT min(running) INTO lowest FROM (
            SELECT dated, sum(sum(change)) OVER (ORDER BY dated) AS running FROM (
                SELECT dated, quantity AS change FROM shareholders_sharemovement
                    WHERE to_shareholder_id = NEW.from_shareholder_id
                UNION ALL
                SELECT dated, -quantity FROM shareholders_sharemovement
                    WHERE from_shareholder_id = NEW.from_shareholder_id
                UNION ALL
                SELECT NEW.dated, -NEW.quantity
            ) AS changes GROUP BY dated
        ) AS days WHERE dated >= NEW.dated;
        IF lowest < 0 THEN
            RAISE EXCEPTION 'the holder would hold % shares', lowest
                USING ERRCODE = 'check_violation', CONSTRAINT = 'no_holding_below_zero';
        END IF;
    END IF;

    -- a withdrawal leaves the capital at or above its floor, that day and later, each by its day's statutes
    IF NEW.kind = 'withdrawal' THEN
        SELECT * INTO low FROM (
            SELECT dated, running * share_nominal_on(NEW.cooperative_id, dated) AS amount FROM (
                SELECT dated, sum(sum(change)) OVER (ORDER BY dated) AS running FROM (
                    SELECT dated, quantity * ((from_shareholder_id IS NULL)::int
                        - (to_shareholder_id IS NULL)::int) AS change
                    FROM shareholders_sharemovement WHERE cooperative_id = NEW.cooperative_id
                    UNION ALL
                    SELECT NEW.dated, -NEW.quantity
                ) AS changes GROUP BY dated
            ) AS days WHERE dated >= NEW.dated
        ) AS amounts WHERE amount < capital_floor_on(NEW.cooperative_id, dated) ORDER BY dated LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the capital would fall to % on %', low.amount, low.dated
                USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_floor_kept';
        END IF;
    END IF;

    -- the chain
    IF concat(NEW.giver_identity, NEW.taker_identity, NEW.reason) ~ '[\\x01-\\x1f\\x7f]' THEN
        RAISE EXCEPTION 'control characters in a line of the register'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_text_is_plain';
    END IF;
    SELECT number INTO giver_number FROM shareholders_shareholder WHERE id = NEW.from_shareholder_id;
    SELECT number INTO taker_number FROM shareholders_shareholder WHERE id = NEW.to_shareholder_id;
    NEW.previous_sha256 := coalesce(last.entry_sha256, repeat('0', 64));
    NEW.entry_sha256 := share_movement_sha256(NEW, giver_number, taker_number, reversed_number);
    RETURN NEW;
END $$;
"""

# The earlier text, for who goes back; a module whose name begins with a figure is imported by name.
EARLIER_CHECK_MOVEMENT = import_module("shareholders.migrations.0004_register_chain").CHECK_MOVEMENT

# Once a statement, not once a line: a register taken over writes a thousand lines at a time. Looked at are
# the days on which capital is raised, and later days that were there already; what the same file brings
# later is judged at its own day.
CHECK_CEILING = """
CREATE FUNCTION check_capital_ceiling() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    over record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM entered WHERE kind IN ('issue', 'nominal_change')) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO over FROM (
        SELECT days.cooperative_id, days.dated,
               days.running * share_nominal_on(days.cooperative_id, days.dated) AS amount
        FROM (
            SELECT m.cooperative_id, m.dated,
                   sum(sum(m.quantity * ((m.from_shareholder_id IS NULL)::int
                       - (m.to_shareholder_id IS NULL)::int)))
                       OVER (PARTITION BY m.cooperative_id ORDER BY m.dated) AS running,
                   bool_or(e.id IS NULL OR e.kind IN ('issue', 'nominal_change')) AS is_looked_at
            FROM shareholders_sharemovement m LEFT JOIN entered e ON e.id = m.id
            WHERE m.cooperative_id IN (SELECT cooperative_id FROM entered)
            GROUP BY m.cooperative_id, m.dated
        ) AS days
        JOIN (SELECT cooperative_id, min(dated) AS day FROM entered
              WHERE kind IN ('issue', 'nominal_change') GROUP BY cooperative_id) AS first
            ON first.cooperative_id = days.cooperative_id AND days.dated >= first.day
        WHERE days.is_looked_at
    ) AS amounts WHERE amount > capital_ceiling_on(cooperative_id, dated) ORDER BY dated LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the capital would rise to % on %', over.amount, over.dated
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_ceiling_kept';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shareholders_sharemovement_ceiling AFTER INSERT ON shareholders_sharemovement
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION check_capital_ceiling();
"""
DROP_CEILING = """
DROP TRIGGER shareholders_sharemovement_ceiling ON shareholders_sharemovement;
DROP FUNCTION check_capital_ceiling();
"""

# Four eyes, whatever code asks: who entered an account doesn't approve it.
SECOND_LOOK = """
CREATE FUNCTION check_bank_decision() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.by_id = (SELECT entered_by_id FROM shareholders_companybank WHERE id = NEW.bank_id) THEN
        RAISE EXCEPTION 'bank details % need a second look', NEW.bank_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'second_look_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_companybankdecision_check BEFORE INSERT ON shareholders_companybankdecision
    FOR EACH ROW EXECUTE FUNCTION check_bank_decision();
"""
DROP_SECOND_LOOK = """
DROP TRIGGER shareholders_companybankdecision_check ON shareholders_companybankdecision;
DROP FUNCTION check_bank_decision();
"""

OPEN_EDITIONS = "ALTER TABLE shareholders_statutesedition DISABLE TRIGGER USER;"
CLOSE_EDITIONS = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE shareholders_statutesedition ENABLE TRIGGER USER;
"""


class BandUnread(Exception):
    """An edition's text says no floor and ceiling of the capital: nobody can tell its band but its owner."""


def band_in(text):
    """Floor and ceiling of the capital [€] in the text of an edition.

    Read here, not by the product's reader: that one changes with the statutes it learns, this must not.
    """
    capital = tomllib.loads(text, parse_float=Decimal)["capital"]
    floor, ceiling = Decimal(capital["floor_eur"]), Decimal(capital["ceiling_eur"])
    if not 0 < floor <= ceiling:
        raise ValueError(f"{floor} to {ceiling} is no band")
    return floor, ceiling


def read_bands(apps, schema_editor):
    """Each edition says its own band; until now it ruled from the day it was adopted."""
    for edition in apps.get_model("shareholders", "StatutesEdition").objects.select_related("cooperative"):
        edition.effective_on = edition.adopted_on
        try:
            edition.capital_floor, edition.capital_ceiling = band_in(edition.text)
        except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
            raise BandUnread(
                f"statutes of {edition.cooperative.slug} adopted on {edition.adopted_on} (edition {edition.pk}):"
                f" capital.floor_eur and capital.ceiling_eur can't be read ({fault!r})."
                " Nothing is migrated: mend this row's text, then migrate again."
            ) from fault
        edition.save()


def give_bands_back(apps, schema_editor):
    """The cooperative's band is again that of the last edition entered."""
    for edition in apps.get_model("shareholders", "StatutesEdition").objects.order_by("pk"):
        held = edition.cooperative
        held.capital_floor, held.capital_ceiling = edition.capital_floor, edition.capital_ceiling
        held.save(update_fields=["capital_floor", "capital_ceiling"])


def euros(**more):
    return models.DecimalField(max_digits=15, decimal_places=2, **more)


def key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def somebody():
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("shareholders", "0008_bank_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("statutesedition", "effective_on", models.DateField(null=True)),
        migrations.AddField("statutesedition", "capital_floor", euros(null=True)),
        migrations.AddField("statutesedition", "capital_ceiling", euros(null=True)),
        migrations.AddField("statutesedition", "entered_by", somebody()),
        migrations.RunSQL(OPEN_EDITIONS, CLOSE_EDITIONS),
        migrations.RunPython(read_bands, give_bands_back),
        migrations.RunSQL(CLOSE_EDITIONS, OPEN_EDITIONS),
        migrations.AlterField("statutesedition", "effective_on", models.DateField()),
        migrations.AlterField("statutesedition", "capital_floor", euros()),
        migrations.AlterField("statutesedition", "capital_ceiling", euros()),
        migrations.AddConstraint(
            "statutesedition",
            models.CheckConstraint(
                condition=models.Q(effective_on__gte=models.F("adopted_on")),
                name="edition_rules_once_adopted",
            ),
        ),
        migrations.AddConstraint(
            "statutesedition",
            models.CheckConstraint(
                condition=models.Q(capital_floor__gt=0, capital_ceiling__gte=models.F("capital_floor")),
                name="edition_band_is_one",
            ),
        ),
        migrations.RunSQL(BAND, DROP_BAND),
        migrations.RunSQL(CHECK_MOVEMENT, EARLIER_CHECK_MOVEMENT),
        migrations.RunSQL(CHECK_CEILING, DROP_CEILING),
        migrations.RemoveConstraint("cooperative", "capital_band_is_one"),
        migrations.RemoveField("cooperative", "capital_floor"),
        migrations.RemoveField("cooperative", "capital_ceiling"),
        migrations.CreateModel(
            name="CompanyBank",
            fields=[
                ("id", key()),
                ("account_name", models.CharField(max_length=70, verbose_name="titulaire du compte")),
                ("iban", mine_de_soleil.core.secrets.SecretField(verbose_name="IBAN")),
                ("iban_fingerprint", models.CharField(max_length=64)),
                ("iban_masked", models.CharField(max_length=40)),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "payment_prefix",
                    models.CharField(max_length=6, verbose_name="préfixe des références de paiement"),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_details",
                        to="shareholders.cooperative",
                    ),
                ),
                ("entered_by", somebody()),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(payment_prefix__regex="^[A-Z]{2,6}$"),
                        name="company_prefix_is_letters",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyBankDecision",
            fields=[
                ("id", key()),
                ("approved", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "bank",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="shareholders.companybank",
                    ),
                ),
                ("by", somebody()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="bank_refusal_says_why",
                    )
                ],
            },
        ),
        append_only("shareholders_companybank"),
        append_only("shareholders_companybankdecision"),
        migrations.RunSQL(SECOND_LOOK, DROP_SECOND_LOOK),
    ]
