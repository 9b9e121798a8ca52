"""A meter file on its way in: what came, what its sender said of it, and what is known of its meter."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.utils.translation import gettext as _

from installations.models import Meter
from production.formats import (
    MAPPED,
    ColumnMapping,
    FileRefused,
    MeterSeries,
    Replacement,
    read_meter_file,
)
from production.formats.errors import refuse
from production.formats.grid import open_grid
from production.formats.mapping import MappingInvalid, fingerprint, mapping_from
from production.formats.resting import from_ranges
from production.formats.series import Label
from production.models import MeterLayout, ReadingImport

State = ReadingImport.State
# Of a meter whose portal changes its header each month, the last ones will do.
LAYOUTS_TRIED = 5


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it came, and what the sender said of it.

    `part` is the meter or plant to take of a file with several, `mapping` what its columns hold. What
    somebody consented to: `without_lines` are read as if absent, `accepted` are kinds of doubts overruled.
    """

    name: str
    content: bytes
    format: str | None = None
    unit: str = ""
    label: str = ""
    part: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    without_lines: frozenset[int] = frozenset()
    accepted: frozenset[str] = frozenset()
    sha256: str = ""

    def __post_init__(self) -> None:
        # Asked for several times on the way, and two milliseconds for a year: taken once, and carried along.
        if not self.sha256:
            object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())


def read_delivery(delivery: Delivery, *, meter: Meter | None, latest: dt.datetime) -> MeterSeries:
    """Read a file for a meter (or for none yet). Raises FileRefused; touches no table but to look."""
    options = reading_options(delivery, meter=meter, latest=latest)
    series = read_meter_file(delivery.content, **options)
    if delivery.part:
        _check_part(delivery, options)
    if meter:
        check_belongs(series, meter, delivery)
    return series


def _check_part(delivery: Delivery, options: dict[str, Any]) -> None:
    """Refuse a part that the file doesn't have: under its name, one file could count for two meters."""
    try:
        whole = read_meter_file(delivery.content, **options | {"part": ""})
        parts: tuple[str, ...] = (whole.meter_identifier,) if whole.meter_identifier else ()
    except FileRefused as refusal:
        if not refusal.parts:  # nor could it be read under another name
            return
        parts = refusal.parts
    if delivery.part not in parts:
        problem = _("ce fichier n’a pas de partie « %(part)s »") % {"part": delivery.part[:60]}
        raise refuse(
            delivery.name, problem, _("choisissez parmi celles qu’il contient, ou n’en dites aucune")
        )


def reading_options(delivery: Delivery, *, meter: Meter | None, latest: dt.datetime) -> dict[str, Any]:
    """What `read_meter_file` has to be told: what the sender said, and what is known of the meter.

    Raises FileRefused where columns were described in another shape, or are to be and never were.
    """
    plant = meter.plant if meter else None
    mapping = mapping_of(delivery, meter)
    return {
        "filename": delivery.name,
        "format": None if mapping else (delivery.format or (meter.default_format if meter else None) or None),
        "timezone": plant.time_zone if plant else "Europe/Paris",
        "latest": latest,
        "label": cast("Label | None", delivery.label or None),
        "unit": delivery.unit or None,
        "peak_power_w": sum(array.peak_power_w for array in plant.arrays.all()) or None if plant else None,
        "index_digits": meter.counter_digits if meter else None,
        "replacements": _replacements(meter) if meter else (),
        "spans_alone": True,
        "without_lines": delivery.without_lines,
        "part": delivery.part,
        "mapping": mapping,
    }


def check_belongs(series: MeterSeries, meter: Meter, delivery: Delivery) -> None:
    """Refuse a file that names another meter, or that another one has."""
    _check_identifier(series, meter, delivery)
    check_not_elsewhere(meter, delivery.name, delivery.sha256, delivery.part)


def mapping_of(delivery: Delivery, meter: Meter | None) -> ColumnMapping | None:
    """What is said of the columns, else what is remembered of such a file of this meter; None without either.

    Raises FileRefused where it was said in another shape, or asked for and never said.
    """
    if delivery.mapping:
        try:
            return mapping_from(delivery.mapping)
        except MappingInvalid as reason:
            problem = _("la description des colonnes est illisible (%(reason)s)") % {"reason": reason}
            raise refuse(delivery.name, problem, _("décrivez de nouveau les colonnes")) from None
    if delivery.format not in {None, MAPPED}:
        return None
    layout = layout_for(meter, delivery) if meter else None
    if layout is None and delivery.format == MAPPED:
        problem = _("personne n’a encore dit ce que contiennent les colonnes de ce fichier")
        refusal = refuse(delivery.name, problem, _("décrivez ses colonnes une fois : elles seront retenues"))
        refusal.describable = True
        raise refusal
    return mapping_from(layout.mapping) if layout else None


def layout_for(meter: Meter, delivery: Delivery) -> MeterLayout | None:
    """The layout drawn for a file with this header, or with one that has all its columns; None without."""
    layouts = list(MeterLayout.objects.filter(meter=meter).order_by("-used_at", "-pk")[:LAYOUTS_TRIED])
    wider: MeterLayout | None = None
    for layout in layouts:
        mapping = mapping_from(layout.mapping)
        titles = titles_of(delivery, mapping)
        if fingerprint(titles) == layout.fingerprint:
            return layout
        if wider is None and set(mapping.used) <= set(titles):
            wider = layout
    return wider


def titles_of(delivery: Delivery, mapping: ColumnMapping | None) -> tuple[str, ...]:
    """The titles of a file's columns, cut as a mapping says or by its content; empty without columns."""
    try:
        return open_grid(
            delivery.content,
            delivery.name,
            first_line=mapping.first_line if mapping else None,
            separator=(mapping.separator or None) if mapping else None,
        ).titles
    except FileRefused:
        return ()


def _replacements(meter: Meter) -> tuple[Replacement, ...]:
    return tuple(
        Replacement(known.at, float(known.removed_index), float(known.installed_index), known.unit)
        for known in meter.replacements.all()
    )


def _check_identifier(series: MeterSeries, meter: Meter, delivery: Delivery) -> None:
    """Refuse a file that names another meter; one of the same cooperative is named in return."""
    found = series.meter_identifier
    if not meter.identifier or not found or found == meter.identifier:
        return
    own = meters_by_identifier(meter, (found,)).get(found)
    wanted = f"{own.plant} ({own.code})" if own else found
    raise refuse(
        delivery.name,
        _("ce fichier est celui du compteur %(found)s, et non du compteur %(code)s (%(wanted)s)")
        % {"found": found, "code": meter.code, "wanted": meter.identifier},
        _("choisissez le compteur %(found)s, ou le bon fichier") % {"found": wanted},
    )


def meters_by_identifier(meter: Meter, identifiers: tuple[str, ...]) -> dict[str, Meter]:
    """The meters of the same cooperative that bear these identifiers; one that two bear is nobody's."""
    found: dict[str, list[Meter]] = {}
    known = Meter.objects.filter(plant__cooperative=meter.plant.cooperative, identifier__in=identifiers)
    for one in known.exclude(identifier="").select_related("plant").order_by("pk"):
        found.setdefault(one.identifier, []).append(one)
    return {name: meters[0] for name, meters in found.items() if len(meters) == 1}


def check_not_elsewhere(meter: Meter, name: str, sha256: str, part: str) -> None:
    """Refuse a file that another meter of the same cooperative already has; of others nothing is told.

    Of a file with several meters, each may take its own part.
    """
    others = (
        ReadingImport.objects.of(meter.plant.cooperative)
        .filter(file_id=sha256, state=State.STORED)
        .exclude(meter=meter)
    )
    if part:
        others = others.filter(asked_part__in=["", part])
    other = others.select_related("meter").order_by("pk").first()
    if other:
        raise refuse(
            name,
            _("ce fichier est déjà enregistré pour le compteur %(code)s") % {"code": other.meter.code},
            _("choisissez ce compteur, ou annulez d’abord cet import"),
        )


def kept_delivery(received: ReadingImport) -> Delivery:
    """The file of an import as it came, with what its sender said of it and what was consented to."""
    return Delivery(
        received.file_name,
        received.file.content,
        received.asked_format or None,
        received.asked_unit,
        received.asked_label,
        received.asked_part,
        received.asked_mapping,
        from_ranges(received.left_out),
        frozenset(received.accepted),
        received.file_id,
    )


def as_used(delivery: Delivery, meter: Meter) -> Delivery:
    """The delivery with the mapping its reading rests on: an undo must read it the same way in ten years."""
    mapping = mapping_of(delivery, meter)
    return replace(delivery, mapping=mapping.as_json()) if mapping and not delivery.mapping else delivery
