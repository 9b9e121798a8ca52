"""What a line of the bank may be, when its reference doesn't say: proposed to the treasurer, never booked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shareholders.banking.matching import Clue, Verdict, match
from shareholders.claims import claims_for, credit_of, target_of
from shareholders.models import Cooperative, Subscription


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Parts [€] of a line for subscriptions, and why; `told` names it, to be confirmed as it was shown."""

    parts: tuple[tuple[Subscription, Decimal], ...]
    why: str

    @property
    def told(self) -> str:
        return ",".join(f"{subscription.reference}={amount}" for subscription, amount in self.parts)


def suggest(cooperative: Cooperative, lines: Sequence[Any], today: dt.date) -> dict[int, Suggestion]:
    """Suggestions by line; `lines` come from `ledger.with_free`. Credits in euros alone get one."""
    credits = {
        credit_of(line).id: credit_of(line, amount=line.free)
        for line in lines
        if line.free > 0 and line.amount > 0 and line.currency == "EUR" and not line.is_return
    }
    if not credits:
        return {}
    texts = (credit.text for credit in credits.values())
    # Debts that went with shares are told by their own reference alone: a guess would pay for somebody else.
    claims = [claim for claim in claims_for(cooperative, texts, today) if target_of(claim.id)[1] is None]
    verdicts = [verdict for verdict in match(list(credits.values()), claims) if _parts(verdict)]
    named = {int(claim) for verdict in verdicts for claim, _amount in _parts(verdict)}
    found = Subscription.objects.select_related("round", "holder").in_bulk(named)
    return {
        int(verdict.credit): Suggestion(
            tuple((found[int(claim)], amount) for claim, amount in _parts(verdict)), _why(verdict)
        )
        for verdict in verdicts
    }


def _parts(verdict: Verdict) -> list[tuple[str, Decimal]]:
    """What to propose: proposals, or parts that were sure but weren't booked when the line came."""
    return [(part.claim, part.amount) for part in verdict.proposals or verdict.parts]


def _why(verdict: Verdict) -> str:
    if verdict.clue is Clue.REFERENCE:
        return _("référence presque juste")
    if verdict.clue is Clue.IBAN:
        return _("même compte bancaire")
    if verdict.clue is Clue.NAME:
        return _("même nom, même montant")
    return _("référence citée")
