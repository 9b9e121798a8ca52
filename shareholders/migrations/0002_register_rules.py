from django.db import migrations

from mine_de_soleil.core.append_only import append_only

# Colleges, holders and movements of one cooperative never mix with another's, whatever is updated later:
# keys of two columns, which Django's models can't express.
KEEP_COOPERATIVES_APART = """
ALTER TABLE shareholders_college
    ADD CONSTRAINT college_in_cooperative UNIQUE (id, cooperative_id);
ALTER TABLE shareholders_shareholder
    ADD CONSTRAINT shareholder_in_cooperative UNIQUE (id, cooperative_id),
    ADD CONSTRAINT college_of_own_cooperative FOREIGN KEY (college_id, cooperative_id)
        REFERENCES shareholders_college (id, cooperative_id);
ALTER TABLE shareholders_sharemovement
    ADD CONSTRAINT giver_of_own_cooperative FOREIGN KEY (from_shareholder_id, cooperative_id)
        REFERENCES shareholders_shareholder (id, cooperative_id),
    ADD CONSTRAINT taker_of_own_cooperative FOREIGN KEY (to_shareholder_id, cooperative_id)
        REFERENCES shareholders_shareholder (id, cooperative_id);
"""
LET_COOPERATIVES_MIX = """
ALTER TABLE shareholders_sharemovement
    DROP CONSTRAINT giver_of_own_cooperative, DROP CONSTRAINT taker_of_own_cooperative;
ALTER TABLE shareholders_shareholder
    DROP CONSTRAINT college_of_own_cooperative, DROP CONSTRAINT shareholder_in_cooperative;
ALTER TABLE shareholders_college DROP CONSTRAINT college_in_cooperative;
"""

# What a constraint can't say: numbers without gap, and no holding below zero on any day
# from the movement's own day on.
CHECK_MOVEMENT = """
CREATE FUNCTION check_share_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected integer;
    lowest bigint;
BEGIN
    PERFORM 1 FROM shareholders_cooperative WHERE id = NEW.cooperative_id FOR NO KEY UPDATE;
    SELECT coalesce(max(number), 0) + 1 INTO expected
        FROM shareholders_sharemovement WHERE cooperative_id = NEW.cooperative_id;
    IF NEW.number <> expected THEN
        RAISE EXCEPTION 'movement number % refused: the next one is %', NEW.number, expected
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_numbers_have_no_gap';
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
        migrations.RunSQL(KEEP_COOPERATIVES_APART, LET_COOPERATIVES_MIX),
        migrations.RunSQL(
            CHECK_MOVEMENT,
            "DROP TRIGGER shareholders_sharemovement_check ON shareholders_sharemovement;"
            "DROP FUNCTION check_share_movement();",
        ),
        append_only("shareholders_sharemovement"),
    ]
