"""What matching reads and what it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Claim:
    """What a subscriber still owes. A claim already paid is given too, with `due` 0: else a second
    payment would be of an unknown payer.

    `names`: subscriber, giver, representatives. `ibans`: fingerprints of the accounts they pay from.
    """

    id: str
    reference: str
    due: Decimal
    names: tuple[str, ...] = ()
    ibans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Credit:
    """A booked entry of the account; `amount` is signed, `payer_iban` a fingerprint ("" when unknown)."""

    id: str
    amount: Decimal
    booked_on: dt.date
    text: str
    payer_name: str = ""
    payer_iban: str = ""
    currency: str = "EUR"
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund the cooperative has ordered and not yet seen leave its account. `amount` [€] is positive."""

    id: str
    reference: str
    amount: Decimal


class Kind(StrEnum):
    """What a credit turned out to be."""

    EXACT = "exact"
    PARTIAL = "partial"
    EXCESS = "excess"
    SEVERAL = "several"
    DUPLICATE = "duplicate"
    SUGGESTED = "suggested"
    UNKNOWN = "unknown"
    WRONG_CURRENCY = "wrong_currency"
    NEGATIVE = "negative"
    RETURN = "return"


class Clue(StrEnum):
    """Why a claim is suggested."""

    REFERENCE = "reference"
    IBAN = "iban"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Part:
    """A sum [€] that goes to a claim."""

    claim: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a credit.

    `parts` + `excess` + `unplaced` = the amount of the credit, in its currency. `parts` are booked at once;
    `excess` came with a known reference but nothing more is owed: to be returned, or placed by hand;
    `unplaced` waits for the treasurer. `proposals` are for her to confirm and never booked; `claims` are
    those the credit speaks of, `clue` says what made us think so when the reference doesn't.
    """

    credit: str
    kind: Kind
    parts: tuple[Part, ...] = ()
    excess: Decimal = Decimal(0)
    unplaced: Decimal = Decimal(0)
    proposals: tuple[Part, ...] = ()
    claims: tuple[str, ...] = ()
    clue: Clue | None = None

    @property
    def is_automatic(self) -> bool:
        """Whether money is booked on a claim without anybody's confirmation."""
        return bool(self.parts)

    @property
    def needs_somebody(self) -> bool:
        """Whether something is left for the treasurer to do."""
        return bool(self.excess) or bool(self.unplaced)


class DebitKind(StrEnum):
    """What a debit turned out to be."""

    DONE = "done"
    WRONG_AMOUNT = "wrong_amount"
    UNKNOWN = "unknown"
    WRONG_CURRENCY = "wrong_currency"
    NOT_A_DEBIT = "not_a_debit"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class DebitVerdict:
    """What becomes of a debit. `refund` is the one it pays; `refunds` those its reference speaks of."""

    debit: str
    kind: DebitKind
    refund: str | None = None
    refunds: tuple[str, ...] = ()
