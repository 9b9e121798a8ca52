"""Acts on metered output: receive a file, store it, take it back."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass

import pandas as pd
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from installations.models import Meter
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.formats import FileRefused, MeterSeries, read_meter_file
from production.formats.errors import refuse
from production.models import MeterFile, ReadingImport
from production.storage import Stored, store_readings, take_back

State = ReadingImport.State
# By its name, since the module of tasks stands on this one.
STORE_TASK = "production.tasks.store_import"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it came, and what the sender said of it."""

    name: str
    content: bytes
    format: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_delivery(delivery: Delivery, *, meter: Meter | None, latest: dt.datetime) -> MeterSeries:
    """Read a file for a meter (or for none yet). Raises FileRefused; touches no table but to look."""
    plant = meter.plant if meter else None
    series = read_meter_file(
        delivery.content,
        filename=delivery.name,
        format=delivery.format or (meter.default_format if meter else None) or None,
        timezone=plant.time_zone if plant else "Europe/Paris",
        latest=latest,
        peak_power_w=sum(array.peak_power_w for array in plant.arrays.all()) or None if plant else None,
    )
    if meter:
        _check_identifier(series, meter, delivery)
        _check_not_elsewhere(meter, delivery.name, delivery.sha256)
    return series


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
    """Refuse a file that another meter already has."""
    other = (
        ReadingImport.objects.filter(file_id=sha256, state=State.STORED)
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


@transaction.atomic
def receive_file(
    *, actor: User | None, meter: Meter, delivery: Delivery, dry_run: bool, now: dt.datetime
) -> ReadingImport:
    """Check a file and keep it, ready to be stored by the worker; a dry run ends here. Raises FileRefused."""
    series = read_delivery(delivery, meter=meter, latest=now)
    received = _new_import(actor, meter, delivery, dry_run=dry_run)
    _describe(received, series)
    if dry_run:
        received.state, received.ended_at, received.progress_percent = State.CHECKED, now, 100
        received.save()
        return received
    received.progress_percent = 30
    received.save()
    record(actor, "receive_file", received, scope=meter.plant.cooperative.slug, file=delivery.name)
    app.configure_task(STORE_TASK).defer(import_id=received.pk)
    return received


def import_at_once(
    *, actor: User | None, meter: Meter, delivery: Delivery, now: dt.datetime
) -> ReadingImport:
    """Check and store a file in one go, for commands that wait. Raises FileRefused."""
    with transaction.atomic():
        series = read_delivery(delivery, meter=meter, latest=now)
        received = _new_import(actor, meter, delivery, dry_run=False)
        _describe(received, series)
        return _store(received, series)


def store_waiting_import(import_id: int) -> None:
    """Store a received file; what isn't waiting any more is left alone, so a repeat does nothing."""
    ReadingImport.objects.filter(pk=import_id, state=State.WAITING).update(progress_percent=60)
    with transaction.atomic():
        received = ReadingImport.objects.select_for_update(no_key=True).get(pk=import_id)
        if received.state != State.WAITING:
            return
        try:
            _store(received, _read_kept(received))
        except FileRefused as refusal:
            # It was good when received: only another meter's import in between can have changed that.
            _refuse(received, refusal)


@transaction.atomic
def give_up_import(import_id: int) -> None:
    """Close a received import that the machine couldn't store; nothing of it is kept but its file."""
    received = ReadingImport.objects.select_for_update(no_key=True).get(pk=import_id)
    if received.state != State.WAITING:
        return
    message = _(
        "La machine n’a pas réussi à enregistrer ce fichier, et n’en a rien gardé. "
        "Que faire : déposez-le de nouveau ; si cela recommence, prévenez l’administration du site."
    )
    received.remarks = [{"severity": "error", "line": None, "field": "", "message": message}]
    received.state, received.ended_at, received.progress_percent = State.REFUSED, timezone.now(), 100
    received.save()
    scope = received.meter.plant.cooperative.slug
    record(None, "give_up_import", received, scope=scope, meter=received.meter.code)


def _read_kept(received: ReadingImport) -> MeterSeries:
    """Read the file of an import once more. Raises FileRefused."""
    delivery = Delivery(received.file.name, bytes(received.file.content), received.asked_format or None)
    return read_delivery(delivery, meter=received.meter, latest=received.asked_at)


def _read_again(received: ReadingImport) -> pd.DataFrame | None:
    try:
        return _read_kept(received).readings
    except FileRefused:
        # It was good once; what the plant is made of has been corrected since.
        return None


def _new_import(actor: User | None, meter: Meter, delivery: Delivery, *, dry_run: bool) -> ReadingImport:
    MeterFile.objects.bulk_create(
        [
            MeterFile(
                sha256=delivery.sha256,
                name=delivery.name[:255],
                size_bytes=len(delivery.content),
                content=delivery.content,
            )
        ],
        ignore_conflicts=True,
    )
    return ReadingImport.objects.create(
        meter=meter,
        file_id=delivery.sha256,
        asked_by=actor,
        dry_run=dry_run,
        asked_format=delivery.format or "",
    )


def _describe(target: ReadingImport, series: MeterSeries) -> None:
    """Copy what the reader found into the report (not saved)."""
    readings = series.readings
    target.found_format = series.format
    target.rows_read = series.counts.rows_read
    target.energy_wh = series.energy_wh
    target.first_start = readings["start"].iloc[0].to_pydatetime()
    last = readings.iloc[-1]
    target.last_end = last["start"].to_pydatetime() + dt.timedelta(seconds=int(last["length_s"]))
    target.remarks = [asdict(remark) for remark in series.remarks]


def _store(target: ReadingImport, series: MeterSeries) -> ReadingImport:
    """Write the readings. Raises FileRefused before anything is written."""
    meter = _locked_meter(target.meter_id)
    # And one meter at a time for a file: two that bring the same one at the same moment can't both have it.
    kept = MeterFile.objects.select_for_update(no_key=True).defer("content").get(pk=target.file_id)
    _check_not_elsewhere(meter, kept.name, kept.sha256)
    stored = store_readings(target, meter, series.readings)
    _close(target, stored)
    record(
        target.asked_by,
        "store_readings",
        target,
        scope=meter.plant.cooperative.slug,
        meter=meter.code,
        energy_wh=target.energy_wh,
    )
    return target


def _locked_meter(meter_id: int) -> Meter:
    """One import at a time for a meter: the second of two simultaneous ones sees the first's rows."""
    return (
        Meter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plant__cooperative")
        .get(pk=meter_id)
    )


def _close(target: ReadingImport, stored: Stored) -> None:
    target.rows_stored, target.rows_unchanged = stored.new, stored.unchanged
    target.rows_corrected = stored.corrected
    if stored.displaced:
        message = _(
            "%(count)s relevés d’un autre pas de temps ont été remplacés ; ils restent dans l’historique."
        )
        remark = {
            "severity": "warning",
            "line": None,
            "field": "",
            "message": message % {"count": stored.displaced},
        }
        target.remarks = [*target.remarks, remark]
    target.state, target.progress_percent, target.ended_at = State.STORED, 100, timezone.now()
    target.save()


def _refuse(target: ReadingImport, refusal: FileRefused) -> None:
    target.state, target.ended_at, target.progress_percent = State.REFUSED, timezone.now(), 100
    target.rows_refused = refusal.fault_count
    target.remarks = [
        {"severity": "error", "line": fault.line, "field": fault.field, "message": sentence}
        for fault, sentence in zip(refusal.faults, refusal.sentences, strict=True)
    ]
    target.save()


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
        raise NotUndoable(_("Cet import n’est pas enregistré : il n’y a rien à annuler."))
    locked.state = State.UNDONE
    locked.save(update_fields=["state"])
    removed = take_back(locked, _read_again)
    record(
        actor, "undo_import", locked, scope=meter.plant.cooperative.slug, meter=meter.code, removed=removed
    )
    return removed
