"""The last steps shared by all readers: from rows with a value to whole watt-hours by interval."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from production.formats import cadence, checks
from production.formats.checks import Rows
from production.formats.errors import refuse
from production.formats.notes import Notes
from production.formats.series import (
    DAY_S,
    HOUR_S,
    LONGEST_S,
    Counts,
    Floats,
    Ints,
    Label,
    MeterSeries,
    ReadOptions,
    Span,
    local_days,
    readings_frame,
    whole_watt_hours,
)
from production.formats.text import RESEND
from production.formats.units import FACTORS, is_power


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reader found besides the rows. `steady`: holes are usual, as in an inverter's nights."""

    format: str
    unit: str
    label: Label
    rows_read: int
    steady: bool = False
    meter_identifier: str | None = None
    devices: tuple[str, ...] = field(default=())
    counter_energy_wh: int | None = None
    duplicates: int = 0
    spans: tuple[Span, ...] = ()


def assemble(rows: Rows, found: Findings, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Check the rows and turn them into a MeterSeries. Raises FileRefused with every fault kept so far."""
    if not len(rows):
        notes.raise_if_refused()
        if found.spans:
            return _spans_alone(found, options, notes)
        raise refuse(options.filename, "le fichier ne contient aucune mesure", RESEND)
    rows, duplicates = checks.without_duplicates(checks.in_order(rows, notes), options, notes)
    length_s = rows.length_s if rows.length_s is not None else _lengths(rows, found, options, notes)
    checks.check_lengths(length_s, rows.line, notes)
    start_s = rows.label_s - length_s if found.label == "end" else rows.label_s
    checks.check_instants(start_s, rows.line, options, notes)
    checks.check_overlaps(start_s, length_s, rows.line, options, notes)
    power_w = checks.check_powers(_mean_power_w(rows.value, length_s, found.unit), rows.line, options, notes)
    notes.raise_if_refused()
    if not found.steady:
        cadence.say_missing(start_s, length_s, rows.line, notes)
    counts = Counts(found.rows_read, 0, int(np.isnan(power_w).sum()), found.duplicates + duplicates)
    return _finished(start_s, length_s, power_w, rows.line, counts, found, options, notes)


def _lengths(rows: Rows, found: Findings, options: ReadOptions, notes: Notes) -> Ints:
    usual = cadence.most_frequent_step(rows.label_s)
    if usual is None or usual > LONGEST_S:
        notes.raise_if_refused()
        problem = (
            "une seule mesure : son pas de temps est inconnu" if usual is None else "pas de plus d’un jour"
        )
        remedy = "exportez au moins un jour de mesures, au pas d’un jour ou moins"
        raise refuse(options.filename, problem, remedy, line=int(rows.line[0]), field="date")
    days = cadence.civil_days(rows.label_s, found.label, options.zone) if usual >= DAY_S - HOUR_S else None
    if days is not None:
        return days
    if found.steady:
        return cadence.steady_lengths(rows.label_s, usual, found.label)
    return cadence.interval_lengths(rows.label_s, found.label)


def _mean_power_w(value: Floats, length_s: Ints, unit: str) -> Floats:
    """Return the mean power [W] over each interval; an overflow becomes infinite, which is then refused."""
    with np.errstate(over="ignore"):
        scaled = value * FACTORS[unit]
        return scaled if is_power(unit) else scaled * (HOUR_S / length_s)


def _finished(
    start_s: Ints,
    length_s: Ints,
    power_w: Floats,
    line: Ints,
    counts: Counts,
    found: Findings,
    options: ReadOptions,
    notes: Notes,
) -> MeterSeries:
    kept = ~np.isnan(power_w)
    if not kept.any():
        raise refuse(
            options.filename, "le fichier ne contient aucune valeur, seulement des cases vides", RESEND
        )
    start_s, length_s, line = start_s[kept], length_s[kept], line[kept]
    energy_wh = whole_watt_hours(power_w[kept] * length_s / HOUR_S, local_days(start_s, options.zone))
    return MeterSeries(
        format=found.format,
        readings=readings_frame(start_s, length_s, energy_wh, line),
        label=found.label,
        counts=counts,
        remarks=tuple(notes.remarks),
        meter_identifier=found.meter_identifier,
        devices=found.devices,
        counter_energy_wh=found.counter_energy_wh,
        spans=found.spans,
    )


def _spans_alone(found: Findings, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Return a series without readings, if the caller asked for it: a monthly index has none."""
    if not options.spans_alone:
        problem = "les index sont trop espacés : aucun jour ne peut recevoir son énergie"
        remedy = "déposez les index quotidiens ou la courbe de charge de la même période"
        raise refuse(options.filename, problem, remedy, line=found.spans[0].line)
    none = np.zeros(0, dtype=np.int64)
    return MeterSeries(
        format=found.format,
        readings=readings_frame(none, none, none, none),
        label=found.label,
        counts=Counts(found.rows_read, duplicates=found.duplicates),
        remarks=tuple(notes.remarks),
        meter_identifier=found.meter_identifier,
        devices=found.devices,
        counter_energy_wh=found.counter_energy_wh,
        spans=found.spans,
    )
