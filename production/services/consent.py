"""Decisions about a file in quarantine: store the rest of it, describe its columns, or drop it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from installations.models import Meter
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.formats import ColumnMapping, MeterSeries
from production.formats.errors import refuse
from production.formats.mapping import fingerprint
from production.formats.resting import as_ranges, from_ranges
from production.models import MeterLayout, ReadingImport
from production.services.deliveries import Delivery, kept_delivery
from production.services.imports import drop_quarantined, look_into, put_in_quarantine, wait_for_worker
from production.services.opened import describe, new_import
from production.services.quarantine import Hold
from production.storage import database_now

State = ReadingImport.State


class NotQuarantined(Exception):
    """Somebody decided of it before, or what it waited for has changed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Ce fichier n’attend plus de décision : regardez où il en est."))


class SomethingElseFound(Exception):
    """The file still waits, but for other reasons than those that were shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Autre chose est apparu depuis : relisez pourquoi ce fichier attend, puis décidez.")
        )


def store_rest(
    *, actor: User | None, target: ReadingImport, part: str = "", hold: str | None = None
) -> ReadingImport:
    """Store a quarantined file without the lines at fault, or one `part` of it, against what was said of it.

    `hold`: the id of the hold that was shown; nobody consents to what came to light since. None: as it is.

    The consent, who gave it, when, and the lines left out stay with the import. What comes to light in the
    rest holds it back again. Raises NotQuarantined, SomethingElseFound, FileRefused.
    """
    told, kept = target.quarantine, kept_delivery(target)
    if target.state != State.QUARANTINED or told["why"] == "columns":
        raise NotQuarantined
    _check_shown(target, hold)
    has_parts = told["why"] == "parts"
    if has_parts and not part:
        problem = _("ce fichier contient plusieurs compteurs")
        raise refuse(target.file_name, problem, _("dites lequel prendre"))
    delivery = replace(
        kept,
        part=part if has_parts else kept.part,
        without_lines=from_ranges(told["left_out"]),
        accepted=frozenset(told["doubts"]),
    )
    found = look_into(delivery, target.meter, target.asked_at)
    with _held(target) as locked:
        _decide(locked, delivery, found, actor)
    return locked


def _check_shown(target: ReadingImport, hold: str | None) -> None:
    if hold is not None and hold != target.quarantine.get("id", ""):
        raise SomethingElseFound


def store_parts(*, actor: User | None, target: ReadingImport, hold: str | None = None) -> list[ReadingImport]:
    """Give each part of a file to the meter that bears its number; returns the imports, one a meter.

    Raises NotQuarantined where a part is nobody's, SomethingElseFound, FileRefused where one can't be read.
    """
    kept = kept_delivery(target)
    parts = [(part["name"], part["meter"]) for part in target.quarantine.get("parts", ())]
    if target.state != State.QUARANTINED or not parts or not all(code for _name, code in parts):
        raise NotQuarantined
    _check_shown(target, hold)
    meters = {m.code: m for m in _meters(target, [code for _name, code in parts])}
    shares = [(replace(kept, part=name), meters[code]) for name, code in parts]
    read = [(one, meter, look_into(one, meter, target.asked_at)) for one, meter in shares]
    with _held(target) as locked:
        done = []
        for delivery, meter, found in read:
            own = meter.pk == locked.meter_id
            share = locked if own else new_import(actor, meter, delivery, dry_run=False)
            _decide(share, delivery, found, actor)
            done.append(share)
        if locked not in done:
            drop_quarantined(actor, locked)
    return done


def _meters(target: ReadingImport, codes: list[str]) -> list[Meter]:
    own = Meter.objects.filter(plant__cooperative=target.meter.plant.cooperative, code__in=codes)
    return list(own.select_related("plant__cooperative").order_by("pk"))


def draw_layout(
    *, actor: User | None, target: ReadingImport, mapping: ColumnMapping, name: str, now: dt.datetime
) -> ReadingImport:
    """Remember what the columns of a quarantined file hold, for this meter's next ones, and read it so.

    Raises NotQuarantined, FileRefused; nothing is remembered then.
    """
    if target.state != State.QUARANTINED:
        raise NotQuarantined
    delivery = described_delivery(target, mapping)
    found = look_into(delivery, target.meter, target.asked_at)
    with _held(target) as locked:
        layout, _created = MeterLayout.objects.update_or_create(
            meter=locked.meter,
            fingerprint=fingerprint(mapping.titles),
            defaults={
                "name": name.strip()[:80],
                "mapping": mapping.as_json(),
                "used_at": now,
                "drawn_by": actor,
            },
        )
        scope = locked.meter.plant.cooperative.slug
        record(actor, "draw_layout", layout, scope=scope, meter=locked.meter.code, name=layout.name)
        locked.asked_mapping, locked.asked_format = dict(delivery.mapping), ""
        locked.asked_unit = locked.asked_label = ""
        _decide(locked, delivery, found, actor)
    return locked


def described_delivery(target: ReadingImport, mapping: ColumnMapping) -> Delivery:
    """The file of an import, read as a mapping says and as nothing else was asked."""
    return replace(kept_delivery(target), format=None, unit="", label="", mapping=mapping.as_json())


def discard_file(*, actor: User | None, target: ReadingImport) -> None:
    """Drop a quarantined file: nothing of it is stored. Raises NotQuarantined."""
    with _held(target) as locked:
        drop_quarantined(actor, locked)


@contextmanager
def _held(target: ReadingImport) -> Iterator[ReadingImport]:
    """Hold an import still in quarantine for the reason that was decided of; of two who decide, one does."""
    with transaction.atomic():
        locked = (
            ReadingImport.objects.select_for_update(of=("self",), no_key=True)
            .select_related("meter__plant__cooperative")
            .get(pk=target.pk)
        )
        if locked.state != State.QUARANTINED or locked.quarantine != target.quarantine:
            raise NotQuarantined
        yield locked


def _decide(locked: ReadingImport, delivery: Delivery, found: MeterSeries | Hold, actor: User | None) -> None:
    """Send an import on to the worker with its consent, or hold it back for what came to light."""
    locked.asked_part, locked.dry_run = delivery.part, False
    if isinstance(found, Hold):
        put_in_quarantine(locked, found)
        return
    locked.left_out, locked.accepted = as_ranges(delivery.without_lines), sorted(delivery.accepted)
    locked.consented_by, locked.consented_at, locked.ended_at = actor, database_now(), None
    describe(locked, found)
    wait_for_worker(locked)
    record(
        actor,
        "store_rest",
        locked,
        scope=locked.meter.plant.cooperative.slug,
        file=locked.file_name,
        lines_left_out=locked.left_out[:50],
        doubts=locked.accepted,
        part=locked.asked_part,
    )
