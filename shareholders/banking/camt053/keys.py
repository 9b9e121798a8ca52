"""A key for each entry, the same in every export: what was imported once isn't counted twice.

Why so, and the limits: docs/algorithms/bank-matching.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from shareholders.banking.camt053.results import Entry, Statement


def entry_keys(entries: Sequence[Entry]) -> list[str]:
    """One key for each of the entries of **one** statement, in their order; all different.

    An entry exported again, in a statement that overlaps by whole days, gets the same key. Two identical
    transfers on one day get two. Give each statement's entries apart: given together, the second copy of
    an entry would pass for a second transfer. `keyed_entries` does that.
    """
    by_reference = Counter(_by_reference(entry) for entry in entries if entry.bank_reference)
    seen: Counter[tuple[str, ...]] = Counter()
    keys = []
    for entry in entries:
        label = _by_reference(entry)
        if not entry.bank_reference or by_reference[label] > 1:
            label = _by_content(entry)
        keys.append(_digest((*label, str(seen[label]))))
        seen[label] += 1
    return keys


def keyed_entries(statements: Iterable[Statement]) -> dict[str, Entry]:
    """Entries of several statements by key, each once, in order of first appearance.

    Statements that share a day between them (pages, or two a day) are taken as one: see `_continues`.
    """
    found: dict[str, Entry] = {}
    for pages in _runs(statements):
        entries = [entry for page in pages for entry in page.entries]
        for key, entry in zip(entry_keys(entries), entries, strict=True):
            found.setdefault(key, entry)
    return found


def _runs(statements: Iterable[Statement]) -> list[list[Statement]]:
    runs: list[list[Statement]] = []
    for statement in statements:
        before = next((run for run in runs if _continues(statement, run[-1])), None)
        if before is None:
            runs.append([statement])
        else:
            before.append(statement)
    return runs


def _continues(statement: Statement, before: Statement) -> bool:
    """Whether the statement begins in the middle of the day where the one before ends.

    It opens with the money the other closes with, though money has already moved on that day: so it
    holds the rest of the day, and not that part of it again.
    """
    if (statement.iban, statement.opening) != (before.iban, before.closing):
        return False
    days = {entry.booked_on for entry in statement.booked}
    last = max((entry.booked_on for entry in before.booked), default=None)
    moved = sum(entry.amount for entry in before.booked if entry.booked_on == last)
    return last is not None and bool(moved) and min(days, default=None) == last


def _by_reference(entry: Entry) -> tuple[str, ...]:
    # The day and the amount stand beside the reference, because some banks give all transfers the same
    # one: whether it is unique must be judged within a day, which every export holds whole.
    return ("reference", *_place(entry), entry.bank_reference)


def _by_content(entry: Entry) -> tuple[str, ...]:
    counterparty = (entry.counterparty_iban, entry.counterparty_name)
    return ("content", *_place(entry), *counterparty, entry.text, entry.end_to_end_id, entry.bank_reference)


def _place(entry: Entry) -> tuple[str, ...]:
    # The status keeps a pending entry from passing for the booked one that follows it.
    day = entry.booked_on.isoformat()
    return (entry.iban, day, f"{entry.amount.normalize():f}", entry.currency, entry.status.value)


def _digest(label: tuple[str, ...]) -> str:
    # Lengths in front: no two labels run into the same bytes.
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in label).encode()).hexdigest()
