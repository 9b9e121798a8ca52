"""From a body to one series a meter: checked like a meter file, rounded reading by reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from mine_de_soleil.core.calendar import day_bounds
from production.formats.checks import (
    Rows,
    check_instants,
    check_overlaps,
    check_powers,
    without_duplicates,
)
from production.formats.errors import Fault, FileRefused, french_number, quoted
from production.formats.localtime import wall_clock
from production.formats.notes import Notes
from production.formats.series import (
    DAY_S,
    HOUR_S,
    Counts,
    Floats,
    Ints,
    MeterSeries,
    ReadOptions,
    readings_frame,
)
from production.readings_body.body import Body
from production.readings_body.telling import told


@dataclass(frozen=True, slots=True)
class KnownMeter:
    """What bounds the readings of a meter: peak power of its plant [W], first and last day in service.

    `zone` is that of the plant: of its days, and of the times that messages name.
    """

    code: str
    zone: ZoneInfo
    peak_power_w: int | None = None
    installed_on: date | None = None
    removed_on: date | None = None


def read_body(
    body: Body, known: Mapping[str, KnownMeter], *, latest: datetime, others: tuple[str, ...] = ()
) -> dict[str, MeterSeries]:
    """Give each meter of a body its series, by code; meters with gaps alone have none.

    `known`: the meters the sender may bring readings for, by code. `latest` (aware): the latest admissible
    start. `others`: codes the sender knows, to tell a slip of the pen. Raises BodyRefused.
    """
    refusals = list(_refusals(body.notes))
    found: dict[str, MeterSeries] = {}
    for code, rows in body.rows_by_code():
        try:
            if code in known:
                series = _series(body, rows, known[code], latest)
            else:
                raise _unknown(code, body.line[rows], (*known, *others))
        except FileRefused as refusal:
            refusals.append(refusal)
        else:
            found |= {code: series} if series else {}
    if refusals:
        nobody = bool(body.codes) and known.keys().isdisjoint(body.codes)
        raise told(refusals, body.format, body.places, body.code_at, knows_no_meter=nobody)
    if not found:
        raise told([_nothing()], body.format, body.places)
    return found


def _refusals(notes: Notes) -> list[FileRefused]:
    try:
        notes.raise_if_refused()
    except FileRefused as refusal:
        return [refusal]
    return []


def _unknown(code: str, line: Ints, allowed: tuple[str, ...]) -> FileRefused:
    meant = [own for own in allowed if own.strip().casefold() == code.strip().casefold()]
    remedy = f"écrivez {quoted(meant[0])}" if meant else "vérifiez le code, et les compteurs de ce jeton"
    count = f", {french_number(len(line))} relevés" if len(line) > 1 else ""
    return FileRefused("", (Fault(int(line[0]), "meter", f"compteur inconnu {quoted(code)}{count}", remedy),))


def _nothing() -> FileRefused:
    return FileRefused(
        "", (Fault(None, "", "la demande ne contient aucune mesure", "envoyez au moins un relevé"),)
    )


def _series(body: Body, rows: Ints, meter: KnownMeter, latest: datetime) -> MeterSeries | None:
    """The series of one meter; None if it has gaps alone. Raises FileRefused."""
    notes = Notes("")
    options = ReadOptions("", meter.zone, latest, peak_power_w=meter.peak_power_w)
    order = rows[np.lexsort((body.line[rows], body.start_s[rows]))]
    sent = Rows(body.start_s[order], body.energy_wh[order], body.line[order], body.length_s[order])
    _check_steps(sent, options, notes)
    once, duplicates = without_duplicates(sent, options, notes)
    valued = once.take(~np.isnan(once.value))
    check_instants(valued.label_s, valued.line, options, notes)
    _check_service(valued, meter, notes)
    length_s = _lengths(valued)
    check_overlaps(valued.label_s, length_s, valued.line, options, notes)
    with np.errstate(over="ignore"):
        power_w = valued.value * (HOUR_S / length_s)
    power_w = check_powers(power_w, valued.line, options, notes)
    notes.raise_if_refused()
    if not len(valued):
        return None
    # Standby was set to zero; any other value stands as it came.
    energy_wh = watt_hours(valued.label_s, length_s, np.where(power_w == 0, 0.0, valued.value))
    return MeterSeries(
        body.format,
        readings_frame(valued.label_s, length_s, energy_wh, valued.line),
        "start",
        Counts(len(sent), gaps=len(once) - len(valued), duplicates=duplicates),
        tuple(notes.remarks),
    )


def _lengths(rows: Rows) -> Ints:
    assert rows.length_s is not None  # a body always says how long
    return rows.length_s


def _check_steps(rows: Rows, options: ReadOptions, notes: Notes) -> None:
    """Refuse two intervals that start together and end apart; ascending rows are expected."""
    length_s = _lengths(rows)
    bad = np.zeros(len(rows), dtype=np.bool_)
    bad[1:] = (np.diff(rows.label_s) == 0) & (np.diff(length_s) != 0)
    notes.refuse_rows(
        bad,
        rows.line,
        "date",
        lambda i: (
            f"deux durées pour l’intervalle commençant le {wall_clock(int(rows.label_s[i]), options.zone)} "
            f"(déjà donné ligne {rows.line[i - 1]})"
        ),
        "n’envoyez qu’un seul pas de temps à la fois",
    )


def _check_service(rows: Rows, meter: KnownMeter, notes: Notes) -> None:
    """Refuse readings of a day on which the meter wasn't there."""
    if meter.installed_on is not None:
        early = rows.label_s < day_bounds(meter.installed_on, meter.zone)[0].timestamp()
        said = f"ce compteur n’a été posé que le {meter.installed_on:%d/%m/%Y}"
        notes.refuse_rows(early, rows.line, "date", lambda _i: said, "vérifiez la date et le compteur")
    if meter.removed_on is not None:
        late = rows.label_s >= day_bounds(meter.removed_on, meter.zone)[1].timestamp()
        gone = f"ce compteur a été déposé le {meter.removed_on:%d/%m/%Y}"
        notes.refuse_rows(late, rows.line, "date", lambda _i: gone, "vérifiez la date et le compteur")


def watt_hours(start_s: Ints, length_s: Ints, energy_wh: Floats) -> Ints:
    """Round energies [Wh], shape (n,), to integers, each for itself: what is stored of a reading depends on
    that reading alone, however readings are cut into requests.

    A steady power would lose the same half a watt-hour at each step. So its energy since midnight UTC is
    rounded at both ends of the interval, and subtracted: 100 W by ten minutes is stored as 17, 16, 17,
    17, 16, 17… and its day holds 2,400 Wh. Whole energies stay what they are.
    """
    elapsed = (start_s % DAY_S) / length_s
    ends = np.floor(np.round(energy_wh * (elapsed + 1), 6) + 0.5)
    starts = np.floor(np.round(energy_wh * elapsed, 6) + 0.5)
    is_whole = energy_wh == np.floor(energy_wh)
    whole: Ints = np.where(is_whole, energy_wh, ends - starts).astype(np.int64)
    return whole
