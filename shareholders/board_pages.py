"""The board's work queue: what waits for somebody, where to do it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from shareholders.models import (
    Cooperative,
    NewbornPanel,
    Payout,
    ShareTransfer,
    Subscription,
    Withdrawal,
)
from shareholders.payment_pages import unplaced_lines


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work: how much of it, in words, and the page where it is done."""

    count: int
    words: str
    url: str


def work_queue(cooperative: Cooperative) -> list[Task]:
    """What waits today, the most pressing first; nothing waits, nothing is listed. One query a kind."""
    slug = cooperative.slug
    decisions = Subscription.objects.of(cooperative).awaiting_decision().count()
    lines = unplaced_lines(cooperative).count()
    payouts = Payout.objects.filter(cooperative=cooperative, state__in=("due", "failed")).count()
    transfers = ShareTransfer.objects.of(cooperative).filter(state=ShareTransfer.State.AGREED).count()
    withdrawals = Withdrawal.objects.filter(cooperative=cooperative, state=Withdrawal.State.ASKED).count()
    newborns = NewbornPanel.objects.filter(cooperative=cooperative, state=NewbornPanel.State.ASKED).count()
    found = [
        (decisions, ngettext("souscription à décider", "souscriptions à décider", decisions), "queue"),
        (lines, ngettext("virement à placer", "virements à placer", lines), "money"),
        (payouts, ngettext("remboursement à faire", "remboursements à faire", payouts), "money"),
        (transfers, ngettext("cession à agréer", "cessions à agréer", transfers), "transfer_queue"),
        (withdrawals, ngettext("retrait demandé", "retraits demandés", withdrawals), "withdrawal_queue"),
        (
            newborns,
            ngettext("panneau de naissance demandé", "panneaux de naissance demandés", newborns),
            "newborn_requests",
        ),
    ]
    return [Task(count, words, reverse(name, args=[slug])) for count, words, name in found if count]
