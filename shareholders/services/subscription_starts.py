"""How a subscription begins: for oneself, or as a gift."""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import one_line
from shareholders.banking.references import reference_for
from shareholders.joining import figures_of_round
from shareholders.models import Cooperative, FundingRound, InvitationLink, Shareholder, Subscription
from shareholders.services.invitations import clean_code
from shareholders.services.register import locked
from shareholders.services.subscription_mails import tell
from shareholders.services.subscription_rules import (
    SubscriptionRefused,
    check_acts_for,
    check_open,
    check_quantity,
    key_fingerprint,
    refusals_in_words,
)

State = Subscription.State
DRAFT_KEPT = dt.timedelta(days=30)
ONE_LETTER_EACH = dt.timedelta(days=1)
# From a key to the address of its page: the service writes letters, the edge knows the site's name.
LinkTo = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Started:
    """A new draft, and the key of its link: said here once, kept nowhere."""

    subscription: Subscription
    key: str


def start(
    *, actor: User | None, offer: FundingRound, language: str, is_member: bool = False, invitation: str = ""
) -> Started:
    """Open a draft in a round. A member's single account is reused. Raises SubscriptionRefused."""
    today = timezone.localdate()
    with refusals_in_words():
        cooperative = locked(offer.cooperative_id)
        check_open(offer, today)
        fields: dict[str, Any] = {"quantity": offer.least_each, "language": language}
        if actor and is_member:
            fields |= _own_account(actor, cooperative, today)
        elif invitation:
            fields["invited_by"] = _inviter(cooperative, invitation)
        return _open(actor, cooperative, offer, fields)


def offer_gift(
    *,
    offer: FundingRound,
    giver_name: str,
    giver_email: str,
    recipient_name: str,
    recipient_email: str,
    quantity: int,
    message: str,
    language: str,
    link_to: LinkTo,
) -> Started:
    """Offer shares: who receives them gets the link and signs; the giver may pay at once."""
    today = timezone.localdate()
    with refusals_in_words():
        cooperative = locked(offer.cooperative_id)
        check_open(offer, today)
        offer.cooperative = cooperative
        _check_not_written_to(recipient_email)
        check_quantity(quantity, figures_of_round(offer, today))
        fields = {
            "is_gift": True,
            "giver_name": one_line(giver_name),
            "giver_email": giver_email,
            "gift_message": one_line(message),
            "email": recipient_email,
            "quantity": quantity,
            "language": language,
            "evidence": {"recipient_name": one_line(recipient_name)},
        }
        started = _open(None, cooperative, offer, fields)
        given = started.subscription
        record(None, "offer_gift", given, scope=cooperative.slug, reference=given.reference)
        tell(started.subscription, "gift_offered", link=link_to(started.key))
        tell(started.subscription, "gift_given", amount=quantity * figures_of_round(offer, today).price)
        return started


def _check_not_written_to(email: str) -> None:
    """Whoever offers isn't known: nobody gets letters from us all day long at a stranger's will."""
    since = timezone.now() - ONE_LETTER_EACH
    if Subscription.objects.filter(is_gift=True, email__iexact=email, created_at__gt=since).exists():
        raise SubscriptionRefused(
            _("Cette personne a déjà reçu un cadeau aujourd’hui : offrez le vôtre demain.")
        )


def _open(
    actor: User | None, cooperative: Cooperative, offer: FundingRound, fields: dict[str, Any]
) -> Started:
    key = secrets.token_urlsafe(32)
    rows = Subscription.objects.of(cooperative)
    number = (rows.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    subscription = Subscription.objects.create(
        cooperative=cooperative,
        round=offer,
        number=number,
        reference=reference_for(cooperative.payment_prefix, number),
        key_sha256=key_fingerprint(key),
        created_at=timezone.now(),
        expires_at=timezone.now() + DRAFT_KEPT,
        user=actor,
        **fields,
    )
    return Started(subscription, key)


def _own_account(actor: User, cooperative: Cooperative, today: dt.date) -> dict[str, Any]:
    """What a member who speaks for one account needn't say again."""
    own = list(Shareholder.objects.of(actor, cooperative).with_college_on(today)[:2])
    if len(own) != 1 or own[0].college_id_then is None:
        return {"email": actor.email}
    try:
        check_acts_for(actor, own[0], today)
    except SubscriptionRefused:
        # A child or a protected adult alone: the pages ask who speaks for them.
        return {"email": actor.email}
    return as_holder(own[0], actor)


def as_holder(holder: Shareholder, actor: User) -> dict[str, Any]:
    return {
        "holder": holder,
        "email": actor.email,
        "identity": identity_of(holder),
        "college_id": holder.college_id_then,
        "state": State.IDENTIFIED,
    }


def _inviter(cooperative: Cooperative, code: str) -> Shareholder | None:
    links = InvitationLink.objects.filter(code=clean_code(code), holder__cooperative=cooperative)
    link = links.select_related("holder__merged_into").first()
    return (link.holder.merged_into or link.holder) if link else None


_IDENTITY = (
    "kind",
    "first_names",
    "last_name",
    "birth_place",
    "protection",
    "legal_name",
    "legal_form",
    "siren",
    "insee_code",
    "address",
    "postcode",
    "commune",
    "country",
    "tax_residence",
)


def identity_of(holder: Shareholder) -> dict[str, Any]:
    """What the register knows of a holder, as a subscription keeps an identity."""
    known = {field: getattr(holder, field) for field in _IDENTITY if getattr(holder, field)}
    born = {"birth_date": holder.birth_date.isoformat()} if holder.birth_date else {}
    return known | born
