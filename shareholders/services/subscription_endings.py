"""How a subscription ends without shares: given up, forgotten, never paid."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry, User
from shareholders.models import BEFORE_SIGNATURE, Cooperative, Shareholder, Subscription
from shareholders.models.subscriptions import SubscriptionQuerySet
from shareholders.services.gates import locked_subscription
from shareholders.services.newcomers import account_in_register
from shareholders.services.payouts import owe_back
from shareholders.services.subscription_mails import tell
from shareholders.services.subscription_rules import (
    ALREADY_SIGNED,
    SubscriptionRefused,
    locked_by_key,
    refusals_in_words,
)

log = logging.getLogger(__name__)

State = Subscription.State
REMINDED_BEFORE = dt.timedelta(days=7)
# A debit takes up to two weeks to arrive or to fail: meanwhile nobody is told that nothing came.
DEBIT_TAKES = dt.timedelta(days=21)


def abandon(*, cooperative: Cooperative, key: str) -> Subscription:
    """Give up a subscription that isn't signed. Given up already, it is left as it is."""
    with refusals_in_words():
        found = locked_by_key(cooperative, key)
        if found.signed_at:
            raise SubscriptionRefused(ALREADY_SIGNED)
        if found.has_ended:
            return found
        _end(found, State.ABANDONED)
        record(found.user, "abandon_subscription", found, scope=cooperative.slug, reference=found.reference)
        return found


def expire_subscriptions() -> int:
    """End what waited too long, and remind who has a week left; how many ended. Safe to repeat or cut off."""
    now = timezone.now()
    _each(_remind, _unpaid(now).filter(expires_at__gt=now, expires_at__lte=now + REMINDED_BEFORE))
    forgotten = Subscription.objects.filter(state__in=BEFORE_SIGNATURE, expires_at__lte=now)
    late = _unpaid(now).filter(expires_at__lte=now)
    return sum(_each(_expire, rows.order_by("pk")) for rows in (forgotten, late))


def _each(act: Callable[[Subscription], bool], rows: SubscriptionQuerySet) -> int:
    """Do `act` to each, in its own transaction: one that fails is told and doesn't hold the others back.

    The worker has no time zone of its own: the days a letter names are those of the cooperative.
    """
    done = 0
    for subscription in rows.select_related("cooperative"):
        try:
            with timezone.override(subscription.cooperative.zone):
                done += act(subscription)
        except Exception:
            log.exception("the night's work on subscription %s failed", subscription.reference)
    return done


@transaction.atomic
def end_subscriptions_of(holder: Shareholder, actor: User | None) -> int:
    """End what somebody who died asked for, signed or not, and owe the money back; how many ended.

    A subscription under the same name and birth date that isn't in the register yet is theirs too.
    """
    running = (*BEFORE_SIGNATURE, State.SIGNED)
    rows = Subscription.objects.filter(cooperative=holder.cooperative_id, state__in=running)
    born = holder.birth_date.isoformat() if holder.birth_date else None
    own = rows.filter(Q(holder=holder) | Q(holder=None, identity__birth_date=born))
    theirs = [s for s in own.order_by("pk") if s.holder_id or _is_of(s, holder)]
    for subscription in theirs:
        found = locked_subscription(subscription)
        _end(found, State.EXPIRED, actor=actor, is_told=found.is_gift)
        scope = found.cooperative.slug
        record(actor, "expire_subscription", found, scope=scope, reference=found.reference)
    return len(theirs)


def _is_of(subscription: Subscription, holder: Shareholder) -> bool:
    return account_in_register(holder.cooperative, subscription.identity) == holder


def _unpaid(now: dt.datetime) -> SubscriptionQuerySet:
    waiting = Subscription.objects.filter(state=State.SIGNED, paid_at=None)
    return waiting.exclude(checkouts__pending_since__gt=now - DEBIT_TAKES).order_by("pk")


@transaction.atomic
def _expire(subscription: Subscription) -> bool:
    found = locked_subscription(subscription)
    # Paid, decided or prolonged while the others were treated.
    if found.has_ended or found.state == State.ISSUED or found.paid_at or found.expires_at > timezone.now():
        return False
    _end(found, State.EXPIRED)
    record(None, "expire_subscription", found, scope=found.cooperative.slug, reference=found.reference)
    return True


def _end(
    subscription: Subscription,
    state: Subscription.State,
    *,
    actor: User | None = None,
    is_told: bool = True,
) -> None:
    """End it, tell, give money back; of who never signed nothing personal is kept."""
    subscription.state, subscription.ended_at = state, timezone.now()
    subscription.save(update_fields=["state", "ended_at"])
    owe_back(actor=actor, subscription=subscription)
    if is_told and (subscription.signed_at or subscription.is_gift):
        tell(subscription, "expired" if state == State.EXPIRED else "abandoned")
    if not subscription.signed_at:
        _forget(subscription)


def _forget(subscription: Subscription) -> None:
    forgotten = {"identity": {}, "email": "", "evidence": {}, "gift_message": ""}
    forgotten |= dict.fromkeys(("refund_iban", "refund_iban_fingerprint", "refund_iban_masked"), "")
    # Who paid has to be found again to be paid back.
    if subscription.is_gift and not subscription.payments.exists():
        forgotten |= {"giver_name": "–", "giver_email": "–"}
    for name, value in forgotten.items():
        setattr(subscription, name, value)
    subscription.save(update_fields=list(forgotten))


@transaction.atomic
def _remind(subscription: Subscription) -> bool:
    found = locked_subscription(subscription)
    name = f"{found._meta.label}:{found.pk}"
    if JournalEntry.objects.filter(act="remind_subscription", subject=name).exists():
        return False
    tell(found, "reminder")
    record(None, "remind_subscription", found, scope=found.cooperative.slug, reference=found.reference)
    return True
