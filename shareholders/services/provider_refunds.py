"""Refunds asked of the provider, after the act that owes them is committed; never inside a transaction."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from shareholders import stripe_gateway as gateway
from shareholders.ledger import ON_THEIR_WAY
from shareholders.models import Checkout, Cooperative, Method, Payout
from shareholders.services.payouts import locked_payout, payout_failed
from shareholders.services.provider import account_of, settle
from shareholders.stripe_gateway import Account, ProviderRefused
from shareholders.tasks import refund_payout

State = Payout.State
# Refunds by the provider take minutes; what took longer lost its job, or an answer.
LATE = dt.timedelta(days=1)


def refund_by_provider(*, payout_id: int) -> None:
    """Give a payout's money back to the card or account it came from. Safe to repeat: one key, one refund.

    Raises ProviderDown, and is tried again. What the provider refuses is owed by transfer instead.
    """
    payout, was_asked = _claim(payout_id)
    if payout is None:
        return
    account = account_of(payout.cooperative)
    if account is None:
        payout_failed(actor=None, payout=payout)
        return
    if was_asked and _is_known(payout):
        return
    try:
        _note(payout, _asked(account, payout))
    except ProviderRefused:
        _look_again(payout)
        _give_up(payout)
        return
    _look_again(payout)


@transaction.atomic
def _claim(payout_id: int) -> tuple[Payout | None, bool]:
    """Mark the payout as asked before asking: from here on nobody withdraws it. None when it is settled.

    Also whether it was asked before.
    """
    payout = locked_payout(Payout.objects.get(pk=payout_id))
    if payout.method == Method.TRANSFER or payout.state in (State.DONE, State.FAILED):
        return None, False
    was_asked = payout.state == State.SENT
    if not was_asked:
        payout.state, payout.sent_at = State.SENT, timezone.now()
        payout.save(update_fields=["state", "sent_at"])
    return payout, was_asked


def _is_known(payout: Payout) -> bool:
    """Whether the provider shows what was asked before; it forgets our key after a day, then pays twice."""
    _look_again(payout)
    payout.refresh_from_db()
    return bool(payout.provider_refund) or payout.state != State.SENT


def _asked(account: Account, payout: Payout) -> str:
    """Ask; the refund's id."""
    asked = gateway.refund(
        account,
        charge=payout.provider_charge,
        amount_cents=gateway.to_cents(payout.amount),
        idempotency_key=f"{payout.cooperative.slug}-{payout.reference}",
        metadata={"cooperative": payout.cooperative.slug, "payout": payout.reference},
    )
    return asked.id


@transaction.atomic
def _note(payout: Payout, refund: str) -> None:
    """Keep the provider's number; a webhook may have brought it first."""
    found = locked_payout(payout)
    others = Payout.objects.filter(cooperative=found.cooperative, provider_refund=refund)
    if not found.provider_refund and not others.exists():
        found.provider_refund = refund
        found.save(update_fields=["provider_refund"])


def _look_again(payout: Payout) -> None:
    """Enter what the provider shows of every payment of the subscription."""
    intents = Checkout.objects.filter(subscription=payout.subscription).exclude(intent_id="")
    for intent in intents.order_by("pk").values_list("intent_id", flat=True):
        settle(cooperative=payout.cooperative, intent_id=intent)


@transaction.atomic
def _give_up(payout: Payout) -> None:
    """The provider said no, and shows no refund of this payout: another way is needed."""
    found = locked_payout(payout)
    if found.state == State.SENT and not found.provider_refund:
        payout_failed(actor=None, payout=found)


def ask_late_payouts(*, cooperative: Cooperative, now: dt.datetime) -> int:
    """Give a new job to payouts of the provider that wait for more than a day; how many."""
    late = Payout.objects.filter(
        cooperative=cooperative, state__in=ON_THEIR_WAY, asked_at__lt=now - LATE
    ).exclude(method=Method.TRANSFER)
    jobs = ProcrastinateJob.objects.filter(task_name=refund_payout.name, status__in=("todo", "doing"))
    under_way = {args["payout_id"] for args in jobs.values_list("args", flat=True)}
    found = [pk for pk in late.order_by("pk").values_list("pk", flat=True) if pk not in under_way]
    for pk in found:
        refund_payout.defer(payout_id=pk)
    return len(found)
