"""Acts on metered output: receive a file, store it, take it back."""

import datetime as dt
from dataclasses import replace

import pandas as pd
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from installations.models import Meter
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.formats import FileRefused, MeterSeries
from production.formats.errors import refuse
from production.formats.resting import from_ranges
from production.models import ReadingImport, ReadingSpan
from production.readings_body import BODY_FORMATS
from production.services.bodies import read_kept_body
from production.services.deliveries import (
    Delivery as Delivery,
)
from production.services.deliveries import (
    as_used,
    check_belongs,
    check_not_elsewhere,
    read_delivery,
)
from production.services.deliveries import (
    kept_delivery as kept_delivery,
)
from production.services.opened import count, describe, new_import
from production.services.quality import ask_check
from production.services.quarantine import (
    Hold,
    doubts_about,
    hold_doubted,
    hold_refused,
    refusal_of,
)
from production.services.watch_queue import readings_changed
from production.storage import Stored, database_now, store_readings, take_back
from shareholders.models import Cooperative

State = ReadingImport.State
# By its name, since the module of tasks stands on this one.
STORE_TASK = "production.tasks.store_import"
# Any number will do, as long as nothing else takes two-part locks under it.
FILE_LOCK = 62_529
# Each may hold 64 MB until somebody decides.
MOST_QUARANTINED = 50


def receive_file(
    *, actor: User | None, meter: Meter, delivery: Delivery, dry_run: bool, now: dt.datetime
) -> ReadingImport:
    """Check a file and keep it, ready to be stored by the worker; a dry run ends here.

    A file of which a person may decide (some lines at fault, several meters, doubts) is quarantined: nothing
    of it is stored. Raises FileRefused for all others.
    """
    # Read before the transaction, which other senders of the same bytes would wait for.
    found = look_into(delivery, meter, now)
    if isinstance(found, Hold):
        return keep_in_quarantine(actor, meter, delivery, found, dry_run=dry_run)
    with transaction.atomic():
        received = new_import(actor, meter, as_used(delivery, meter), dry_run=dry_run)
        describe(received, found)
        if dry_run:
            return _check(received, found, now)
        _let_go(actor, received)
        wait_for_worker(received)
        record(actor, "receive_file", received, scope=meter.plant.cooperative.slug, file=delivery.name)
    return received


def _let_go(actor: User | None, received: ReadingImport) -> None:
    """Drop the same file where it waits in quarantine: brought otherwise, it is read."""
    same = ReadingImport.objects.filter(meter=received.meter, file_id=received.file_id)
    for held in same.filter(state=State.QUARANTINED).select_for_update(no_key=True).order_by("pk"):
        drop_quarantined(actor, held)


def drop_quarantined(actor: User | None, held: ReadingImport) -> None:
    """Close a quarantined import, in the caller's transaction: nothing of it was stored."""
    held.state, held.ended_at = State.DISCARDED, database_now()
    held.save(update_fields=["state", "ended_at"])
    record(actor, "discard_file", held, scope=held.meter.plant.cooperative.slug, file=held.file_name)


def wait_for_worker(received: ReadingImport) -> None:
    """Hand a described import to the worker, in the caller's transaction."""
    received.state, received.progress_percent = State.WAITING, 30
    received.save()
    app.configure_task(STORE_TASK).defer(import_id=received.pk)


def look_into(delivery: Delivery, meter: Meter, latest: dt.datetime) -> MeterSeries | Hold:
    """The series of a file, or why it is to be held back. Raises FileRefused where nobody could decide."""
    try:
        series = read_delivery(delivery, meter=meter, latest=latest)
    except FileRefused as refusal:
        hold = hold_refused(
            refusal, delivery, meter, lambda other: read_delivery(other, meter=meter, latest=latest)
        )
        if hold is None:
            raise
        return hold
    doubts = doubts_about(series, meter, delivery.accepted)
    return hold_doubted(series, doubts, delivery) if doubts else series


@transaction.atomic
def keep_in_quarantine(
    actor: User | None, meter: Meter, delivery: Delivery, hold: Hold, *, dry_run: bool
) -> ReadingImport:
    """Keep a file that a person has to decide of; the same one brought again is the one that waits.

    Raises FileRefused where MOST_QUARANTINED wait already.
    """
    held = ReadingImport.objects.of(meter.plant.cooperative).filter(state=State.QUARANTINED)
    # Two who bring the same file at once bring one, and who decides of it meanwhile is heard first. Not by
    # the meter's row: the worker holds it after the import's.
    Cooperative.objects.select_for_update(no_key=True).get(pk=meter.plant.cooperative_id)
    same = held.filter(
        meter=meter,
        file_id=delivery.sha256,
        asked_format=delivery.format or "",
        asked_unit=delivery.unit,
        asked_label=delivery.label,
        asked_part=delivery.part,
    )
    again = same.select_for_update(of=("self",), no_key=True).order_by("pk").first()
    if again is None and held.count() >= MOST_QUARANTINED:
        problem = _("%(count)s fichiers attendent déjà en quarantaine") % {"count": MOST_QUARANTINED}
        raise refuse(delivery.name, problem, _("enregistrez ou jetez d’abord ceux-là"))
    kept = again or new_import(actor, meter, delivery, dry_run=dry_run)
    put_in_quarantine(kept, hold)
    if again is None:
        scope = meter.plant.cooperative.slug
        record(actor, "quarantine_file", kept, scope=scope, file=delivery.name, why=hold.why)
    return kept


def put_in_quarantine(target: ReadingImport, hold: Hold) -> None:
    """Write on an import why it is held back; what was consented to before isn't consented to any more."""
    target.state, target.progress_percent, target.ended_at = State.QUARANTINED, 100, database_now()
    target.quarantine, target.remarks = hold.as_json(), list(hold.remarks)
    target.found_format, target.rows_refused = hold.format, hold.faults
    target.rows_new, target.energy_wh = hold.rows, hold.energy_wh
    target.left_out, target.accepted, target.consented_at, target.consented_by = [], [], None, None
    target.save()


def check_file(
    *, meter: Meter | None, delivery: Delivery, now: dt.datetime, consent: bool = False
) -> ReadingImport:
    """Say what a file would change, for a meter or for none yet, and keep nothing. Raises FileRefused.

    `consent`: without its faulty lines.
    """
    if meter is None:
        series = read_delivery(delivery, meter=None, latest=now)
        checked = ReadingImport(file_name=delivery.name[:255], dry_run=True, rows_new=len(series.readings))
        describe(checked, series)
        return checked
    delivery, series = _insisted(delivery, meter, now, consent=consent)
    with transaction.atomic():
        checked = new_import(None, meter, as_used(delivery, meter), dry_run=True)
        describe(checked, series)
        _check(checked, series, now)
        transaction.set_rollback(True)
    return checked


def import_at_once(
    *,
    actor: User | None,
    meter: Meter,
    delivery: Delivery,
    now: dt.datetime,
    consent: bool = False,
    read: MeterSeries | None = None,
) -> ReadingImport:
    """Check and store a file in one go, for commands that wait. Raises FileRefused.

    `consent`: without its faulty lines, and against doubts about it; what was left out is recorded.
    `read`: the file as `read_meter_file` gave it, where that was done ahead (`services.many_imports`).
    """
    delivery, series = _insisted(delivery, meter, now, consent=consent, read=read)
    with transaction.atomic():
        received = new_import(actor, meter, as_used(delivery, meter), dry_run=False)
        describe(received, series)
        return _store(received, series)


def _insisted(
    delivery: Delivery, meter: Meter, now: dt.datetime, *, consent: bool, read: MeterSeries | None = None
) -> tuple[Delivery, MeterSeries]:
    """Read a file that can't wait for a decision; `consent` decides beforehand. Raises FileRefused."""
    try:
        if read is None:
            series = read_delivery(delivery, meter=meter, latest=now)
        else:
            series = read
            check_belongs(series, meter, delivery)
    except FileRefused as refusal:
        hold = rest_without(refusal, delivery, meter, now) if consent else None
        if hold is None:
            raise
        delivery = replace(
            delivery, without_lines=from_ranges(hold.left_out), accepted=frozenset(hold.doubts)
        )
        return delivery, read_delivery(delivery, meter=meter, latest=now)
    doubts = doubts_about(series, meter, delivery.accepted)
    if doubts and not consent:
        raise refusal_of(doubts, delivery)
    return replace(delivery, accepted=delivery.accepted | {doubt.kind for doubt in doubts}), series


def rest_without(refusal: FileRefused, delivery: Delivery, meter: Meter, now: dt.datetime) -> Hold | None:
    """What is left of a refused file without its faulty lines; None where that saves nothing."""
    hold = hold_refused(refusal, delivery, meter, lambda other: read_delivery(other, meter=meter, latest=now))
    return hold if hold and hold.why == "lines" else None


def store_waiting_import(import_id: int) -> None:
    """Store a received file; what isn't waiting any more is left alone, so a repeat does nothing."""
    ReadingImport.objects.filter(pk=import_id, state=State.WAITING).update(progress_percent=60)
    with transaction.atomic():
        received = ReadingImport.objects.select_for_update(no_key=True).get(pk=import_id)
        if received.state != State.WAITING:
            return
        try:
            series = _read_kept(received)
            doubts = doubts_about(series, received.meter, frozenset(received.accepted))
            if doubts:  # what is stored since the file was received contradicts it
                put_in_quarantine(received, hold_doubted(series, doubts, kept_delivery(received)))
                return
            with transaction.atomic():  # a refusal leaves nothing, and the report of it is still written
                _store(received, series)
        except FileRefused as refusal:
            # It was readable when received: what is stored meanwhile, or was already, speaks against it.
            _refuse(received, refusal)


@transaction.atomic
def give_up_import(import_id: int) -> None:
    """Close a received import that the machine couldn't store; nothing of it is kept but its file."""
    received = ReadingImport.objects.select_for_update(no_key=True).get(pk=import_id)
    if received.state != State.WAITING:
        return
    message = _(
        "La machine n’a pas réussi à enregistrer ce fichier, et n’en a rien gardé. "
        "Que faire : déposez-le de nouveau ; si cela recommence, prévenez l’administration du site."
    )
    received.remarks = [{"severity": "error", "line": None, "field": "", "message": message}]
    received.state, received.ended_at, received.progress_percent = State.REFUSED, timezone.now(), 100
    received.save()
    scope = received.meter.plant.cooperative.slug
    record(None, "give_up_import", received, scope=scope, meter=received.meter.code)


def _read_kept(received: ReadingImport) -> MeterSeries:
    """Read the file of an import once more. Raises FileRefused."""
    if received.asked_format in BODY_FORMATS:
        return read_kept_body(received)
    return read_delivery(kept_delivery(received), meter=received.meter, latest=received.asked_at)


def _read_again(received: ReadingImport) -> pd.DataFrame | None:
    try:
        return _read_kept(received).readings
    except FileRefused:
        # It was good once; what the plant is made of has been corrected since.
        return None


def _check(target: ReadingImport, series: MeterSeries, now: dt.datetime) -> ReadingImport:
    """Find what storing would change, by storing and taking it back. Raises FileRefused."""
    with transaction.atomic():
        meter = _locked_meter(target.meter_id)
        stored = _store_rows(target, meter, series)
        transaction.set_rollback(True)
    count(target, stored)
    target.state, target.ended_at, target.progress_percent = State.CHECKED, now, 100
    target.save()
    return target


def _store(target: ReadingImport, series: MeterSeries) -> ReadingImport:
    """Write the readings. Raises FileRefused, inside a transaction its caller takes back."""
    meter = _locked_meter(target.meter_id)
    # And one meter at a time for a file: two that bring the same one at the same moment can't both have it.
    # Its row can't be locked: the site has no right to change what is written once.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [FILE_LOCK, target.file_id])
    check_not_elsewhere(meter, target.file_name, target.file_id, target.asked_part)
    stored = _store_rows(target, meter, series)
    _close(target, stored)
    readings_changed(target)
    record(
        target.asked_by,
        "store_readings",
        target,
        scope=meter.plant.cooperative.slug,
        meter=meter.code,
        energy_wh=target.energy_wh,
    )
    ask_check(target)
    return target


def _store_rows(target: ReadingImport, meter: Meter, series: MeterSeries) -> Stored:
    """Write readings, and what the counter counted on no known day."""
    ReadingSpan.objects.bulk_create(
        ReadingSpan(
            meter=meter,
            start=dt.datetime.fromtimestamp(span.start_s, dt.UTC),
            end=dt.datetime.fromtimestamp(span.end_s, dt.UTC),
            energy_wh=span.energy_wh,
            source=target,
            line=span.line,
        )
        for span in series.spans
    )
    return store_readings(target, meter, series.readings) if len(series.readings) else Stored(0, 0, 0, 0)


def _locked_meter(meter_id: int) -> Meter:
    """One import at a time for a meter: the second of two simultaneous ones sees the first's rows."""
    return (
        Meter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plant__cooperative")
        .get(pk=meter_id)
    )


def _close(target: ReadingImport, stored: Stored) -> None:
    count(target, stored)
    target.state, target.progress_percent, target.ended_at = State.STORED, 100, database_now()
    target.save()


def _refuse(target: ReadingImport, refusal: FileRefused) -> None:
    target.state, target.ended_at, target.progress_percent = State.REFUSED, timezone.now(), 100
    target.rows_refused = refusal.fault_count
    target.remarks = [{"severity": "error", **row} for row in refusal.rows()]
    target.save()
    scope = target.meter.plant.cooperative.slug
    record(None, "refuse_import", target, scope=scope, meter=target.meter.code, reason=str(refusal))


class NotUndoable(Exception):
    """Only a stored import can be taken back."""


@transaction.atomic
def undo_import(*, actor: User | None, target: ReadingImport) -> int:
    """Take a stored import back: what it replaced holds again. Returns the readings removed.

    Raises NotUndoable if it isn't stored (any more).
    """
    # The import before its meter, as the worker does: the two can't wait for each other.
    locked = ReadingImport.objects.select_for_update(no_key=True).get(pk=target.pk)
    meter = _locked_meter(target.meter_id)
    if locked.state != State.STORED:
        raise NotUndoable(_("Cet import n’est pas enregistré : il n’y a rien à annuler."))
    locked.state = State.UNDONE
    locked.save(update_fields=["state"])
    removed = take_back(locked, _read_again)
    ask_check(locked)
    readings_changed(locked)
    record(
        actor, "undo_import", locked, scope=meter.plant.cooperative.slug, meter=meter.code, removed=removed
    )
    return removed
