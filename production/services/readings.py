"""Receiving readings that a program sends: a whole request, or nothing of it."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from installations.models import Meter
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.batches import Incoming, store_many
from production.doubts import Doubt
from production.formats import FileRefused, MeterSeries
from production.formats.errors import Fault, quoted
from production.formats.series import DAY_S
from production.models import MeterFile, ReadingImport
from production.readings_body import API_JSON, Body, open_body, read_body
from production.readings_body.telling import told
from production.services.bodies import known_meter
from production.services.opened import count, describe
from production.services.quality import ask_check
from production.services.quarantine import doubts_about
from production.services.watch_queue import readings_changed
from production.storage import Stored, database_now, keep_file
from shareholders.models import Cooperative

State = ReadingImport.State
# A clock and a contradiction are told by three days and more (`production.doubts`). Another meter's readings
# could be told by one, but a look at all meters for each one that a gateway sends would be most of the work.
DOUBTED_FROM_S = 3 * DAY_S
_COUNTED = ("rows_new", "rows_unchanged", "rows_corrected", "rows_displaced", "remarks")


@dataclass(frozen=True, slots=True)
class Posted:
    """A body as it came: its bytes, one of BODY_FORMATS, and the name of the token that brought it."""

    content: bytes
    format: str
    sender: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """What lists of files call it."""
        ending = "json" if self.format == API_JSON else "csv"
        return f"{self.sender or 'API'} {self.sha256[:8]}.{ending}"


class MetersOfSeveralCooperatives(Exception):
    """A body is kept whole, and shown to those who run the meter: it may hold no other cooperative's data."""


def receive_readings(
    *,
    actor: User,
    allowed: Mapping[str, int],
    posted: Posted,
    dry_run: bool,
    now: dt.datetime,
    accepted: frozenset[str] = frozenset(),
) -> list[ReadingImport]:
    """Store the readings of a request at once, all or none, and give one import a meter, by code.

    `allowed`: the meters the sender may bring readings for, their keys by their codes. A dry run reports the
    same and keeps nothing. `accepted`: kinds of doubts the sender consents to beforehand. Raises
    BodyUnreadable, BodyTooLarge, BodyRefused, FileRefused (readings there would lose energy),
    MetersOfSeveralCooperatives.
    """
    body = open_body(posted.content, posted.format)
    named = {allowed[code] for code in body.codes if code in allowed}
    meters = _with_plants(named)
    cooperatives = {meter.plant.cooperative for meter in meters.values()}
    if len(cooperatives) > 1:
        raise MetersOfSeveralCooperatives(
            _("Une demande ne porte que les compteurs d’une seule coopérative : faites-en une pour chacune.")
        )
    known = {code: known_meter(meter) for code, meter in meters.items()}
    found = read_body(body, known, latest=now, others=tuple(allowed))
    with transaction.atomic():
        stored = _store(actor, posted, body, meters, found, now, accepted)
        if dry_run:
            transaction.set_rollback(True)
            return _only_checked(stored)
        _journal(actor, posted, cooperatives.pop(), stored)
    return stored


def _with_plants(keys: set[int]) -> dict[str, Meter]:
    found = Meter.objects.filter(pk__in=keys).select_related("plant__cooperative")
    return {meter.code: meter for meter in found.prefetch_related("plant__arrays").order_by("code")}


def _store(
    actor: User,
    posted: Posted,
    body: Body,
    meters: dict[str, Meter],
    found: dict[str, MeterSeries],
    now: dt.datetime,
    accepted: frozenset[str],
) -> list[ReadingImport]:
    """File, imports, readings, daily sums, in the caller's transaction. Raises BodyRefused, FileRefused."""
    keep_file(posted.sha256, posted.content)
    _lock([meters[code] for code in found])
    doubts = _doubts(meters, found)
    _refuse_doubts(body, doubts, accepted)
    # Written as most of them end: all new. What something was there before is told again below.
    ended_at = database_now()
    imports = ReadingImport.objects.bulk_create(
        _new_import(actor, posted, meters[code], found[code], doubts[code], asked_at=now, ended_at=ended_at)
        for code in sorted(found)
    )
    batch = [Incoming(one, one.meter, found[one.meter.code].readings) for one in imports]
    for target, stored in zip(imports, store_many(batch, exact=True), strict=True):
        if stored != Stored(target.rows_new, 0, 0, 0):
            count(target, stored)
            target.save(update_fields=_COUNTED)
    # The night checks today; a gateway that sends every ten minutes needn't have it checked each time.
    ask_check(*(target for target in imports if _is_of_a_day_past(target, now)))
    readings_changed(*imports)
    return imports


def _doubts(meters: dict[str, Meter], found: dict[str, MeterSeries]) -> dict[str, list[Doubt]]:
    """What speaks against the readings of each meter, by code; nothing against a few that a gateway sends."""
    return {
        code: doubts_about(series, meters[code], frozenset()) if _can_be_doubted(series) else []
        for code, series in found.items()
    }


def _can_be_doubted(series: MeterSeries) -> bool:
    first_s, end_s = series.extent_s
    return end_s - first_s >= DOUBTED_FROM_S


def _refuse_doubts(body: Body, doubts: dict[str, list[Doubt]], accepted: frozenset[str]) -> None:
    """Raise BodyRefused for what the sender didn't consent to: no person is there to be asked.

    What is doubted of each meter comes before the readings that show it.
    """
    faults: list[Fault] = []
    for code in sorted(doubts):
        for doubt in doubts[code]:
            if doubt.kind not in accepted:
                remedy = f"{doubt.remedy} ; ou renvoyez tout avec ?accept={doubt.kind}"
                faults.append(Fault(None, "", f"compteur {quoted(code)} : {doubt.problem}", remedy))
                faults += [
                    Fault(line, "", words, "voyez plus haut, à ce compteur") for line, words in doubt.lines
                ]
    if faults:
        raise told([FileRefused("", tuple(faults))], body.format, body.places, body.code_at)


def _is_of_a_day_past(target: ReadingImport, now: dt.datetime) -> bool:
    first, _last = target.local_days
    return first < local_day(now, target.meter.plant.zone)


def _new_import(
    actor: User,
    posted: Posted,
    meter: Meter,
    series: MeterSeries,
    doubts: list[Doubt],
    *,
    asked_at: dt.datetime,
    ended_at: dt.datetime,
) -> ReadingImport:
    target = ReadingImport(
        meter=meter,
        file_id=posted.sha256,
        file_name=posted.name,
        asked_by=actor,
        asked_at=asked_at,
        asked_format=posted.format,
        state=State.STORED,
        progress_percent=100,
        ended_at=ended_at,
        rows_new=len(series.readings),
        accepted=sorted(doubt.kind for doubt in doubts),
        consented_by=actor if doubts else None,
        consented_at=ended_at if doubts else None,
    )
    describe(target, series)
    return target


def _only_checked(imports: list[ReadingImport]) -> list[ReadingImport]:
    """Reports of what was stored and taken back: no row bears their number."""
    for target in imports:
        target.pk, target.state, target.dry_run = None, State.CHECKED, True
    return imports


def _lock(meters: list[Meter]) -> None:
    """One import at a time for a meter; in one order always, so that two requests can't wait in a ring."""
    keys = [meter.pk for meter in meters]
    list(Meter.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def _journal(actor: User, posted: Posted, cooperative: Cooperative, stored: list[ReadingImport]) -> None:
    file = MeterFile(sha256=posted.sha256)
    record(
        actor,
        "post_readings",
        file,
        scope=cooperative.slug,
        token=posted.sender,
        meters=[target.meter.code for target in stored],
        energy_wh=sum(target.energy_wh for target in stored),
        imports=[target.pk for target in stored],
        doubts=sorted({kind for target in stored for kind in target.accepted}),
    )
