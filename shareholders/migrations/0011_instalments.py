import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from mine_de_soleil.core.append_only import append_only

# What moves with a line of the register is what was left to pay on its shares, and no more: once, in the same
# subscription, between the sides of the line.
CHECK_CARRIED = """
CREATE FUNCTION check_carried_debt() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    line shareholders_sharemovement;
    source shareholders_subscription;
    parent shareholders_carrieddebt;
    calls numeric;
    shares bigint;
    gone numeric;
    gone_shares bigint;
    paid numeric;
    owner bigint;
BEGIN
    -- One writer at a time a cooperative: sums below see every other row.
    PERFORM 1 FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR NO KEY UPDATE;
    SELECT * INTO line FROM shareholders_sharemovement WHERE id = NEW.movement_id;
    IF line.kind = 'reversal' OR line.from_shareholder_id IS DISTINCT FROM NEW.giver_id
        OR line.to_shareholder_id IS DISTINCT FROM NEW.holder_id THEN
        RAISE EXCEPTION 'line % is not between these two', line.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debt_follows_its_line';
    END IF;
    SELECT coalesce(sum(quantity), 0) INTO shares FROM shareholders_carrieddebt
        WHERE movement_id = NEW.movement_id;
    IF shares + NEW.quantity > line.quantity THEN
        RAISE EXCEPTION 'line % moves % shares', line.number, line.quantity
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debt_follows_its_line';
    END IF;
    IF NEW.amount <> (SELECT coalesce(sum((call->>'amount')::numeric), 0)
                      FROM jsonb_array_elements(NEW.schedule) AS call) THEN
        RAISE EXCEPTION 'the calls of % do not add up', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'carried_calls_add_up';
    END IF;
    IF NEW.before_id IS NULL THEN
        SELECT * INTO source FROM shareholders_subscription WHERE id = NEW.subscription_id;
        shares := coalesce(source.granted, source.quantity);
        calls := shares * (source.nominal_value + source.premium);
        SELECT to_shareholder_id INTO owner FROM shareholders_sharemovement WHERE id = source.movement_id;
    ELSE
        SELECT * INTO parent FROM shareholders_carrieddebt WHERE id = NEW.before_id;
        shares := parent.quantity;
        calls := parent.amount;
        owner := parent.holder_id;
    END IF;
    IF owner IS DISTINCT FROM NEW.giver_id THEN
        RAISE EXCEPTION 'the debt of % is not the giver''s', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debt_follows_its_line';
    END IF;
    SELECT coalesce(sum(c.amount), 0), coalesce(sum(c.quantity), 0) INTO gone, gone_shares
        FROM shareholders_carrieddebt c
        WHERE c.subscription_id = NEW.subscription_id AND c.before_id IS NOT DISTINCT FROM NEW.before_id
        AND NOT EXISTS (SELECT 1 FROM shareholders_sharemovement r WHERE r.reverses_id = c.movement_id);
    SELECT coalesce(sum(CASE WHEN kind IN ('received', 'refund_failed', 'regained') THEN amount
                             ELSE -amount END), 0) INTO paid
        FROM shareholders_payment
        WHERE subscription_id = NEW.subscription_id AND carried_id IS NOT DISTINCT FROM NEW.before_id;
    IF gone + greatest(paid, 0) + NEW.amount > calls OR gone_shares + NEW.quantity > shares THEN
        RAISE EXCEPTION 'more is carried than is left to pay: %', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'carried_within_the_debt';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_carrieddebt_check BEFORE INSERT ON shareholders_carrieddebt
    FOR EACH ROW EXECUTE FUNCTION check_carried_debt();
"""
LET_CARRY = (
    "DROP TRIGGER shareholders_carrieddebt_check ON shareholders_carrieddebt;"
    "DROP FUNCTION check_carried_debt();"
)

# A debt, what it came from and what is paid on it are of one subscription, and all of one cooperative.
KEEP_TOGETHER = """
ALTER TABLE shareholders_carrieddebt ADD CONSTRAINT carrieddebt_in_subscription UNIQUE (id, subscription_id);
ALTER TABLE shareholders_carrieddebt ADD CONSTRAINT carrieddebt_before_of_own_subscription
    FOREIGN KEY (before_id, subscription_id) REFERENCES shareholders_carrieddebt (id, subscription_id);
ALTER TABLE shareholders_callreminder ADD CONSTRAINT callreminder_carried_of_own_subscription
    FOREIGN KEY (carried_id, subscription_id) REFERENCES shareholders_carrieddebt (id, subscription_id);
ALTER TABLE shareholders_payment ADD CONSTRAINT payment_carried_of_own_subscription
    FOREIGN KEY (carried_id, subscription_id) REFERENCES shareholders_carrieddebt (id, subscription_id);
ALTER TABLE shareholders_carrieddebt ADD CONSTRAINT carrieddebt_subscription_of_own_cooperative
    FOREIGN KEY (subscription_id, cooperative_id) REFERENCES shareholders_subscription (id, cooperative_id);
ALTER TABLE shareholders_carrieddebt ADD CONSTRAINT carrieddebt_movement_of_own_cooperative
    FOREIGN KEY (movement_id, cooperative_id) REFERENCES shareholders_sharemovement (id, cooperative_id);
"""
LET_APART = """
ALTER TABLE shareholders_payment DROP CONSTRAINT payment_carried_of_own_subscription;
ALTER TABLE shareholders_callreminder DROP CONSTRAINT callreminder_carried_of_own_subscription;
ALTER TABLE shareholders_carrieddebt DROP CONSTRAINT carrieddebt_before_of_own_subscription;
ALTER TABLE shareholders_carrieddebt DROP CONSTRAINT carrieddebt_in_subscription;
ALTER TABLE shareholders_carrieddebt DROP CONSTRAINT carrieddebt_subscription_of_own_cooperative;
ALTER TABLE shareholders_carrieddebt DROP CONSTRAINT carrieddebt_movement_of_own_cooperative;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shareholders", "0012_dated_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CarriedDebt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("reference", models.CharField(max_length=25, verbose_name="référence de paiement")),
                ("quantity", models.PositiveIntegerField(verbose_name="nombre d’actions")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "schedule",
                    models.JSONField(help_text="Day and amount of each call, as in a subscription."),
                ),
                ("liable_until", models.DateField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_on",
                        to="shareholders.carrieddebt",
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_debts",
                        to="shareholders.cooperative",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debts_given",
                        to="shareholders.shareholder",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debts_taken",
                        to="shareholders.shareholder",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_debts",
                        to="shareholders.sharemovement",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_debts",
                        to="shareholders.subscription",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CallReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField()),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("soon", "avant le jour dit"),
                            ("late", "après le jour dit"),
                            ("very_late", "longtemps après le jour dit"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_reminders",
                        to="shareholders.subscription",
                    ),
                ),
                (
                    "carried",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_reminders",
                        to="shareholders.carrieddebt",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="carried",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="shareholders.carrieddebt",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("carried", None), ("subscription__isnull", False), _connector="OR"),
                name="carried_debt_is_paid_to_its_subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrieddebt",
            constraint=models.UniqueConstraint(
                fields=("cooperative", "number"), name="one_carried_debt_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="carrieddebt",
            constraint=models.UniqueConstraint(
                fields=("cooperative", "reference"), name="one_carried_debt_per_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="carrieddebt",
            constraint=models.UniqueConstraint(
                fields=("movement", "subscription", "before"),
                name="a_line_carries_a_debt_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="carrieddebt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("quantity__gt", 0)), name="carried_debt_is_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="callreminder",
            constraint=models.UniqueConstraint(
                fields=("subscription", "carried", "due_on", "step"),
                name="one_reminder_per_call_and_step",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(KEEP_TOGETHER, LET_APART),
        migrations.RunSQL(CHECK_CARRIED, LET_CARRY),
        append_only("shareholders_carrieddebt"),
        append_only("shareholders_callreminder"),
    ]
