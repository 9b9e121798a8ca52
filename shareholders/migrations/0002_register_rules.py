from django.db import migrations

from mine_de_soleil.core.append_only import append_only

# What a constraint on one row can't say: numbers without gap, holders of this very cooperative,
# and no holding below zero on any day from the movement's own day on.
CHECK_MOVEMENT = """
CREATE FUNCTION check_share_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
    lowest bigint;
BEGIN
    PERFORM 1 FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR UPDATE;
    SELECT coalesce(max(number), 0) + 1 INTO expected
        FROM shareholders_sharemovement WHERE cooperative_id = NEW.cooperative_id;
    IF NEW.number <> expected THEN
        RAISE EXCEPTION 'movement number % refused: the next one is %', NEW.number, expected
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_numbers_have_no_gap';
    END IF;
    IF EXISTS (SELECT 1 FROM shareholders_shareholder
               WHERE id IN (NEW.from_shareholder_id, NEW.to_shareholder_id)
                 AND cooperative_id <> NEW.cooperative_id) THEN
        RAISE EXCEPTION 'a holder belongs to another cooperative'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_stays_in_cooperative';
    END IF;
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
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_sharemovement_check BEFORE INSERT ON shareholders_sharemovement
    FOR EACH ROW EXECUTE FUNCTION check_share_movement();
"""


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0001_first"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            CHECK_MOVEMENT,
            "DROP TRIGGER shareholders_sharemovement_check ON shareholders_sharemovement;"
            "DROP FUNCTION check_share_movement();",
        ),
        append_only("shareholders_sharemovement"),
    ]
