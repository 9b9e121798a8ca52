"""The difference of two editions is the amendment: rule by rule, what was and what is."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mine_de_soleil.rules.statutes.reading import read_statutes

# Who read it where, and when it was adopted, is no rule.
NOT_RULES = ("edition", "adopted_on", "source", "confidence", "sources")


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that changed; `before` is None for a new one, `after` for one that was dropped."""

    path: str
    before: str | None
    after: str | None


def amendment(before: str, after: str) -> tuple[Change, ...]:
    """Every rule that differs between two editions' texts, in the order of the newer one, dropped ones last.

    Colleges are known by their code, not by their place. Raises StatutesRefused for a text that is none.
    """
    for text in (before, after):
        read_statutes(text)
    old, new = dict(_rules(before)), dict(_rules(after))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Change(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)
    )


def rules_of(text: str) -> tuple[tuple[str, str], ...]:
    """Every rule of an edition's text, by its path, as written. Raises StatutesRefused."""
    read_statutes(text)
    return tuple(_rules(text))


def _rules(text: str) -> Iterator[tuple[str, str]]:
    for key, value in tomllib.loads(text, parse_float=Decimal).items():
        if key == "colleges":
            for college in value:
                yield from _values(f"colleges.{college['code']}", college)
        elif key not in NOT_RULES:
            yield from _values(key, value)


def _values(path: str, section: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        if key not in NOT_RULES:
            yield f"{path}.{key}", _written(value)


def _written(value: Any) -> str:
    """A value as words to set beside another: 50 and 50.00 are the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(word) for word in value)
    return str(value if isinstance(value, str) else Decimal(value).normalize().__format__("f"))
