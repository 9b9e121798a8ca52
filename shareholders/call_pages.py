"""What is left to pay on shares, as pages show it: the holder's own calls, the treasurer's late ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from shareholders.banking.references import formatted
from shareholders.instalments import Due
from shareholders.ledger import ZERO
from shareholders.models import CarriedDebt, Cooperative, Shareholder
from shareholders.services.paying import transfer_code
from shareholders.unpaid import Debt, debts_in, debts_of


@dataclass(frozen=True, slots=True)
class OwnCalls:
    """One debt of the reader's: the call to pay now, those that follow, and how to pay."""

    debt: Debt
    next: Due
    is_late: bool
    reference: str
    iban: str
    code_svg: str

    @property
    def following(self) -> tuple[Due, ...]:
        return self.debt.calls[1:]

    @property
    def giver(self) -> Shareholder | None:
        """Who handed the shares over before they were paid up."""
        return self.debt.carried.giver if self.debt.carried else None


@dataclass(frozen=True, slots=True)
class CallsPage:
    """Everything left to pay by one reader, and the shares handed over for which she may still be asked."""

    own: tuple[OwnCalls, ...]
    handed_over: tuple[CarriedDebt, ...]

    @property
    def total(self) -> Decimal:
        return sum((one.debt.amount for one in self.own), ZERO)


def calls_page(cooperative: Cooperative, holders: Sequence[Shareholder], today: dt.date) -> CallsPage:
    """What `holders`, for whom the reader acts, still owe; the call due first comes first."""
    debts = [debt for debt in debts_of(holders) if debt.calls]
    debts.sort(key=lambda debt: debt.calls[0].due_on or dt.date.min)
    return CallsPage(
        own=tuple(_own(cooperative, debt, today) for debt in debts),
        handed_over=tuple(_handed_over(holders, today)),
    )


def _own(cooperative: Cooperative, debt: Debt, today: dt.date) -> OwnCalls:
    call = debt.calls[0]
    return OwnCalls(
        debt=debt,
        next=call,
        is_late=call.due_on is None or call.due_on < today,
        reference=formatted(debt.reference),
        iban=formatted(cooperative.iban),
        code_svg=transfer_code(cooperative, debt.reference, call.amount),
    )


def _handed_over(holders: Sequence[Shareholder], today: dt.date) -> QuerySet[CarriedDebt]:
    kept = Q(movement__reversed_by=None, liable_until__gte=today)
    return CarriedDebt.objects.filter(kept, giver__in=holders).select_related("holder").order_by("pk")


@dataclass(frozen=True, slots=True)
class LateCall:
    """A call whose day is over [€]: all that one person should have paid by now, since its first day."""

    debt: Debt
    amount: Decimal
    since: dt.date


def late_calls(cooperative: Cooperative, today: dt.date) -> list[LateCall]:
    """Those the treasurer has to see, the oldest first."""
    found = []
    for debt in debts_in(cooperative):
        late = [(call.due_on, call.amount) for call in debt.calls if call.due_on and call.due_on < today]
        if late:
            found.append(LateCall(debt, sum((amount for _day, amount in late), ZERO), late[0][0]))
    return sorted(found, key=lambda one: (one.since, one.debt.reference))
