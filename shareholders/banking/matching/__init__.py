"""Who paid what: credits of a bank statement against the sums subscribers owe.

Two doors, `match` and `match_debits`. Algorithm: docs/algorithms/bank-matching.md.
"""

from shareholders.banking.matching.credits import match
from shareholders.banking.matching.debits import match_debits
from shareholders.banking.matching.names import same_name
from shareholders.banking.matching.results import (
    Claim,
    Clue,
    Credit,
    DebitKind,
    DebitVerdict,
    Kind,
    Part,
    Refund,
    Verdict,
)

__all__ = [
    "Claim",
    "Clue",
    "Credit",
    "DebitKind",
    "DebitVerdict",
    "Kind",
    "Part",
    "Refund",
    "Verdict",
    "match",
    "match_debits",
    "same_name",
]
