"""What holds a file back, and what the rest of it would bring: looked for here, decided by a person."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _

from installations.models import Meter, Plant
from production.doubts import Doubt, doubt_clock, doubt_energies, doubt_meter
from production.doubts.twins import sample
from production.formats import FileRefused, MeterSeries
from production.formats.errors import Fault, typeset
from production.formats.familiar import likeness
from production.formats.resting import Ranges, Rest, as_ranges, rest_of
from production.formats.series import LONGEST_S, Ints
from production.models import MeterLayout
from production.services.deliveries import Delivery, meters_by_identifier, titles_of

Why = Literal["lines", "parts", "doubts", "columns"]
Read = Callable[[Delivery], MeterSeries]


@dataclass(frozen=True, slots=True)
class Part:
    """One meter or plant of a file with several; `meter` is the code of ours that bears its number, or ""."""

    name: str
    meter: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a file is held back, and what a person may decide of it.

    `lines`: some are at fault (`left_out`, [[first, last]]), the rest can be stored; `parts`: several meters;
    `doubts`: nothing is at fault and all may be wrong; `columns`: nobody said yet what they hold. `rows` and
    `energy_wh` are what would be stored; `doubts` are the kinds a consent overrules.
    """

    why: Why
    format: str
    remarks: tuple[dict[str, Any], ...]
    faults: int = 0
    left_out: Ranges = field(default_factory=list)
    rows: int = 0
    energy_wh: int = 0
    doubts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines would be left out."""
        return sum(last - first + 1 for first, last in self.left_out)

    def as_json(self) -> dict[str, Any]:
        """What an import keeps of it; the remarks have their own column.

        `id` stands for all of it, remarks included: who consents sends back the one that was shown.
        """
        lists = {"doubts": list(self.doubts), "parts": [asdict(part) for part in self.parts]}
        kept = asdict(self) | lists | {"lines": self.lines}
        shown = json.dumps(kept, sort_keys=True).encode()
        kept.pop("remarks")
        return kept | {"id": hashlib.sha256(shown).hexdigest()[:16]}


def hold_refused(refusal: FileRefused, delivery: Delivery, meter: Meter, read: Read) -> Hold | None:
    """What a refused file can be held for; None where there is nothing a person could decide."""
    remarks = tuple({"severity": "error", **row} for row in refusal.rows())
    others = refusal.fault_count - len(refusal.faults)
    if others:
        words = _("Et une autre ligne en défaut.") if others == 1 else _("Et %(n)s autres lignes en défaut.")
        remarks = (*remarks, _note("error", words % {"n": others}))
    if refusal.parts and refusal.lines:
        ours = meters_by_identifier(meter, refusal.parts)
        parts = tuple(Part(name, ours[name].code if name in ours else "") for name in refusal.parts[:20])
        return Hold("parts", refusal.format, remarks, refusal.fault_count, parts=parts)
    rest = rest_of(
        refusal, lambda lines: read(replace(delivery, without_lines=delivery.without_lines | lines))
    )
    if rest is not None:
        return _hold_lines(refusal, delivery, meter, remarks, rest)
    return _hold_columns(refusal, delivery, meter, remarks)


def _hold_lines(
    refusal: FileRefused, delivery: Delivery, meter: Meter, remarks: tuple[dict[str, Any], ...], rest: Rest
) -> Hold:
    doubts = doubts_about(rest.series, meter, delivery.accepted)
    elsewhere = _fits_elsewhere(refusal, meter)
    more = [remark for doubt in doubts for remark in doubt.remarks()]
    return Hold(
        "lines",
        rest.series.format,
        (*remarks, *([_note("warning", elsewhere)] if elsewhere else []), *more),
        refusal.fault_count,
        as_ranges(rest.left_out | delivery.without_lines),
        len(rest.series.readings),
        rest.series.energy_wh,
        tuple(doubt.kind for doubt in doubts),
    )


def _hold_columns(
    refusal: FileRefused, delivery: Delivery, meter: Meter, remarks: tuple[dict[str, Any], ...]
) -> Hold | None:
    """A table that no reader takes as it is may be described by hand; anything else is no table."""
    if delivery.mapping:  # somebody did, and sees what it gives
        return None
    titles = titles_of(delivery, None)
    if not titles or not refusal.describable or refusal.format not in _DESCRIBED:
        return None
    alike = likeness(titles) or _like_a_layout(titles, meter)
    if alike:
        remarks = (*remarks, _note("warning", typeset(alike)))
    return Hold("columns", refusal.format, remarks, refusal.fault_count)


# A table of two columns is read by guesses; where they fail, a person can do better. A portal's own format is
# known, and its faults are the file's; but its header may have lost a column.
_DESCRIBED = frozenset({"", "generic", "generic-xlsx", "index", "mapped", "fusionsolar"})


def _like_a_layout(titles: tuple[str, ...], meter: Meter) -> str:
    """Name the columns of the nearest layout of this meter that are there, and those that are gone."""
    best: tuple[int, str] = (0, "")
    for layout in MeterLayout.objects.filter(meter=meter).order_by("-used_at", "-pk")[:5]:
        used = [layout.mapping["instant"], *layout.mapping["values"]]
        found = [title for title in used if title in titles]
        missing = [title for title in used if title not in titles]
        if missing and len(found) > best[0]:
            words = _(
                "Ce fichier ressemble à « %(name)s », que vous avez décrit. Retrouvé : %(found)s. "
                "Introuvable : %(missing)s."
            )
            said = {"name": layout.name, "found": ", ".join(found), "missing": ", ".join(missing)}
            best = (len(found), words % said)
    return best[1]


def doubts_about(series: MeterSeries, meter: Meter, accepted: frozenset[str]) -> list[Doubt]:
    """What speaks against a file that is read without fault, but for what somebody accepted already."""
    if not len(series.readings):
        return []
    start_s, length_s, energy_wh, line = _arrays(series)
    plant = meter.plant
    found = [
        doubt_energies(start_s, length_s, energy_wh, line, *_known(meter, start_s, length_s), plant.zone),
        doubt_clock(start_s, length_s, energy_wh, line, plant.zone, plant.latitude_deg, plant.longitude_deg)
        if plant.kind == Plant.Kind.SOLAR
        else None,
        _twin(meter, start_s, length_s, energy_wh),
    ]
    doubts: dict[str, Doubt] = {}
    for doubt in found:
        if doubt and doubt.kind not in accepted:
            doubts.setdefault(doubt.kind, doubt)
    return list(doubts.values())


def hold_doubted(series: MeterSeries, doubts: list[Doubt], delivery: Delivery) -> Hold:
    """A file without fault of which all may be wrong."""
    remarks = tuple(remark for doubt in doubts for remark in doubt.remarks())
    kinds = tuple(doubt.kind for doubt in doubts)
    return Hold(
        "doubts",
        series.format,
        remarks,
        len(doubts),
        as_ranges(delivery.without_lines),
        len(series.readings),
        series.energy_wh,
        kinds,
    )


def refusal_of(doubts: list[Doubt], delivery: Delivery) -> FileRefused:
    """The refusal of a doubted file, for those who can't be asked."""
    return FileRefused(delivery.name, tuple(Fault(None, "", doubt.problem, doubt.remedy) for doubt in doubts))


def _arrays(series: MeterSeries) -> tuple[Ints, Ints, Ints, Ints]:
    readings = series.readings
    start = readings["start"].dt.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)
    return start, *(readings[name].to_numpy(dtype=np.int64) for name in ("length_s", "energy_wh", "line"))


_KNOWN = """
SELECT extract(epoch FROM start)::bigint, length_s, energy_wh FROM production_reading
WHERE meter_id = %s AND start >= to_timestamp(%s) AND start < to_timestamp(%s) ORDER BY start
"""


def _known(meter: Meter, start_s: Ints, length_s: Ints) -> tuple[Ints, Ints, Ints]:
    """What is stored where the file has readings and a day around: start, length, energy, shape (m,)."""
    first, end = int(start_s[0]) - LONGEST_S, int(start_s[-1] + length_s[-1]) + LONGEST_S
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [meter.pk, first, end])
        rows = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
    return rows[:, 0], rows[:, 1], rows[:, 2]


_ALIKE = """
SELECT m.id, m.code, p.name, count(*)
FROM installations_meter m
JOIN installations_plant p ON p.id = m.plant_id
CROSS JOIN unnest(%(start)s::bigint[], %(length)s::int[], %(energy)s::bigint[]) AS i (s, l, e)
JOIN production_reading r ON r.meter_id = m.id AND r.start = to_timestamp(i.s)
    AND r.length_s = i.l AND r.energy_wh = i.e
WHERE p.cooperative_id = %(cooperative)s AND m.id <> %(meter)s
    AND (%(among)s::bigint[] IS NULL OR m.id = ANY(%(among)s))
GROUP BY m.id, m.code, p.name
"""
# A twin holds nine readings of ten: of the others, which are most, a few tell enough, and a company of a
# thousand meters isn't asked forty times each.
_FIRST_LOOK = 3


def _twin(meter: Meter, start_s: Ints, length_s: Ints, energy_wh: Ints) -> Doubt | None:
    """Whether another meter of the cooperative holds these very readings."""
    at = sample(energy_wh)
    if not len(at):
        return None
    values: dict[str, Any] = {"cooperative": meter.plant.cooperative_id, "meter": meter.pk, "among": None}
    with connection.cursor() as cursor:
        for look in (at[:: max(1, len(at) // _FIRST_LOOK)][:_FIRST_LOOK], at):
            columns = {"start": start_s, "length": length_s, "energy": energy_wh}
            cursor.execute(_ALIKE, values | {name: some[look].tolist() for name, some in columns.items()})
            found = cursor.fetchall()
            if not found:
                return None
            values["among"] = [pk for pk, *_names in found]
    return doubt_meter({f"{plant} ({code})": int(count) for _pk, code, plant, count in found}, len(at))


def _fits_elsewhere(refusal: FileRefused, meter: Meter) -> str:
    """Name the plants whose peak power bears what is impossible here; "" where powers aren't the trouble."""
    if not any("puissance impossible" in fault.problem for fault in refusal.faults):
        return ""
    own = sum(array.peak_power_w for array in meter.plant.arrays.all())
    others = Plant.objects.of(meter.plant.cooperative).exclude(pk=meter.plant_id)
    larger = [plant.name for plant in others if plant.peak_power_w > own]
    if not larger:
        return ""
    words = _("Une telle puissance serait possible à : %(plants)s. Est-ce le bon compteur ?")
    return typeset(words % {"plants": ", ".join(larger[:5])})


def _note(severity: str, message: str) -> dict[str, Any]:
    return {"severity": severity, "line": None, "field": "", "message": message}
