from django.db import migrations

from mine_de_soleil.core.append_only import append_only

# What belongs to one cooperative names nothing of another's: table, column, table named.
OF_ONE_COOPERATIVE = [
    ("collegemembership", "shareholder_id", "shareholder"),
    ("collegemembership", "college_id", "college"),
    ("subscription", "round_id", "fundinground"),
    ("subscription", "holder_id", "shareholder"),
    ("subscription", "invited_by_id", "shareholder"),
    ("subscription", "college_id", "college"),
    ("subscription", "movement_id", "sharemovement"),
    ("statementline", "statement_id", "bankstatement"),
    ("payment", "subscription_id", "subscription"),
    ("payment", "line_id", "statementline"),
    ("payment", "payout_id", "payout"),
    ("payout", "subscription_id", "subscription"),
    ("payout", "line_id", "statementline"),
    ("sharetransfer", "giver_id", "shareholder"),
    ("sharetransfer", "taker_id", "shareholder"),
    ("sharetransfer", "movement_id", "sharemovement"),
    ("withdrawal", "holder_id", "shareholder"),
    ("withdrawal", "movement_id", "sharemovement"),
    ("withdrawal", "payout_id", "payout"),
    ("attachment", "holder_id", "shareholder"),
    ("paper", "holder_id", "shareholder"),
    ("paper", "subscription_id", "subscription"),
    ("paper", "transfer_id", "sharetransfer"),
    ("newbornpanel", "subscription_id", "subscription"),
]
NAMED = sorted({named for _, _, named in OF_ONE_COOPERATIVE} - {"shareholder", "college"})


def _key(table: str, column: str) -> str:
    return f"{table}_{column.removesuffix('_id')}_of_own_cooperative"


KEEP_APART = "".join(
    f"ALTER TABLE shareholders_{named} ADD CONSTRAINT {named}_in_cooperative UNIQUE (id, cooperative_id);"
    for named in NAMED
) + "".join(
    f"ALTER TABLE shareholders_{table} ADD CONSTRAINT {_key(table, column)} "
    f"FOREIGN KEY ({column}, cooperative_id) REFERENCES shareholders_{named} (id, cooperative_id);"
    for table, column, named in OF_ONE_COOPERATIVE
)
LET_MIX = "".join(
    f"ALTER TABLE shareholders_{table} DROP CONSTRAINT {_key(table, column)};"
    for table, column, _ in OF_ONE_COOPERATIVE
) + "".join(f"ALTER TABLE shareholders_{named} DROP CONSTRAINT {named}_in_cooperative;" for named in NAMED)

# Net euros of a subscription, by its ledger.
NET_RECEIVED = """
CREATE FUNCTION net_received(wanted bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(CASE WHEN kind IN ('received', 'refund_failed', 'regained') THEN amount
                             ELSE -amount END), 0)
    FROM shareholders_payment WHERE subscription_id = wanted
$$;
"""

# The machine of a subscription: what was signed stays, ends are ends, rounds aren't overfilled by two
# people at once, and no share is issued without its money.
CHECK_SUBSCRIPTION = """
CREATE FUNCTION check_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    offer shareholders_fundinground;
    line shareholders_sharemovement;
    taken bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.signed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a signed subscription is never deleted'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'signed_bulletin_unchanged';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN ('refused', 'expired', 'abandoned', 'undone', 'issued') AND NEW.state <> OLD.state
            AND NOT (OLD.state = 'issued' AND NEW.state = 'undone') THEN
            RAISE EXCEPTION 'subscription % has ended: %', OLD.reference, OLD.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_subscription_unchanged';
        END IF;
        IF OLD.signed_at IS NOT NULL AND (
            (NEW.cooperative_id, NEW.round_id, NEW.number, NEW.reference, NEW.quantity, NEW.nominal_value,
             NEW.premium, NEW.first_call, NEW.schedule, NEW.signed_at, NEW.signed_place, NEW.bulletin_sha256,
             NEW.evidence)
            IS DISTINCT FROM
            (OLD.cooperative_id, OLD.round_id, OLD.number, OLD.reference, OLD.quantity, OLD.nominal_value,
             OLD.premium, OLD.first_call, OLD.schedule, OLD.signed_at, OLD.signed_place, OLD.bulletin_sha256,
             OLD.evidence)
            -- Only who never became a shareholder may be forgotten.
            OR (NEW.identity <> OLD.identity
                AND NOT (NEW.identity = '{}' AND NEW.state IN ('refused', 'expired', 'abandoned')))
        ) THEN
            RAISE EXCEPTION 'what was signed never changes: %', OLD.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_bulletin_unchanged';
        END IF;
        IF OLD.movement_id IS NOT NULL AND NEW.movement_id IS DISTINCT FROM OLD.movement_id THEN
            RAISE EXCEPTION 'the line of the register of % stays', OLD.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_subscription_unchanged';
        END IF;
    END IF;
    IF NEW.state = 'signed' AND (TG_OP = 'INSERT' OR OLD.state <> 'signed') THEN
        SELECT * INTO offer FROM shareholders_fundinground WHERE id = NEW.round_id FOR NO KEY UPDATE;
        IF offer.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'round % is closed', offer.slug
                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_is_open';
        END IF;
        SELECT coalesce(sum(coalesce(granted, quantity)), 0) INTO taken FROM shareholders_subscription
            WHERE round_id = NEW.round_id AND id <> NEW.id AND state IN ('signed', 'issued');
        IF offer.rule = 'first_come' AND taken + NEW.quantity > offer.maximum_shares THEN
            RAISE EXCEPTION 'round % has room for % shares', offer.slug, offer.maximum_shares - taken
                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_has_room';
        END IF;
    END IF;
    IF NEW.state = 'issued' AND (TG_OP = 'INSERT' OR OLD.state <> 'issued') THEN
        SELECT * INTO line FROM shareholders_sharemovement WHERE id = NEW.movement_id;
        IF line.kind <> 'issue' OR line.quantity <> coalesce(NEW.granted, NEW.quantity)
            OR line.to_shareholder_id IS DISTINCT FROM NEW.holder_id THEN
            RAISE EXCEPTION 'the line of the register is not that of %', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'issued_as_signed';
        END IF;
        IF net_received(NEW.id) < round(NEW.first_call * line.quantity / NEW.quantity, 2) THEN
            RAISE EXCEPTION 'subscription % is not paid', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'issued_only_when_paid';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_subscription_check BEFORE INSERT OR UPDATE OR DELETE ON shareholders_subscription
    FOR EACH ROW EXECUTE FUNCTION check_subscription();
"""

# The ledger: a line of the bank is spent once, nobody is refunded more than was received.
CHECK_PAYMENT = """
CREATE FUNCTION check_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line shareholders_statementline;
    owed shareholders_payout;
    spent numeric;
BEGIN
    -- One writer at a time a cooperative: sums below see every other line.
    PERFORM 1 FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR NO KEY UPDATE;
    IF NEW.line_id IS NOT NULL THEN
        SELECT * INTO line FROM shareholders_statementline WHERE id = NEW.line_id;
        SELECT coalesce(sum(amount), 0) INTO spent FROM shareholders_payment WHERE line_id = NEW.line_id;
        IF NEW.kind = 'received' THEN
            spent := spent
                + coalesce((SELECT sum(amount) FROM shareholders_linesetaside
                            WHERE line_id = NEW.line_id AND why <> 'to_return'), 0)
                + coalesce((SELECT sum(amount) FROM shareholders_payout
                            WHERE line_id = NEW.line_id AND why = 'unknown' AND state <> 'failed'), 0);
        END IF;
        IF line.currency <> 'EUR' OR spent + NEW.amount > abs(line.amount)
            OR (NEW.kind = 'received' AND line.amount < 0)
            OR (NEW.kind = 'refunded' AND line.amount > 0) THEN
            RAISE EXCEPTION 'line % of the bank gives no % %', NEW.line_id, NEW.amount, line.currency
                USING ERRCODE = 'check_violation', CONSTRAINT = 'line_money_counted_once';
        END IF;
    END IF;
    IF NEW.kind = 'refunded' THEN
        IF NEW.subscription_id IS NOT NULL AND net_received(NEW.subscription_id) < NEW.amount THEN
            RAISE EXCEPTION 'more refunded than received'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_within_received';
        END IF;
        SELECT * INTO owed FROM shareholders_payout WHERE id = NEW.payout_id;
        SELECT coalesce(sum(CASE kind WHEN 'refunded' THEN amount ELSE -amount END), 0) INTO spent
            FROM shareholders_payment WHERE payout_id = NEW.payout_id;
        IF owed.id IS NOT NULL AND spent + NEW.amount > owed.amount THEN
            RAISE EXCEPTION 'payout % is paid once', owed.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_paid_once';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_payment_check BEFORE INSERT ON shareholders_payment
    FOR EACH ROW EXECUTE FUNCTION check_payment();
"""

# The same for the two other things a line of the bank may be: set aside, or given back.
CHECK_LINE_SPENT = """
CREATE FUNCTION check_line_spent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line shareholders_statementline;
    spent numeric;
BEGIN
    IF NEW.line_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO line FROM shareholders_statementline WHERE id = NEW.line_id;
    PERFORM 1 FROM shareholders_cooperative WHERE id = line.cooperative_id FOR NO KEY UPDATE;
    SELECT NEW.amount
        + coalesce((SELECT sum(amount) FROM shareholders_payment WHERE line_id = NEW.line_id), 0)
        + coalesce((SELECT sum(amount) FROM shareholders_linesetaside
                    WHERE line_id = NEW.line_id AND why <> 'to_return'), 0)
        + coalesce((SELECT sum(amount) FROM shareholders_payout
                    WHERE line_id = NEW.line_id AND why = 'unknown' AND state <> 'failed'), 0)
        INTO spent;
    IF spent > abs(line.amount) THEN
        RAISE EXCEPTION 'line % of the bank is spent', NEW.line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_money_counted_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_linesetaside_check BEFORE INSERT ON shareholders_linesetaside
    FOR EACH ROW WHEN (NEW.why <> 'to_return') EXECUTE FUNCTION check_line_spent();
CREATE TRIGGER shareholders_payout_check BEFORE INSERT ON shareholders_payout
    FOR EACH ROW WHEN (NEW.why = 'unknown') EXECUTE FUNCTION check_line_spent();
"""

WRITTEN_ONCE = (
    "statutesedition",
    "attachment",
    "holderbankaccount",
    "bankstatement",
    "statementline",
    "linesetaside",
    "payment",
    "paper",
)


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0005_drop_undated_college")]

    operations = [
        migrations.RunSQL(KEEP_APART, LET_MIX),
        migrations.RunSQL(NET_RECEIVED, "DROP FUNCTION net_received(bigint);"),
        migrations.RunSQL(
            CHECK_SUBSCRIPTION,
            "DROP TRIGGER shareholders_subscription_check ON shareholders_subscription;"
            "DROP FUNCTION check_subscription();",
        ),
        migrations.RunSQL(
            CHECK_PAYMENT,
            "DROP TRIGGER shareholders_payment_check ON shareholders_payment; DROP FUNCTION check_payment();",
        ),
        migrations.RunSQL(
            CHECK_LINE_SPENT,
            "DROP TRIGGER shareholders_linesetaside_check ON shareholders_linesetaside;"
            "DROP TRIGGER shareholders_payout_check ON shareholders_payout;"
            "DROP FUNCTION check_line_spent();",
        ),
        *(append_only(f"shareholders_{table}") for table in WRITTEN_ONCE),
    ]
