"""The ledger written from a picture of the provider: only what it lacks, whatever was seen before.

Called with the cooperative's and the subscription's rows held.
"""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from shareholders.ledger import change_source, charge_source, net_of
from shareholders.models import Method, Payment, Payout, Subscription
from shareholders.stripe_gateway import DisputePicture, PaymentPicture, RefundPicture, to_euros

_METHODS = {"card": Method.CARD, "sepa_debit": Method.DEBIT}


def enter_picture(subscription: Subscription, picture: PaymentPicture, *, today: dt.date) -> list[Payment]:
    """Write the missing lines of one payment, oldest cause first; gives those written."""
    pen = _Pen(subscription, picture, today)
    for charge in picture.charges:
        if charge.status == "succeeded":
            pen.write(
                Payment.Kind.RECEIVED, to_euros(charge.amount_cents), charge_source(charge.id), charge.id
            )
    for refund in picture.refunds:
        _enter_refund(pen, refund)
    for dispute in picture.disputes:
        _enter_dispute(pen, dispute)
    return pen.written


class _Pen:
    """Writes the ledger of one payment, each source once."""

    def __init__(self, subscription: Subscription, picture: PaymentPicture, today: dt.date) -> None:
        self.subscription = subscription
        self.today = today
        self.written: list[Payment] = []
        self._methods = {charge.id: _METHODS.get(charge.method, Method.CARD) for charge in picture.charges}
        self.only_charge = next((c.id for c in picture.charges if c.status == "succeeded"), "")
        rows = subscription.payments.exclude(method=Method.TRANSFER)
        self._known = dict(rows.values_list("source", "amount"))

    def knows(self, source: str) -> bool:
        return source in self._known

    def sum_of(self, beginning: str) -> Decimal:
        """Euros already written under sources that begin so."""
        return sum((a for s, a in self._known.items() if s.startswith(beginning)), Decimal("0.00"))

    def write(
        self, kind: Payment.Kind, amount: Decimal, source: str, charge: str, payout: Payout | None = None
    ) -> None:
        """One line, unless it is there."""
        if self.knows(source) or amount <= 0:
            return
        self._known[source] = amount
        row = Payment.objects.create(
            cooperative=self.subscription.cooperative,
            kind=kind,
            method=self._methods.get(charge, Method.CARD),
            amount=amount,
            dated=self.today,
            subscription=self.subscription,
            payout=payout,
            source=source,
        )
        self.written.append(row)


def _enter_refund(pen: _Pen, refund: RefundPicture) -> None:
    """A refund on its way or done takes the money out; one that failed brings it back."""
    charge = refund.charge or pen.only_charge
    gone, back = (change_source(f"{what}:{refund.id}", charge) for what in ("refund", "refund_failed"))
    amount = to_euros(refund.amount_cents)
    payout = _payout_of(pen.subscription, refund, charge)
    if refund.status in ("pending", "succeeded"):
        # Beyond what was received (the payer's bank took it too): a loss, not a refund.
        enough = pen.knows(gone) or net_of(pen.subscription) >= amount
        pen.write(Payment.Kind.REFUNDED if enough else Payment.Kind.LOST, amount, gone, charge, payout)
    elif pen.knows(gone):
        pen.write(Payment.Kind.REFUND_FAILED, amount, back, charge, payout)
    if payout is not None and not pen.knows(back):
        _move_on(payout, refund)
    elif payout is not None:
        _close(payout, Payout.State.FAILED)


def _payout_of(subscription: Subscription, refund: RefundPicture, charge: str) -> Payout | None:
    """The payout a refund answers to; found by what was asked when the answer never reached us."""
    own = subscription.payouts.filter(provider_charge=charge)
    found = own.filter(provider_refund=refund.id).first()
    if found is not None:
        return found
    amount = to_euros(refund.amount_cents)
    asked = own.filter(state=Payout.State.SENT, provider_refund="", amount=amount).order_by("pk").first()
    if asked is not None:
        asked.provider_refund = refund.id
        asked.save(update_fields=["provider_refund"])
    return asked


def _move_on(payout: Payout, refund: RefundPicture) -> None:
    """A pending refund may still fail; it is done once the provider says so."""
    if refund.status == "succeeded":
        _close(payout, Payout.State.DONE)
    elif refund.status != "pending":
        _close(payout, Payout.State.FAILED)


def _close(payout: Payout, state: Payout.State) -> None:
    if payout.state in (state, Payout.State.FAILED):
        return
    payout.state = state
    payout.sent_at = payout.sent_at or timezone.now()
    payout.done_at = timezone.now() if state == Payout.State.DONE else payout.done_at
    payout.save(update_fields=["state", "sent_at", "done_at"])


def _enter_dispute(pen: _Pen, dispute: DisputePicture) -> None:
    """What the payer's bank took, and gave again. A dispute may move money more than once."""
    charge = dispute.charge or pen.only_charge
    moves = (
        (Payment.Kind.LOST, "lost", dispute.funds_withdrawn_cents),
        (Payment.Kind.REGAINED, "regained", dispute.funds_reinstated_cents),
    )
    for kind, word, cents in moves:
        beginning = f"dispute:{dispute.id}:{word}:"
        missing = to_euros(cents) - pen.sum_of(f"stripe:{beginning}")
        pen.write(kind, missing, change_source(f"{beginning}{cents}", charge), charge)
