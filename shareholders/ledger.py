"""The ledger read back: what is free of a line of the bank, what of a charge can go back, what is on its way.

A source says what a line of the ledger was read from: `bank:<entry>:<reference>`, `stripe:charge:<id>`, and
for what later happened to a charge `stripe:…:of:<id of the charge>`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs, Coalesce

from shareholders.models import (
    ENDED,
    SIGN,
    CarriedDebt,
    LineSetAside,
    Method,
    Payment,
    Payout,
    StatementLine,
    Subscription,
)

ZERO = Decimal("0.00")
ON_THEIR_WAY = (Payout.State.DUE, Payout.State.SENT)
_OF = ":of:"
_MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=14, decimal_places=2)


def bank_source(key: str, reference: str, rank: int = 1) -> str:
    """Money of a bank entry given to a subscription; `rank` counts the times, when more than once."""
    return f"bank:{key}:{reference}" + (f":{rank}" if rank > 1 else "")


def charge_source(charge: str) -> str:
    """Money taken by the provider."""
    return f"stripe:charge:{charge}"


def change_source(what: str, charge: str) -> str:
    """What happened later to a charge; `what` is like `refund:re_1` or `dispute:dp_1:lost:5000`."""
    return f"stripe:{what}{of_charge(charge)}"


def of_charge(charge: str) -> str:
    """How every source of what happened later to a charge ends."""
    return f"{_OF}{charge}"


def charge_of(source: str) -> str:
    """The charge a source speaks of; "" for the bank's."""
    if not source.startswith("stripe:"):
        return ""
    return source.rpartition(_OF)[2] if _OF in source else source.removeprefix("stripe:charge:")


def net_of(subscription: Subscription) -> Decimal:
    """Euros received less given back, as the database's own rules count them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT net_received(%s)", [subscription.pk])
        return Decimal(cursor.fetchone()[0])


def kept_of(subscription: Subscription) -> Decimal | None:
    """What the company may keep of the money [€]; None for all of it, before the signature says how much."""
    if subscription.state in ENDED:
        return ZERO
    if not subscription.signed_at:
        return None
    # Calls that nobody owes any more aren't kept either.
    return subscription.price - (_released(subscription) if subscription.schedule else ZERO)


def _released(subscription: Subscription) -> Decimal:
    """Calls of shares that went back to the company before they were paid up [€]."""
    rows = CarriedDebt.objects.filter(subscription=subscription, holder=None, movement__reversed_by=None)
    return sum(rows.values_list("amount", flat=True), ZERO)


# Lines of the bank


def with_free(lines: QuerySet[StatementLine]) -> QuerySet[Any]:
    """Adds `free` [€]: what no payment, no payout and no word of the treasurer has taken of each line."""
    taken = (
        _sum(Payment.objects.filter(line=OuterRef("pk")))
        + _sum(LineSetAside.objects.filter(line=OuterRef("pk")).exclude(why=LineSetAside.Why.TO_RETURN))
        + _sum(_returns().filter(line=OuterRef("pk")))
    )
    return lines.annotate(free=Abs(F("amount")) - taken)


def free_of(line: StatementLine) -> Decimal:
    """The same for one line, now."""
    found = with_free(StatementLine.objects.filter(pk=line.pk)).values_list("free", flat=True).get()
    return Decimal(found)


def _returns() -> QuerySet[Payout]:
    """Lines sent back to whoever they came from, but for those that didn't arrive."""
    return Payout.objects.filter(why=Payout.Why.UNKNOWN).exclude(state=Payout.State.FAILED)


def _sum(rows: QuerySet[Any]) -> Coalesce:
    total = rows.order_by().values("line").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), ZERO, output_field=_MONEY)


# What is owed back


def on_its_way(subscription: Subscription) -> Decimal:
    """Euros of payouts told and not yet seen to leave."""
    owed = subscription.payouts.filter(state__in=ON_THEIR_WAY).aggregate(total=Sum("amount"))["total"]
    return (owed or ZERO) - _already_left(subscription)


def _already_left(subscription: Subscription) -> Decimal:
    """What the ledger already took out for payouts still marked as on their way."""
    rows = Payment.objects.filter(payout__subscription=subscription, payout__state__in=ON_THEIR_WAY)
    return -_signed(rows.values_list("kind", "amount"))


def _signed(rows: Iterable[tuple[str, Decimal]]) -> Decimal:
    return sum((SIGN[Payment.Kind(kind)] * amount for kind, amount in rows), ZERO)


@dataclass(frozen=True, slots=True)
class Source:
    """Where money came from and may go back to: a charge of the provider, or a line of the bank."""

    left: Decimal
    method: str
    charge: str = ""
    line: StatementLine | None = None


def charges_left(subscription: Subscription) -> list[Source]:
    """Charges that still hold money, the latest first. One whose refund failed isn't tried again."""
    left: dict[str, Decimal] = defaultdict(Decimal)
    methods: dict[str, str] = {}
    rows = subscription.payments.exclude(method=Method.TRANSFER).order_by("pk")
    for kind, method, amount, source in rows.values_list("kind", "method", "amount", "source"):
        charge = charge_of(source)
        methods.setdefault(charge, method)
        left[charge] += SIGN[Payment.Kind(kind)] * amount
    asked = subscription.payouts.exclude(provider_charge="")
    for payout in asked.filter(state__in=ON_THEIR_WAY).prefetch_related("payments"):
        gone = _signed((row.kind, row.amount) for row in payout.payments.all())
        left[payout.provider_charge] -= payout.amount + gone
    failed = asked.filter(state=Payout.State.FAILED, sent_at__isnull=False)
    for charge in failed.values_list("provider_charge", flat=True):
        left.pop(charge, None)
    return [Source(left[c], methods[c], charge=c) for c in reversed(methods) if left.get(c, ZERO) > 0]


def lines_left(subscription: Subscription) -> list[Source]:
    """Bank lines that paid for a subscription, less what was sent back for each, the latest first."""
    received = Q(payments__subscription=subscription, payments__kind=Payment.Kind.RECEIVED)
    lines: QuerySet[Any] = StatementLine.objects.filter(received).annotate(
        came=Sum("payments__amount", filter=received)
    )
    sent: dict[int, Decimal] = defaultdict(Decimal)
    for payout in subscription.payouts.filter(line__isnull=False).exclude(state=Payout.State.FAILED):
        assert payout.line_id is not None
        sent[payout.line_id] += payout.amount
    found = {line: line.came - sent[line.pk] for line in lines.order_by("-booked_on", "-pk")}
    _take_recalled(subscription, found)
    return [Source(left, Method.TRANSFER, line=line) for line, left in found.items() if left > 0]


def _take_recalled(subscription: Subscription, left: dict[StatementLine, Decimal]) -> None:
    """Less what payers' banks took back: nothing goes to an account that has its money again."""
    lost = subscription.payments.filter(kind=Payment.Kind.LOST, line__isnull=False).select_related("line")
    for payment in lost.order_by("pk"):
        assert payment.line is not None
        account, amount = payment.line.party_iban_fingerprint, payment.amount
        # The same account first; a debit that names none may be of any.
        for line in sorted(left, key=lambda one: one.party_iban_fingerprint != account):
            part = min(left[line], amount)
            left[line] -= part
            amount -= part
