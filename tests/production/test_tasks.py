"""The worker: a killed one loses nothing, a hopeless import says so."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import Meter
from mine_de_soleil.core.tasks import retry_stalled_jobs
from production.models import Reading, ReadingImport
from production.services import imports as services
from production.services.imports import Delivery, receive_file
from tests.factories import hourly_csv, plant_with_meter
from tests.worker import work_off_queue

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def receive(meter: Meter) -> ReadingImport:
    delivery = Delivery("juin.csv", hourly_csv(START, [1_000, 2_000, 3_000]))
    return receive_file(actor=None, meter=meter, delivery=delivery, dry_run=False, now=timezone.now())


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    run_sql("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


def test_the_worker_stores_what_was_received():
    received = receive(plant_with_meter())
    work_off_queue()
    received.refresh_from_db()
    assert received.state == ReadingImport.State.STORED
    assert Reading.objects.count() == 3


def stall(*, runs_before: int) -> None:
    """Leave what a worker killed in the middle leaves: its job "doing", and no heartbeat any more."""
    run_sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 minutes')")
    killed = "(SELECT max(id) FROM procrastinate_workers)"
    run_sql(f"UPDATE procrastinate_jobs SET status = 'doing', attempts = {runs_before}, worker_id = {killed}")


@pytest.mark.parametrize("runs_before", [0, 1])
def test_another_worker_takes_over_from_a_killed_one(runs_before: int):
    received = receive(plant_with_meter())
    stall(runs_before=runs_before)
    retry_stalled_jobs.defer(timestamp=0)
    work_off_queue()
    work_off_queue()  # a job given back while the queue ran empty is taken at the next round
    received.refresh_from_db()
    assert received.state == ReadingImport.State.STORED


def test_an_import_that_kills_its_worker_three_times_is_given_up():
    received = receive(plant_with_meter())
    stall(runs_before=2)
    retry_stalled_jobs.defer(timestamp=0)
    work_off_queue()
    work_off_queue()
    job = ProcrastinateJob.objects.get(task_name="production.tasks.store_import")
    assert (job.status, job.attempts) == ("failed", 3)
    received.refresh_from_db()
    assert received.state == ReadingImport.State.REFUSED
    assert "n’a pas réussi" in received.remarks[0]["message"]
    assert not Reading.objects.exists()


def test_an_import_that_fails_each_time_is_closed_with_a_sentence(monkeypatch: pytest.MonkeyPatch):
    runs = []

    def broken(*_: object) -> None:
        runs.append(1)
        raise OSError("no space left on device")

    received = receive(plant_with_meter())
    monkeypatch.setattr(services, "store_readings", broken)
    for _ in range(6):
        run_sql("UPDATE procrastinate_jobs SET scheduled_at = NULL")
        work_off_queue()
    received.refresh_from_db()
    assert len(runs) == 3
    assert received.state == ReadingImport.State.REFUSED
    assert "n’a pas réussi" in received.remarks[0]["message"]
    assert not Reading.objects.exists()
