"""Shares issued and paid in part, for tests of what is left to pay on them."""

import datetime as dt
from decimal import Decimal

from shareholders.banking.references import reference_for
from shareholders.models import (
    MovementKind,
    Payment,
    Shareholder,
    ShareMovement,
    Subscription,
)
from shareholders.services import issue_shares
from shareholders.services.register import transfer_shares
from tests.factories import FundingRoundFactory, SubscriptionFactory
from tests.shareholders.village import NOW, TODAY, Village


def partly_paid(
    village: Village,
    holder: Shareholder,
    shares: int,
    *,
    paid: str,
    later: dict[str, str],
    day: dt.date = TODAY,
) -> Subscription:
    """`shares` of 50 € issued to `holder` on `day`: `paid` [€] came, `later` calls the rest."""
    offer = village.cooperative.rounds.first() or FundingRoundFactory(
        cooperative=village.cooperative, maximum_shares=9_000
    )
    number = Subscription.objects.count() + 42
    made = SubscriptionFactory(
        signed=True,
        round=offer,
        college=village.citizens,
        number=number,
        reference=reference_for(village.cooperative.payment_prefix, number),
        quantity=shares,
        first_call=Decimal(paid),
        schedule=[{"due_on": due_on, "amount": amount} for due_on, amount in later.items()],
    )
    pay(made, paid, day=day)
    line = issue_shares(actor=None, shareholder=holder, quantity=shares, dated=day)
    Subscription.objects.filter(pk=made.pk).update(
        state="issued", holder=holder, movement=line, paid_at=NOW, decision="approved", decided_at=NOW
    )
    made.refresh_from_db()
    return made


def pay(
    subscription: Subscription,
    amount: str,
    *,
    carried: int | None = None,
    day: dt.date = TODAY,
    kind: str = "received",
) -> Payment:
    """Money by card, of the subscription itself or of a debt that went with shares."""
    return Payment.objects.create(
        cooperative=subscription.cooperative,
        kind=kind,
        method="card",
        amount=Decimal(amount),
        dated=day,
        subscription=subscription,
        carried_id=carried,
        source=f"stripe:charge:ch_{Payment.objects.count()}",
    )


def hand_over(
    giver: Shareholder,
    taker: Shareholder,
    quantity: int,
    *,
    kind: MovementKind = MovementKind.GIFT,
    day: dt.date = TODAY,
) -> ShareMovement:
    return transfer_shares(actor=None, seller=giver, buyer=taker, quantity=quantity, dated=day, kind=kind)
