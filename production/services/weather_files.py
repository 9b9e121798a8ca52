"""Weather files the operator brings: looked into first, kept on a second word, never changed afterwards."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.models import FrozenWeather, SensorLayout, WeatherDraft
from production.services.weather import keep_weather, same_weathers
from production.weather import (
    FileTooLarge,
    MissingColumn,
    SensorColumn,
    SensorMapping,
    UnreadableFile,
    WeatherError,
    WeatherMeta,
    list_titles,
    read_sensor,
)
from production.weather.files import MAX_FILE_BYTES
from production.weather.recognition import Form, may_be_table, read_recognized, recognize
from production.weather.summing import sum_weather
from shareholders.models import Cooperative

# By its name, since the module of tasks stands on this one.
TELL_TASK = "production.tasks.tell_sensor_days"
DRAFTS_KEPT = dt.timedelta(days=7)
# Each may hold 64 MB for a week.
MOST_DRAFTS = 20
SENSOR: Form = "sensor"
OWN_LICENCE = "the operator's own"
# Longer holes have a sunrise or a sunset in them, which no straight line follows.
LONGEST_GAP_S = 6 * 3600


@dataclass(frozen=True, slots=True)
class WeatherDelivery:
    """A weather file as it came, and what the sender said of it; `plant`: the roof its sensors stand on."""

    name: str
    content: bytes
    licence: str = ""
    plant: Plant | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Brought:
    """A file looked into and, unless it was a dry run, kept."""

    form: Form
    summary: dict[str, Any]
    weather: FrozenWeather | None
    already_kept: bool = False


class AlreadyKept(Exception):
    """The same bytes were kept before: `weather`."""

    def __init__(self, weather: FrozenWeather) -> None:
        self.weather = weather
        super().__init__(_("Ce fichier est déjà gardé."))


class RoofNeeded(WeatherError):
    """A table of measurements of which nobody said on which roof they were taken."""

    code = "roof-needed"


class TooManyDrafts(WeatherError):
    """So many files wait to be kept or dropped that no other is taken in."""

    code = "too-many-drafts"


class MappingRefused(MissingColumn):
    """A mapping of another shape than `SensorMapping`, or with a text nothing can be read by."""

    code = "mapping"


class NotReady(Exception):
    """A draft nothing was checked of yet: its columns aren't told."""


def receive_weather_file(
    *, actor: User | None, cooperative: Cooperative, delivery: WeatherDelivery, now: dt.datetime
) -> WeatherDraft:
    """Look into a file and set it aside for the operator to keep or drop; a sensor's waits for its mapping.

    The same file sent again while it waits: the draft there is. Raises WeatherError (TooManyDrafts where
    MOST_DRAFTS wait), ClimateError, FileRefused, AlreadyKept.
    """
    _drop_old_drafts(cooperative, now)
    waiting = WeatherDraft.objects.filter(cooperative=cooperative).order_by("-pk")
    again = waiting.filter(
        content_sha256=delivery.sha256, plant=delivery.plant, licence=delivery.licence[:120]
    ).first()
    if again is not None:
        return again
    if waiting.count() >= MOST_DRAFTS:
        raise TooManyDrafts(f"{MOST_DRAFTS} files wait", file=delivery.name)
    return _look_into(actor, cooperative, delivery, now)


def _look_into(
    actor: User | None, cooperative: Cooperative, delivery: WeatherDelivery, now: dt.datetime
) -> WeatherDraft:
    form = form_of(delivery)
    if form != SENSOR:  # a logger's file may be kept a second time if it is read otherwise
        _refuse_kept(cooperative, delivery)
    draft = WeatherDraft(
        cooperative=cooperative,
        plant=delivery.plant,
        form=form,
        file_name=delivery.name[:255],
        content=delivery.content,
        content_sha256=delivery.sha256,
        licence=delivery.licence[:120],
        asked_by=actor,
        asked_at=now,
    )
    if form == SENSOR:
        list_titles(delivery.content, delivery.name)  # what can't be read is refused now
        _remember_layout(draft)
    else:
        draft.summary = summary_of(*read_draft(draft))
    draft.save()
    return draft


def form_of(delivery: WeatherDelivery) -> Form:
    """What file this is; with a roof, its sensors'. Raises FileTooLarge, UnreadableFile, RoofNeeded."""
    if len(delivery.content) > MAX_FILE_BYTES:
        raise FileTooLarge(f"{len(delivery.content)} bytes", file=delivery.name)
    form = recognize(delivery.content)
    if form == SENSOR and delivery.plant is None and not may_be_table(delivery.content):
        raise UnreadableFile("neither a weather file nor a table", file=delivery.name)
    if delivery.plant is None and form == SENSOR:
        raise RoofNeeded("a table of measurements without a roof", file=delivery.name)
    if delivery.plant is not None and form != SENSOR:
        raise UnreadableFile(f"a weather of a whole place ({form}), not a roof's sensors", file=delivery.name)
    return form


def kept_before(cooperative: Cooperative, sha256: str, plant: Plant | None) -> FrozenWeather | None:
    """The weather these bytes were kept as, if they were."""
    return (
        FrozenWeather.objects.usable_by(cooperative)
        .without_numbers()
        .filter(original_sha256=sha256, plant=plant)
        .order_by("pk")
        .first()
    )


def _refuse_kept(cooperative: Cooperative, delivery: WeatherDelivery) -> None:
    before = kept_before(cooperative, delivery.sha256, None)
    if before is not None:
        raise AlreadyKept(before)


def read_draft(draft: WeatherDraft) -> tuple[pd.DataFrame, WeatherMeta]:
    """Numbers and meta of a draft. Raises NotReady, WeatherError, ClimateError, FileRefused."""
    content = bytes(draft.content)
    if draft.form != SENSOR:
        form: Any = draft.form
        return read_recognized(
            content, form, filename=draft.file_name, licence=draft.licence, now=draft.asked_at
        )
    if not draft.mapping:
        raise NotReady
    assert draft.plant is not None  # a constraint holds it
    return read_sensor(
        content,
        mapping_from(draft.mapping),
        latitude=draft.plant.latitude_deg,
        longitude=draft.plant.longitude_deg,
        altitude_m=draft.plant.altitude_m,
        filename=draft.file_name,
        licence=draft.licence or OWN_LICENCE,
    )


def summary_of(data: pd.DataFrame, meta: WeatherMeta) -> dict[str, Any]:
    """What a reading found, as plain values: the meta, the rows, columns and sums."""
    return {
        "meta": meta.as_json(),
        "rows": len(data),
        "columns": [str(name) for name in data.columns],
        "sums": asdict(sum_weather(data, meta.step_s)),
    }


def check_sensor_draft(*, draft: WeatherDraft, mapping: SensorMapping, layout_name: str) -> WeatherDraft:
    """Read a logger's file as the operator says, and show what comes out; nothing is kept yet.

    Raises WeatherError (MappingRefused for a plane the roof hasn't), FileRefused; the draft then keeps what
    was said of it before.
    """
    _check_planes(mapping, draft.plant)
    draft.mapping, draft.layout_name = asdict(mapping), layout_name.strip()[:80]
    draft.summary = summary_of(*read_draft(draft))
    draft.save()
    return draft


def bring_weather(
    *,
    actor: User | None,
    cooperative: Cooperative,
    delivery: WeatherDelivery,
    mapping: Mapping[str, Any] | None,
    layout_name: str = "",
    dry_run: bool,
    now: dt.datetime,
) -> Brought:
    """Look into a file and keep it in one go, for programs; a dry run leaves nothing behind.

    mapping: a sensor's, as plain values; without one, that remembered for the roof. Raises as
    `receive_weather_file`, and MissingColumn where no mapping is known.
    """
    with transaction.atomic():
        draft = _look_into(actor, cooperative, delivery, now)
        if draft.form == SENSOR:
            if mapping is None and not draft.mapping:
                raise MissingColumn("no mapping says what the columns hold", file=delivery.name)
            known = mapping_from(draft.mapping if mapping is None else mapping)
            check_sensor_draft(draft=draft, mapping=known, layout_name=layout_name or draft.layout_name)
        weather = None if dry_run else keep_draft(actor=actor, draft=draft, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return Brought(form_of(delivery), draft.summary, weather)


def keep_draft(*, actor: User | None, draft: WeatherDraft, now: dt.datetime) -> FrozenWeather:
    """Keep a looked-into file for ever; a sensor's tells its roof's days in the worker.

    Raises NotReady, AlreadyKept where the same numbers are kept, and as `receive_weather_file`.
    """
    data, meta = read_draft(draft)  # before the transaction: it may take a second
    with transaction.atomic():
        _take(draft)
        _refuse_same_numbers(draft, meta)
        kept = keep_weather(
            data,
            meta,
            plant=draft.plant,
            cooperative=draft.cooperative,
            original=bytes(draft.content),
            file_name=draft.file_name,
        )
        said = {"scope": draft.cooperative.slug, "file": draft.file_name, "sha256": kept.sha256}
        if draft.plant is None:
            record(actor, "keep_weather_file", kept, **said)
        else:
            record(actor, "keep_sensor_series", kept, plant=draft.plant.slug, **said)
            _keep_layout(draft, draft.plant, now)
            app.configure_task(TELL_TASK).defer(weather_id=kept.pk)
    return kept


def _refuse_same_numbers(draft: WeatherDraft, meta: WeatherMeta) -> None:
    """The numbers may have been kept from other bytes; at another place they are another weather."""
    usable = FrozenWeather.objects.usable_by(draft.cooperative).without_numbers()
    before = same_weathers(usable.filter(plant=draft.plant), meta).order_by("pk").first()
    if before is not None:
        raise AlreadyKept(before)


def _keep_layout(draft: WeatherDraft, plant: Plant, now: dt.datetime) -> None:
    SensorLayout.objects.update_or_create(
        plant=plant,
        name=draft.layout_name or _("capteurs du toit"),
        defaults={"mapping": draft.mapping, "used_at": now},
    )


def _take(draft: WeatherDraft) -> None:
    """Take the draft off the table; of two who keep it at once, the second finds it kept."""
    held = WeatherDraft.objects.select_for_update().filter(pk=draft.pk)
    if not held.values_list("pk", flat=True).first():
        before = kept_before(draft.cooperative, draft.content_sha256, draft.plant)
        raise AlreadyKept(before) if before else NotReady
    WeatherDraft.objects.filter(pk=draft.pk).delete()


def discard_draft(*, draft: WeatherDraft) -> None:
    """Drop a file nobody wants to keep; done twice, the second time changes nothing."""
    WeatherDraft.objects.filter(pk=draft.pk).delete()


def _drop_old_drafts(cooperative: Cooperative, now: dt.datetime) -> None:
    WeatherDraft.objects.filter(cooperative=cooperative, asked_at__lt=now - DRAFTS_KEPT).delete()


def _remember_layout(draft: WeatherDraft) -> None:
    """The roof's latest layout whose columns all stand in this file."""
    titles = set(list_titles(bytes(draft.content), draft.file_name))
    for layout in SensorLayout.objects.filter(plant=draft.plant).order_by("-used_at", "-pk"):
        if {column["title"] for column in layout.mapping["columns"]} <= titles:
            draft.mapping, draft.layout_name = layout.mapping, layout.name
            return


def mapping_from(stored: Mapping[str, Any]) -> SensorMapping:
    """The mapping that was stored or sent as plain values. Raises MappingRefused for another shape."""
    try:
        values = dict(stored)
        columns = tuple(SensorColumn(**column) for column in values.pop("columns"))
        mapping = SensorMapping(columns=columns, **values)
    except (TypeError, KeyError, ValueError) as reason:
        raise MappingRefused("a mapping has columns (title, quantity, unit), label, timezone") from reason
    _check_plain(mapping)
    return mapping


def _check_plain(mapping: SensorMapping) -> None:
    texts = [mapping.label, mapping.timezone, mapping.instant, mapping.time]
    texts += [text for column in mapping.columns for text in asdict(column).values()]
    gap = mapping.longest_gap_s
    if not all(map(_is_text, texts)) or isinstance(gap, bool) or not isinstance(gap, int):
        raise MappingRefused("a mapping holds texts, and a number of seconds")
    if mapping.label not in ("start", "middle", "end") or not 0 <= gap <= LONGEST_GAP_S:
        raise MappingRefused(f"label is start, middle or end; longest_gap_s goes from 0 to {LONGEST_GAP_S}")
    if mapping.timezone not in available_timezones():
        raise MappingRefused(f"time zone {mapping.timezone[:60]!r} is not known")


def _is_text(value: Any) -> bool:
    """A text that a database and an answer can hold: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str):
        return False
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _check_planes(mapping: SensorMapping, plant: Plant | None) -> None:
    """A plane is the rank of one of the roof's arrays, as the page offers them; empty for all."""
    ranks = {"", *map(str, range(plant.arrays.count() if plant else 0))}
    wrong = next((column.plane for column in mapping.columns if column.plane not in ranks), None)
    if wrong is not None:
        raise MappingRefused(f"plane {wrong[:60]!r} is no rank of the roof's arrays")
