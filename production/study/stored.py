"""Frozen dataclasses to plain JSON values and back, number by number the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: Any, *, but: Sequence[str] = ()) -> Any:
    """Dictionaries, lists, texts and numbers only; ``but``: fields of the outermost one left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in but}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def rebuilt(kind: type[T], stored: Mapping[str, Any], **known: Any) -> T:
    """An object of a dataclass from what `plain` made of one; ``known``: fields that are given as they are.

    A database may give back 1 for 1.0: numbers take the type their field has. A field that isn't stored takes
    its default; one that the class doesn't know raises TypeError.
    """
    hints = get_type_hints(kind)
    unknown = stored.keys() - hints.keys()
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _as(hints[name], value) for name, value in stored.items()}, **known)


def _as(hint: Any, value: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return rebuilt(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_as(get_args(hint)[0], item) for item in value)
    if hint is datetime or hint is date:
        return hint.fromisoformat(value)
    if hint is float:
        return float(value)
    return _one_of(get_args(hint), value)


def _one_of(hints: Sequence[Any], value: Any) -> Any:
    """A value of a union (a figure or twelve, losses or none), or one that JSON keeps as it is."""
    if value is None or isinstance(value, str | bool):
        return value
    fitting = [
        hint
        for hint in hints
        if (is_dataclass(hint) and isinstance(value, Mapping))
        or (get_origin(hint) is tuple and isinstance(value, list))
        or (hint is float and isinstance(value, int | float))
    ]
    return _as(fitting[0], value) if fitting else value
