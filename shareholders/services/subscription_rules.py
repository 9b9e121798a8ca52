"""What a subscriber may do and when, and the sentence that says why not."""

import datetime as dt
import hashlib
from contextlib import AbstractContextManager

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import told_as
from shareholders.caps import Bound
from shareholders.joining import Figures
from shareholders.models import (
    BEFORE_SIGNATURE,
    College,
    Cooperative,
    FundingRound,
    Shareholder,
    Subscription,
)
from shareholders.services.transfer_checks import TransferRefused, check_may_act


class SubscriptionRefused(Exception):
    """A step that can't be taken; the sentence says why and what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


ALREADY_SIGNED = gettext_lazy("Votre bulletin est signé : il ne change plus.")
_HAS_ENDED = gettext_lazy("Cette souscription est terminée. Vous pouvez en commencer une autre.")
_IS_OVER = gettext_lazy("Cette souscription a attendu trop longtemps. Recommencez : cela prend dix minutes.")
_ROUND_CLOSED = gettext_lazy("Cette levée de fonds est close : on ne peut plus y souscrire.")
_NO_ROOM = gettext_lazy(
    "D’autres ont signé avant vous : il ne reste pas assez d’actions. Rien n’est signé, rien n’est à payer."
)
NOT_READY = gettext_lazy("Il manque une étape avant la signature.")
# The database's refusals, by the name of the rule, as a reader says them.
_SENTENCES: dict[str, Promise] = {
    "round_has_room": _NO_ROOM,
    "round_is_open": _ROUND_CLOSED,
    "ended_subscription_unchanged": _HAS_ENDED,
    "signed_bulletin_unchanged": ALREADY_SIGNED,
    "one_subscription_per_number": gettext_lazy("Deux demandes sont arrivées ensemble. Recommencez."),
    "one_subscription_per_reference": gettext_lazy("Deux demandes sont arrivées ensemble. Recommencez."),
    "issued_only_when_paid": gettext_lazy("Ces actions ne sont pas payées : elles ne peuvent être émises."),
    "issued_as_signed": gettext_lazy("Le registre ne correspond pas à ce qui a été signé."),
    "signed_says_what_and_when": NOT_READY,
    "gift_has_a_giver": gettext_lazy("Dites qui offre ces actions."),
    "subscription_asks_for_shares": gettext_lazy("Demandez une action au moins."),
}


def refusals_in_words() -> AbstractContextManager[None]:
    """The database judges last, as it alone sees every other writer: its refusal as a reader says it."""
    return told_as(SubscriptionRefused, _SENTENCES)


def key_fingerprint(key: str) -> str:
    """What is kept of a link's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def check_open(offer: FundingRound, today: dt.date) -> None:
    """Raises SubscriptionRefused when one can't subscribe to `offer` on that day."""
    if offer.closed_at or today > offer.closes_on:
        raise SubscriptionRefused(_ROUND_CLOSED)
    if today < offer.opens_on:
        raise SubscriptionRefused(_("Cette levée de fonds n’est pas encore ouverte."))


def check_quantity(quantity: int, known: Figures, college: College | None = None) -> None:
    """Raises SubscriptionRefused with the rule that `quantity` shares would break."""
    limits = known.limits(college.code if college else "")
    broken = limits.broken_by(quantity)
    if broken is None:
        return
    if not limits.is_open:
        broken = limits.most_because or broken
    raise SubscriptionRefused(_bound_in_words(broken) % {"least": limits.least, "most": limits.most or 0})


def _bound_in_words(bound: Bound) -> str:
    sentences = {
        Bound.ONE_SHARE: _("Demandez une action au moins."),
        Bound.COLLEGE_MINIMUM: _("Dans ce collège, il faut prendre %(least)s actions au moins."),
        Bound.ROUND_MINIMUM: _("Pour cette levée, il faut prendre %(least)s actions au moins."),
        Bound.ROUND_MAXIMUM: _("Pour cette levée, vous pouvez encore prendre %(most)s actions au plus."),
        Bound.SHARES_LEFT: _("Il reste %(most)s actions dans cette levée : demandez-en autant ou moins."),
        Bound.CAP: _(
            "Les statuts limitent la part de chacun dans le capital : vous pouvez encore prendre "
            "%(most)s actions au plus."
        ),
    }
    return sentences[bound]


def check_acts_for(actor: User, holder: Shareholder, today: dt.date) -> None:
    """Raises SubscriptionRefused unless `actor` may sign for `holder`: as for a transfer."""
    try:
        check_may_act(actor, holder, today)
    except TransferRefused as refusal:
        raise SubscriptionRefused(str(refusal)) from refusal


def held_draft(cooperative: Cooperative, key: str) -> Subscription:
    """The draft behind a key, held until the transaction ends. Raises SubscriptionRefused."""
    found = locked_by_key(cooperative, key)
    if found.signed_at:
        raise SubscriptionRefused(ALREADY_SIGNED)
    check_running(found)
    return found


def locked_by_key(cooperative: Cooperative, key: str) -> Subscription:
    """The cooperative's row and the subscription's, held in that order. Raises Subscription.DoesNotExist."""
    rows = Subscription.objects.select_for_update(of=("cooperative", "self"), no_key=True)
    related = rows.select_related("cooperative", "round", "college", "user", "holder")
    return related.get(cooperative=cooperative, key_sha256=key_fingerprint(key))


def check_running(subscription: Subscription) -> None:
    """Raises SubscriptionRefused when a subscription has ended or waited too long."""
    if subscription.state not in BEFORE_SIGNATURE:
        raise SubscriptionRefused(_HAS_ENDED)
    if subscription.is_over(timezone.now()):
        raise SubscriptionRefused(_IS_OVER)
