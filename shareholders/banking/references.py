"""Payment references: what a subscriber copies into her transfer, and what we read back from the bank.

A reference is an ISO 11649 creditor reference of one fixed shape: `RF`, two check digits, the short code
of the cooperative (2 to 8 letters), seven digits. The shape is fixed because banks glue words together:
in `RF36MDS0000042100EUR`, only a known length tells where the reference ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

NUMBER_DIGITS = 7
MAX_NUMBER = 10**NUMBER_DIGITS - 1
_PREFIX = re.compile(r"[A-Z]{2,8}", re.ASCII)
# Between two characters a bank or a thumb may slip a space, a line break, a hyphen of any kind, a dot.
_GAP = "[\\s\\-\u00ad\u200b\u2010-\u2015\u2212._/:,]{0,4}"
_SHAPE = re.compile(
    rf"R{_GAP}F{_GAP}(?:[0-9]{_GAP}){{2}}(?:[A-Z]{_GAP}){{2,8}}(?:[0-9]{_GAP}){{{NUMBER_DIGITS - 1}}}[0-9]"
    # A figure glued behind means that one was typed too many: perhaps another number altogether.
    r"(?![0-9])"
)
_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]+")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def reference_for(prefix: str, number: int) -> str:
    """The reference of subscription `number` (1 to 9,999,999) of the cooperative with short code `prefix`.

    `prefix` is 2 to 8 plain letters, in either case. Raises ValueError. Source: ISO 11649, check digits
    by ISO 7064 MOD 97-10, which catch every wrong character and every swap of two neighbours.
    """
    letters = prefix.upper()
    if not _PREFIX.fullmatch(letters):
        raise ValueError(f"a short code is 2 to 8 letters from A to Z, not {prefix!r}")
    if not 1 <= number <= MAX_NUMBER:
        raise ValueError(f"a subscription number is between 1 and {MAX_NUMBER}, not {number}")
    body = f"{letters}{number:0{NUMBER_DIGITS}d}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def formatted(reference: str) -> str:
    """The reference in groups of four, as one reads it aloud: `RF36 MDS0 0000 42`."""
    return " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))


def references_in(text: str) -> list[str]:
    """Valid references found in the free text of a transfer, each once, in order of appearance.

    Spaces, lower case, hyphens and line breaks inside a reference don't matter, nor its being cut between
    two remittance lines. Nothing is guessed: a letter O in place of a zero isn't a zero.
    """
    squeezed = re.sub(r"\s+", " ", text).upper()
    found = (_compact(match.group()) for match in _SHAPE.finditer(squeezed))
    return list(dict.fromkeys(reference for reference in found if iso11649.is_valid(reference)))


def suspected(text: str, known: Collection[str]) -> list[str]:
    """Known references that `text` holds with one mistake, and not without. See `NearMisses`."""
    return NearMisses(known).within(text)


class NearMisses:
    """Finds known references written with one character wrong, missing, added, or two neighbours swapped.

    Built once for many texts. What it finds is for the eyes of the treasurer, never booked by itself.
    """

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        # One mistake leaves the beginning or the end of a reference intact: that is looked up first,
        # so that the thousand variants of a piece of text are tried only where one may succeed.
        self._ends: dict[int, tuple[set[str], set[str]]] = {}
        for reference in self._known:
            heads, tails = self._ends.setdefault(len(reference), (set(), set()))
            half = len(reference) // 2
            heads.add(reference[: half - 1])
            tails.add(reference[half:])

    def within(self, text: str) -> list[str]:
        """Known references one mistake away from a piece of `text`, each once, in order of appearance."""
        exact = set(references_in(text))
        found = (near for piece, length in self._pieces(_compact(text)) for near in _variants(piece, length))
        return [near for near in dict.fromkeys(found) if near in self._known and near not in exact]

    def _pieces(self, compact: str) -> Iterator[tuple[str, int]]:
        for start in range(len(compact)):
            for length, (heads, tails) in self._ends.items():
                half = length // 2
                for size in (length - 1, length, length + 1):
                    piece = compact[start : start + size]
                    if piece[: half - 1] in heads or piece[half - length :] in tails:
                        yield piece, length


def _variants(piece: str, length: int) -> Iterator[str]:
    """Every text of `length` characters one mistake away from `piece`."""
    if len(piece) == length:
        for i in range(length):
            yield from (piece[:i] + c + piece[i + 1 :] for c in _ALPHABET)
            yield piece[:i] + piece[i : i + 2][::-1] + piece[i + 2 :]
    elif len(piece) == length + 1:
        yield from (piece[:i] + piece[i + 1 :] for i in range(length + 1))
    elif len(piece) == length - 1:
        yield from (piece[:i] + c + piece[i:] for i in range(length) for c in _ALPHABET)


def _compact(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text.upper())
