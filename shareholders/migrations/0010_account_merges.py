import django.db.models.deletion
from django.db import migrations, models

# An account merged into another is kept for its history alone: it holds nothing, receives nothing, and
# leads to an account that is itself open.
CHECK_MERGES = """
CREATE FUNCTION check_merged_account() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kept shareholders_shareholder;
    held bigint;
BEGIN
    PERFORM 1 FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR NO KEY UPDATE;
    SELECT * INTO kept FROM shareholders_shareholder WHERE id = NEW.merged_into_id;
    SELECT coalesce(sum(CASE WHEN to_shareholder_id = NEW.id THEN quantity ELSE -quantity END), 0) INTO held
        FROM shareholders_sharemovement WHERE NEW.id IN (to_shareholder_id, from_shareholder_id);
    IF kept.id = NEW.id OR kept.cooperative_id <> NEW.cooperative_id OR kept.merged_into_id IS NOT NULL
        OR held <> 0
        OR EXISTS (SELECT 1 FROM shareholders_shareholder WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'account % cannot be merged: it holds % shares', NEW.number, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_account_holds_nothing';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_shareholder_merged
    BEFORE INSERT OR UPDATE OF merged_into_id ON shareholders_shareholder
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION check_merged_account();

CREATE FUNCTION check_open_taker() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM shareholders_shareholder
               WHERE id = NEW.to_shareholder_id AND merged_into_id IS NOT NULL) THEN
        RAISE EXCEPTION 'the taker was merged into another account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_account_receives_nothing';
    END IF;
    RETURN NEW;
END $$;
-- After `…_check`, which holds the cooperative: names give the order of triggers.
CREATE TRIGGER shareholders_sharemovement_open_taker BEFORE INSERT ON shareholders_sharemovement
    FOR EACH ROW WHEN (NEW.to_shareholder_id IS NOT NULL) EXECUTE FUNCTION check_open_taker();
"""
LET_MERGES = """
DROP TRIGGER shareholders_sharemovement_open_taker ON shareholders_sharemovement;
DROP FUNCTION check_open_taker();
DROP TRIGGER shareholders_shareholder_merged ON shareholders_shareholder;
DROP FUNCTION check_merged_account();
"""


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0009_capital_bounds")]

    operations = [
        migrations.AddField(
            model_name="shareholder",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_accounts",
                to="shareholders.shareholder",
            ),
        ),
        migrations.RunSQL(CHECK_MERGES, LET_MERGES),
    ]
