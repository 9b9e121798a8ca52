import django.db.models.deletion
from django.db import migrations, models

from mine_de_soleil.core.append_only import append_only

# Readings by UTC year, in a schema of their own: the site's role may add rows to a year and nothing else, so
# that every change goes through the whole table, whose triggers keep the history. See docs/decisions/0015.
#
# Columns in this order leave no holes between them: 64 bytes a row instead of 76.
COLUMNS = """
    meter_id bigint NOT NULL,
    start timestamptz NOT NULL,
    energy_wh bigint NOT NULL CONSTRAINT reading_not_negative CHECK (energy_wh >= 0),
    source_id bigint NOT NULL,
    length_s integer NOT NULL CONSTRAINT production_reading_length_s_check CHECK (length_s >= 0)
        CONSTRAINT reading_has_length CHECK (length_s BETWEEN 1 AND 90000),
    line integer NOT NULL CONSTRAINT production_reading_line_check CHECK (line >= 0)
"""
NAMES = "meter_id, start, energy_wh, source_id, length_s, line"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION keep_replaced_readings() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO production_readinghistory
        (meter_id, start, length_s, energy_wh, source_id, line, ended_at, ended_by_id)
    SELECT meter_id, start, length_s, energy_wh, source_id, line, now(),
           nullif(current_setting('production.import_id', true), '')::bigint
    FROM old_rows;
    RETURN NULL;
END $$;

-- In place of two foreign keys, which look up both rows for every reading: one look for a whole statement.
-- The pair it writes has the foreign keys, and is never taken away.
CREATE FUNCTION know_origins() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO production_readingorigin (source_id, meter_id)
    SELECT DISTINCT source_id, meter_id FROM new_rows
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION guard_readings(guarded regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER production_reading_updated AFTER UPDATE ON %1$s
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_replaced_readings();
        CREATE TRIGGER production_reading_deleted AFTER DELETE ON %1$s
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_replaced_readings();
        CREATE TRIGGER production_reading_no_truncate BEFORE TRUNCATE ON %1$s
        FOR EACH STATEMENT EXECUTE FUNCTION public.forbid_change();
        CREATE TRIGGER production_reading_origins AFTER INSERT ON %1$s
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.know_origins();
        CREATE TRIGGER production_reading_new_origins AFTER UPDATE ON %1$s
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.know_origins()', guarded);
END $$;

-- The site's role makes no table; it may ask for the year that an import needs. Made beside and attached:
-- unlike PARTITION OF, that keeps no reader and no other import waiting. True if it was made now.
CREATE FUNCTION make_reading_year(wanted integer) RETURNS boolean LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part text := format('production_readings.year_%s', wanted);
BEGIN
    IF wanted IS NULL OR wanted < 1999 OR wanted > extract(year FROM now()) + 10 THEN
        RAISE EXCEPTION 'no reading is of the year %', wanted USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE public.production_reading IN SHARE UPDATE EXCLUSIVE MODE;  -- one at a time
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %s (LIKE public.production_reading INCLUDING CONSTRAINTS)', part);
    PERFORM public.guard_readings(part::regclass);
    EXECUTE format('ALTER TABLE public.production_reading ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
        part, format('%s-01-01 00:00:00+00', wanted), format('%s-01-01 00:00:00+00', wanted + 1));
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mine_de_soleil_app') THEN
        EXECUTE format('GRANT INSERT ON %s TO mine_de_soleil_app', part);
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION make_reading_year(integer), guard_readings(regclass) FROM PUBLIC;
"""

# The rows go over a year at a time, in the order they are read; the key is built at the end, at once.
CONVERT = f"""
CREATE SCHEMA production_readings;
ALTER TABLE production_reading RENAME TO production_reading_before;
CREATE TABLE production_reading ({COLUMNS}) PARTITION BY RANGE (start);
DO $$
DECLARE
    this_year integer := extract(year FROM now() AT TIME ZONE 'UTC');
    wanted integer;
BEGIN
    FOR wanted IN SELECT DISTINCT extract(year FROM start AT TIME ZONE 'UTC')::integer
        FROM production_reading_before UNION VALUES (this_year), (this_year + 1) ORDER BY 1
    LOOP
        PERFORM make_reading_year(wanted);
        EXECUTE format('INSERT INTO production_readings.year_%s ({NAMES}) SELECT {NAMES}
            FROM production_reading_before WHERE start >= %L AND start < %L ORDER BY meter_id, start',
            wanted, format('%s-01-01 00:00:00+00', wanted), format('%s-01-01 00:00:00+00', wanted + 1));
    END LOOP;
END $$;
DROP TABLE production_reading_before;
ALTER TABLE production_reading ADD PRIMARY KEY (meter_id, start);
SELECT guard_readings('production_reading');
"""  # noqa: S608  # constants of this file

BACK = f"""
CREATE TABLE production_reading_after ({COLUMNS});
INSERT INTO production_reading_after ({NAMES}) SELECT {NAMES} FROM production_reading;
DROP TABLE production_reading;
DROP SCHEMA production_readings;
ALTER TABLE production_reading_after RENAME TO production_reading;
ALTER TABLE production_reading ADD PRIMARY KEY (meter_id, start),
    ADD FOREIGN KEY (meter_id) REFERENCES installations_meter (id) DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (source_id) REFERENCES production_readingimport (id) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER production_reading_updated AFTER UPDATE ON production_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced_readings();
CREATE TRIGGER production_reading_deleted AFTER DELETE ON production_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced_readings();
CREATE TRIGGER production_reading_no_truncate BEFORE TRUNCATE ON production_reading
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
DROP FUNCTION make_reading_year(integer), guard_readings(regclass), know_origins();
"""  # noqa: S608  # constants of this file

# An import is of one meter, and so are its readings: both keys together, checked at once.
PAIR = """
ALTER TABLE production_readingorigin ADD CONSTRAINT origin_is_an_import_of_its_meter
    FOREIGN KEY (source_id, meter_id) REFERENCES production_readingimport (id, meter_id);
"""
NO_PAIR = "ALTER TABLE production_readingorigin DROP CONSTRAINT origin_is_an_import_of_its_meter"


def _key(name: str, to: str, related: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("production", "0005_quality_and_alerts")]

    operations = [
        migrations.AddConstraint(
            model_name="readingimport",
            constraint=models.UniqueConstraint(fields=("id", "meter"), name="import_and_its_meter"),
        ),
        migrations.CreateModel(
            name="ReadingOrigin",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source_id", "meter_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="installations.meter",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="production.readingimport",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(PAIR, NO_PAIR),
        append_only("production_readingorigin"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
                migrations.RunSQL(CONVERT, BACK),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="reading",
                    name="meter",
                    field=_key("meter", "installations.meter", "readings"),
                ),
                migrations.AlterField(
                    model_name="reading",
                    name="source",
                    field=_key("source", "production.readingimport", "readings"),
                ),
            ],
        ),
    ]
