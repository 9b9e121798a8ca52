from django.db import migrations

from mine_de_soleil.core.append_only import append_only

# From the one college a holder had to the college of each day.
DATE_THE_COLLEGES = """
INSERT INTO shareholders_collegemembership (shareholder_id, college_id, cooperative_id, since, entered_at)
SELECT s.id, s.college_id, s.cooperative_id,
       coalesce((SELECT min(dated) FROM shareholders_sharemovement m WHERE m.to_shareholder_id = s.id),
                c.founded_on),
       now()
FROM shareholders_shareholder s JOIN shareholders_cooperative c ON c.id = s.cooperative_id
ORDER BY s.id;
SET CONSTRAINTS ALL IMMEDIATE;  -- a table with checks still to be made takes no trigger
"""
TAKE_THE_LAST_COLLEGE = """
UPDATE shareholders_shareholder s SET college_id = (
    SELECT college_id FROM shareholders_collegemembership m WHERE m.shareholder_id = s.id
    ORDER BY since DESC, id DESC LIMIT 1);
"""

# The same text as `shareholders.register_chain` makes: a test holds one against the other.
SEAL_FUNCTION = """
CREATE FUNCTION share_movement_sha256(
    line shareholders_sharemovement, giver integer, taker integer, reversed integer
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\x1f',
        line.previous_sha256, line.number, line.kind, to_char(line.dated, 'YYYY-MM-DD'),
        to_char(line.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(giver::text, ''), line.giver_identity,
        coalesce(taker::text, ''), line.taker_identity,
        line.quantity, line.nominal_value, coalesce(reversed::text, ''), line.reason), 'UTF8')), 'hex')
$$;
"""

# Lines entered before the chain existed are sealed once, by the owner of the table, in their order.
SEAL_OLD_LINES = """
ALTER TABLE shareholders_sharemovement DISABLE TRIGGER USER;
UPDATE shareholders_sharemovement m SET
    giver_identity = coalesce((SELECT concat_ws(', ', nullif(trim(concat_ws(' ', s.last_name, s.first_names)), ''),
        nullif(s.legal_name, ''), nullif(s.address, ''), nullif(trim(concat_ws(' ', s.postcode, s.commune)), ''))
        FROM shareholders_shareholder s WHERE s.id = m.from_shareholder_id), ''),
    taker_identity = coalesce((SELECT concat_ws(', ', nullif(trim(concat_ws(' ', s.last_name, s.first_names)), ''),
        nullif(s.legal_name, ''), nullif(s.address, ''), nullif(trim(concat_ws(' ', s.postcode, s.commune)), ''))
        FROM shareholders_shareholder s WHERE s.id = m.to_shareholder_id), '');
DO $$
DECLARE
    line shareholders_sharemovement;
    last text;
    cooperative bigint;
BEGIN
    FOR line IN SELECT * FROM shareholders_sharemovement ORDER BY cooperative_id, number LOOP
        IF cooperative IS DISTINCT FROM line.cooperative_id THEN
            cooperative := line.cooperative_id;
            last := repeat('0', 64);
        END IF;
        line.previous_sha256 := last;
        last := share_movement_sha256(line,
            (SELECT number FROM shareholders_shareholder WHERE id = line.from_shareholder_id),
            (SELECT number FROM shareholders_shareholder WHERE id = line.to_shareholder_id), NULL);
        UPDATE shareholders_sharemovement SET previous_sha256 = line.previous_sha256, entry_sha256 = last
            WHERE id = line.id;
    END LOOP;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE shareholders_sharemovement ENABLE TRIGGER USER;
"""

# What a constraint can't say of a line of the register.
CHECK_MOVEMENT = """
CREATE OR REPLACE FUNCTION check_share_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cooperative shareholders_cooperative;
    last shareholders_sharemovement;
    original shareholders_sharemovement;
    nominal numeric(10, 2);
    lowest bigint;
    giver_number integer;
    taker_number integer;
    reversed_number integer;
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

    -- a withdrawal leaves the capital at or above its floor, that day and later
    IF NEW.kind = 'withdrawal' AND cooperative.capital_floor > 0 THEN
        SELECT min(running) INTO lowest FROM (
            SELECT dated, sum(sum(change)) OVER (ORDER BY dated) AS running FROM (
                SELECT dated, quantity * ((from_shareholder_id IS NULL)::int - (to_shareholder_id IS NULL)::int)
                    AS change
                FROM shareholders_sharemovement WHERE cooperative_id = NEW.cooperative_id
                UNION ALL
                SELECT NEW.dated, -NEW.quantity
            ) AS changes GROUP BY dated
        ) AS days WHERE dated >= NEW.dated;
        IF lowest * nominal < cooperative.capital_floor THEN
            RAISE EXCEPTION 'the capital would fall to %', lowest * nominal
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

# A number in the chain names its holder for ever; the founding nominal value underlies every line.
KEEP_WHAT_THE_CHAIN_RESTS_ON = """
CREATE FUNCTION keep_founding_nominal_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM shareholders_sharemovement WHERE cooperative_id = OLD.id) THEN
        RAISE EXCEPTION 'the founding nominal value of a register in use cannot change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'founding_nominal_value_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shareholders_cooperative_nominal BEFORE UPDATE OF nominal_value ON shareholders_cooperative
    FOR EACH ROW WHEN (OLD.nominal_value IS DISTINCT FROM NEW.nominal_value)
    EXECUTE FUNCTION keep_founding_nominal_value();
CREATE FUNCTION keep_order_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order number belongs to its holder for ever'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_number_kept';
END $$;
CREATE TRIGGER shareholders_shareholder_number
    BEFORE UPDATE OF number, cooperative_id ON shareholders_shareholder
    FOR EACH ROW WHEN (OLD.number <> NEW.number OR OLD.cooperative_id <> NEW.cooperative_id)
    EXECUTE FUNCTION keep_order_number();
"""
LET_THE_CHAIN_LOOSE = """
DROP TRIGGER shareholders_cooperative_nominal ON shareholders_cooperative;
DROP FUNCTION keep_founding_nominal_value();
DROP TRIGGER shareholders_shareholder_number ON shareholders_shareholder;
DROP FUNCTION keep_order_number();
"""


class Migration(migrations.Migration):
    dependencies = [("shareholders", "0003_shares"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(DATE_THE_COLLEGES, TAKE_THE_LAST_COLLEGE),
        append_only("shareholders_collegemembership"),
        migrations.RunSQL(
            SEAL_FUNCTION,
            "DROP FUNCTION share_movement_sha256(shareholders_sharemovement, integer, integer, integer);",
        ),
        migrations.RunSQL(SEAL_OLD_LINES, migrations.RunSQL.noop),
        migrations.RunSQL(CHECK_MOVEMENT, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_WHAT_THE_CHAIN_RESTS_ON, LET_THE_CHAIN_LOOSE),
    ]
