"""What awaits a shareholder: to finish, to pay, to agree to, to sign, to read."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.models import User
from mine_de_soleil.core.templatetags.page_kit import full_day
from shareholders.models import (
    BEFORE_SIGNATURE,
    TRANSFER_ENDED,
    Cooperative,
    Paper,
    Shareholder,
    ShareTransfer,
    Subscription,
)
from shareholders.unpaid import debts_of

# A call is made known as early as its first letter.
CALL_SHOWN_BEFORE = dt.timedelta(days=30)
# How long a new paper is pointed out.
NEW_FOR = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, said in a sentence, with where to do it."""

    text: str
    label: str
    url: str


def tasks_of(
    user: User,
    cooperative: Cooperative,
    holders: Sequence[Shareholder],
    subscriptions: Sequence[Subscription],
    papers: Sequence[Paper],
    day: dt.date,
) -> list[Task]:
    """Everything that awaits `user`, the most binding first."""
    return [
        *_to_pay(subscriptions),
        *_calls(cooperative, holders, day),
        *_to_answer(cooperative, holders),
        *_to_finish(subscriptions),
        *_to_read(papers, day),
    ]


def _page(subscription: Subscription) -> str:
    return reverse("own_subscription", args=[subscription.cooperative.slug, subscription.pk])


def _to_pay(subscriptions: Sequence[Subscription]) -> Iterator[Task]:
    for one in subscriptions:
        if one.state == Subscription.State.SIGNED and not one.paid_at:
            text = ngettext(
                "Votre souscription de %(count)s action est signée : elle attend votre paiement.",
                "Votre souscription de %(count)s actions est signée : elle attend votre paiement.",
                one.shares,
            ) % {"count": figures.number(one.shares)}
            yield Task(text, _("Payer"), _page(one))


def _calls(cooperative: Cooperative, holders: Sequence[Shareholder], day: dt.date) -> Iterator[Task]:
    """The next call of shares paid in several times, once its day is near, and every one that is late."""
    debts = [debt for debt in debts_of(holders) if debt.calls]
    for debt in debts:
        call = debt.calls[0]
        if call.due_on is None or call.due_on > day + CALL_SHOWN_BEFORE:
            continue
        words = {"amount": figures.euros(call.amount), "day": full_day(call.due_on)}
        text = (
            _("Votre versement de %(amount)s était attendu avant le %(day)s.")
            if call.due_on < day
            else _("Il vous reste %(amount)s à verser avant le %(day)s.")
        )
        yield Task(text % words, _("Verser"), reverse("own_calls", args=[cooperative.slug]))


def _to_finish(subscriptions: Sequence[Subscription]) -> Iterator[Task]:
    for one in subscriptions:
        if one.state in BEFORE_SIGNATURE:
            yield Task(
                _("Une souscription est commencée et n’est pas signée."), _("Voir où j’en suis"), _page(one)
            )


def _to_answer(cooperative: Cooperative, holders: Sequence[Shareholder]) -> Iterator[Task]:
    """Transfers that wait for this side: to agree to as the taker, to sign as the giver."""
    mine = Q(giver__in=holders) | Q(taker__in=holders)
    rows = ShareTransfer.objects.of(cooperative).filter(mine).exclude(state__in=TRANSFER_ENDED)
    own = {holder.pk for holder in holders}
    for transfer in rows.select_related("giver", "taker").order_by("pk"):
        words = {"giver": transfer.giver, "taker": transfer.taker, "count": figures.number(transfer.quantity)}
        url = reverse("transfer", args=[cooperative.slug, transfer.pk])
        if transfer.state == ShareTransfer.State.PROPOSED and transfer.taker_id in own:
            text = ngettext(
                "%(giver)s vous propose %(count)s action.",
                "%(giver)s vous propose %(count)s actions.",
                transfer.quantity,
            )
            yield Task(text % words, _("Répondre"), url)
        if transfer.state == ShareTransfer.State.APPROVED and transfer.giver_id in own:
            text = ngettext(
                "Votre transfert de %(count)s action à %(taker)s est agréé : signez l’ordre.",
                "Votre transfert de %(count)s actions à %(taker)s est agréé : signez l’ordre.",
                transfer.quantity,
            )
            yield Task(text % words, _("Signer"), url)


def _to_read(papers: Sequence[Paper], day: dt.date) -> Iterator[Task]:
    for paper in papers:
        if day - local_day(paper.made_at, paper.cooperative.zone) <= NEW_FOR:
            address = reverse("paper", args=[paper.cooperative.slug, paper.pk])
            yield Task(
                _("Nouveau document\u202f: %(name)s.") % {"name": paper.get_kind_display()},
                _("Ouvrir"),
                address,
            )
