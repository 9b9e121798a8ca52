"""Names as banks write them: capitals, no accents, the surname first, both spouses at once."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_NOT_A_WORD = re.compile(r"[\W_]+")
# Titles, and the words between two holders of one account.
_EMPTY_WORDS = frozenset({"m", "mr", "mm", "mme", "mlle", "monsieur", "madame", "mademoiselle", "ou", "et"})


def words(name: str) -> frozenset[str]:
    """The words of a name without accents, case, order or titles."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LIGATURES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return frozenset(_NOT_A_WORD.split(plain)) - _EMPTY_WORDS - {""}


def same_name(one: str, other: str) -> bool:
    """Whether two names may be the same person's: all words of one are in the other, two at least.

    A name of a single word (a company) must be the whole of the other.
    """
    return same_words(words(one), words(other))


def same_words(one: frozenset[str], other: frozenset[str]) -> bool:
    """`same_name`, on words already cut."""
    if one == other:
        return bool(one)
    return min(len(one), len(other)) >= 2 and (one <= other or other <= one)
