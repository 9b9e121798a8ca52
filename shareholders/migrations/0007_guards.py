from django.db import migrations

# Whoever may make a temporary table could put one of a trusted name before ours: our functions look in
# `public` first, whatever the caller's search path says.
FIXED_PATHS = """
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.proname NOT LIKE 'procrastinate%'
        AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        AND p.proconfig IS NULL
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', made);
    END LOOP;
END $$;
"""
FREE_PATHS = """
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.proname NOT LIKE 'procrastinate%'
        AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    LOOP
        EXECUTE format('ALTER FUNCTION %s RESET ALL', made);
    END LOOP;
END $$;
"""

# What is owed and to whom never changes, nor does a transfer once it is in the register; tries only add up.
FREEZE = """
CREATE FUNCTION check_frozen_act() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'shareholders_payout' AND
        (NEW.cooperative_id, NEW.number, NEW.reference, NEW.why, NEW.cause, NEW.subscription_id, NEW.line_id,
         NEW.amount, NEW.method)
        IS DISTINCT FROM
        (OLD.cooperative_id, OLD.number, OLD.reference, OLD.why, OLD.cause, OLD.subscription_id, OLD.line_id,
         OLD.amount, OLD.method) THEN
        RAISE EXCEPTION 'what payout % owes never changes', OLD.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_owes_the_same';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_payout_frozen BEFORE UPDATE ON shareholders_payout
    FOR EACH ROW EXECUTE FUNCTION check_frozen_act();

CREATE FUNCTION check_registered_transfer() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'transfer % is in the register', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'registered_transfer_unchanged';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_sharetransfer_frozen BEFORE UPDATE ON shareholders_sharetransfer
    FOR EACH ROW WHEN (OLD.state = 'registered') EXECUTE FUNCTION check_registered_transfer();

CREATE FUNCTION check_signing_code() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.attempts < OLD.attempts OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at)
        OR (NEW.code_hash, NEW.text_sha256, NEW.expires_at, NEW.email)
           IS DISTINCT FROM (OLD.code_hash, OLD.text_sha256, OLD.expires_at, OLD.email) THEN
        RAISE EXCEPTION 'a signing code is used up, never renewed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_code_only_ages';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_signingcode_check BEFORE UPDATE ON shareholders_signingcode
    FOR EACH ROW EXECUTE FUNCTION check_signing_code();
"""
THAW = """
DROP TRIGGER shareholders_payout_frozen ON shareholders_payout;
DROP FUNCTION check_frozen_act();
DROP TRIGGER shareholders_sharetransfer_frozen ON shareholders_sharetransfer;
DROP FUNCTION check_registered_transfer();
DROP TRIGGER shareholders_signingcode_check ON shareholders_signingcode;
DROP FUNCTION check_signing_code();
"""

KEPT = ("payout", "sharetransfer", "withdrawal")
KEEP = "".join(
    f"CREATE TRIGGER shareholders_{table}_kept BEFORE DELETE ON shareholders_{table} "
    "FOR EACH ROW EXECUTE FUNCTION forbid_change();"
    for table in KEPT
)
LET_GO = "".join(f"DROP TRIGGER shareholders_{table}_kept ON shareholders_{table};" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0006_money_rules"), ("production", "0002_history")]

    operations = [
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(KEEP, LET_GO),
        migrations.RunSQL(FIXED_PATHS, FREE_PATHS),
    ]
