"""Refusals of the checks of meter files, in the words of who sent a body."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from production.formats.errors import Fault, FileRefused, quoted, typeset
from production.formats.notes import MAX_FAULTS
from production.readings_body.body import BODY_FORMATS
from production.readings_body.errors import BodyFault, BodyRefused
from production.readings_body.places import Places

CodeAt = Callable[[int], str]


def told(
    refusals: Sequence[FileRefused],
    format: str,
    places: Places,
    code_at: CodeAt = lambda _line: "",
    *,
    knows_no_meter: bool = False,
) -> BodyRefused:
    """All faults in the order of the body. `code_at`: the meter of a line, "" where it isn't known."""
    faults = sorted((fault for one in refusals for fault in one.faults), key=lambda fault: fault.line or 0)
    return BodyRefused(
        tuple(_in_words(fault, format, places, code_at) for fault in faults[:MAX_FAULTS]),
        sum(one.fault_count for one in refusals),
        at_least=any(one.at_least for one in refusals),
        knows_no_meter=knows_no_meter,
    )


def _in_words(fault: Fault, format: str, places: Places, code_at: CodeAt) -> BodyFault:
    field = places.field_of(fault.line, fault.field)
    words = [places.said(fault.line) if fault.line is not None else BODY_FORMATS[format]]
    # An unknown meter is the fault itself, and is named there.
    code = code_at(fault.line) if fault.line is not None and field != "meter" else ""
    words += [f"compteur {quoted(code)}"] if code else []
    words += [field] if field else []
    problem = places.in_sender_words(fault.problem)
    sentence = typeset(f"{', '.join(words)} : {problem}. Que faire : {fault.remedy}.")
    return BodyFault(fault.line, places.pointer(fault.line, field), field, sentence)
