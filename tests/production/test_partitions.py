"""The table of readings in parts by year: nothing is lost by going to a part, and no part is ever missing."""

import datetime as dt
import importlib
import threading
from collections.abc import Callable

import numpy as np
import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from production import partitions
from production.checks import coming_years_are_there
from production.models import Reading, ReadingHistory, ReadingImport
from production.tasks import make_coming_year
from tests.factories import plant_with_meter
from tests.production.deliveries import bring, day_sums, held, paris_day, sums_of
from tests.production.test_storage import at_once, undo

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 6, 10)
PART = "production_readings.year_2025"
LONG_AGO = dt.date(2003, 6, 10)
ROW = "(meter_id, start, length_s, energy_wh, source_id, line) VALUES ({}, '{}', 600, 1, {}, 1)"


def run(sql: str, *values: object) -> list[tuple[object, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def years() -> set[str]:
    return {name for (name,) in run("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")}


# Years


@pytest.mark.parametrize(
    ("starts", "cuts"),
    [
        (["2024-12-31T23:59:59"], [(2024, 0, 1)]),
        (["2024-12-31T23:59:59", "2025-01-01T00:00:00", "2025-06-01"], [(2024, 0, 1), (2025, 1, 3)]),
        (["1999-12-31T23:00", "2003-01-01"], [(1999, 0, 1), (2003, 1, 2)]),
        ([], []),
    ],
)
def test_readings_are_cut_where_a_utc_year_begins(starts: list[str], cuts: list[tuple[int, int, int]]):
    found = partitions.by_year(np.array(starts, "M8[us]"))
    assert [(part.year, part.first, part.end) for part in found] == cuts


def test_an_import_of_a_year_nobody_has_yet_makes_its_part():
    assert "year_2003" not in years()
    meter = plant_with_meter()
    bring(meter, paris_day(LONG_AGO, 1000))
    assert "year_2003" in years() and day_sums(meter) == {LONG_AGO: 24_000}


def test_the_first_midnight_in_paris_that_readers_admit_has_a_part():
    meter = plant_with_meter()
    bring(meter, paris_day(dt.date(2000, 1, 1), 1000))
    assert {"year_1999", "year_2000"} <= years() and len(held(meter)) == 24


def test_a_file_over_new_year_lies_in_both_parts_and_is_one_import():
    meter = plant_with_meter()
    days = paris_day(dt.date(2024, 12, 31), 1000) | paris_day(dt.date(2025, 1, 1), 2000)
    brought = bring(meter, days)
    assert held(meter) == days and day_sums(meter) == sums_of(days) and brought.rows_new == 48
    undo(brought)
    assert not held(meter) and ReadingHistory.objects.count() == 48


def test_a_correction_over_new_year_replaces_in_both_parts():
    meter = plant_with_meter()
    days = paris_day(dt.date(2024, 12, 31), 1000) | paris_day(dt.date(2025, 1, 1), 2000)
    bring(meter, days)
    more = {start: wh + 5 for start, wh in days.items()}
    assert bring(meter, more).rows_corrected == 48
    assert held(meter) == more and day_sums(meter) == sums_of(more)


@pytest.mark.parametrize("year", ["1998", "NULL", "-1", "999999", "extract(year FROM now())::int + 11"])
def test_no_other_year_is_made_whoever_asks(year: str):
    before = years()
    with pytest.raises(DatabaseError):
        run(f"SELECT make_reading_year({year})")
    assert years() == before


def test_a_year_is_made_once():
    assert run("SELECT make_reading_year(2001)") == [(True,)]
    assert run("SELECT make_reading_year(2001)") == [(False,)]


def test_the_year_to_come_is_made_each_night(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2031, 3, 1, tzinfo=dt.UTC))
    found = coming_years_are_there(["default"])
    assert [warning.id for warning in found] == ["production.W001"] * 2
    make_coming_year.func.__wrapped__(0)
    assert {"year_2031", "year_2032"} <= years()
    assert not coming_years_are_there(["default"])


def test_a_check_of_no_database_asks_none(django_assert_num_queries: Callable[..., object]):
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert not coming_years_are_there(None)


def test_a_day_s_readings_are_looked_for_in_one_part():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000) | paris_day(LONG_AGO, 1000))
    day = Reading.objects.filter(meter=meter, start__gte="2025-06-09T22:00Z", start__lt="2025-06-10T22:00Z")
    plan = day.explain()
    assert "year_2025" in plan and "year_2003" not in plan


# The site's role


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {PART} SET energy_wh = 0",
        f"DELETE FROM {PART}",
        f"TRUNCATE {PART}",
        f"SELECT * FROM {PART}",
        f"DROP TABLE {PART}",
        f"ALTER TABLE {PART} DISABLE TRIGGER USER",
        f"ALTER TABLE production_reading DETACH PARTITION {PART}",
        f"CREATE TRIGGER mine BEFORE INSERT ON {PART} FOR EACH ROW EXECUTE FUNCTION forbid_change()",
        f"LOCK TABLE {PART} IN ACCESS EXCLUSIVE MODE",
        "CREATE TABLE production_readings.mine (n integer)",
        "CREATE TABLE mine PARTITION OF production_reading FOR VALUES FROM ('2040-01-01') TO ('2041-01-01')",
        "SELECT guard_readings('production_reading')",
        "TRUNCATE production_reading",
        "SET session_replication_role = replica",
    ],
)
def test_the_site_can_do_nothing_to_a_part_but_add_rows(sql: str):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    with pytest.raises(ProgrammingError):
        run(sql)
    assert len(held(meter)) == 24


def test_a_row_added_to_a_part_is_known_like_any_other():
    meter = plant_with_meter()
    source = bring(meter, paris_day(DAY, 1000))
    run(f"INSERT INTO {PART} " + ROW.format(meter.pk, "2025-01-05 00:00Z", source.pk))
    assert len(held(meter)) == 25
    with pytest.raises(IntegrityError):
        run(f"INSERT INTO {PART} " + ROW.format(meter.pk, "2026-01-05 00:00Z", source.pk))


SHADOWS = [
    "production_readinghistory (LIKE public.production_readinghistory)",
    "production_readingorigin (LIKE public.production_readingorigin)",
    "production_reading (LIKE public.production_reading)",
    "pg_roles (rolname name)",
]


@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_table_of_the_caller_s_own_stands_in_for_none_of_ours(shadow: str):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    other = plant_with_meter()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {shadow} ON COMMIT DROP")
        cursor.execute("SET LOCAL search_path = pg_temp, public, production_readings")
        cursor.execute("SELECT make_reading_year(2002)")
        cursor.execute("DELETE FROM public.production_reading WHERE meter_id = %s", [meter.pk])
        cursor.execute("SET LOCAL search_path = public, pg_catalog, pg_temp")
        cursor.execute("SELECT count(*) FROM public.production_readinghistory")
        assert cursor.fetchone() == (24,)
        cursor.execute(
            "SELECT inhparent::regclass::oid = 'public.production_reading'::regclass::oid FROM pg_inherits"
            " WHERE inhrelid = (SELECT oid FROM pg_class WHERE relname = 'year_2002')"
        )
        assert cursor.fetchone() == (True,)
        with pytest.raises(IntegrityError), transaction.atomic():
            source = ReadingImport.objects.get(meter=meter)
            cursor.execute("SET LOCAL search_path = pg_temp, public")
            cursor.execute(
                "INSERT INTO public.production_reading " + ROW.format(other.pk, "2025-01-05Z", source.pk)
            )


# Whoever it is


@pytest.mark.as_owner
@pytest.mark.parametrize("table", ["production_reading", PART])
@pytest.mark.parametrize("sql", ["UPDATE {} SET energy_wh = 0", "DELETE FROM {}"])
def test_a_change_leaves_its_trace_once_by_the_whole_or_by_a_part(table: str, sql: str):
    bring(plant_with_meter(), paris_day(DAY, 1000))
    run(sql.format(table))
    assert list(ReadingHistory.objects.values_list("energy_wh", flat=True)) == [1000] * 24


@pytest.mark.as_owner
@pytest.mark.parametrize("table", ["production_reading", PART, "ONLY production_reading"])
def test_no_part_can_be_emptied_at_once(table: str):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match=r"append-only|only"):
        run(f"TRUNCATE {table}")
    assert len(held(meter)) == 24


def test_a_reading_moved_to_another_year_leaves_its_trace_once():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    run("UPDATE production_reading SET start = start + interval '1 year'")
    assert ReadingHistory.objects.count() == 24 and len(held(meter)) == 24
    assert {start.year for start in held(meter)} == {2026}


@pytest.mark.parametrize("table", ["production_reading", PART])
def test_a_reading_names_a_meter_and_an_import_of_that_meter(table: str):
    meter, other = plant_with_meter(), plant_with_meter()
    source = bring(meter, paris_day(DAY, 1000))
    for meter_id, source_id in (
        (meter.pk + 1_000, source.pk),
        (meter.pk, source.pk + 1_000),
        (other.pk, source.pk),
    ):
        with pytest.raises(IntegrityError, match="origin"):
            run(f"INSERT INTO {table} " + ROW.format(meter_id, "2025-01-05 00:00Z", source_id))
    for change in (f"source_id = {source.pk + 1_000}", f"meter_id = {other.pk}"):
        with pytest.raises(IntegrityError, match="origin"):
            run(f"UPDATE production_reading SET {change}")
    assert len(held(meter)) == 24


def test_one_stranger_among_many_rows_of_a_statement_is_seen():
    meter = plant_with_meter()
    source = bring(meter, paris_day(DAY, 1000))
    with pytest.raises(IntegrityError, match="origin"):
        run(
            "INSERT INTO production_reading (meter_id, start, length_s, energy_wh, source_id, line)"
            " SELECT %s, timestamptz '2025-01-01 00:00Z' + n * interval '10 min', 600, 1,"
            " CASE n WHEN 700 THEN %s ELSE %s END, 1 FROM generate_series(1, 1000) n",
            meter.pk,
            source.pk + 1_000,
            source.pk,
        )
    assert len(held(meter)) == 24


@pytest.mark.parametrize("energy_wh", [-1, 2**62])
def test_a_row_keeps_its_bounds_in_a_part_too(energy_wh: int):
    meter = plant_with_meter()
    source = bring(meter, paris_day(DAY, 1000))
    row = ROW.format(meter.pk, "2025-01-05 00:00Z", source.pk)
    with pytest.raises(IntegrityError):
        run(
            f"INSERT INTO {PART} "
            + row.replace(", 600, 1,", f", {0 if energy_wh > 0 else 600}, {energy_wh},")
        )


@pytest.mark.as_owner
@pytest.mark.parametrize("undone", [False, True])
def test_a_meter_or_an_import_with_readings_cannot_be_deleted(undone: bool):
    meter = plant_with_meter()
    source = bring(meter, paris_day(DAY, 1000))
    if undone:
        undo(source)
    for sql in (
        f"DELETE FROM production_readingimport WHERE id = {source.pk}",
        f"DELETE FROM production_dailyenergy; DELETE FROM installations_meter WHERE id = {meter.pk}",
        f"UPDATE production_readingimport SET meter_id = {plant_with_meter().pk} WHERE id = {source.pk}",
        "DELETE FROM production_readingorigin",
        "UPDATE production_readingorigin SET meter_id = meter_id",
    ):
        with pytest.raises(DatabaseError):
            run(sql + "; SET CONSTRAINTS ALL IMMEDIATE")
    assert ReadingImport.objects.filter(pk=source.pk, meter=meter).exists()


# The conversion


@pytest.mark.as_owner
def test_a_filled_table_is_converted_and_back():
    meter = plant_with_meter()
    days = paris_day(dt.date(2024, 12, 31), 1000) | paris_day(dt.date(2025, 1, 1), 2000)
    source = bring(meter, days)
    bring(meter, paris_day(LONG_AGO, 10))
    before = list(Reading.objects.order_by("pk").values())
    migration = importlib.import_module("production.migrations.0006_partitions")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.BACK)
        assert _kind() == "r" and list(Reading.objects.order_by("pk").values()) == before
        cursor.execute("DELETE FROM production_reading WHERE start >= '2025-01-01Z'")
        assert ReadingHistory.objects.count() == 23
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.FUNCTIONS + migration.CONVERT)
        assert _kind() == "p"
    assert list(Reading.objects.order_by("pk").values()) == [r for r in before if r["start"].year < 2025]
    assert {"year_2003", "year_2024", f"year_{timezone.now().year + 1}"} <= years()
    undo(source)
    assert ReadingHistory.objects.count() == 48
    with pytest.raises(IntegrityError):
        row = ROW.format(meter.pk, LONG_AGO, source.pk)
        run(f"INSERT INTO production_reading {row}; INSERT INTO production_reading {row}")


def _kind() -> str:
    ((kind,),) = run("SELECT relkind FROM pg_class WHERE oid = 'production_reading'::regclass")
    return str(kind)


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_meters_of_a_new_year_at_the_same_moment_are_both_stored():
    meters = [plant_with_meter(), plant_with_meter()]
    day = dt.date(2007, 3, 1)
    assert not at_once(
        *[lambda m=meter, n=n: bring(m, paris_day(day, 1000 + n)) for n, meter in enumerate(meters)]
    )
    assert [day_sums(meter) for meter in meters] == [{day: 24_000}, {day: 24_024}]


@pytest.mark.django_db(transaction=True)
def test_while_a_year_is_made_readers_and_other_imports_do_not_wait():
    meter, other = plant_with_meter(), plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    seen: list[object] = []

    def meanwhile() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            bring(other, paris_day(DAY, 2000))
            seen.append(len(held(meter)))
        except Exception as error:
            seen.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        bring(meter, paris_day(dt.date(2008, 3, 1), 1000))
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join(timeout=20)
    assert seen == [24] and day_sums(other) == {DAY: 48_000}


@pytest.mark.django_db(transaction=True)
def test_a_year_that_was_not_committed_is_made_by_the_next():
    meter = plant_with_meter()
    with transaction.atomic():
        bring(meter, paris_day(dt.date(2009, 3, 1), 1000))
        transaction.set_rollback(True)
    assert "year_2009" not in years()
    bring(meter, paris_day(dt.date(2009, 3, 1), 1000))
    assert len(held(meter)) == 24


@pytest.mark.django_db(transaction=True)
def test_undoing_and_importing_over_new_year_at_the_same_moment_do_not_mix():
    meter = plant_with_meter()
    old, new = dt.date(2010, 12, 31), dt.date(2011, 1, 1)
    first = bring(meter, paris_day(old, 1000) | paris_day(new, 1000))
    assert not at_once(lambda: undo(first), lambda: bring(meter, paris_day(new, 2000)))
    assert held(meter) == paris_day(new, 2000)
    assert day_sums(meter) == {new: 48_000}
