"""Columns of a body: what a program wrote, to arrays, with a fault for each cell that is something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from production.formats.errors import quoted
from production.formats.instants import parse_instants
from production.formats.notes import Notes
from production.formats.series import LONGEST_S, Bools, Floats, Ints

FAR_TOO_LARGE = "un nombre que rien ne mesure"
WRITE_NUMBER = "écrivez un nombre, sans guillemets, avec un point pour les décimales"
_INSTANT = re.compile(r"0000-00-00[T ]00:00(?::00(?:\.0{1,9})?)?(?P<offset>Z|[+-]00:?00)?")
_TO_SHAPE = str.maketrans("123456789", "000000000")
WRITE_INSTANT = "écrivez le début de l’intervalle à la seconde, avec son décalage : 2025-06-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Cells:
    """Single readings as written, each of length n, with their line, shape (n,)."""

    meter: list[Any]
    start: list[Any]
    minutes: Floats
    value: Floats
    is_power: Bools
    line: Ints


def as_numbers(cells: Sequence[Any]) -> tuple[Floats, Bools]:
    """Numbers of a JSON, shape (n,): None is NaN (a gap). Says which cells are none (booleans and texts)."""
    wrong = np.zeros(len(cells), dtype=np.bool_)
    if set(map(type, cells)) <= {int, float, type(None)}:
        with suppress(OverflowError):  # a whole number above 1e308 is looked at one by one
            return np.array(cells, dtype=np.float64), wrong
    value = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value[i] = float(cell) if abs(cell) < 1e300 else np.inf
        else:
            wrong[i] = cell is not None
    return value, wrong


def refuse_wrong(cells: Sequence[Any], wrong: Bools, line: Ints, field: str, notes: Notes) -> None:
    """Keep a fault for each cell that is no number."""
    notes.refuse_rows(
        wrong, line, field, lambda i: f"{quoted(written(cells[i]))} n’est pas un nombre", WRITE_NUMBER
    )


def written(cell: Any) -> str:
    """A cell as its sender wrote it, or nearly."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | dict):
        return "[…]" if isinstance(cell, list) else "{…}"
    return {True: "true", False: "false", None: "null"}.get(cell, str(cell)) if _is_constant(cell) else "…"


def _is_constant(cell: Any) -> bool:
    # The text of a huge whole number is refused by Python itself.
    return cell is None or isinstance(cell, bool | float) or (isinstance(cell, int) and abs(cell) < 1e18)


def read_instants(cells: Sequence[Any], line: Ints, notes: Notes) -> tuple[Ints, Bools]:
    """UTC seconds of instants with their offset, shape (n,), and which cells are such. Faults are kept."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    shapes = [text.translate(_TO_SHAPE) for text in texts]
    found = {shape: _INSTANT.fullmatch(shape) for shape in set(shapes)}
    looks = np.array([found[shape] is not None for shape in shapes], dtype=np.bool_)
    instants = parse_instants([text if ok else "" for text, ok in zip(texts, looks, strict=True)])
    bare = looks & instants.valid & ~instants.has_offset
    unreadable = ~(looks & instants.valid)
    notes.refuse_rows(
        unreadable,
        line,
        "start",
        lambda i: f"{quoted(written(cells[i]))} n’est pas un instant",
        WRITE_INSTANT,
    )
    notes.refuse_rows(
        bare, line, "start", lambda i: f"{quoted(texts[i])} ne dit pas son décalage horaire", WRITE_INSTANT
    )
    return instants.wall_s - instants.offset_s, ~(unreadable | bare)


def read_lengths(minutes: Floats, line: Ints, field: str, notes: Notes) -> tuple[Ints, Bools]:
    """Seconds of intervals given in minutes, shape (n,), and which are usable. Faults are kept."""
    with np.errstate(over="ignore", invalid="ignore"):
        seconds = np.round(minutes * 60, 6)
        good = (seconds >= 1) & (seconds <= LONGEST_S) & (seconds == np.floor(seconds))
    notes.refuse_rows(
        ~good,
        line,
        field,
        lambda i: (
            "la durée de l’intervalle manque, est nulle, dépasse 25 h ou n’est pas en secondes entières"
        ),
        "donnez la durée de l’intervalle en minutes, par exemple 10",
    )
    return np.where(good, seconds, 1).astype(np.int64), good


def read_values(value: Floats, line: Ints, notes: Notes) -> Bools:
    """Say which values are finite or gaps, shape (n,). Faults are kept for the others."""
    good = ~np.isinf(value)
    notes.refuse_rows(~good, line, "valeur", lambda _i: FAR_TOO_LARGE, "corrigez cette valeur")
    return good
