"""Acts on metered output: receive a file, store it, take it back."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any, cast

import pandas as pd
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from installations.models import Meter
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.formats import FileRefused, MeterSeries, read_meter_file
from production.formats.errors import french_number, refuse
from production.formats.series import Label
from production.models import ReadingImport
from production.readings_body import BODY_FORMATS
from production.services.bodies import read_kept_body
from production.services.quality import ask_check
from production.services.watch_queue import readings_changed
from production.storage import Stored, database_now, keep_file, store_readings, take_back

State = ReadingImport.State
# By its name, since the module of tasks stands on this one.
STORE_TASK = "production.tasks.store_import"
# Any number will do, as long as nothing else takes two-part locks under it.
FILE_LOCK = 62_529


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it came, and what the sender said of it."""

    name: str
    content: bytes
    format: str | None = None
    unit: str = ""
    label: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_delivery(delivery: Delivery, *, meter: Meter | None, latest: dt.datetime) -> MeterSeries:
    """Read a file for a meter (or for none yet). Raises FileRefused; touches no table but to look."""
    series = read_meter_file(delivery.content, **reading_options(delivery, meter=meter, latest=latest))
    if meter:
        check_belongs(series, meter, delivery)
    return series


def reading_options(delivery: Delivery, *, meter: Meter | None, latest: dt.datetime) -> dict[str, Any]:
    """What `read_meter_file` has to be told: what the sender said, and what is known of the meter."""
    plant = meter.plant if meter else None
    return {
        "filename": delivery.name,
        "format": delivery.format or (meter.default_format if meter else None) or None,
        "timezone": plant.time_zone if plant else "Europe/Paris",
        "latest": latest,
        "label": cast("Label | None", delivery.label or None),
        "unit": delivery.unit or None,
        "peak_power_w": sum(array.peak_power_w for array in plant.arrays.all()) or None if plant else None,
    }


def check_belongs(series: MeterSeries, meter: Meter, delivery: Delivery) -> None:
    """Refuse a file that names another meter, or that another one has."""
    _check_identifier(series, meter, delivery)
    _check_not_elsewhere(meter, delivery.name, delivery.sha256)


def _check_identifier(series: MeterSeries, meter: Meter, delivery: Delivery) -> None:
    """Refuse a file that names another meter."""
    if meter.identifier and series.meter_identifier and series.meter_identifier != meter.identifier:
        raise refuse(
            delivery.name,
            _("ce fichier est celui du compteur %(found)s, et non du compteur %(code)s (%(wanted)s)")
            % {"found": series.meter_identifier, "code": meter.code, "wanted": meter.identifier},
            _("choisissez le compteur %(found)s, ou le bon fichier") % {"found": series.meter_identifier},
        )


def _check_not_elsewhere(meter: Meter, name: str, sha256: str) -> None:
    """Refuse a file that another meter of the same cooperative already has; of others nothing is told."""
    other = (
        ReadingImport.objects.of(meter.plant.cooperative)
        .filter(file_id=sha256, state=State.STORED)
        .exclude(meter=meter)
        .select_related("meter")
        .order_by("pk")
        .first()
    )
    if other:
        raise refuse(
            name,
            _("ce fichier est déjà enregistré pour le compteur %(code)s") % {"code": other.meter.code},
            _("choisissez ce compteur, ou annulez d’abord cet import"),
        )


def receive_file(
    *, actor: User | None, meter: Meter, delivery: Delivery, dry_run: bool, now: dt.datetime
) -> ReadingImport:
    """Check a file and keep it, ready to be stored by the worker; a dry run ends here. Raises FileRefused."""
    # Read before the transaction, which other senders of the same bytes would wait for.
    series = read_delivery(delivery, meter=meter, latest=now)
    with transaction.atomic():
        received = _new_import(actor, meter, delivery, dry_run=dry_run)
        describe_import(received, series)
        if dry_run:
            return _check(received, series, now)
        received.progress_percent = 30
        received.save()
        record(actor, "receive_file", received, scope=meter.plant.cooperative.slug, file=delivery.name)
        app.configure_task(STORE_TASK).defer(import_id=received.pk)
    return received


def check_file(*, meter: Meter | None, delivery: Delivery, now: dt.datetime) -> ReadingImport:
    """Say what a file would change, for a meter or for none yet, and keep nothing. Raises FileRefused."""
    series = read_delivery(delivery, meter=meter, latest=now)
    if meter is None:
        checked = ReadingImport(file_name=delivery.name[:255], dry_run=True, rows_new=len(series.readings))
        describe_import(checked, series)
        return checked
    with transaction.atomic():
        checked = _new_import(None, meter, delivery, dry_run=True)
        describe_import(checked, series)
        _check(checked, series, now)
        transaction.set_rollback(True)
    return checked


def import_at_once(
    *,
    actor: User | None,
    meter: Meter,
    delivery: Delivery,
    now: dt.datetime,
    read: MeterSeries | None = None,
) -> ReadingImport:
    """Check and store a file in one go, for commands that wait. Raises FileRefused.

    `read`: the file as `read_meter_file` gave it, where that was done ahead (`services.many_imports`).
    """
    if read is None:
        series = read_delivery(delivery, meter=meter, latest=now)
    else:
        series = read
        check_belongs(series, meter, delivery)
    with transaction.atomic():
        received = _new_import(actor, meter, delivery, dry_run=False)
        describe_import(received, series)
        return _store(received, series)


def store_waiting_import(import_id: int) -> None:
    """Store a received file; what isn't waiting any more is left alone, so a repeat does nothing."""
    ReadingImport.objects.filter(pk=import_id, state=State.WAITING).update(progress_percent=60)
    with transaction.atomic():
        received = ReadingImport.objects.select_for_update(no_key=True).get(pk=import_id)
        if received.state != State.WAITING:
            return
        try:
            series = _read_kept(received)
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


def kept_delivery(received: ReadingImport) -> Delivery:
    """The file of an import as it came, with what its sender said of it."""
    return Delivery(
        received.file_name,
        bytes(received.file.content),
        received.asked_format or None,
        received.asked_unit,
        received.asked_label,
    )


def _read_again(received: ReadingImport) -> pd.DataFrame | None:
    try:
        return _read_kept(received).readings
    except FileRefused:
        # It was good once; what the plant is made of has been corrected since.
        return None


def _new_import(actor: User | None, meter: Meter, delivery: Delivery, *, dry_run: bool) -> ReadingImport:
    keep_file(delivery.sha256, delivery.content)
    return ReadingImport.objects.create(
        meter=meter,
        file_id=delivery.sha256,
        file_name=delivery.name[:255],
        asked_by=actor,
        dry_run=dry_run,
        asked_format=delivery.format or "",
        asked_unit=delivery.unit,
        asked_label=delivery.label,
    )


def describe_import(target: ReadingImport, series: MeterSeries) -> None:
    """Copy what the reader found into the report (not saved)."""
    readings = series.readings
    target.found_format = series.format
    target.rows_read = series.counts.rows_read
    target.gaps, target.duplicates = series.counts.gaps, series.counts.duplicates
    target.energy_wh, target.counter_energy_wh = series.energy_wh, series.counter_energy_wh
    target.devices = list(series.devices)
    target.first_start = readings["start"].iloc[0].to_pydatetime()
    last = readings.iloc[-1]
    target.last_end = last["start"].to_pydatetime() + dt.timedelta(seconds=int(last["length_s"]))
    target.remarks = [asdict(remark) for remark in series.remarks]


def _check(target: ReadingImport, series: MeterSeries, now: dt.datetime) -> ReadingImport:
    """Find what storing would change, by storing and taking it back. Raises FileRefused."""
    with transaction.atomic():
        meter = _locked_meter(target.meter_id)
        stored = store_readings(target, meter, series.readings)
        transaction.set_rollback(True)
    count_import(target, stored)
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
    _check_not_elsewhere(meter, target.file_name, target.file_id)
    stored = store_readings(target, meter, series.readings)
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


def _locked_meter(meter_id: int) -> Meter:
    """One import at a time for a meter: the second of two simultaneous ones sees the first's rows."""
    return (
        Meter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plant__cooperative")
        .get(pk=meter_id)
    )


def _close(target: ReadingImport, stored: Stored) -> None:
    count_import(target, stored)
    target.state, target.progress_percent, target.ended_at = State.STORED, 100, database_now()
    target.save()


def count_import(target: ReadingImport, stored: Stored) -> None:
    """Copy what storing changes into the report (not saved)."""
    target.rows_new, target.rows_unchanged = stored.new, stored.unchanged
    target.rows_corrected, target.rows_displaced = stored.corrected, stored.displaced
    if stored.displaced:
        words = _(
            "%(count)s relevés d’un autre pas de temps font place à ce fichier, et vont à l’historique."
        )
        target.remarks = [*target.remarks, _warning(words % {"count": stored.displaced})]
    if stored.displaced_in_part:
        words = _(
            "Dont %(count)s que ce fichier ne couvre pas en entier, à l’aube ou au crépuscule : "
            "%(energy)s Wh au plus ne sont plus comptés."
        )
        energy = french_number(stored.lost_wh)
        remark = _warning(words % {"count": stored.displaced_in_part, "energy": energy})
        target.remarks = [*target.remarks, remark]


def _warning(message: str) -> dict[str, Any]:
    return {"severity": "warning", "line": None, "field": "", "message": message}


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
