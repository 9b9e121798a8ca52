"""The law by value: dated parameters with their sources, read from `law/*.toml`.

A parameter is a row of steps; the value on a day is that of the last step on or before it.
Values never change: a new date is added. `confidence` carries the mark of the fact sheet:
V read in an official text, S in a secondary source, O in an old text, M from memory (unverified).
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

LAW_DIR = Path(__file__).parent / "law"


class NotInForce(LookupError):
    """The parameter has no value on that day: before its first step, or after its repeal."""


class UnknownParameter(LookupError):
    """No file of the law has a parameter of that name."""


@dataclass(frozen=True, slots=True)
class Step:
    """A value from a day on; `value` is None where the parameter is repealed."""

    since: dt.date
    value: Decimal | None
    source: str
    confidence: str

    @property
    def is_verified(self) -> bool:
        return self.confidence == "V"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One legal or published figure, its unit, and what day decides (`decided_by`)."""

    name: str
    label: str
    label_en: str
    unit: str
    decided_by: str
    checked_on: dt.date
    steps: tuple[Step, ...]

    def label_in(self, language: str | None) -> str:
        """The label in French, or in English for a language that starts with `en`."""
        return self.label_en if (language or "").startswith("en") else self.label

    def on(self, day: dt.date) -> Step:
        """The step in force on `day`. Raises NotInForce naming the parameter and the day."""
        past = [step for step in self.steps if step.since <= day]
        if not past:
            raise NotInForce(f"{self.name} has no value on {day}: it starts on {self.steps[0].since}")
        if past[-1].value is None:
            raise NotInForce(f"{self.name} has no value on {day}: repealed on {past[-1].since}")
        return past[-1]

    def value_on(self, day: dt.date) -> Decimal:
        """The value in force on `day`."""
        value = self.on(day).value
        assert value is not None  # `on` refuses repealed days
        return value


@cache
def parameters(directory: Path = LAW_DIR) -> dict[str, Parameter]:
    """Every parameter of the law, by dotted name (`file.table`)."""
    found = {}
    for path in sorted(directory.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for key, table in content.items():
            name = f"{path.stem}.{key}"
            found[name] = _parameter(name, table)
    return found


def parameter(name: str) -> Parameter:
    """One parameter by its dotted name. Raises UnknownParameter."""
    try:
        return parameters()[name]
    except KeyError:
        raise UnknownParameter(f"no parameter {name} in the law files") from None


def _parameter(name: str, table: dict[str, object]) -> Parameter:
    raw_steps = table["steps"]
    assert isinstance(raw_steps, list)
    steps = tuple(_step(name, raw) for raw in raw_steps)
    if not steps or any(a.since >= b.since for a, b in pairwise(steps)):
        raise ValueError(f"{name}: steps must be there and in order of date")
    checked_on = table["checked_on"]
    assert isinstance(checked_on, dt.date)
    texts = {key: str(table[key]) for key in ("label", "label_en", "unit", "decided_by")}
    return Parameter(name=name, checked_on=checked_on, steps=steps, **texts)


def _step(name: str, raw: dict[str, object]) -> Step:
    since, value, source, confidence = raw["since"], raw.get("value"), raw["source"], raw["confidence"]
    if confidence not in ("V", "S", "O", "M"):
        raise ValueError(f"{name}: confidence {confidence!r} is none of V, S, O, M")
    # An instant is a date to Python, and not a legal day.
    is_day = isinstance(since, dt.date) and not isinstance(since, dt.datetime)
    if not (is_day and isinstance(source, str) and source):
        raise ValueError(f"{name}: a step needs a date and a source")
    assert isinstance(since, dt.date)
    number = None if value is None else _number(name, value)
    return Step(since=since, value=number, source=source, confidence=str(confidence))


def _number(name: str, raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)) or not Decimal(raw).is_finite():
        raise ValueError(f"{name}: {raw!r} is no number")
    return Decimal(raw)
