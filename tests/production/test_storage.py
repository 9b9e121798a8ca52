"""Readings in and out: corrections, undoing, daily sums, and what no accident may leave behind."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from installations.models import Meter
from production import storage
from production.formats import FileRefused
from production.models import DailyEnergy, MeterFile, Reading, ReadingHistory, ReadingImport
from production.services import imports as services
from production.services.imports import (
    Delivery,
    NotUndoable,
    check_file,
    receive_file,
    store_waiting_import,
    undo_import,
)
from tests.factories import MeterFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, csv_of, day_sums, held, paris_day, sums_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 6, 10)
NEXT = DAY + dt.timedelta(days=1)
MIDNIGHT = dt.datetime(2025, 6, 9, 22, tzinfo=dt.UTC)  # in Paris
HOUR = dt.timedelta(hours=1)


def from_hour(first: int, energies_wh: list[int], minutes: int = 60) -> dict[dt.datetime, int]:
    """Readings from an hour of DAY on."""
    step = dt.timedelta(minutes=minutes)
    return {MIDNIGHT + first * HOUR + n * step: wh for n, wh in enumerate(energies_wh)}


def undo(target: ReadingImport) -> int:
    return undo_import(actor=None, target=target)


# One file after another


def test_the_same_file_twice_changes_nothing():
    meter = plant_with_meter()
    first, second = (bring(meter, paris_day(DAY, 1000)) for _ in range(2))
    assert (first.rows_stored, first.rows_unchanged) == (24, 0)
    assert (second.rows_stored, second.rows_unchanged, second.rows_corrected) == (0, 24, 0)
    assert set(Reading.objects.values_list("source_id", flat=True)) == {first.pk}
    assert MeterFile.objects.count() == 1
    assert not ReadingHistory.objects.exists()


def test_a_correction_replaces_and_the_old_reading_is_kept_in_the_history():
    meter = plant_with_meter()
    first = bring(meter, paris_day(DAY, 1000))
    second = bring(meter, paris_day(DAY, 1000) | from_hour(12, [1500]))
    assert (second.rows_stored, second.rows_unchanged, second.rows_corrected) == (0, 23, 1)
    kept = ReadingHistory.objects.get()
    assert (kept.start, kept.energy_wh) == (MIDNIGHT + 12 * HOUR, 1000)
    assert (kept.source_id, kept.ended_by_id, kept.line) == (first.pk, second.pk, 14)
    assert day_sums(meter) == {DAY: 24_500}


@pytest.mark.parametrize("change_wh", [1, -1])
def test_a_correction_of_one_watt_hour_counts(change_wh: int):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    assert bring(meter, paris_day(DAY, 1000) | from_hour(12, [1000 + change_wh])).rows_corrected == 1


def test_a_file_that_starts_past_midnight_may_be_rounded_one_watt_hour_apart():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    assert bring(meter, from_hour(6, [1001] * 12)).rows_corrected == 0


def test_meters_do_not_see_each_other():
    one, other = plant_with_meter(), plant_with_meter()
    bring(one, paris_day(DAY, 1000))
    bring(other, paris_day(DAY, 2000))
    assert (day_sums(one), day_sums(other)) == ({DAY: 24_000}, {DAY: 48_000})


def test_every_reading_leads_to_its_line_in_the_stored_file():
    meter = plant_with_meter()
    bring(meter, from_hour(0, list(range(1000, 1024))))
    bring(meter, from_hour(12, list(range(2000, 2024))))
    for reading in Reading.objects.select_related("source__file"):
        lines = bytes(reading.source.file.content).decode().splitlines()
        assert lines[reading.line - 1] == f"{reading.start:%Y-%m-%dT%H:%M:%SZ};{reading.energy_wh}"


# Days


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2025, 3, 30), 23), (dt.date(2025, 10, 26), 25), (dt.date(2025, 6, 10), 24)]
)
def test_a_day_sums_its_own_hours_to_the_watt_hour(day: dt.date, hours: int):
    meter = plant_with_meter()
    around = [day + dt.timedelta(days=n) for n in (-1, 0, 1)]
    bring(meter, {s: wh for n, d in enumerate(around) for s, wh in paris_day(d, 103 - n, 10).items()})
    assert day_sums(meter) == {around[0]: 144 * 103, day: hours * 6 * 102, around[2]: 144 * 101}


def test_a_day_read_from_dawn_to_dusk_is_covered():
    meter = plant_with_meter()
    bring(meter, from_hour(6, [1000] * 16))
    row = DailyEnergy.objects.get()
    assert row.covered_s == row.daylight_s == pytest.approx(14.8 * 3600, abs=600)


def test_a_morning_covers_a_morning():
    meter = plant_with_meter()
    bring(meter, from_hour(0, [1000] * 14))
    row = DailyEnergy.objects.get()
    assert row.covered_s == pytest.approx(row.daylight_s / 2, rel=0.03)


# Taking back


def test_undoing_restores_what_was_replaced():
    meter = plant_with_meter()
    first = bring(meter, paris_day(DAY, 1000))
    before = list(Reading.objects.order_by("start").values())
    second = bring(meter, paris_day(DAY, 1500) | paris_day(NEXT, 1500))
    assert undo(second) == 48
    assert list(Reading.objects.order_by("start").values()) == before
    assert day_sums(meter) == {DAY: 24_000}
    assert set(Reading.objects.values_list("source_id", flat=True)) == {first.pk}


def test_undoing_the_first_leaves_nothing():
    meter = plant_with_meter()
    undo(bring(meter, paris_day(DAY, 1000)))
    assert held(meter) == day_sums(meter) == {}
    assert ReadingHistory.objects.count() == 24


def test_undoing_twice_is_refused_and_changes_nothing():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    second = bring(meter, paris_day(DAY, 1500))
    undo(second)
    with pytest.raises(NotUndoable):
        undo(second)
    assert day_sums(meter) == {DAY: 24_000}


def test_undoing_after_a_later_correction_leaves_the_correction():
    meter = plant_with_meter()
    first = bring(meter, paris_day(DAY, 1000))
    bring(meter, from_hour(12, [1500] * 2))
    undo(first)
    assert held(meter) == from_hour(12, [1500] * 2)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_middle_of_three_leaves_no_hole_whenever_it_is_undone(order: tuple[int, int]):
    meter = plant_with_meter()
    imports = [bring(meter, paris_day(DAY, wh)) for wh in (1000, 1500, 2000)]
    for n in order:
        undo(imports[n])
    assert held(meter) == paris_day(DAY, 1000)
    assert day_sums(meter) == {DAY: 24_000}


def test_readings_that_another_file_repeats_survive():
    meter = plant_with_meter()
    to_the_tenth = bring(meter, paris_day(DAY, 1000))
    month = bring(meter, paris_day(DAY, 1000) | paris_day(NEXT, 1200))
    undo(to_the_tenth)
    assert held(meter) == paris_day(DAY, 1000) | paris_day(NEXT, 1200)
    assert set(Reading.objects.values_list("source_id", flat=True)) == {month.pk}


def test_an_undone_file_can_be_brought_again():
    meter = plant_with_meter()
    undo(bring(meter, paris_day(DAY, 1000)))
    assert bring(meter, paris_day(DAY, 1000)).rows_stored == 24
    assert day_sums(meter) == {DAY: 24_000}


# Another time step


def test_another_step_displaces_what_it_overlaps_and_says_so():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    finer = bring(meter, from_hour(12, [300] * 6, minutes=20))
    assert day_sums(meter) == {DAY: 22_000 + 6 * 300}
    assert "2 relevés d’un autre pas de temps" in finer.remarks[-1]["message"]
    undo(finer)
    assert held(meter) == paris_day(DAY, 1000)
    assert day_sums(meter) == {DAY: 24_000}


def test_a_reading_astride_midnight_that_makes_way_is_taken_from_its_own_day():
    meter = plant_with_meter()
    # From 20:30 to 02:30 by whole hours, without energy at midnight, then DAY from midnight by half hours.
    energies = [1000, 1000, 1000, 0, 1000, 1000]
    astride = {start - HOUR / 2: wh for start, wh in from_hour(-3, energies).items()}
    bring(meter, astride)
    finer = bring(meter, paris_day(DAY, 100, 30))
    assert day_sums(meter) == sums_of(held(meter))
    undo(finer)
    assert held(meter) == astride
    assert day_sums(meter) == sums_of(astride)


def test_a_day_does_not_make_way_for_two_hours_of_it():
    meter = plant_with_meter()
    daily = {MIDNIGHT + n * 24 * HOUR: 100_000 for n in range(3)}
    bring(meter, daily)
    hours = from_hour(12, [100, 100])
    with pytest.raises(FileRefused) as refusal, transaction.atomic():
        bring(meter, hours)
    for words in ("10/06/2025 00:00", "11/06/2025 00:00", "100,0\u202fkWh", "Que faire"):
        assert words in str(refusal.value)
    assert held(meter) == daily
    with pytest.raises(FileRefused):
        check_file(meter=meter, delivery=Delivery("heures.csv", csv_of(hours)), now=timezone.now())
    # The worker says so too, and its report is kept.
    received = receive_file(
        actor=None, meter=meter, delivery=Delivery("h.csv", csv_of(hours)), dry_run=False, now=timezone.now()
    )
    store_waiting_import(received.pk)
    received.refresh_from_db()
    assert received.state == ReadingImport.State.REFUSED
    assert held(meter) == daily


def test_a_dusk_that_makes_way_in_part_is_told():
    meter = plant_with_meter()
    dusk = from_hour(20, [40])
    bring(meter, from_hour(8, [5_000] * 12) | dusk | from_hour(21, [0]))
    finer = from_hour(8, [400] * (12 * 12), minutes=5) | from_hour(20, [3] * 6, minutes=5)
    done = bring(meter, finer)
    assert done.rows_displaced == 13
    assert "1 que ce fichier ne couvre pas en entier" in done.remarks[-1]["message"]
    assert "40 Wh" in done.remarks[-1]["message"]
    assert day_sums(meter) == sums_of(held(meter))
    undo(done)
    assert held(meter)[next(iter(dusk))] == 40


def test_a_reading_without_energy_makes_way_for_a_part_of_it():
    meter = plant_with_meter()
    bring(meter, from_hour(0, [0] * 6))
    done = bring(meter, from_hour(4, [0, 0, 10], minutes=10))
    assert (done.rows_displaced, len(done.remarks[-1]["message"]) > 0) == (1, True)
    assert "Dont" not in done.remarks[-1]["message"]


# Random lives of a meter

HOURS = st.integers(0, 70)
STEP = st.one_of(
    st.tuples(st.just("bring"), HOURS, st.integers(2, 40), st.sampled_from([1000, 2000, 3000])),
    st.tuples(st.just("undo"), st.integers(0, 5), st.just(0), st.just(0)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=8))
def test_a_meter_holds_what_its_standing_imports_say_in_turn(life: list[tuple[str, int, int, int]]):
    with transaction.atomic():
        meter = plant_with_meter()
        imports: list[tuple[ReadingImport, dict[dt.datetime, int]] | None] = []
        for act, where, length, energy_wh in life:
            if act == "bring":
                readings = from_hour(where, [energy_wh] * length)
                imports.append((bring(meter, readings), readings))
            elif where < len(imports) and (found := imports[where]):
                undo(found[0])
                imports[where] = None
            expected: dict[dt.datetime, int] = {}
            for standing in imports:
                expected |= standing[1] if standing else {}
            assert held(meter) == expected
            assert day_sums(meter) == sums_of(expected)
        transaction.set_rollback(True)


# Nothing vanishes without a trace


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE production_reading SET energy_wh = 0 WHERE meter_id = %s",
        "DELETE FROM production_reading WHERE meter_id = %s",
    ],
)
def test_plain_sql_leaves_a_trace_that_names_no_import(sql: str):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('production.import_id', '', true)"
        )  # as in a transaction of its own
        cursor.execute(sql, [meter.pk])
    assert list(ReadingHistory.objects.values_list("energy_wh", "ended_by")) == [(1000, None)] * 24


@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("production_readinghistory", "line"),
        ("production_meterfile", "size_bytes"),
        ("production_forecast", "engine"),
        ("production_forecastmonth", "p50_wh"),
    ],
)
@pytest.mark.as_owner
def test_what_was_written_once_can_be_neither_changed_nor_deleted(act: str, table: str, column: str):
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    undo(bring(meter, paris_day(DAY, 1000)))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as after a commit: TRUNCATE waits for them
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table, column))


def test_readings_cannot_be_truncated():
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE production_reading")


# Accidents


class Accident(Exception):
    """Anything that can go wrong at that step."""


STEPS = [
    (storage, "_displace"),
    (storage, "_copy"),
    (storage, "roll_up"),
    (services, "_close"),
    (services, "record"),
]


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_import_that_fails_at_any_step_leaves_what_was_there(
    module: object, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    before = _everything(meter)
    monkeypatch.setattr(module, step, _failing(getattr(module, step), after=after))
    with pytest.raises(Accident):
        bring(meter, paris_day(DAY, 1500) | paris_day(NEXT, 1500))
    assert _everything(meter) == before


@pytest.mark.parametrize("step", ["_bring_back", "roll_up"])
def test_an_undoing_that_fails_leaves_what_was_there(step: str, monkeypatch: pytest.MonkeyPatch):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    second = bring(meter, paris_day(DAY, 1500))
    before = _everything(meter)
    monkeypatch.setattr(storage, step, _failing(getattr(storage, step), after=True))
    with pytest.raises(Accident):
        undo(second)
    assert _everything(meter) == before


def _failing(step: Callable[..., object], *, after: bool) -> Callable[..., object]:
    def fail(*args: object, **kwargs: object) -> object:
        if after:
            step(*args, **kwargs)
        raise Accident

    return fail


def _everything(meter: Meter) -> tuple[object, ...]:
    imports = ReadingImport.objects.order_by("pk").values_list("pk", "state")
    return held(meter), day_sums(meter), list(imports), ReadingHistory.objects.count()


KILLED = """
import os, signal, django
django.setup()
from django.utils import timezone
from installations.models import Meter
from production.services import imports as services
services._close = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
delivery = services.Delivery("coupe.csv", open(0, "rb").read())
services.import_at_once(actor=None, meter=Meter.objects.get(), delivery=delivery, now=timezone.now())
"""


def database_url() -> str:
    """The database of this test, for a process of its own."""
    known = connection.settings_dict
    login = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{login}@{quote(known['HOST'] or '', safe='')}{port}/{known['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_the_state_before():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    before = _everything(meter)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED],
        input=csv_of(paris_day(DAY, 1500)),
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "mine_de_soleil.settings"},
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert _everything(meter) == before
    assert bring(meter, paris_day(DAY, 1500)).rows_corrected == 24


# At the same moment


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run each act in a thread with its own connection, all let go together; the errors they met."""
    start = threading.Barrier(len(acts))
    errors: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return errors


@pytest.mark.django_db(transaction=True)
def test_two_imports_for_one_meter_at_the_same_moment_end_as_one_after_the_other():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    one, other = from_hour(0, [2000] * 16), from_hour(8, [3000] * 16)
    errors = at_once(lambda: bring(meter, one), lambda: bring(meter, other))
    assert not errors
    assert held(meter) in (one | other, other | one)
    assert day_sums(meter) == sums_of(held(meter))


@pytest.mark.django_db(transaction=True)
def test_the_same_new_file_twice_at_the_same_moment_is_stored_once():
    meter = plant_with_meter()
    assert not at_once(*[lambda: bring(meter, paris_day(DAY, 1000))] * 2)
    assert sorted(ReadingImport.objects.values_list("rows_new", flat=True)) == [0, 24]
    assert not ReadingHistory.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_file_for_two_meters_at_the_same_moment_is_stored_for_one():
    first = plant_with_meter()
    meters = [first, plant_with_meter(cooperative=first.plant.cooperative)]
    errors = at_once(*[lambda m=meter: bring(m, paris_day(DAY, 1000)) for meter in meters])
    assert [type(error) for error in errors] == [services.FileRefused]
    assert sorted(len(held(meter)) for meter in meters) == [0, 24]


@pytest.mark.django_db(transaction=True)
def test_undoing_and_importing_at_the_same_moment_do_not_mix():
    meter = MeterFactory()
    first = bring(meter, paris_day(DAY, 1000))
    assert not at_once(lambda: undo(first), lambda: bring(meter, from_hour(12, [2000] * 24)))
    assert held(meter) == from_hour(12, [2000] * 24)
    assert day_sums(meter) == sums_of(held(meter))
