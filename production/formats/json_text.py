"""JSON answers saved as files: parsed with care, every point keeping its line."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import numpy as np

from production.formats.errors import refuse
from production.formats.series import Ints
from production.formats.text import RESEND, TextFile

# Three years of ten-minute points of an R63 are 17 MB; an object in memory takes ten times its text.
MAX_CHARACTERS = 24 * 1024 * 1024


def load_object(source: TextFile, filename: str) -> dict[str, Any]:
    """Return the object a text holds. Raises FileRefused on a cut, damaged or absurdly deep one."""

    def no_constant(name: str) -> NoReturn:
        raise ValueError(name)

    if len(source.text) > MAX_CHARACTERS:
        problem = f"la réponse est trop longue ({MAX_CHARACTERS // 1024**2} Mo au plus)"
        raise refuse(filename, problem, "demandez une période plus courte, par exemple un an à la fois")
    try:
        found = json.loads(source.text, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        problem = "le fichier JSON est coupé ou abîmé"
        raise refuse(filename, problem, RESEND, line=error.lineno) from None
    except (ValueError, RecursionError):
        raise refuse(filename, "le fichier JSON est abîmé", RESEND) from None
    if not isinstance(found, dict):
        raise refuse(filename, "la réponse ne contient aucune mesure", RESEND)
    return found


def key_lines(source: TextFile, key: str, count: int) -> Ints:
    """Return the line of each occurrence of a key, shape (count,); line 1 for all if they are not `count`."""
    places = [found.start() for found in re.finditer(rf'"{re.escape(key)}"\s*:', source.text)]
    if len(places) != count:
        return np.ones(count, dtype=np.int64)
    ends = np.array([found.start() for found in re.finditer("\n", source.text)], dtype=np.int64)
    return np.searchsorted(ends, np.array(places, dtype=np.int64)).astype(np.int64) + 1
