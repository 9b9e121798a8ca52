"""What a bank statement holds once read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """How far the bank has come with an entry. Only BOOK is money."""

    BOOK = "BOOK"
    PDNG = "PDNG"
    INFO = "INFO"
    FUTR = "FUTR"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on the account `iban`. `amount` is signed: money in is positive.

    `position` is the rank of the entry in its statement, from 1; `part` the rank inside a batch the bank
    booked as one amount, 0 for an entry taken whole. `text` is everything the payer and the bank wrote,
    one line each. The counterparty is the payer of money in, the payee of money out.
    """

    position: int
    part: int
    iban: str
    amount: Decimal
    currency: str
    booked_on: dt.date
    value_on: dt.date | None
    status: Status
    counterparty_name: str
    counterparty_iban: str
    text: str
    end_to_end_id: str
    bank_reference: str
    code: str
    is_reversal: bool
    is_return: bool

    @property
    def is_counted(self) -> bool:
        """Whether the bank has booked it: a pending entry may still vanish."""
        return self.status is Status.BOOK

    @property
    def searchable(self) -> str:
        """The text where a payment reference may stand: some banks put it in the end-to-end id."""
        return f"{self.text}\n{self.end_to_end_id}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One account over a period. `opening` + booked entries = `closing`, to the cent.

    `is_checked` is False when entries in another currency stand among the others: then that sum can't be
    made, and the balances are only what the bank says.
    """

    identifier: str
    iban: str
    currency: str
    opened_on: dt.date
    closed_on: dt.date
    opening: Decimal
    closing: Decimal
    entries: tuple[Entry, ...]
    is_checked: bool

    @property
    def booked(self) -> tuple[Entry, ...]:
        """The entries that count."""
        return tuple(entry for entry in self.entries if entry.is_counted)
