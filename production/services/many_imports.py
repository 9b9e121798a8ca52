"""Many files for many meters, one after the other: a fleet's backlog, a network's first day.

Each file is one act as by itself: whole or not at all, with its report, its line in the journal and its daily
sums. The next file is read while the database stores the present one, so no more than two are held.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.formats import FileRefused, MeterSeries, read_meter_file
from production.models import ReadingImport
from production.services.deliveries import Delivery, reading_options
from production.services.imports import import_at_once


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: stored, or refused and why."""

    meter: Meter
    delivery: Delivery
    stored: ReadingImport | None
    refusal: FileRefused | None = None


@dataclass(frozen=True, slots=True)
class _Underway:
    meter: Meter
    delivery: Delivery
    reading: Future[MeterSeries]


def import_many(
    *, actor: User | None, deliveries: Iterable[tuple[Meter, Delivery]], now: dt.datetime
) -> Iterator[Outcome]:
    """Check and store each file for its meter, in order; a refused one keeps no other from being stored.

    Nothing is done ahead of the outcomes taken but to read one file. Memory doesn't grow with their number.
    """
    # Reading is pure: the thread has no connection and asks no table.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader") as reader:
        before: _Underway | None = None
        for meter, delivery in deliveries:
            options = reading_options(delivery, meter=meter, latest=now)
            reading = reader.submit(read_meter_file, delivery.content, **options)
            if before:
                yield _stored(actor, before, now)
            before = _Underway(meter, delivery, reading)
        if before:
            yield _stored(actor, before, now)


def _stored(actor: User | None, underway: _Underway, now: dt.datetime) -> Outcome:
    meter, delivery = underway.meter, underway.delivery
    try:
        read = underway.reading.result()
        stored = import_at_once(actor=actor, meter=meter, delivery=delivery, now=now, read=read)
    except FileRefused as refusal:
        return Outcome(meter, delivery, None, refusal)
    return Outcome(meter, delivery, stored)
