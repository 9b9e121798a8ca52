"""Credits without a reference: what the amount, the account and the name suggest. Nothing is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from shareholders.banking.matching.names import same_words, words
from shareholders.banking.matching.results import Claim, Clue, Credit, Kind, Part, Verdict
from shareholders.banking.references import NearMisses

# A family that pays for all its children; beyond, a sum that fits is chance.
MAX_TOGETHER = 10
# Of a name that are looked up; a bank's has 140 characters at most.
MAX_WORDS = 12


class Clues:
    """Looks for the claim behind a credit among those still open; `due` [€] by claim."""

    def __init__(self, claims: Sequence[Claim], due: Mapping[str, Decimal]) -> None:
        self._due = {claim.id: due[claim.id] for claim in claims if due[claim.id] > 0}
        still_open = sorted((claim for claim in claims if claim.id in self._due), key=lambda c: c.id)
        self._claims = {claim.id: claim for claim in still_open}
        self._near = NearMisses([claim.reference for claim in still_open])
        self._by_reference = {claim.reference: claim.id for claim in still_open}
        self._names = {claim.id: [words(name) for name in claim.names] for claim in still_open}
        self._by_iban: dict[str, list[str]] = defaultdict(list)
        self._by_words: dict[frozenset[str], set[str]] = defaultdict(set)
        for claim in still_open:
            for iban in claim.ibans:
                self._by_iban[iban].append(claim.id)
            for key in (key for name in self._names[claim.id] for key in _name_keys(name)):
                self._by_words[key].add(claim.id)

    def verdict(self, credit: Credit) -> Verdict:
        """SUGGESTED with what to confirm, or UNKNOWN with the claims that might be meant, if any."""
        near = [self._by_reference[reference] for reference in self._near.within(credit.text)]
        if len(near) == 1:
            return self._suggest(credit, near, Clue.REFERENCE)
        account, name = self._of_account(credit), self._of_name(credit)
        for clue, found in ((Clue.IBAN, account), (Clue.NAME, name)):
            exact = [claim for claim in found if self._due[claim] == credit.amount]
            if len(exact) == 1:
                return self._suggest(credit, exact, clue)
            if not exact and self._fit_together(found, credit.amount):
                return self._suggest(credit, found, clue)
        candidates = sorted({*near, *account, *name})
        return _unplaced(credit, Kind.UNKNOWN, claims=tuple(candidates))

    def _of_account(self, credit: Credit) -> list[str]:
        return self._by_iban.get(credit.payer_iban, []) if credit.payer_iban else []

    def _of_name(self, credit: Credit) -> list[str]:
        payer = words(credit.payer_name)
        nearby = {claim for key in _name_keys(payer) for claim in self._by_words.get(key, ())}
        return [c for c in sorted(nearby) if any(same_words(payer, name) for name in self._names[c])]

    def _fit_together(self, found: Sequence[str], amount: Decimal) -> bool:
        """Whether the credit pays exactly all that one payer owes for several people."""
        return 2 <= len(found) <= MAX_TOGETHER and sum(self._due[claim] for claim in found) == amount

    def _suggest(self, credit: Credit, claims: Sequence[str], clue: Clue) -> Verdict:
        proposals = share_out(credit.amount, [(claim, self._due[claim]) for claim in claims])
        return _unplaced(credit, Kind.SUGGESTED, claims=tuple(claims), proposals=proposals, clue=clue)


def _name_keys(name: frozenset[str]) -> list[frozenset[str]]:
    """What two names of one person have in common: one pair of words, or all of them.

    Looked up by pair, a town full of Duponts is not walked through for each.
    """
    return [name, *(frozenset(pair) for pair in combinations(sorted(name)[:MAX_WORDS], 2))]


def share_out(amount: Decimal, dues: Sequence[tuple[str, Decimal]]) -> tuple[Part, ...]:
    """Fill the claims one after the other, as far as `amount` [€] goes. `dues`: claim and sum owed [€]."""
    parts = []
    for claim, due in dues:
        share = min(due, amount)
        if share > 0:
            parts.append(Part(claim, share))
            amount -= share
    return tuple(parts)


def _unplaced(
    credit: Credit,
    kind: Kind,
    *,
    claims: tuple[str, ...],
    proposals: tuple[Part, ...] = (),
    clue: Clue | None = None,
) -> Verdict:
    return Verdict(credit.id, kind, unplaced=credit.amount, proposals=proposals, claims=claims, clue=clue)
