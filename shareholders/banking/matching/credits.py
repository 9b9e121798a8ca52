"""Money in: each credit is given to the claims its references name, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from shareholders.banking.matching.clues import Clues, share_out
from shareholders.banking.matching.results import Claim, Credit, Kind, Part, Verdict
from shareholders.banking.matching.uniqueness import refuse_repeated
from shareholders.banking.references import references_in

EURO = "EUR"


def match(entries: Sequence[Credit], claims: Sequence[Claim]) -> list[Verdict]:
    """One verdict per credit, in the order given.

    The verdicts don't depend on that order: credits are taken by day, then by id. References come first;
    only when all of them are served do names, accounts and amounts suggest the rest. Two suggestions may
    bear on one claim: confirming the first, ask again for the second. Raises ValueError for two credits
    or claims with the same id, two claims with the same reference, or a negative due.
    """
    refuse_repeated("credit", (credit.id for credit in entries))
    refuse_repeated("claim", (claim.id for claim in claims))
    refuse_repeated("reference", (claim.reference for claim in claims))
    ledger = _Ledger(claims)
    in_order = sorted(entries, key=lambda credit: (credit.booked_on, credit.id))
    verdicts = {credit.id: ledger.verdict(credit) for credit in in_order}
    clues = Clues(claims, ledger.due)
    answers = (verdicts[credit.id] or clues.verdict(credit) for credit in entries)
    return list(answers)


class _Ledger:
    """What is still owed on each claim while credits are taken one by one."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.due = {claim.id: claim.due for claim in claims}
        self._by_reference = {claim.reference: claim.id for claim in claims}
        if any(due < 0 for due in self.due.values()):
            raise ValueError("a claim can't owe less than nothing")

    def verdict(self, credit: Credit) -> Verdict | None:
        """What the references of a credit say; None when it has none of ours."""
        written = references_in(credit.text)
        named = [self._by_reference[r] for r in written if r in self._by_reference]
        if (aside := _set_aside(credit)) is not None:
            return Verdict(credit.id, aside, unplaced=credit.amount, claims=tuple(named))
        if not named:
            return None
        verdict = self._judge(credit, named, strangers=len(written) > len(named))
        for part in verdict.parts:
            self.due[part.claim] -= part.amount
        return verdict

    def _judge(self, credit: Credit, named: list[str], *, strangers: bool) -> Verdict:
        owed = [(claim, self.due[claim]) for claim in named if self.due[claim] > 0]
        total = sum((due for _, due in owed), Decimal(0))
        if not owed and not strangers:
            return Verdict(credit.id, Kind.DUPLICATE, excess=credit.amount, claims=tuple(named))
        if owed and total == credit.amount:
            kind = Kind.EXACT if len(named) == 1 else Kind.SEVERAL
            return Verdict(credit.id, kind, parts=_parts(owed), claims=tuple(named))
        if len(named) > 1 or strangers:
            # Whose share is short, or too long? Only the payer knows.
            proposals = share_out(credit.amount, owed)
            return Verdict(
                credit.id, Kind.SEVERAL, unplaced=credit.amount, proposals=proposals, claims=tuple(named)
            )
        parts = share_out(credit.amount, owed)
        kind = Kind.PARTIAL if credit.amount < total else Kind.EXCESS
        excess = credit.amount - sum(part.amount for part in parts)
        return Verdict(credit.id, kind, parts=parts, excess=excess, claims=tuple(named))


def _set_aside(credit: Credit) -> Kind | None:
    """Credits no claim can take, whatever is written on them."""
    if credit.is_return:
        return Kind.RETURN
    if credit.currency != EURO:
        return Kind.WRONG_CURRENCY
    if credit.amount < 0:
        return Kind.NEGATIVE
    return Kind.UNKNOWN if credit.amount == 0 else None


def _parts(owed: Iterable[tuple[str, Decimal]]) -> tuple[Part, ...]:
    return tuple(Part(claim, due) for claim, due in owed)
