"""How a subscription ends without shares: given up, forgotten, never paid."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry
from shareholders.models import BEFORE_SIGNATURE, Cooperative, Subscription
from shareholders.models.subscriptions import SubscriptionQuerySet
from shareholders.services.gates import locked_subscription
from shareholders.services.payouts import owe_back
from shareholders.services.subscription_mails import tell
from shareholders.services.subscription_rules import (
    ALREADY_SIGNED,
    SubscriptionRefused,
    locked_by_key,
    refusals_in_words,
)

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
    for subscription in _unpaid(now).filter(expires_at__gt=now, expires_at__lte=now + REMINDED_BEFORE):
        _remind(subscription)
    forgotten = Subscription.objects.filter(state__in=BEFORE_SIGNATURE, expires_at__lte=now)
    late = _unpaid(now).filter(expires_at__lte=now)
    # One transaction each: one that fails doesn't hold the others back for ever.
    return sum(_expire(subscription) for rows in (forgotten, late) for subscription in rows.order_by("pk"))


def _unpaid(now: dt.datetime) -> SubscriptionQuerySet:
    waiting = Subscription.objects.filter(state=State.SIGNED, paid_at=None, round__outcome="")
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


def _end(subscription: Subscription, state: Subscription.State) -> None:
    """End it, tell, give money back; of who never signed nothing personal is kept."""
    subscription.state, subscription.ended_at = state, timezone.now()
    subscription.save(update_fields=["state", "ended_at"])
    owe_back(actor=None, subscription=subscription)
    if subscription.signed_at or subscription.is_gift:
        tell(subscription, "expired" if state == State.EXPIRED else "abandoned")
    if not subscription.signed_at:
        forgotten = {"identity": {}, "email": "", "evidence": {}}
        forgotten |= dict.fromkeys(("refund_iban", "refund_iban_fingerprint", "refund_iban_masked"), "")
        for name, value in forgotten.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=list(forgotten))


@transaction.atomic
def _remind(subscription: Subscription) -> None:
    found = locked_subscription(subscription)
    name = f"{found._meta.label}:{found.pk}"
    if JournalEntry.objects.filter(act="remind_subscription", subject=name).exists():
        return
    tell(found, "reminder")
    record(None, "remind_subscription", found, scope=found.cooperative.slug, reference=found.reference)
