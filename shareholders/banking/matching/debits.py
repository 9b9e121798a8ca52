"""Money out: which of the refunds we ordered has left the account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from shareholders.banking.matching.results import Credit, DebitKind, DebitVerdict, Refund
from shareholders.banking.matching.uniqueness import refuse_repeated
from shareholders.banking.references import references_in


def match_debits(debits: Sequence[Credit], refunds_expected: Sequence[Refund]) -> list[DebitVerdict]:
    """One verdict per debit, in the order given: a refund is done by its reference and its exact amount.

    Each refund is done once; of two alike, the first given goes to the first debit (by day, then by id).
    Raises ValueError for two debits or two refunds with the same id.
    """
    refuse_repeated("debit", (debit.id for debit in debits))
    refuse_repeated("refund", (refund.id for refund in refunds_expected))
    waiting: dict[str, list[Refund]] = defaultdict(list)
    for refund in refunds_expected:
        waiting[refund.reference].append(refund)
    in_order = sorted(debits, key=lambda debit: (debit.booked_on, debit.id))
    verdicts = {debit.id: _verdict(debit, waiting) for debit in in_order}
    return [verdicts[debit.id] for debit in debits]


def _verdict(debit: Credit, waiting: dict[str, list[Refund]]) -> DebitVerdict:
    named = [refund for reference in references_in(debit.text) for refund in waiting.get(reference, ())]
    ids = tuple(refund.id for refund in named)
    if (aside := _set_aside(debit)) is not None:
        return DebitVerdict(debit.id, aside, refunds=ids)
    done = next((refund for refund in named if refund.amount == -debit.amount), None)
    if done is None:
        return DebitVerdict(debit.id, DebitKind.WRONG_AMOUNT if named else DebitKind.UNKNOWN, refunds=ids)
    waiting[done.reference].remove(done)
    return DebitVerdict(debit.id, DebitKind.DONE, refund=done.id, refunds=ids)


def _set_aside(debit: Credit) -> DebitKind | None:
    if debit.is_return:
        return DebitKind.RETURN
    if debit.currency != "EUR":
        return DebitKind.WRONG_CURRENCY
    return DebitKind.NOT_A_DEBIT if debit.amount >= 0 else None
