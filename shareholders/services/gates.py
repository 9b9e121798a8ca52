"""The two gates of a signed subscription, and the issue of its shares by whoever opens the second.

Payment is what the ledger says; approval is the board's word. They come in either order, from any number of
processes at once: everything here is done with the cooperative's row locked first, then the subscription's.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.amounts_due import first_call_of
from shareholders.capital_band import room_below_ceiling
from shareholders.ledger import net_of
from shareholders.models import (
    FundingRound,
    HolderBankAccount,
    Shareholder,
    Subscription,
)
from shareholders.services.newcomers import (
    account_in_register,
    account_of,
    enter_newcomer,
    name_of_speaker,
    open_space,
)
from shareholders.services.papers import ask_for_papers
from shareholders.services.payouts import owe_back
from shareholders.services.register import MovementRefused, issue_shares, locked
from shareholders.services.subscription_mails import tell

log = logging.getLogger(__name__)

State, Decision = Subscription.State, Subscription.Decision


class NotDecidable(Exception):
    """The subscription isn't waiting for a decision."""


@transaction.atomic
def decide(*, actor: User, subscription: Subscription, approved: bool, reason: str = "") -> Subscription:
    """The board's word on a signed subscription. The same word twice changes nothing. Raises NotDecidable."""
    found = locked_subscription(subscription)
    wanted = Decision.APPROVED if approved else Decision.REFUSED
    if found.decision == wanted:
        return found
    if found.state != State.SIGNED or found.decision:
        raise NotDecidable
    found.decision, found.decision_reason = wanted, reason
    found.decided_at, found.decided_by = timezone.now(), actor
    if not approved:
        found.state, found.ended_at = State.REFUSED, found.decided_at
    found.save()
    scope = found.cooperative.slug
    if approved:
        record(actor, "approve_subscription", found, scope=scope, reference=found.reference)
    else:
        record(actor, "refuse_subscription", found, scope=scope, reference=found.reference)
        owe_back(actor=actor, subscription=found)
        tell(found, "refused")
    return pass_gates(actor=actor, subscription=found)


@transaction.atomic
def pass_gates(*, actor: User | None, subscription: Subscription) -> Subscription:
    """Look at both gates again, after a payment, a decision or a round's close; issue when both are open.

    Whoever makes the round reach its minimum opens it for all who were ready and waited for it.
    """
    found, has_issued = _look(actor, subscription)
    if has_issued and found.round.minimum_shares:
        _issue_ready(actor, found.round)
    return found


def _issue_ready(actor: User | None, offer: FundingRound) -> None:
    """Issue every subscription whose own gates are open. One that the register refuses stays as it was."""
    ready = offer.subscriptions.filter(state=State.SIGNED, decision=Decision.APPROVED, paid_at__isnull=False)
    for other in ready.order_by("signed_at", "number"):
        try:
            with transaction.atomic():
                _look(actor, other)
        except MovementRefused:
            log.exception("subscription %s isn't issued", other.reference)


def _look(actor: User | None, subscription: Subscription) -> tuple[Subscription, bool]:
    """One subscription's gates; and whether its shares were issued now."""
    found = locked_subscription(subscription)
    if found.state != State.SIGNED:
        owe_back(actor=actor, subscription=found)
        return found, False
    is_paid = net_of(found) >= first_call_of(found)
    if is_paid != bool(found.paid_at):
        found.paid_at = timezone.now() if is_paid else None
        found.save(update_fields=["paid_at"])
        if is_paid:
            tell(found, "paid")
    owe_back(actor=actor, subscription=found)
    if is_paid and found.decision == Decision.APPROVED and _round_lets_issue(found):
        return found, _issue(actor, found)
    return found, False


def locked_subscription(subscription: Subscription) -> Subscription:
    """The subscription as it is now, held with its cooperative until the transaction ends."""
    cooperative = locked(subscription.cooperative_id)
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("round", "user", "holder", "college").get(pk=subscription.pk)
    found.cooperative = cooperative
    return found


def _round_lets_issue(subscription: Subscription) -> bool:
    """Whether its round is at the point of giving shares: allotted, and sure of its minimum."""
    offer = subscription.round
    if offer.rule == FundingRound.Rule.PRO_RATA:
        return offer.outcome == FundingRound.Outcome.SUCCEEDED and bool(subscription.granted)
    return minimum_is_reached(offer)


def minimum_is_reached(offer: FundingRound) -> bool:
    """Whether signed, approved and paid shares make the round's minimum, or it was closed as a success."""
    if offer.outcome or not offer.minimum_shares:
        return offer.outcome != FundingRound.Outcome.FAILED
    return reaches_minimum(offer)


def reaches_minimum(offer: FundingRound) -> bool:
    """Whether paid and approved shares make the round's minimum now, or did once and were issued."""
    if offer.subscriptions.filter(movement__isnull=False).exists():
        return True
    sure = offer.subscriptions.standing().filter(decision=Decision.APPROVED, paid_at__isnull=False)
    total = sure.aggregate(total=Sum("quantity"))["total"] or 0
    return total >= offer.minimum_shares


def _issue(actor: User | None, subscription: Subscription) -> bool:
    """Enter the holder, write the line, open the space, make the papers: one transaction.

    Nothing for the dead, nor above the ceiling of the capital: the subscription stays signed, and the board
    sees it. False then.
    """
    today = timezone.localdate(timezone=subscription.cooperative.zone)
    room = room_below_ceiling(subscription.cooperative, today)
    if room is not None and subscription.shares > room:
        return False
    known = subscription.holder or account_in_register(subscription.cooperative, subscription.identity)
    if known is not None and known.died_on:
        return False
    subscription.user = subscription.user or _user(subscription)
    subscription.holder = known or _enter(actor, subscription, subscription.user, today)
    subscription.movement = issue_shares(
        actor=actor, shareholder=subscription.holder, quantity=subscription.shares, dated=today
    )
    subscription.state = State.ISSUED
    subscription.save()
    open_space(actor=actor, holder=subscription.holder)
    record(
        actor,
        "complete_subscription",
        subscription,
        scope=subscription.cooperative.slug,
        reference=subscription.reference,
        movement=subscription.movement.number,
    )
    ask_for_papers(subscription)
    tell(subscription, "issued")
    return True


def _user(subscription: Subscription) -> User:
    """The account behind the e-mail address that signed: proven by the code sent there."""
    return account_of(subscription.email, name_of_speaker(subscription.identity))


def _enter(actor: User | None, subscription: Subscription, user: User, today: dt.date) -> Shareholder:
    """Open the register account of somebody new, with who speaks for it and where it is paid."""
    assert subscription.college is not None
    holder = enter_newcomer(
        actor=actor,
        college=subscription.college,
        identity=subscription.identity,
        email=subscription.email,
        since=today,
        user=user,
    )
    if subscription.refund_iban:
        HolderBankAccount.objects.create(
            holder=holder,
            owner_name=str(holder)[:120],
            iban=subscription.refund_iban,
            iban_fingerprint=subscription.refund_iban_fingerprint,
            iban_masked=subscription.refund_iban_masked,
        )
    return holder
