"""One table of a TOML text, asked key by key: what is missing, wrong or unknown is told at its path."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

CENT = Decimal("0.01")
LARGEST_EUR = Decimal(10) ** 12
LONGEST_TEXT = 1_000
# A longer word is a sentence, and two faults that differ past it are the same.
LONGEST_SHOWN = 40
NARROW = "\u202f"
# The two faults a reader without the format's words must understand; told apart by who writes them out.
MISSING, UNKNOWN = "cette clé manque", "cette clé est inconnue"
T = TypeVar("T")
Word = TypeVar("Word", bound=str)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_FRACTION = re.compile(r"(\d{1,6})(?:/([1-9]\d{0,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one key; `path` is dotted, with `[2]` for the second table of a list."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}{NARROW}: {self.sentence}" if self.path else self.sentence


class Table:
    """A table being read. A bad value is noted in `faults` and replaced, so that reading can go on."""

    def __init__(self, raw: Mapping[str, Any], path: str, faults: list[Fault]) -> None:
        self._raw = dict(raw)
        self._asked: set[str] = set()
        self.path = path
        self.faults = faults

    def at(self, key: str) -> str:
        """The dotted path of `key`."""
        return f"{self.path}.{key}" if self.path else key

    def refuse(self, key: str, sentence: str) -> None:
        """Note that what stands at `key` won't do."""
        self.faults.append(Fault(self.at(key), sentence))

    def has(self, key: str) -> bool:
        return key in self._raw

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        """A line of text."""
        value = self._take(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._wrong(key, "un texte entre guillemets est attendu", "")
        if not value.strip() and not may_be_empty:
            return self._wrong(key, "ce texte est vide", "")
        if len(value) > LONGEST_TEXT:
            return self._wrong(key, f"ce texte dépasse {LONGEST_TEXT} caractères", "")
        if not all(c.isprintable() for c in value):
            return self._wrong(key, "ce texte contient un caractère invisible", "")
        return value

    def code(self, key: str) -> str:
        """A short name for machines: small letters, digits, hyphens."""
        value = self.text(key)
        if value and not _CODE.fullmatch(value):
            return self._wrong(
                key, "des minuscules sans accent, chiffres et traits d’union sont attendus", ""
            )
        return value

    def count(self, key: str, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`."""
        value = self._take(key)
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(key, "un nombre entier est attendu", least)
        if not least <= value <= most:
            return self._wrong(key, f"un nombre de {least} à {most} est attendu", least)
        return value

    def euros(self, key: str) -> Decimal:
        """An amount above zero, in whole cents."""
        value = self._take(key)
        if value is None:
            return Decimal(1)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            return self._wrong(key, "un montant en euros est attendu, sans guillemets", Decimal(1))
        amount = Decimal(value)
        if not amount.is_finite() or not 0 < amount <= LARGEST_EUR or amount % CENT:
            return self._wrong(key, "un montant positif, en centimes entiers, est attendu", Decimal(1))
        return amount.quantize(CENT)

    def fraction(self, key: str) -> Fraction:
        """A part above 0 and up to 1, written "1/4" or "1"."""
        value = self._take(key)
        if value is None:
            return Fraction(1)
        found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
        if not found:
            return self._wrong(key, 'une fraction entre guillemets est attendue, comme "1/4"', Fraction(1))
        part = Fraction(int(found[1]), int(found[2] or 1))
        if not 0 < part <= 1:
            return self._wrong(key, "une fraction au-dessus de 0 et jusqu’à 1 est attendue", Fraction(1))
        return part

    def optional_fraction(self, key: str) -> Fraction | None:
        return self.fraction(key) if self.has(key) else None

    def yes_no(self, key: str) -> bool:
        """`true` or `false`."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            return self._wrong(key, "true ou false est attendu", False)
        return bool(value)

    def day(self, key: str) -> dt.date:
        """A day written 2019-07-12."""
        value = self._take(key)
        if value is None:
            return dt.date.max
        # An instant is a date to Python, and not a legal day.
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            return self._wrong(key, "un jour est attendu, écrit 2019-07-12 sans guillemets", dt.date.max)
        return value

    def one_of(self, key: str, choices: tuple[Word, ...]) -> Word:
        """One of the `choices`."""
        value = self._take(key)
        if value is None:
            return choices[0]
        for choice in choices:
            if value == choice:
                return choice
        return self._wrong(key, _unknown(value, choices), choices[0])

    def some_of(self, key: str, choices: tuple[Word, ...], *, least: int) -> tuple[Word, ...]:
        """A list of different words among the `choices`, `least` of them or more."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            return self._wrong(key, "une liste est attendue", ())
        for word in value:
            if word not in choices:
                return self._wrong(key, _unknown(word, choices), ())
        if len(set(value)) != len(value):
            return self._wrong(key, "un mot est écrit deux fois", ())
        if len(value) < least:
            return self._wrong(key, "cette liste est vide", ())
        return tuple(value)

    def table(self, key: str) -> "Table":
        """The table under `key`."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.refuse(key, "une section est attendue")
        # What is missing is told once, not key by key.
        is_table = isinstance(value, dict)
        return Table(value if is_table else {}, self.at(key), self.faults if is_table else [])

    def tables(self, key: str, *, most: int) -> "list[Table]":
        """The tables of the list under `key`, at least one and no more than `most`."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            return self._wrong(key, f"une liste de sections [[{key}]] est attendue", [])
        if len(value) > most:
            return self._wrong(key, f"pas plus de {most} sections sont attendues", [])
        return [Table(raw, f"{self.at(key)}[{n}]", self.faults) for n, raw in enumerate(value, start=1)]

    def written(self) -> tuple[str, ...]:
        """The keys written in this table."""
        return tuple(self._raw)

    def close(self) -> None:
        """Refuse every key nobody asked for: a misspelt rule would be a rule lost."""
        for key in self._raw:
            if key not in self._asked:
                self.refuse(key[:LONGEST_SHOWN], UNKNOWN)

    def _take(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._raw:
            self.refuse(key, MISSING)
        return self._raw.get(key)

    def _wrong(self, key: str, sentence: str, instead: T) -> T:
        self.refuse(key, sentence)
        return instead


def _unknown(value: object, choices: tuple[str, ...]) -> str:
    expected = ", ".join(choices)
    shown = quoted(value) if isinstance(value, str) else "cette valeur"
    return f"{shown} n’est pas connu{NARROW}; attendu{NARROW}: {expected}"


def quoted(text: str) -> str:
    """A text in French quotes: shortened, without control characters."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in text[: LONGEST_SHOWN + 1])
    if len(visible) > LONGEST_SHOWN:
        visible = visible[:LONGEST_SHOWN] + "…"
    return f"«{NARROW}{visible}{NARROW}»"
