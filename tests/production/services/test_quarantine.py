"""Files that a person has to decide of: what holds them back, and what becomes of them."""

import datetime as dt
import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from installations.models import Meter
from mine_de_soleil.core.models import JournalEntry
from production.formats import ColumnMapping, FileRefused
from production.models import MeterLayout, Reading, ReadingImport
from production.services import imports
from production.services.consent import (
    NotQuarantined,
    SomethingElseFound,
    discard_file,
    draw_layout,
    store_parts,
    store_rest,
)
from production.services.imports import (
    Delivery,
    import_at_once,
    receive_file,
    store_waiting_import,
    undo_import,
)
from shareholders.roles import Role
from tests.factories import member, plant_with_meter
from tests.production.bad_files import GOOD
from tests.production.deliveries import PARIS, PRM, bring, csv_of, enedis, held, paris_day

pytestmark = pytest.mark.django_db

State = ReadingImport.State
OTHER = "19125759625999"
NEGATIVE = GOOD.replace(b"T03:00:00Z;", b"T03:00:00Z;-").replace(b"T05:00:00Z;1000", b"T05:00:00Z;1o00")


def receive(meter: Meter, content: bytes, name: str = "juin.csv", **more: object) -> ReadingImport:
    delivery = Delivery(name, content, **more)  # type: ignore[arg-type]
    return receive_file(actor=None, meter=meter, delivery=delivery, dry_run=False, now=timezone.now())


def stored(target: ReadingImport) -> ReadingImport:
    store_waiting_import(target.pk)
    target.refresh_from_db()
    return target


def sunny(first: dt.date, days: int, late_h: int = 0, factor: float = 1.0) -> dict[dt.datetime, int]:
    """Half hours of a clear June sky, as the clock of a logger `late_h` fast writes them."""
    shown: dict[dt.datetime, int] = {}
    for day in range(days):
        midnight = dt.datetime.combine(first + dt.timedelta(days=day), dt.time(), dt.UTC)
        for half in range(48):
            height = math.sin(math.pi * (half / 2 - 3.9) / 16.1)
            energy = round(max(0.0, height) * 9_000 * factor) + (day + half if height > 0 else 0)
            shown[midnight + dt.timedelta(minutes=30 * half, hours=late_h)] = energy
    return shown


def test_faulty_lines_hold_the_file_back_and_nothing_is_stored():
    meter = plant_with_meter()
    found = receive(meter, NEGATIVE)
    assert found.state == State.QUARANTINED
    assert not Reading.objects.exists()
    hold = found.quarantine
    assert (hold["why"], hold["left_out"], hold["rows"], hold["energy_wh"]) == (
        "lines",
        [[7, 7], [9, 9]],
        22,
        22_000,
    )
    assert [remark["line"] for remark in found.remarks] == [7, 9]
    assert all("Que faire" in remark["message"] for remark in found.remarks)
    assert JournalEntry.objects.get().act == "quarantine_file"


@pytest.mark.django_db(transaction=True)
def test_a_file_brought_again_while_its_rest_is_stored_takes_nothing_from_the_worker():
    meter = plant_with_meter()
    first = receive(meter, NEGATIVE)

    def again() -> None:
        try:
            receive(meter, NEGATIVE)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool, transaction.atomic():
        store_rest(actor=None, target=first)
        bringing = pool.submit(again)
        while not bringing.done() and not _somebody_waits():
            pass
        store_waiting_import(first.pk)
    bringing.result()
    first.refresh_from_db()
    assert first.state == State.STORED
    assert Reading.objects.filter(source=first).count() == 22


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_a_doubted_file_at_once_bring_one():
    meter = plant_with_meter()

    def work(_n: int) -> int:
        try:
            return receive(meter, NEGATIVE).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(work, range(4)))) == 1
    assert ReadingImport.objects.count() == 1


def test_the_rest_is_stored_with_consent_and_the_lines_left_out_stay_gaps():
    meter = plant_with_meter()
    operator = member(meter.plant.cooperative, Role.OPERATOR)
    found = store_rest(actor=operator, target=receive(meter, NEGATIVE))
    assert (found.state, found.left_out, found.consented_by) == (State.WAITING, [[7, 7], [9, 9]], operator)
    assert found.consented_at is not None
    done = stored(found)
    assert (done.state, done.rows_new, done.rows_refused) == (State.STORED, 22, 2)
    assert {start.hour for start in held(meter)}.isdisjoint({3, 5})
    assert 0 not in held(meter).values()
    assert "laissées de côté" in done.remarks[0]["message"]
    entry = JournalEntry.objects.get(act="store_rest")
    assert (entry.actor, entry.detail["lines_left_out"]) == (operator, [[7, 7], [9, 9]])


def test_what_was_stored_without_lines_is_undone_and_brought_back_without_them():
    meter = plant_with_meter()
    first = stored(store_rest(actor=None, target=receive(meter, NEGATIVE)))
    before = held(meter)
    correction = bring(meter, dict.fromkeys(paris_day(dt.date(2025, 6, 10), 1), 1500))
    undo_import(actor=None, target=correction)
    assert held(meter) == before
    undo_import(actor=None, target=first)
    assert not held(meter)


def test_of_two_lines_that_contradict_each_other_neither_is_kept():
    meter = plant_with_meter()
    doubled = GOOD + GOOD.splitlines()[5].replace(b"1000", b"1100") + b"\n"
    found = receive(meter, doubled)
    assert found.quarantine["left_out"] == [[6, 6], [26, 26]]
    assert stored(store_rest(actor=None, target=found)).rows_new == 23


def test_a_file_with_more_faults_than_readings_is_refused_outright():
    meter = plant_with_meter()
    with pytest.raises(FileRefused):
        receive(meter, GOOD.replace(b"0:00Z;1000", b"0:00Z;-9000"))
    assert not ReadingImport.objects.exists()


def test_the_same_file_again_is_the_one_that_waits():
    meter = plant_with_meter()
    assert receive(meter, NEGATIVE).pk == receive(meter, NEGATIVE).pk
    assert ReadingImport.objects.count() == 1


def test_a_cooperative_cannot_pile_files_up_in_quarantine(monkeypatch: pytest.MonkeyPatch):
    meter = plant_with_meter()
    monkeypatch.setattr(imports, "MOST_QUARANTINED", 1)
    receive(meter, NEGATIVE)
    with pytest.raises(FileRefused, match="attendent déjà"):
        receive(meter, NEGATIVE + b"\n")


def test_a_decision_is_taken_once():
    found = receive(plant_with_meter(), NEGATIVE)
    seen_before = ReadingImport.objects.get(pk=found.pk)
    store_rest(actor=None, target=found)
    with pytest.raises(NotQuarantined):
        store_rest(actor=None, target=seen_before)
    with pytest.raises(NotQuarantined):
        discard_file(actor=None, target=seen_before)


def test_nobody_consents_to_what_came_to_light_since_it_was_shown():
    meter = plant_with_meter()
    shown = receive(meter, csv_of(sunny(dt.date(2025, 6, 1), 6, late_h=2)))
    shown_id = shown.quarantine["id"]
    bring(meter, sunny(dt.date(2025, 6, 1), 6, factor=0.5))
    again = receive(meter, csv_of(sunny(dt.date(2025, 6, 1), 6, late_h=2)))
    assert (again.pk, again.quarantine["id"] == shown_id) == (shown.pk, False)
    with pytest.raises(SomethingElseFound):
        store_rest(actor=None, target=again, hold=shown_id)
    again.refresh_from_db()
    assert again.state == State.QUARANTINED
    done = store_rest(actor=None, target=again, hold=again.quarantine["id"])
    assert done.state == State.WAITING


def test_a_file_thrown_away_leaves_its_trace_and_no_reading():
    found = receive(plant_with_meter(), NEGATIVE)
    discard_file(actor=None, target=found)
    found.refresh_from_db()
    assert found.state == State.DISCARDED
    assert not Reading.objects.exists()
    assert JournalEntry.objects.filter(act="discard_file").count() == 1


def test_the_database_wants_a_moment_of_consent_for_lines_left_out():
    found = bring(plant_with_meter(), GOOD)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingImport.objects.filter(pk=found.pk).update(left_out=[[1, 2]])
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingImport.objects.filter(pk=found.pk).update(accepted=["clock"])


# Several meters in one file


def two_meters() -> bytes:
    return enedis(PRM, "600") + enedis(OTHER, "300")


def test_two_meters_in_one_file_are_held_and_the_chosen_one_is_taken():
    meter = plant_with_meter()
    found = receive(meter, two_meters(), "deux.csv")
    assert found.quarantine["why"] == "parts"
    assert [part["name"] for part in found.quarantine["parts"]] == [PRM, OTHER]
    with pytest.raises(FileRefused, match="dites lequel prendre"):
        store_rest(actor=None, target=found)
    done = stored(store_rest(actor=None, target=found, part=OTHER))
    assert (done.asked_part, done.energy_wh) == (OTHER, 7_200)


def test_each_part_goes_to_the_meter_that_bears_its_number():
    first, second = _pair()
    found = receive(first, two_meters(), "deux.csv")
    assert found.is_shared_out
    shares = store_parts(actor=None, target=found)
    for share in shares:
        assert stored(share).state == State.STORED
    assert (sum(held(first).values()), sum(held(second).values())) == (14_400, 7_200)


def test_a_part_that_is_another_meters_is_refused_with_its_name():
    first, second = _pair()
    found = receive(first, two_meters(), "deux.csv")
    with pytest.raises(FileRefused, match=second.code):
        store_rest(actor=None, target=found, part=OTHER)
    assert not Reading.objects.exists()


def _pair() -> tuple[Meter, Meter]:
    first = plant_with_meter()
    second = plant_with_meter(cooperative=first.plant.cooperative)
    for meter, prm in ((first, PRM), (second, OTHER)):
        meter.identifier = prm
        meter.save()
    return first, second


# Doubts


def test_an_export_that_contradicts_another_waits_for_consent_and_says_both_totals():
    meter = plant_with_meter()
    bring(meter, sunny(dt.date(2025, 6, 1), 8))
    before = held(meter)
    found = receive(meter, csv_of(sunny(dt.date(2025, 6, 1), 8, factor=0.7)), "autre.csv")
    assert (found.state, found.quarantine["doubts"]) == (State.QUARANTINED, ["energies"])
    assert "kWh dans ce fichier" in found.remarks[0]["message"]
    assert found.remarks[1]["line"] is not None
    assert held(meter) == before
    done = stored(store_rest(actor=None, target=found))
    assert (done.state, done.accepted) == (State.STORED, ["energies"])
    assert done.rows_corrected > 100


def test_a_correction_of_three_days_passes_as_one():
    meter = plant_with_meter()
    bring(meter, sunny(dt.date(2025, 6, 1), 8))
    assert receive(meter, csv_of(sunny(dt.date(2025, 6, 3), 3, factor=0.7))).state == State.WAITING


def test_a_file_that_changed_while_it_waited_for_the_worker_is_held_back_then():
    meter = plant_with_meter()
    waiting = receive(meter, csv_of(sunny(dt.date(2025, 6, 1), 8)))
    bring(meter, sunny(dt.date(2025, 6, 1), 8, factor=0.5), "avant.csv")
    assert stored(waiting).state == State.QUARANTINED


@pytest.mark.parametrize("late_h", [1, -1, 2])
def test_a_clock_that_makes_panels_shine_at_night_is_told_by_the_sun(late_h: int):
    found = receive(plant_with_meter(), csv_of(sunny(dt.date(2025, 6, 1), 5, late_h=late_h)))
    assert found.quarantine["doubts"] == ["clock"]
    way = "avance" if late_h > 0 else "retarde"
    assert f"{way} de {abs(late_h)} h" in found.remarks[0]["message"].replace("\u202f", " ")


def test_a_clock_that_is_right_raises_no_doubt():
    assert receive(plant_with_meter(), csv_of(sunny(dt.date(2025, 6, 1), 5))).state == State.WAITING


def test_the_readings_of_another_meter_are_told_by_their_energies():
    first, second = _pair()
    bring(first, sunny(dt.date(2025, 6, 1), 5))
    # Written otherwise, so that the bytes differ.
    same = csv_of(sunny(dt.date(2025, 6, 1), 5)).replace(b"horodate_utc", b"instant_utc")
    found = receive(second, same)
    assert found.quarantine["doubts"] == ["meter"]
    assert first.code in found.remarks[0]["message"]


def test_another_cooperatives_readings_are_never_told():
    bring(plant_with_meter(), sunny(dt.date(2025, 6, 1), 5))
    same = csv_of(sunny(dt.date(2025, 6, 1), 5)).replace(b"horodate_utc", b"instant_utc")
    assert receive(plant_with_meter(), same).state == State.WAITING


def test_whoever_cannot_be_asked_gets_a_refusal_and_consents_beforehand():
    meter = plant_with_meter()
    bring(meter, sunny(dt.date(2025, 6, 1), 8))
    delivery = Delivery("autre.csv", csv_of(sunny(dt.date(2025, 6, 1), 8, factor=0.7)))
    with pytest.raises(FileRefused, match="contredit"):
        import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())
    done = import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now(), consent=True)
    assert (done.state, done.accepted) == (State.STORED, ["energies"])
    assert done.consented_at is not None


# Columns somebody describes

LOGGER = "Journal de l'onduleur\nMoment;Tempo;Sortie A;Sortie B\n" + "".join(
    f"{hour:02}:00 le 0{day}/06/2025;21;1,5;0,5\n" for day in (1, 2) for hour in range(6, 20)
)
BARE = "Moment;Temp;A;B\n" + "".join(
    f"0{day}/06/2025 {hour:02}:00;21;1,5;0,5\n" for day in (1, 2) for hour in range(6, 20)
)


def mapping(**more: object) -> ColumnMapping:
    said: Mapping[str, object] = {
        "titles": ("Moment", "Temp", "A", "B"),
        "first_line": 2,
        "separator": ";",
        "instant": "Moment",
        "values": ("A", "B"),
        "unit": "kWh",
        "day_order": "day first",
        **more,
    }
    return ColumnMapping(**said)  # type: ignore[arg-type]


def test_columns_drawn_once_are_remembered_for_the_next_file():
    meter = plant_with_meter()
    found = receive(meter, BARE.encode(), "mai.csv")
    assert found.quarantine["why"] == "columns"
    done = draw_layout(actor=None, target=found, mapping=mapping(), name="portail", now=timezone.now())
    assert (stored(done).state, done.energy_wh) == (State.STORED, 56_000)
    next_one = receive(meter, BARE.replace("/06/", "/05/").encode(), "juin.csv")
    assert (next_one.state, next_one.found_format, next_one.energy_wh) == (State.WAITING, "mapped", 56_000)
    assert next_one.asked_mapping["values"] == ["A", "B"]


def test_an_undo_reads_a_file_as_it_was_described_then():
    meter = plant_with_meter()
    found = receive(meter, BARE.encode(), "mai.csv")
    stored(draw_layout(actor=None, target=found, mapping=mapping(), name="p", now=timezone.now()))
    before = held(meter)
    MeterLayout.objects.all().delete()
    later = bring(meter, dict.fromkeys(before, 1), "apres.csv")
    undo_import(actor=None, target=later)
    assert held(meter) == before


def test_a_portal_that_renamed_a_column_is_held_with_what_is_there_and_what_is_gone():
    meter = plant_with_meter()
    found = receive(meter, BARE.encode(), "mai.csv")
    draw_layout(actor=None, target=found, mapping=mapping(), name="portail", now=timezone.now())
    changed = receive(meter, BARE.replace("A;B", "A;Onduleur 2").replace("/06/", "/07/").encode(), "x.csv")
    assert changed.quarantine["why"] == "columns"
    told = " ".join(remark["message"] for remark in changed.remarks)
    assert "Retrouvé" in told.replace("\u202f", " ")
    assert "Introuvable" in told


def test_a_portal_that_adds_a_column_is_read_as_before():
    meter = plant_with_meter()
    found = receive(meter, BARE.encode(), "mai.csv")
    draw_layout(actor=None, target=found, mapping=mapping(), name="portail", now=timezone.now())
    wider = "\n".join(f"{line};9" if line else "" for line in BARE.replace("/06/", "/04/").split("\n"))
    assert receive(meter, wider.replace("B;9", "B;Vent").encode(), "x.csv").found_format == "mapped"


def test_nothing_is_remembered_of_a_description_that_reads_nothing():
    found = receive(plant_with_meter(), BARE.encode(), "mai.csv")
    wrong = mapping(instant="Temp", values=("A",))
    with pytest.raises(FileRefused):
        draw_layout(actor=None, target=found, mapping=wrong, name="p", now=timezone.now())
    assert not MeterLayout.objects.exists()


def test_local_time_is_that_of_the_place_unless_it_was_said():
    meter = plant_with_meter()
    found = receive(meter, BARE.encode(), "mai.csv")
    draw_layout(actor=None, target=found, mapping=mapping(time_zone="UTC"), name="p", now=timezone.now())
    found.refresh_from_db()
    assert found.first_start == dt.datetime(2025, 6, 1, 6, tzinfo=dt.UTC)
    assert found.first_start.astimezone(PARIS).hour == 8
