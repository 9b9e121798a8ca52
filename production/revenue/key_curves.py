"""Sharing keys that change with every step, read from the file an organiser sends the grid operator. Pure.

A table in CSV: first column the start of each step (ISO, with offset or UTC « Z »), then one column a
participant, named as here or by its delivery point, in per cent. What is missing or unclear refuses the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from production.formats.detection import load, refuse_foreign
from production.formats.errors import Fault, FileRefused, quoted, refuse
from production.formats.text import decode
from production.revenue.sharing import WHOLE_KEY, Bools, Ints

MOST_FAULTS = 20
MOST_LINES = 200_000
REMEDY = "corrigez cette ligne, puis déposez de nouveau le fichier"
MODEL = "« debut;École;Mairie », puis « 2026-06-01T10:00:00Z;40;60 »"


@dataclass(frozen=True, eq=False)
class KeyCurve:
    """Keys [millionths], shape (steps, participants), from each start [s since 1970, UTC]; ids by column."""

    start_s: Ints
    participants: Ints
    keys: Ints


def pack_keys(curve: KeyCurve) -> bytes:
    """The keys as bytes to keep."""
    kept = io.BytesIO()
    np.savez_compressed(kept, start=curve.start_s, participants=curve.participants, keys=curve.keys)
    return kept.getvalue()


def unpack_keys(kept: bytes) -> KeyCurve:
    """The keys that were kept. Raises ValueError for bytes `pack_keys` didn't make."""
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        return KeyCurve(arrays["start"], arrays["participants"], arrays["keys"])


def keys_in_steps(curve: KeyCurve, names: Sequence[int], starts_s: Ints) -> tuple[Ints, Bools]:
    """Keys for each of `starts_s`, shape (steps, names), and whether there were any.

    A row holds for the steps that start in it, up to the next row, an hour at most.
    """
    place = np.searchsorted(curve.start_s, starts_s, side="right") - 1
    told: Bools = (place >= 0) & (starts_s - curve.start_s[np.maximum(place, 0)] < 3600)
    columns = {int(key): n for n, key in enumerate(curve.participants)}
    table = np.zeros((len(starts_s), len(names)), dtype=np.int64)
    for n, key in enumerate(names):
        if key in columns:
            table[:, n] = np.where(told, curve.keys[np.maximum(place, 0), columns[key]], 0)
    return table, told


def read_keys(content: bytes, filename: str, participants: Mapping[str, int]) -> KeyCurve:
    """The file's keys; `participants`: their ids by name and by delivery point. Raises FileRefused."""
    data = load(content, filename)
    refuse_foreign(data, filename)
    text = decode(data, filename).text
    delimiter = ";" if ";" in text.partition("\n")[0] else "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise refuse(filename, "une cellule du fichier est sans fin", REMEDY) from None
    if len(rows) > MOST_LINES:
        raise refuse(filename, "le fichier a trop de lignes", "déposez une année à la fois")
    columns = _columns(rows, filename, participants)
    faults: list[Fault] = []
    kept: dict[int, list[int]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            _read_row(number, row, len(columns), kept, faults)
    if faults:
        raise FileRefused(filename, tuple(faults[:MOST_FAULTS]), len(faults))
    if not kept:
        raise refuse(filename, "le fichier n’a aucune ligne de clés", f"écrivez par exemple {MODEL}")
    starts = sorted(kept)
    return KeyCurve(
        np.array(starts, dtype=np.int64),
        np.array(columns, dtype=np.int64),
        np.array([kept[start] for start in starts], dtype=np.int64),
    )


def _columns(rows: Sequence[Sequence[str]], filename: str, participants: Mapping[str, int]) -> list[int]:
    heading = [cell.strip() for cell in rows[0]]
    known = {name.casefold(): key for name, key in participants.items() if name}
    unknown = [name for name in heading[1:] if name.casefold() not in known]
    if len(heading) < 2 or unknown:
        told = f"la colonne {quoted(unknown[0])} n’est pas un participant" if unknown else "une seule colonne"
        raise refuse(filename, told, f"écrivez par exemple {MODEL}", line=1)
    found = [known[name.casefold()] for name in heading[1:]]
    if len(set(found)) < len(found):
        raise refuse(filename, "un participant a deux colonnes", "gardez-en une", line=1)
    return found


def _read_row(
    number: int, row: Sequence[str], count: int, kept: dict[int, list[int]], faults: list[Fault]
) -> None:
    start = _instant(row[0])
    if start is None:
        faults.append(Fault(number, "début", f"{quoted(row[0])} n’est pas un instant", REMEDY))
        return
    if start in kept:
        faults.append(Fault(number, "début", "ce pas de temps figure deux fois", REMEDY))
        return
    if any(cell.strip() for cell in row[count + 1 :]):
        told = "la ligne a plus de clés que de participants"
        faults.append(
            Fault(number, "clé", told, "séparez par des points-virgules si les clés ont une virgule")
        )
        return
    keys = [_key(cell) for cell in row[1 : count + 1]]
    whole = [key for key in keys if key is not None]
    if len(whole) != count:
        faults.append(Fault(number, "clé", "une clé n’est pas un pourcentage de 0 à 100", REMEDY))
    elif sum(whole) > WHOLE_KEY:
        faults.append(Fault(number, "clé", "les clés font plus de 100 % ensemble", REMEDY))
    else:
        kept[start] = whole


def _instant(text: str) -> int | None:
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int(found.timestamp()) if found.tzinfo is not None else None


def _key(text: str) -> int | None:
    try:
        percent = Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    # Judged before anything is computed of it: « sNaN » and 1e999999 are decimals, too.
    if not percent.is_finite() or not 0 <= percent <= 100:
        return None
    millionths = percent * WHOLE_KEY / 100
    return int(millionths) if millionths == int(millionths) else None
