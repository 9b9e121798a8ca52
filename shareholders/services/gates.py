"""The two gates of a signed subscription, and the issue of its shares by whoever opens the second.

Payment is what the ledger says; approval is the board's word. They come in either order, from any number of
processes at once: everything here is done with the cooperative's row locked first, then the subscription's.
"""

import datetime as dt
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.money import round_to_cent
from shareholders.identity import holder_fields
from shareholders.models import (
    FundingRound,
    HolderBankAccount,
    Shareholder,
    Subscription,
)
from shareholders.roles import Role
from shareholders.services.invitations import give_link
from shareholders.services.papers import ask_for_papers
from shareholders.services.payouts import owe_back
from shareholders.services.people import enter_shareholder, name_representative, share_account
from shareholders.services.register import issue_shares, locked
from shareholders.services.roles import grant_role
from shareholders.services.subscription_mails import tell

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
    """Look at both gates again, after a payment, a decision or a round's close; issue when both are open."""
    found = locked_subscription(subscription)
    if found.state != State.SIGNED:
        owe_back(actor=actor, subscription=found)
        return found
    is_paid = net_received(found) >= due_now(found)
    if is_paid != bool(found.paid_at):
        found.paid_at = timezone.now() if is_paid else None
        found.save(update_fields=["paid_at"])
        if is_paid:
            tell(found, "paid")
    owe_back(actor=actor, subscription=found)
    if is_paid and found.decision == Decision.APPROVED and _round_lets_issue(found):
        _issue(actor, found)
    return found


def net_received(subscription: Subscription) -> Decimal:
    """Euros received less given back, by the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT net_received(%s)", [subscription.pk])
        return Decimal(cursor.fetchone()[0])


def due_now(subscription: Subscription) -> Decimal:
    """What opens the payment gate [€]: the first call, for the shares granted."""
    assert subscription.first_call is not None
    return round_to_cent(subscription.first_call * subscription.shares / subscription.quantity)


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
    sure = offer.subscriptions.standing().filter(decision=Decision.APPROVED, paid_at__isnull=False)
    total = sure.aggregate(total=Sum("quantity"))["total"] or 0
    return total >= offer.minimum_shares


def _issue(actor: User | None, subscription: Subscription) -> None:
    """Enter the holder, write the line, open the space, make the papers: one transaction."""
    today = timezone.localdate()
    user = subscription.user or _user(subscription)
    subscription.user = user
    subscription.holder = subscription.holder or _enter(actor, subscription, user, today)
    subscription.movement = issue_shares(
        actor=actor, shareholder=subscription.holder, quantity=subscription.shares, dated=today
    )
    subscription.state = State.ISSUED
    subscription.save()
    grant_role(actor=actor, cooperative=subscription.cooperative, user=user, role=Role.SHAREHOLDER)
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


def _user(subscription: Subscription) -> User:
    """The account behind the e-mail address that signed: proven by the code sent there."""
    user = User.objects.filter(email__iexact=subscription.email).first()
    if user is None:
        identity = subscription.identity
        person = identity.get("representative") or identity
        name = f"{person.get('first_names', '')} {person.get('last_name', '')}".strip()
        user = User.objects.create_user(subscription.email, full_name=name)
    EmailAddress.objects.get_or_create(
        user=user, email=subscription.email.lower(), defaults={"verified": True, "primary": True}
    )
    return user


def _enter(actor: User | None, subscription: Subscription, user: User, today: dt.date) -> Shareholder:
    """Open the register account of somebody new, with who speaks for it and where it is paid."""
    identity = subscription.identity
    speaker = identity.get("representative")
    assert subscription.college is not None
    holder = enter_shareholder(
        actor=actor,
        college=subscription.college,
        since=today,
        user=None if speaker else user,
        email=subscription.email,
        **holder_fields(identity),
    )
    if speaker:
        name_representative(actor=actor, holder=holder, since=today, user=user, **speaker)
    if identity.get("parts"):
        share_account(actor=actor, account=holder, since=today, parts=identity["parts"])
    if subscription.refund_iban:
        HolderBankAccount.objects.create(
            holder=holder,
            owner_name=str(holder)[:120],
            iban=subscription.refund_iban,
            iban_fingerprint=subscription.refund_iban_fingerprint,
            iban_masked=subscription.refund_iban_masked,
        )
    give_link(holder=holder)
    return holder
