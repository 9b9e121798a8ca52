"""What a body holds, before anything is known of its meters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from production.formats.notes import Notes
from production.formats.series import Bools, Floats, Ints
from production.readings_body.errors import BodyTooLarge
from production.readings_body.places import Places

API_JSON, API_CSV = "api-json", "api-csv"
# Names for people.
BODY_FORMATS = {
    API_JSON: "Relevés envoyés par un programme (JSON)",
    API_CSV: "Relevés envoyés par un programme (CSV)",
}
# Two years of ten-minute readings of one meter, or a day of them of 690.
MAX_READINGS = 100_000
MAX_METERS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The readings of a body, arrays of shape (n,): `meter` numbers the `codes`, `start_s` [s UTC],
    `length_s` [s], `energy_wh` [Wh] (NaN for a gap), `line` (see BodyFault).

    Items that hold something else are left out, their faults kept in `notes`.
    """

    format: str
    codes: tuple[str, ...]
    meter: Ints
    start_s: Ints
    length_s: Ints
    energy_wh: Floats
    line: Ints
    places: Places
    notes: Notes = field(repr=False)

    def rows_by_code(self) -> Iterator[tuple[str, Ints]]:
        """Each meter with its rows, as they came."""
        order = np.argsort(self.meter, kind="stable")
        ends = np.searchsorted(self.meter[order], np.arange(len(self.codes)), side="right")
        yield from zip(self.codes, np.split(order, ends[:-1]) if len(ends) else [], strict=True)

    def code_at(self, line: int) -> str:
        """The meter of a line, "" where none of its readings is left."""
        rows = np.flatnonzero(self.line == line)
        return self.codes[int(self.meter[rows[0]])] if len(rows) else ""

    def only(self, code: str) -> Body:
        """The readings of one meter, without what is wrong with others."""
        rows = self.meter == (self.codes.index(code) if code in self.codes else -1)
        return replace(
            self,
            codes=(code,) if rows.any() else (),
            meter=np.zeros(int(rows.sum()), dtype=np.int64),
            start_s=self.start_s[rows],
            length_s=self.length_s[rows],
            energy_wh=self.energy_wh[rows],
            line=self.line[rows],
            notes=Notes(""),
        )


def energy_of(value: Floats, length_s: Ints, is_power: Bools) -> Floats:
    """Energies [Wh] of values that are energies [Wh] or mean powers [W], shape (n,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        # An hour's worth of the largest float is no float any more; it is refused as a power later.
        energy: Floats = np.where(is_power, value * (length_s / 3600), value)
    return energy


def refuse_too_many(readings: int) -> None:
    """Raise BodyTooLarge above the most that one request may bring."""
    if readings > MAX_READINGS:
        most = f"{MAX_READINGS:,}".replace(",", "\u202f")
        raise BodyTooLarge(f"Au plus {most} relevés par demande : envoyez-les en plusieurs fois.")


def refuse_too_many_meters(codes: tuple[str, ...]) -> None:
    """Raise BodyTooLarge above the most that one request may name."""
    if len(codes) > MAX_METERS:
        raise BodyTooLarge(f"Au plus {MAX_METERS} compteurs par demande : envoyez-les en plusieurs fois.")
