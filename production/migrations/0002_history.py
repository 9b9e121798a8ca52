from django.db import migrations

from mine_de_soleil.core.append_only import append_only

# A statement-level trigger: one INSERT … SELECT for a whole import, not one call a row.
# `production.import_id` is set by the service for the transaction; other SQL leaves it empty.
KEEP_READINGS = """
CREATE FUNCTION keep_replaced_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO production_readinghistory
        (meter_id, start, length_s, energy_wh, source_id, line, ended_at, ended_by_id)
    SELECT meter_id, start, length_s, energy_wh, source_id, line, now(),
           nullif(current_setting('production.import_id', true), '')::bigint
    FROM old_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER production_reading_updated AFTER UPDATE ON production_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced_readings();
CREATE TRIGGER production_reading_deleted AFTER DELETE ON production_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced_readings();
CREATE TRIGGER production_reading_no_truncate BEFORE TRUNCATE ON production_reading
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
"""

DROP = """
DROP TRIGGER production_reading_updated ON production_reading;
DROP TRIGGER production_reading_deleted ON production_reading;
DROP TRIGGER production_reading_no_truncate ON production_reading;
DROP FUNCTION keep_replaced_readings();
"""


class Migration(migrations.Migration):
    dependencies = [("production", "0001_first"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(KEEP_READINGS, DROP),
        append_only("production_readinghistory"),
        append_only("production_meterfile"),
        append_only("production_forecast"),
        append_only("production_forecastmonth"),
    ]
