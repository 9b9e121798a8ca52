"""Counters: digits, exchanges, and energies that no day can claim."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from installations.models import Meter, MeterReplacement
from mine_de_soleil.core.models import JournalEntry
from production.formats import FileRefused
from production.models import DailyEnergy, ReadingImport, ReadingSpan
from production.services.counters import (
    CounterRefused,
    enter_replacement,
    save_counter,
    withdraw_replacement,
)
from production.services.imports import Delivery, check_file, undo_import
from production.spans import unplaced
from tests.factories import plant_with_meter
from tests.production.deliveries import PARIS, bring, csv_of, day_sums, paris_day

pytestmark = pytest.mark.django_db

MONTHS = b"Date;Index (kWh)\n2025-01-01;1000\n2025-02-01;1310\n2025-03-01;1590\n"
EVER = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))


def index_file(*rows: tuple[str, float], unit: str = "kWh") -> bytes:
    return f"Date;Index ({unit})\n".encode() + b"".join(f"{at};{shown}\n".encode() for at, shown in rows)


def replaced(meter: Meter, at: str, removed: str, installed: str, unit: str = "kWh") -> MeterReplacement:
    return enter_replacement(
        actor=None,
        meter=meter,
        at=dt.datetime.fromisoformat(at).replace(tzinfo=PARIS),
        removed_index=Decimal(removed),
        installed_index=Decimal(installed),
        unit=unit,
        now=timezone.now(),
    )


def energies(meter: Meter) -> list[int]:
    return [energy.unplaced_wh for energy in unplaced([meter], *EVER)]


def test_a_monthly_index_is_kept_and_given_to_no_day():
    meter = plant_with_meter()
    done = bring(meter, MONTHS)
    assert (done.state, done.energy_wh, done.counter_energy_wh) == (ReadingImport.State.STORED, 0, 590_000)
    assert not DailyEnergy.objects.exists()
    assert energies(meter) == [280_000, 310_000]
    assert list(ReadingSpan.objects.values_list("line", flat=True)) == [3, 4]


def test_the_same_index_again_counts_once_and_an_undo_brings_back_what_was():
    meter = plant_with_meter()
    bring(meter, MONTHS)
    again = bring(meter, MONTHS.replace(b"1590", b"1600"), "corrige.csv")
    assert energies(meter) == [290_000, 310_000]
    undo_import(actor=None, target=again)
    assert energies(meter) == [280_000, 310_000]


def test_days_that_become_known_leave_the_rest_of_the_month():
    meter = plant_with_meter()
    bring(meter, MONTHS)
    bring(meter, paris_day(dt.date(2025, 1, 10), 1_000), "jour.csv")
    assert energies(meter) == [280_000, 310_000 - 24_000]
    assert day_sums(meter) == {dt.date(2025, 1, 10): 24_000}


def test_what_is_fully_known_by_day_is_told_no_more():
    meter = plant_with_meter()
    bring(meter, index_file(("2025-01-01", 100), ("2025-01-03", 148)))
    days = paris_day(dt.date(2025, 1, 1), 1_000) | paris_day(dt.date(2025, 1, 2), 1_000)
    bring(meter, days, "jours.csv")
    assert energies(meter) == []


def test_spans_cannot_be_changed_once_written():
    bring(plant_with_meter(), MONTHS)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingSpan.objects.update(energy_wh=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingSpan.objects.all().delete()


def test_a_heat_meter_counts_gigajoules():
    meter = plant_with_meter()
    bring(meter, index_file(("2025-01-01", 10), ("2025-02-01", 10.36), unit="GJ"))
    assert energies(meter) == [100_000]


def test_a_counter_that_falls_is_refused_until_its_exchange_is_declared():
    meter = plant_with_meter()
    content = index_file(("2025-01-01", 500), ("2025-02-01", 510), ("2025-03-01", 8), ("2025-04-01", 20))
    with pytest.raises(FileRefused, match="l’index recule"):
        bring(meter, content)
    replaced(meter, "2025-02-15", "512", "3")
    bring(meter, content)
    assert energies(meter) == [12_000, 7_000, 10_000]


def test_an_exchange_may_be_told_in_another_unit_than_the_files():
    meter = plant_with_meter()
    replaced(meter, "2025-02-15", "0.512", "0.003", "MWh")
    bring(meter, index_file(("2025-02-01", 510), ("2025-03-01", 8)))
    assert energies(meter) == [7_000]


def test_declared_digits_let_a_counter_run_over():
    meter = plant_with_meter()
    content = index_file(("2025-06-01", 8_600), ("2025-06-02", 8_700), ("2025-06-03", 50))
    with pytest.raises(FileRefused):
        bring(meter, content)
    save_counter(actor=None, meter=meter, digits=4)
    meter.refresh_from_db()
    bring(meter, content)
    assert day_sums(meter) == {dt.date(2025, 6, 1): 100_000, dt.date(2025, 6, 2): 1_350_000}


@pytest.mark.parametrize("digits", [0, 3, 13, 10**9])
def test_a_counter_has_a_believable_number_of_digits(digits: int):
    meter = plant_with_meter()
    with pytest.raises(CounterRefused):
        save_counter(actor=None, meter=meter, digits=digits)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meter.objects.filter(pk=meter.pk).update(counter_digits=min(digits, 30_000))


def test_an_exchange_is_declared_once_never_ahead_and_may_be_taken_back():
    meter = plant_with_meter()
    known = replaced(meter, "2025-02-15", "512", "3")
    with pytest.raises(CounterRefused, match="déjà déclaré"):
        replaced(meter, "2025-02-15", "600", "0")
    with pytest.raises(CounterRefused, match="futur"):
        replaced(meter, "2999-01-01", "600", "0")
    assert withdraw_replacement(actor=None, meter=meter, pk=known.pk)
    assert not withdraw_replacement(actor=None, meter=meter, pk=known.pk)
    acts = list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["enter_replacement", "withdraw_replacement"]


def test_another_meters_exchange_is_out_of_reach():
    known = replaced(plant_with_meter(), "2025-02-15", "512", "3")
    assert not withdraw_replacement(actor=None, meter=plant_with_meter(), pk=known.pk)
    assert MeterReplacement.objects.count() == 1


def test_a_mixed_file_has_days_and_a_span_between_them():
    meter = plant_with_meter()
    bring(meter, index_file(("2025-06-01", 10), ("2025-06-02", 20), ("2025-06-05", 50), ("2025-06-06", 60)))
    assert day_sums(meter) == {dt.date(2025, 6, 1): 10_000, dt.date(2025, 6, 5): 10_000}
    assert energies(meter) == [30_000]


def test_no_span_is_left_by_a_dry_run_or_by_a_refusal():
    meter = plant_with_meter()
    check_file(meter=meter, delivery=Delivery("mois.csv", MONTHS), now=timezone.now())
    with pytest.raises(FileRefused):
        bring(meter, csv_of({}))
    assert not ReadingSpan.objects.exists()
