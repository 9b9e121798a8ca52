"""The acts on metered output that a test kills, with keywords that JSON holds."""

from pathlib import Path

from django.utils import timezone

from installations.models import Meter
from production.models import ReadingImport
from production.services import consent as consents
from production.services import imports
from production.services.many_imports import import_many


def import_file(meter: int, path: str) -> None:
    imports.import_at_once(actor=None, meter=_meter(meter), delivery=_delivery(path), now=timezone.now())


def receive_file(meter: int, path: str) -> None:
    found, delivery = _meter(meter), _delivery(path)
    imports.receive_file(actor=None, meter=found, delivery=delivery, dry_run=False, now=timezone.now())


def store_waiting(received: int) -> None:
    imports.store_waiting_import(received)


def undo_import(target: int) -> None:
    imports.undo_import(actor=None, target=ReadingImport.objects.get(pk=target))


def consent(target: int) -> None:
    consents.store_rest(actor=None, target=ReadingImport.objects.get(pk=target))


def discard(target: int) -> None:
    consents.discard_file(actor=None, target=ReadingImport.objects.get(pk=target))


def import_two(meters: list[int], paths: list[str]) -> None:
    deliveries = [(_meter(meter), _delivery(path)) for meter, path in zip(meters, paths, strict=True)]
    list(import_many(actor=None, deliveries=deliveries, now=timezone.now()))


def _meter(meter: int) -> Meter:
    return Meter.objects.select_related("plant__cooperative").get(pk=meter)


def _delivery(path: str) -> imports.Delivery:
    return imports.Delivery("releve.csv", Path(path).read_bytes())
