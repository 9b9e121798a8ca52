"""One line of the register, its canonical text and its seal."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

GENESIS = "0" * 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register (R228-9), as it was written.

    `dated`: the day it takes effect; `entered_at`: when it was written down, UTC. Identities are name and
    address as they were then. `quantity` in shares, `nominal_value` in € with two decimals.
    """

    number: int
    kind: str
    dated: dt.date
    entered_at: dt.datetime
    giver_number: int | None
    giver_identity: str
    taker_number: int | None
    taker_identity: str
    quantity: int
    nominal_value: Decimal
    reverses: int | None
    reason: str
    previous_sha256: str
    entry_sha256: str


class Unsealable(ValueError):
    """A line that has no canonical text; `field` names what is wrong, `str()` is a French sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def canonical_text(line: Line) -> str:
    """What is sealed: thirteen fields joined by U+001F, which no field may contain. Raises Unsealable."""
    if _CONTROL.search(line.giver_identity + line.taker_identity + line.reason):
        raise Unsealable("identity", "un nom, une adresse ou un motif contient un caractère de commande")
    # A fixed length without separator is enough to keep two registers from having one text.
    if len(line.previous_sha256) != 64 or not line.previous_sha256.isalnum():
        raise Unsealable("previous_sha256", "l’empreinte précédente n’a pas 64 chiffres hexadécimaux")
    giver = "" if line.giver_number is None else line.giver_number
    taker = "" if line.taker_number is None else line.taker_number
    reverses = "" if line.reverses is None else line.reverses
    return (
        f"{line.previous_sha256}\x1f{line.number}\x1f{line.kind}\x1f{line.dated.isoformat()}"
        f"\x1f{_instant(line.entered_at)}\x1f{giver}\x1f{line.giver_identity}"
        f"\x1f{taker}\x1f{line.taker_identity}\x1f{line.quantity}\x1f{_amount(line.nominal_value)}"
        f"\x1f{reverses}\x1f{line.reason}"
    )


def _instant(entered_at: dt.datetime) -> str:
    if entered_at.tzinfo is not dt.UTC:
        if entered_at.tzinfo is None:
            raise Unsealable("entered_at", "l’instant de saisie ne dit pas son fuseau horaire")
        entered_at = entered_at.astimezone(dt.UTC)
    # The offset +00:00 is six characters.
    return entered_at.isoformat(timespec="microseconds")[:-6] + "Z"


@lru_cache(maxsize=256)
def _amount(nominal_value: Decimal) -> str:
    # Beyond a trillion, cents may not fit in a Decimal's digits.
    if (
        not nominal_value.is_finite()
        or abs(nominal_value) >= 10**12
        or nominal_value != nominal_value.quantize(_CENT)
    ):
        raise Unsealable("nominal_value", "la valeur nominale n’est pas un nombre entier de centimes")
    return f"{nominal_value:.2f}"


def fingerprint(line: Line) -> str:
    """SHA-256 of the line's canonical text, in lower hexadecimal. Raises Unsealable."""
    try:
        return hashlib.sha256(canonical_text(line).encode()).hexdigest()
    except UnicodeEncodeError:
        raise Unsealable("identity", "un nom, une adresse ou un motif contient un demi-caractère") from None


def seal(line: Line) -> Line:
    """The line with its own fingerprint; `previous_sha256` must be set already. Raises Unsealable."""
    return replace(line, entry_sha256=fingerprint(line))
