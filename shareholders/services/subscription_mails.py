"""Letters about a subscription: to who subscribes and, of a gift, to who offers it."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from mine_de_soleil.core.post import post
from shareholders.amounts_due import to_pay
from shareholders.banking.references import formatted
from shareholders.ledger import net_of
from shareholders.models import Subscription

# Who is told what: `self`, who subscribes; `giver`, who offers. Of a gift both, where both are named.
TOLD = {
    "resume": ("self",),
    "gift_offered": ("self",),
    "gift_given": ("giver",),
    "signed": ("self", "giver"),
    "reminder": ("payer",),
    "paid": ("payer",),
    "refused": ("self", "giver"),
    "issued": ("self", "giver"),
    "expired": ("self", "giver"),
    "abandoned": ("giver",),
    "round_failed": ("self", "giver"),
    "allotted_less": ("self",),
    "allotted_none": ("self", "giver"),
}


def tell(subscription: Subscription, what: str, **more: Any) -> None:
    """Write to those whom `what` concerns, in the subscription's language; `more` goes into the letter."""
    amount = more.pop("amount", None) or _amount(subscription, what)
    for address, is_giver in _addresses(subscription, TOLD[what]):
        post(
            to=address,
            template=f"shareholders/mail/subscription_{what}.txt",
            context=_context(subscription, is_giver) | {"amount": amount} | more,
            language=subscription.language,
        )


def _addresses(subscription: Subscription, who: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Addresses, and whether each is the giver's; nobody is written to twice."""
    is_gift = subscription.is_gift
    found = []
    if "self" in who or ("payer" in who and not is_gift):
        found.append((subscription.email, False))
    if is_gift and ("giver" in who or "payer" in who):
        found.append((subscription.giver_email, True))
    return list({address.lower(): (address, giver) for address, giver in found if "@" in address}.values())


def _context(subscription: Subscription, is_giver: bool) -> dict[str, Any]:
    cooperative = subscription.cooperative
    return {
        "subscription": subscription,
        "cooperative": cooperative,
        "offer": subscription.round,
        "reference": formatted(subscription.reference),
        "is_giver": is_giver,
        # Who pays is told how; the receiver of a gift isn't asked for money.
        "pays": is_giver == subscription.is_gift,
    }


def _amount(subscription: Subscription, what: str) -> Decimal | None:
    """The euros a letter speaks of: what is still asked for, or what came."""
    if what == "paid":
        return net_of(subscription)
    today = timezone.localdate(timezone=subscription.cooperative.zone)
    is_asking = what in ("signed", "reminder") and not subscription.paid_at
    return to_pay(subscription, today) if is_asking else subscription.first_call
