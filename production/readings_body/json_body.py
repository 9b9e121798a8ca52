"""A JSON body: single readings, series of values at one step, or both.

{"readings": [{"meter": "M", "start": "2025-06-01T10:00:00Z", "minutes": 10, "energy_wh": 1234}],
 "series": [{"meter": "M", "start": "2025-06-01T10:10:00Z", "step_minutes": 10, "power_w": [600, null]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from production.formats.errors import quoted
from production.formats.notes import MAX_FAULTS, Notes
from production.formats.series import Bools, Floats, Ints
from production.readings_body.body import (
    API_JSON,
    Body,
    energy_of,
    refuse_too_many,
    refuse_too_many_meters,
)
from production.readings_body.columns import (
    as_numbers,
    read_instants,
    read_lengths,
    read_values,
    refuse_wrong,
    written,
)
from production.readings_body.errors import BodyTooLarge, BodyUnreadable
from production.readings_body.places import ENERGY, POWER, JsonPlaces

MAX_SERIES = 5_000
_SINGLE = ("meter", "start", "minutes")
_SERIES = ("meter", "start", "step_minutes")
_DESCRIBED = "suivez la forme décrite dans la documentation de l’API"


def open_json(content: bytes) -> Body:
    """Take a JSON body apart. Raises BodyUnreadable, BodyTooLarge."""
    sent = _parsed(content)
    notes = Notes("")
    singles, series = _lists(sent, notes)
    refuse_too_many(len(singles))
    if len(series) > MAX_SERIES:
        raise BodyTooLarge(f"Au plus {MAX_SERIES} séries par demande : envoyez-les en plusieurs fois.")
    parts = [_Part.of_singles(singles, notes)]
    firsts, at = [], len(singles) + 1
    for one in series:
        firsts.append(at)
        part = _Part.of_series(one, at, notes)
        at += part.count
        refuse_too_many(at - 1)
        parts.append(part)
    places = JsonPlaces(
        tuple(isinstance(item, dict) and POWER in item for item in singles),
        tuple(firsts),
        tuple(POWER if isinstance(one, dict) and POWER in one else ENERGY for one in series),
    )
    return _joined(parts, places, notes)


def _parsed(content: bytes) -> dict[str, Any]:
    def no_constant(name: str) -> NoReturn:
        raise BodyUnreadable(f"« {name} » n’est pas du JSON : écrivez null pour une mesure absente.")

    try:
        text = content.decode("utf-8-sig")
        sent = json.loads(text, parse_constant=no_constant)
    except UnicodeDecodeError:
        raise BodyUnreadable("Le JSON doit être écrit en UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"ligne {error.lineno}, colonne {error.colno}"
        raise BodyUnreadable(f"Le JSON est coupé ou abîmé ({where}) : rien n’a été lu.") from None
    except RecursionError:
        raise BodyUnreadable("Le JSON est imbriqué trop profondément : rien n’a été lu.") from None
    except BodyUnreadable:
        raise
    except ValueError:  # a whole number of thousands of digits
        raise BodyUnreadable("Le JSON contient un nombre démesuré : rien n’a été lu.") from None
    if not isinstance(sent, dict):
        raise BodyUnreadable("Le JSON doit être un objet avec « readings », « series », ou les deux.")
    return sent


def _lists(sent: dict[str, Any], notes: Notes) -> tuple[list[Any], list[Any]]:
    """Both lists of a body; what else stands there is a fault."""
    for name in sorted(sent.keys() - {"readings", "series"})[:MAX_FAULTS]:
        notes.refuse(None, "", f"champ inconnu {quoted(name)}", _DESCRIBED)
    found = []
    for name in ("readings", "series"):
        items = sent.get(name, [])
        if not isinstance(items, list):
            notes.refuse(None, name, "doit être une liste", _DESCRIBED)
            items = []
        found.append(items)
    return found[0], found[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Readings of one list or one series, arrays of the length of `codes`; `count` values were written."""

    count: int
    codes: list[str]
    start_s: Ints
    length_s: Ints
    energy_wh: Floats
    line: Ints

    @classmethod
    def empty(cls, count: int = 0) -> _Part:
        none = np.zeros(0, dtype=np.int64)
        return cls(count, [], none, none, np.zeros(0), none)

    @classmethod
    def of_singles(cls, items: list[Any], notes: Notes) -> _Part:
        """Single readings, numbered from 1."""
        line = np.arange(1, len(items) + 1)
        shaped = np.flatnonzero(_has_shape(items, _SINGLE, line, notes))
        if not len(shaped):
            return cls.empty(len(items))
        line = line[shaped]
        chosen = items if len(shaped) == len(items) else [items[i] for i in shaped]
        is_power = np.array([POWER in item for item in chosen], dtype=np.bool_)
        written_values = [item[POWER] if POWER in item else item[ENERGY] for item in chosen]
        value, wrong = as_numbers(written_values)
        refuse_wrong(written_values, wrong, line, "valeur", notes)
        minutes_written = [item["minutes"] for item in chosen]
        minutes, wrong_minutes = as_numbers(minutes_written)
        refuse_wrong(minutes_written, wrong_minutes, line, "minutes", notes)
        start_s, dated = read_instants([item["start"] for item in chosen], line, notes)
        minutes[wrong_minutes] = 1  # told already
        length_s, long = read_lengths(minutes, line, "minutes", notes)
        meters = [item["meter"] for item in chosen]
        named = _names(meters, line, notes)
        good = named & dated & long & ~wrong & ~wrong_minutes & read_values(value, line, notes)
        codes = meters if good.all() else [meters[i] for i in np.flatnonzero(good)]
        energy_wh = energy_of(value, length_s, is_power)
        return cls(len(items), codes, start_s[good], length_s[good], energy_wh[good], line[good])

    @classmethod
    def of_series(cls, item: Any, first: int, notes: Notes) -> _Part:
        """The values of one series, numbered from `first`."""
        at = np.array([first])
        if not _has_shape([item], _SERIES, at, notes)[0]:
            return cls.empty()
        field = POWER if POWER in item else ENERGY
        cells = item[field]
        if not isinstance(cells, list):
            notes.refuse(first, field, "doit être une liste de valeurs", _DESCRIBED)
            return cls.empty()
        line = np.arange(first, first + len(cells))
        value, wrong = as_numbers(cells)
        refuse_wrong(cells, wrong, line, "valeur", notes)
        step, wrong_step = as_numbers([item["step_minutes"]])
        refuse_wrong([item["step_minutes"]], wrong_step, at, "step_minutes", notes)
        start_s, dated = read_instants([item["start"]], at, notes)
        step[wrong_step] = 1  # told already
        step_s, long = read_lengths(step, at, "step_minutes", notes)
        named = _names([item["meter"]], at, notes)
        good = ~wrong & read_values(value, line, notes) & bool((named & dated & long & ~wrong_step)[0])
        length_s = np.full(len(cells), step_s[0])
        start_s = start_s[0] + step_s[0] * np.arange(len(cells))
        energy_wh = energy_of(value, length_s, np.full(len(cells), field == POWER))
        codes = [item["meter"]] * int(good.sum())
        return cls(len(cells), codes, start_s[good], length_s[good], energy_wh[good], line[good])


def _has_shape(items: list[Any], required: Iterable[str], line: Ints, notes: Notes) -> Bools:
    """Say which items have the fields asked for, one value among them, and no other. Faults are kept."""
    # A body has few shapes of items, however long it is.
    shapes = [tuple(item) if isinstance(item, dict) else None for item in items]
    problems = {shape: _problem(shape, required) for shape in set(shapes)}
    bad = np.array([problems[shape] is not None for shape in shapes], dtype=np.bool_)
    notes.refuse_rows(bad, line, "", lambda i: str(problems[shapes[i]]), _DESCRIBED)
    return ~bad


def _problem(shape: tuple[str, ...] | None, required: Iterable[str]) -> str | None:
    if shape is None:
        return "doit être un objet"
    values = {ENERGY, POWER} & set(shape)
    missing = [name for name in required if name not in shape]
    unknown = sorted(set(shape) - set(required) - values)
    if missing:
        return f"champ manquant « {missing[0]} »"
    if unknown:
        return f"champ inconnu {quoted(unknown[0])}"
    if len(values) != 1:
        return "donnez soit « energy_wh », soit « power_w »"
    return None


def _names(meters: list[Any], line: Ints, notes: Notes) -> Bools:
    good = np.array([isinstance(code, str) for code in meters], dtype=np.bool_)
    notes.refuse_rows(
        ~good,
        line,
        "meter",
        lambda i: f"{quoted(written(meters[i]))} n’est pas un code de compteur",
        "écrivez le code du compteur entre guillemets",
    )
    return good


def _joined(parts: list[_Part], places: JsonPlaces, notes: Notes) -> Body:
    codes = [code for part in parts for code in part.codes]
    number, distinct = pd.factorize(np.array(codes, dtype=object))
    found = tuple(str(code) for code in distinct)
    refuse_too_many_meters(found)
    return Body(
        API_JSON,
        found,
        np.asarray(number, dtype=np.int64),
        np.concatenate([part.start_s for part in parts]),
        np.concatenate([part.length_s for part in parts]),
        np.concatenate([part.energy_wh for part in parts]),
        np.concatenate([part.line for part in parts]),
        places,
        notes,
    )
