"""Sentences of modules that know no Django: French words with named gaps, and what fills them.

A module marks its words by `gettext_noop`, so that translators get them; it tells them in French. Who
answers a reader says them in hers, by `core.refusals.said`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


def gettext_noop(words: str) -> str:
    """Mark `words` for translators; they stay as they are."""
    return words


@dataclass(frozen=True, slots=True)
class Sentence:
    """`words` with gaps like `%(count)s`, and what stands in them; a sentence may stand in another."""

    words: str
    gaps: dict[str, "str | int | Sentence"] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self)


# A sentence, or the words of one that has no gaps.
Words = str | Sentence


def worded(words: Words, **gaps: str | int | Sentence) -> Sentence:
    """A sentence of `words` with its gaps; one that is made already is left as it is."""
    return words if isinstance(words, Sentence) else Sentence(words, gaps)


def filled(sentence: Sentence, translate: Callable[[str], str] = str) -> str:
    """The sentence with its gaps filled; each piece first goes through `translate`."""
    words = translate(sentence.words)
    if not sentence.gaps:
        return words
    parts = {
        name: filled(gap, translate) if isinstance(gap, Sentence) else gap
        for name, gap in sentence.gaps.items()
    }
    return words % parts
