"""The board's work queue: what waits for somebody, where to do it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from shareholders.models import (
    Cooperative,
    Method,
    NewbornPanel,
    Payout,
    Subscription,
    Withdrawal,
)
from shareholders.payment_pages import unplaced_lines
from shareholders.permissions import (
    Actor,
    Predicate,
    can_decide_shares,
    can_see_money,
    can_see_newborns,
    can_see_register,
)
from shareholders.services.company_bank import waiting_for
from shareholders.transfer_pages import awaiting_board


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work: how much of it, in words, and the page where it is done."""

    count: int
    words: str
    url: str


def work_queue(actor: Actor, today: dt.date) -> list[Task]:
    """What waits today on pages the actor may open, the most pressing first; one query a kind."""
    cooperative = actor.cooperative
    found = [
        (count(cooperative, today), words, name) for may_open, count, words, name in _KINDS if may_open(actor)
    ]
    return [
        Task(count, words(count), reverse(name, args=[cooperative.slug]))
        for count, words, name in found
        if count
    ]


def _decisions(cooperative: Cooperative, today: dt.date) -> int:
    return Subscription.objects.of(cooperative).awaiting_decision().count()


def _lines(cooperative: Cooperative, today: dt.date) -> int:
    return unplaced_lines(cooperative).count()


def _payouts(cooperative: Cooperative, today: dt.date) -> int:
    """Those the treasurer sends; a failed one was replaced, and the provider pays its own."""
    due = Payout.objects.filter(cooperative=cooperative, state=Payout.State.DUE, method=Method.TRANSFER)
    return due.count()


def _transfers(cooperative: Cooperative, today: dt.date) -> int:
    return awaiting_board(cooperative, today).count()


def _withdrawals(cooperative: Cooperative, today: dt.date) -> int:
    return Withdrawal.objects.filter(cooperative=cooperative, state=Withdrawal.State.ASKED).count()


def _accounts(cooperative: Cooperative, today: dt.date) -> int:
    return int(waiting_for(cooperative) is not None)


def _newborns(cooperative: Cooperative, today: dt.date) -> int:
    return NewbornPanel.objects.filter(cooperative=cooperative, state=NewbornPanel.State.ASKED).count()


_Kind = tuple[Predicate, Callable[[Cooperative, dt.date], int], Callable[[int], str], str]
# Who may open the page, how many wait, in words, the page.
_KINDS: tuple[_Kind, ...] = (
    (
        can_see_register,
        _decisions,
        lambda n: ngettext("souscription à décider", "souscriptions à décider", n),
        "queue",
    ),
    (can_see_money, _lines, lambda n: ngettext("virement à placer", "virements à placer", n), "money"),
    (
        can_see_money,
        _payouts,
        lambda n: ngettext("remboursement à faire", "remboursements à faire", n),
        "money",
    ),
    (
        can_see_register,
        _transfers,
        lambda n: ngettext("transfert à agréer", "transferts à agréer", n),
        "transfer_queue",
    ),
    (
        can_see_register,
        _withdrawals,
        lambda n: ngettext("retrait demandé", "retraits demandés", n),
        "withdrawal_queue",
    ),
    (
        can_decide_shares,
        _accounts,
        lambda n: ngettext("compte bancaire à relire", "comptes bancaires à relire", n),
        "company_bank",
    ),
    (
        can_see_newborns,
        _newborns,
        lambda n: ngettext("panneau de naissance demandé", "panneaux de naissance demandés", n),
        "newborn_requests",
    ),
)
