"""Receiving a file, storing it later, refusing what isn't this meter's."""

import datetime as dt
import hashlib
import os

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import Meter
from mine_de_soleil.core.models import JournalEntry
from production.formats import FileRefused
from production.models import MeterFile, Reading, ReadingImport
from production.services import imports as services
from production.services.imports import Delivery, receive_file, store_waiting_import, undo_import
from production.storage import keep_file
from shareholders.roles import Role
from tests.factories import member, plant_with_meter
from tests.production.bad_files import GOOD
from tests.production.deliveries import PRM, bring, csv_of, enedis, held, paris_day

pytestmark = pytest.mark.django_db

State = ReadingImport.State
DAY = dt.date(2025, 6, 10)
DELIVERY = Delivery("juin.csv", csv_of(paris_day(DAY, 1000)))


def receive(meter: Meter, delivery: Delivery = DELIVERY, *, dry_run: bool = False) -> ReadingImport:
    actor = member(meter.plant.cooperative, Role.OPERATOR)
    return receive_file(actor=actor, meter=meter, delivery=delivery, dry_run=dry_run, now=timezone.now())


def test_a_received_file_waits_with_its_report_and_stores_nothing_yet():
    received = receive(plant_with_meter())
    assert (received.state, received.found_format, received.rows_read) == (State.WAITING, "generic", 24)
    assert received.energy_wh == 24_000
    assert (received.last_end - received.first_start) == dt.timedelta(hours=24)
    assert not Reading.objects.exists()


def test_the_job_is_written_in_the_same_transaction_as_the_import():
    received = receive(plant_with_meter())
    # This test's transaction isn't committed: a job seen here was written on the same connection.
    assert connection.in_atomic_block
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("production.tasks.store_import", {"import_id": received.pk})


def test_a_receipt_that_fails_leaves_neither_file_nor_job(monkeypatch: pytest.MonkeyPatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(RuntimeError):
        receive(plant_with_meter())
    assert not MeterFile.objects.exists()
    assert not ReadingImport.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_the_worker_stores_what_was_received():
    received = receive(plant_with_meter())
    store_waiting_import(received.pk)
    received.refresh_from_db()
    assert (received.state, received.rows_stored, received.progress_percent) == (State.STORED, 24, 100)
    assert received.ended_at is not None
    assert Reading.objects.count() == 24


def test_a_job_done_again_does_nothing():
    received = receive(plant_with_meter())
    store_waiting_import(received.pk)
    once = (list(Reading.objects.order_by("start").values()), JournalEntry.objects.count())
    store_waiting_import(received.pk)
    assert (list(Reading.objects.order_by("start").values()), JournalEntry.objects.count()) == once


def test_a_job_done_after_undoing_does_nothing():
    received = receive(plant_with_meter())
    store_waiting_import(received.pk)
    undo_import(actor=None, target=received)
    store_waiting_import(received.pk)
    assert not Reading.objects.exists()


def test_a_dry_run_says_what_was_found_and_stores_no_reading():
    checked = receive(plant_with_meter(), dry_run=True)
    assert (checked.state, checked.energy_wh, checked.rows_stored) == (State.CHECKED, 24_000, 0)
    assert checked.rows_new == 24
    assert not Reading.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_dry_run_says_what_would_be_new_unchanged_and_corrected():
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    before = list(Reading.objects.order_by("start").values())
    later = {start + dt.timedelta(hours=12): 1000 for start in paris_day(DAY, 1000)}
    changed = later | {min(later): 1200}
    checked = receive(meter, Delivery("plus.csv", csv_of(changed)), dry_run=True)
    assert (checked.rows_new, checked.rows_unchanged, checked.rows_corrected) == (12, 11, 1)
    assert checked.rows_stored == 0
    assert list(Reading.objects.order_by("start").values()) == before


def test_what_the_sender_said_of_the_file_holds_for_the_worker_and_for_undoing():
    meter = plant_with_meter()
    content = csv_of(paris_day(DAY, 1)).replace(b"energie_wh", b"energie")
    bare = receive(meter, Delivery("nu.csv", content))
    assert (bare.state, bare.quarantine["why"]) == (State.QUARANTINED, "columns")
    assert "choisissez-la à l’envoi" in bare.remarks[0]["message"]
    received = receive(meter, Delivery("nu.csv", content, unit="kWh", label="end"))
    store_waiting_import(received.pk)
    received.refresh_from_db()
    bare.refresh_from_db()
    assert bare.state == State.DISCARDED
    assert (received.state, received.energy_wh) == (State.STORED, 24_000)
    assert min(held(meter)) == min(paris_day(DAY, 1)) - dt.timedelta(hours=1)
    again = bring(meter, {start - dt.timedelta(hours=1): 1500 for start in paris_day(DAY, 1)})
    undo_import(actor=None, target=again)
    assert sum(held(meter).values()) == 24_000


def test_a_file_is_read_before_the_transaction_opens(monkeypatch: pytest.MonkeyPatch):
    depth = len(connection.savepoint_ids)
    depths: list[int] = []
    read = services.read_delivery

    def watched(*args: object, **kwargs: object) -> object:
        depths.append(len(connection.savepoint_ids))
        return read(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "read_delivery", watched)
    receive(plant_with_meter())
    bring(plant_with_meter(), DELIVERY.content)
    assert depths == [depth, depth]


def test_a_dry_run_keeps_nobody_from_bringing_the_file():
    receive(plant_with_meter(), dry_run=True)
    assert bring(plant_with_meter(), DELIVERY.content).rows_stored == 24


def test_the_meter_of_another_delivery_point_is_refused_naming_both():
    meter = plant_with_meter()
    meter.identifier = "99999999999999"
    meter.save()
    with pytest.raises(FileRefused) as refusal:
        receive(meter, Delivery("enedis.csv", enedis()))
    for named in (PRM, "99999999999999", meter.code, "enedis.csv", "Que faire"):
        assert named in str(refusal.value)
    assert not MeterFile.objects.exists()


@pytest.mark.parametrize("identifier", [PRM, ""])
def test_the_right_meter_and_one_without_an_identifier_take_an_enedis_file(identifier: str):
    meter = plant_with_meter()
    meter.identifier = identifier
    meter.save()
    assert bring(meter, enedis()).energy_wh == 14_400


def two_meters() -> tuple[Meter, Meter]:
    """Of one cooperative."""
    first = plant_with_meter()
    return first, plant_with_meter(cooperative=first.plant.cooperative)


def test_a_file_that_another_meter_has_is_refused_naming_it():
    first, second = two_meters()
    bring(first, DELIVERY.content)
    with pytest.raises(FileRefused, match=first.code):
        receive(second)


def test_what_another_cooperative_sent_is_neither_refused_nor_named():
    bring(plant_with_meter(), DELIVERY.content, "chez-eux.csv")
    received = receive(plant_with_meter())
    store_waiting_import(received.pk)
    received.refresh_from_db()
    assert (received.state, received.file_name) == (State.STORED, "juin.csv")
    assert MeterFile.objects.count() == 1


def test_a_file_taken_back_from_one_meter_may_go_to_another():
    first, second = two_meters()
    undo_import(actor=None, target=bring(first, DELIVERY.content))
    assert bring(second, DELIVERY.content).rows_stored == 24


def test_a_file_that_goes_to_another_meter_while_it_waits_is_refused_by_the_worker():
    first, second = two_meters()
    received = receive(first)
    bring(second, DELIVERY.content)
    store_waiting_import(received.pk)
    received.refresh_from_db()
    assert (received.state, received.progress_percent) == (State.REFUSED, 100)
    assert second.code in received.remarks[0]["message"]
    assert not Reading.objects.filter(meter=first).exists()
    entry = JournalEntry.objects.get(act="refuse_import")
    assert (entry.subject, entry.scope) == (
        f"production.ReadingImport:{received.pk}",
        first.plant.cooperative.slug,
    )


def test_a_refused_file_stores_nothing_at_all():
    with pytest.raises(FileRefused):
        receive(plant_with_meter(), Delivery("vide.csv", b""))
    assert not MeterFile.objects.exists()
    assert not ReadingImport.objects.exists()
    assert not JournalEntry.objects.filter(act="receive_file").exists()


def test_every_act_is_in_the_journal_of_its_cooperative():
    meter = plant_with_meter()
    received = receive(meter)
    store_waiting_import(received.pk)
    undo_import(actor=received.asked_by, target=received)
    acts = JournalEntry.objects.filter(subject=f"production.ReadingImport:{received.pk}").order_by("pk")
    assert [entry.act for entry in acts] == ["receive_file", "store_readings", "undo_import"]
    assert {(entry.scope, entry.actor_id) for entry in acts} == {
        (meter.plant.cooperative.slug, received.asked_by_id)
    }


def test_a_power_no_roof_of_that_size_can_have_is_refused():
    # 50 kWp: 65 kW is the most that is believed, and 66 kWh in an hour is above.
    meter = plant_with_meter()
    with pytest.raises(FileRefused, match="puissance impossible"):
        receive(meter, Delivery("absurde.csv", csv_of(paris_day(DAY, 66_000))))
    assert receive(meter, Delivery("fort.csv", csv_of(paris_day(DAY, 65_000)))).energy_wh == 24 * 65_000


def test_a_meter_reads_with_its_own_format_unless_told_otherwise():
    meter = plant_with_meter()
    meter.default_format = "enedis"
    meter.save()
    with pytest.raises(FileRefused, match="Enedis"):
        receive(meter)
    told = receive(meter, Delivery("juin.csv", DELIVERY.content, "generic"))
    store_waiting_import(told.pk)
    told.refresh_from_db()
    assert told.state == State.STORED


def test_a_file_is_packed_and_comes_back_byte_for_byte():
    found = bring(plant_with_meter(), GOOD)
    file = MeterFile.objects.get(pk=found.file_id)
    assert (file.content, file.size_bytes) == (GOOD, len(GOOD))
    assert file.is_packed
    assert len(file.packed) < len(GOOD) / 2


def test_what_would_not_get_smaller_is_kept_as_it_came():
    content = os.urandom(2_000)
    keep_file(hashlib.sha256(content).hexdigest(), content)
    file = MeterFile.objects.get()
    assert (file.content, file.is_packed, bytes(file.packed)) == (content, False, content)
