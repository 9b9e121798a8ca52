"""Acts on funding rounds: opened, corrected before anybody signed, closed with an outcome for everybody."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core import figures
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import told_as
from shareholders.allotment import Request, pro_rata
from shareholders.capital_band import room_below_ceiling
from shareholders.models import Cooperative, FundingRound, Subscription
from shareholders.services.gates import locked_subscription, pass_gates, reaches_minimum
from shareholders.services.payouts import owe_back
from shareholders.services.register import locked
from shareholders.services.subscription_mails import tell

State, Outcome, Rule = Subscription.State, FundingRound.Outcome, FundingRound.Rule
# What a signed bulletin promised: it stays as it was.
PROMISED = (
    "opens_on",
    "minimum_shares",
    "target_shares",
    "maximum_shares",
    "premium",
    "least_each",
    "most_each",
    "rule",
    "information",
)


class RoundRefused(Exception):
    """A round that can't be made, changed or closed so; the sentence says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


_SENTENCES: dict[str, Promise] = {
    "one_round_per_slug": gettext_lazy("Une levée de fonds porte déjà ce nom."),
    "round_ends_after_it_begins": gettext_lazy("La clôture vient après l’ouverture."),
    "round_minimum_target_maximum": gettext_lazy(
        "Le minimum ne dépasse pas l’objectif, ni l’objectif le maximum."
    ),
    "round_least_and_most_each": gettext_lazy("Le minimum par personne ne dépasse pas le maximum."),
    "round_premium_not_negative": gettext_lazy("La prime n’est pas négative."),
}


@transaction.atomic
def create_round(*, actor: User, cooperative: Cooperative, slug: str, **fields: Any) -> FundingRound:
    """Offer new shares between two days. Raises RoundRefused."""
    # Held, so that the ceiling is looked at with every share issued.
    offer = FundingRound(cooperative=locked(cooperative.pk), slug=slug, **fields)
    _check_ceiling(offer)
    _save(offer)
    record(actor, "create_round", offer, scope=cooperative.slug, round=slug)
    return offer


@transaction.atomic
def change_round(*, actor: User, offer: FundingRound, **fields: Any) -> FundingRound:
    """Correct a round; what bulletins promised stays once one is signed. Raises RoundRefused."""
    cooperative = locked(offer.cooperative_id)
    found = FundingRound.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if found.closed_at:
        raise RoundRefused(_("Cette levée de fonds est close : elle ne change plus."))
    changed = sorted(name for name, value in fields.items() if getattr(found, name) != value)
    if not changed:
        return found
    if not set(changed).isdisjoint(PROMISED) and has_signatures(found):
        raise RoundRefused(
            _("Des bulletins sont signés : seuls le nom, la présentation et la clôture peuvent changer.")
        )
    for name in changed:
        setattr(found, name, fields[name])
    found.cooperative = cooperative
    if "maximum_shares" in changed:
        _check_ceiling(found)
    _save(found)
    record(actor, "change_round", found, scope=cooperative.slug, round=found.slug, fields=changed)
    return found


def has_signatures(offer: FundingRound) -> bool:
    """Whether somebody signed a bulletin of this round, whatever came of it."""
    return offer.subscriptions.filter(signed_at__isnull=False).exists()


def _check_ceiling(offer: FundingRound) -> None:
    """Nobody signs for shares that the statutes don't let us issue. Raises RoundRefused."""
    room = room_below_ceiling(offer.cooperative, offer.closes_on)
    if room is not None and offer.maximum_shares > room:
        raise RoundRefused(
            _(
                "Le capital dépasserait le plafond des statuts\u202f: %(most)s actions au plus peuvent "
                "encore être émises. L’assemblée peut relever ce plafond."
            )
            % {"most": figures.number(room)}
        )


def _save(offer: FundingRound) -> None:
    with told_as(RoundRefused, _SENTENCES):
        offer.save()


@transaction.atomic
def close_round(*, actor: User, offer: FundingRound) -> FundingRound:
    """End a round: shares where it succeeded, money back where it failed. Closed already, it stays as it is.

    Cut down in proportion, a request keeps its place whether or not it is paid or approved yet: the gates go
    on deciding each.
    """
    cooperative = locked(offer.cooperative_id)
    found = FundingRound.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if found.closed_at:
        return found
    found.outcome = Outcome.SUCCEEDED if reaches_minimum(found) else Outcome.FAILED
    found.closed_at, found.cooperative = timezone.now(), cooperative
    found.save(update_fields=["closed_at", "outcome"])
    record(actor, "close_round", found, scope=cooperative.slug, round=found.slug, outcome=found.outcome)
    signed = found.subscriptions.filter(state=State.SIGNED).order_by("signed_at", "number")
    if found.outcome == Outcome.FAILED:
        for subscription in signed:
            _end(subscription, "round_failed")
        return found
    if found.rule == Rule.PRO_RATA:
        _allot(found)
    for subscription in signed.all():
        pass_gates(actor=actor, subscription=subscription)
    return found


def _allot(offer: FundingRound) -> None:
    """Say how many shares each request gets; who gets less, or none, is told."""
    signed = {row.pk: row for row in offer.subscriptions.filter(state=State.SIGNED)}
    requests = [
        Request(number=pk, asked=row.quantity, asked_at=row.signed_at)
        for pk, row in signed.items()
        if row.signed_at is not None
    ]
    for allotted in pro_rata(requests, offer.maximum_shares, offer.least_each):
        _grant(signed[allotted.request.number], allotted.granted)


def _grant(subscription: Subscription, granted: int) -> None:
    found = locked_subscription(subscription)
    found.granted = granted
    found.save(update_fields=["granted"])
    if not granted:
        _end(found, "allotted_none")
    elif granted < found.quantity:
        tell(found, "allotted_less")


def _end(subscription: Subscription, what: str) -> None:
    """A signed request that the round's end leaves without shares: closed, and its money owed back."""
    found = locked_subscription(subscription)
    found.state, found.ended_at = State.EXPIRED, timezone.now()
    found.save(update_fields=["state", "ended_at"])
    record(None, "expire_subscription", found, scope=found.cooperative.slug, reference=found.reference)
    owe_back(actor=None, subscription=found)
    tell(found, what)
