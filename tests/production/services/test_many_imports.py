"""Many files for many meters: each one whole, told and taken back as by itself."""

import datetime as dt

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from production.models import ReadingImport
from production.services import imports
from production.services.imports import Delivery, import_at_once, undo_import
from production.services.many_imports import import_many
from tests.factories import plant_with_meter
from tests.production.deliveries import csv_of, day_sums, enedis, held, paris_day

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 6, 10)
STATE = ReadingImport.State


def files(count: int) -> list[Delivery]:
    return [Delivery(f"{n}.csv", csv_of(paris_day(DAY, 1000 + n))) for n in range(count)]


def test_each_file_is_stored_as_an_import_of_its_own():
    meters = [plant_with_meter() for _ in range(3)]
    outcomes = list(
        import_many(actor=None, deliveries=zip(meters, files(3), strict=True), now=timezone.now())
    )
    assert [outcome.meter for outcome in outcomes] == meters
    assert [day_sums(meter) for meter in meters] == [{DAY: 24 * (1000 + n)} for n in range(3)]
    assert JournalEntry.objects.filter(act="store_readings").count() == 3
    assert outcomes[1].stored is not None
    undo_import(actor=None, target=outcomes[1].stored)
    assert [len(held(meter)) for meter in meters] == [24, 0, 24]


def test_the_report_is_that_of_the_same_file_alone():
    meter, alone = plant_with_meter(), plant_with_meter()
    (delivery,) = files(1)
    (outcome,) = import_many(actor=None, deliveries=[(meter, delivery)], now=timezone.now())
    other = import_at_once(actor=None, meter=alone, delivery=delivery, now=timezone.now())
    assert outcome.stored is not None
    for name in (
        "found_format",
        "rows_read",
        "rows_new",
        "energy_wh",
        "first_start",
        "last_end",
        "remarks",
        "state",
    ):
        assert getattr(outcome.stored, name) == getattr(other, name), name


def test_a_refused_file_keeps_no_other_from_being_stored():
    first = plant_with_meter()
    meters = [first, first, plant_with_meter(cooperative=first.plant.cooperative), plant_with_meter()]
    good, *_ = files(1)
    deliveries = [good, Delivery("faux.csv", b"rien"), good, Delivery("prm.csv", enedis())]
    meters[3].identifier = "00000000000000"
    found = list(import_many(actor=None, deliveries=zip(meters, deliveries, strict=True), now=timezone.now()))
    assert [outcome.stored is not None for outcome in found] == [True, False, False, False]
    assert "déjà enregistré" in str(found[2].refusal) and "00000000000000" in str(found[3].refusal)
    assert ReadingImport.objects.get().state == STATE.STORED


def test_a_fault_of_the_machine_is_not_taken_for_a_refusal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "_close", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(import_many(actor=None, deliveries=[(plant_with_meter(), files(1)[0])], now=timezone.now()))


def test_nothing_is_done_before_it_is_asked_for():
    asked: list[int] = []

    def deliveries():
        for n, delivery in enumerate(files(5)):
            asked.append(n)
            yield plant_with_meter(), delivery

    outcomes = import_many(actor=None, deliveries=deliveries(), now=timezone.now())
    assert asked == []
    next(outcomes)
    assert asked == [0, 1] and ReadingImport.objects.count() == 1
    outcomes.close()  # type: ignore[attr-defined]
    assert ReadingImport.objects.count() == 1


def test_no_file_is_no_work():
    assert not list(import_many(actor=None, deliveries=[], now=timezone.now()))
