"""What a subscription asks for now, call after call."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.core.money import round_to_cent
from shareholders.claims import price_of
from shareholders.instalments import Due, still_due
from shareholders.ledger import ZERO, net_of
from shareholders.models import SIGN, Cooperative, Payment, Subscription
from shareholders.reports import nominal_on
from shareholders.unpaid import calls_of, debts_of_subscription

# Stripe's least amount in euros, https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
SMALLEST_ONLINE = Decimal("0.50")


@dataclass(frozen=True, slots=True)
class Asked:
    """An amount [€] to pay, and by when if a day was set; nothing is asked at 0."""

    amount: Decimal
    due_on: dt.date | None = None


def asked_now(subscription: Subscription, today: dt.date) -> Asked:
    """The first call not yet paid in full, less what came; before the signature, the whole price."""
    net = net_of(subscription)
    if subscription.has_ended:
        return Asked(ZERO)
    if not subscription.signed_at:
        price = price_of(subscription, nominal_on(subscription.cooperative, today))
        return Asked(max(price - net, ZERO))
    calls = _own_calls(subscription, net)
    return Asked(calls[0].amount, calls[0].due_on) if calls else Asked(ZERO)


def to_pay(subscription: Subscription, today: dt.date) -> Decimal:
    """The amount alone [€]."""
    return asked_now(subscription, today).amount


def first_call_of(subscription: Subscription) -> Decimal:
    """What opens the payment gate [€], for the shares granted."""
    assert subscription.first_call is not None
    return _granted(subscription, subscription.first_call)


def _own_calls(subscription: Subscription, net: Decimal) -> tuple[Due, ...]:
    """What is left of each call, less what went with shares that changed hands."""
    if subscription.state == Subscription.State.ISSUED and subscription.schedule:
        return debts_of_subscription(subscription)[0].calls
    return still_due(calls_of(subscription), net)


def _granted(subscription: Subscription, amount: Decimal) -> Decimal:
    return round_to_cent(amount * subscription.shares / subscription.quantity)


def is_short(subscription: Subscription) -> bool:
    """Whether shares stand issued whose money went away again: a debit sent back, a dispute lost."""
    rows = subscription.payments.values_list("kind", "amount")
    return _is_short(subscription, [(kind, amount) for kind, amount in rows])


def short_subscriptions(cooperative: Cooperative) -> list[Subscription]:
    """All of those, the oldest first."""
    gone = (Payment.Kind.LOST, Payment.Kind.REFUNDED)
    issued = Subscription.objects.of(cooperative).filter(state=Subscription.State.ISSUED)
    suspects = issued.filter(payments__kind__in=gone).distinct().order_by("pk")
    rows = suspects.select_related("round", "holder").prefetch_related("payments")
    return [s for s in rows if _is_short(s, [(p.kind, p.amount) for p in s.payments.all()])]


def _is_short(subscription: Subscription, rows: Sequence[tuple[str, Decimal]]) -> bool:
    if subscription.state != Subscription.State.ISSUED:
        return False
    signed = [(kind, SIGN[Payment.Kind(kind)] * amount) for kind, amount in rows]
    net = sum((amount for _kind, amount in signed), ZERO)
    banks = (Payment.Kind.LOST, Payment.Kind.REGAINED)
    # A later call that was paid, and that a bank took back, is missing again.
    taken_back = sum((amount for kind, amount in signed if kind in banks), ZERO) < 0
    return net < first_call_of(subscription) or (net < subscription.price and taken_back)


def missing_of(subscription: Subscription) -> Decimal:
    """What issued shares lack [€]: of the first call, else of the whole price."""
    net, first = net_of(subscription), first_call_of(subscription)
    return first - net if net < first else subscription.price - net
