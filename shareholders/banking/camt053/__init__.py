"""Bank statements in ISO 20022 CAMT.053: one door, `read_statements`, and a stable key for each entry.

A file is read whole or not at all. Algorithm and limits: docs/algorithms/bank-matching.md.
"""

from shareholders.banking.camt053.keys import entry_keys, keyed_entries
from shareholders.banking.camt053.reader import read_statements
from shareholders.banking.camt053.refusal import Fault, StatementRefused
from shareholders.banking.camt053.results import Entry, Statement, Status

__all__ = [
    "Entry",
    "Fault",
    "Statement",
    "StatementRefused",
    "Status",
    "entry_keys",
    "keyed_entries",
    "read_statements",
]
