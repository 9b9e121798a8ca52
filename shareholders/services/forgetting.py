"""What is kept of subscriptions that ended without shares, and for how long.

A bank account serves to pay back; the identity and what the signature left of it prove who signed what. Both
have their time, counted from the end; then only numbers stay: the reference, the fingerprint of the bulletin,
the lines of the ledger. Of a draft nothing is kept from the first day (`subscription_endings`).
"""

import datetime as dt
import logging
from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.journal import record
from mine_de_soleil.rules.law import parameter
from shareholders.deadlines import add_months
from shareholders.ledger import ON_THEIR_WAY, net_of
from shareholders.models import Subscription
from shareholders.services.gates import locked_subscription

log = logging.getLogger(__name__)

State = Subscription.State
# Those who never held a share by it: an undone issue stays in the register, and so does who it was for.
NEVER_ISSUED = (State.REFUSED, State.EXPIRED, State.ABANDONED)
ACCOUNT_MONTHS = "retention.ended_subscription_account_months"
IDENTITY_MONTHS = "retention.ended_subscription_identity_months"
NO_ACCOUNT = {"refund_iban": "", "refund_iban_fingerprint": "", "refund_iban_masked": ""}
NOBODY = NO_ACCOUNT | {"identity": {}, "email": "", "evidence": {}, "gift_message": ""}
NO_GIVER = {"giver_name": "–", "giver_email": "–"}


def forget_ended(*, now: dt.datetime) -> int:
    """Forget what had its time; how many subscriptions. One that fails doesn't hold the others back."""
    return _each(_with_account(), ACCOUNT_MONTHS, _forget_account, now) + _each(
        _with_identity(), IDENTITY_MONTHS, _forget_identity, now
    )


def _with_account() -> QuerySet[Subscription]:
    ended = Subscription.objects.filter(state__in=NEVER_ISSUED, ended_at__isnull=False)
    return ended.exclude(refund_iban_fingerprint="")


def _with_identity() -> QuerySet[Subscription]:
    ended = Subscription.objects.filter(state__in=NEVER_ISSUED, ended_at__isnull=False)
    return ended.filter(~Q(identity={}) | ~Q(evidence={}) | ~Q(email=""))


def _each(
    rows: QuerySet[Subscription],
    parameter_name: str,
    forget: Callable[[Subscription], None],
    now: dt.datetime,
) -> int:
    done = 0
    for subscription in rows.select_related("cooperative").order_by("pk"):
        try:
            if _has_had_its_time(subscription, parameter_name, now):
                done += _forgotten(subscription, forget)
        except Exception:
            log.exception("subscription %s isn't forgotten", subscription.reference)
    return done


def _has_had_its_time(subscription: Subscription, parameter_name: str, now: dt.datetime) -> bool:
    """The delay is that of the day it ended: a shorter one later doesn't touch what was promised."""
    assert subscription.ended_at is not None
    zone = subscription.cooperative.zone
    ended_on = local_day(subscription.ended_at, zone)
    months = parameter(parameter_name).value_on(ended_on)
    return local_day(now, zone) >= add_months(ended_on, int(months))


@transaction.atomic
def _forgotten(subscription: Subscription, forget: Callable[[Subscription], None]) -> bool:
    found = locked_subscription(subscription)
    if _owes(found):
        return False
    forget(found)
    scope = found.cooperative.slug
    record(None, "forget_subscription", found, scope=scope, reference=found.reference)
    return True


def _owes(subscription: Subscription) -> bool:
    """Whether money is still to go back: who it belongs to must be found."""
    is_on_its_way = subscription.payouts.filter(state__in=ON_THEIR_WAY).exists()
    return is_on_its_way or net_of(subscription) > Decimal(0)


def _forget_account(subscription: Subscription) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(**NO_ACCOUNT)


def _forget_identity(subscription: Subscription) -> None:
    """Its sealed bulletin stays among the papers, which are never changed: only its fingerprint is public."""
    fields = NOBODY | (NO_GIVER if subscription.is_gift else {})
    Subscription.objects.filter(pk=subscription.pk).update(**fields, user=None, holder=None, invited_by=None)
    subscription.signing_codes.all().delete()
