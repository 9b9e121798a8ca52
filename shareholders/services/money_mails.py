"""Letters about money that failed to come, or went away again."""

from decimal import Decimal

from mine_de_soleil.core.post import post
from shareholders.banking.references import formatted
from shareholders.models import RoleGrant, Subscription
from shareholders.roles import Role
from shareholders.services.languages import language_of
from shareholders.services.payouts import payer_name

FOLDER = "shareholders/mail/"


def tell_failed_debit(subscription: Subscription) -> None:
    """Tell the payer that her bank refused the debit, and how else to pay."""
    _to_payer(subscription, "payment_failed.txt")


def ask_again(subscription: Subscription, missing: Decimal) -> None:
    """Ask the payer for what her bank took back [€]."""
    _to_payer(subscription, "payment_again.txt", amount=missing)


def tell_lost(subscription: Subscription, amount: Decimal) -> None:
    """Tell treasurer and board that a bank took money back [€]: what to do is theirs to decide."""
    grants = RoleGrant.objects.in_force().filter(
        cooperative=subscription.cooperative, role__in=(Role.TREASURER, Role.BOARD)
    )
    emails = grants.order_by("user__email").values_list("user__email", flat=True).distinct()
    context = _context(subscription) | {
        "amount": amount,
        "is_issued": subscription.state == Subscription.State.ISSUED,
    }
    for email in emails:
        post(to=email, template=f"{FOLDER}payment_lost.txt", context=context, language=language_of(email))


def _to_payer(subscription: Subscription, template: str, **more: Decimal) -> None:
    to = subscription.giver_email if subscription.is_gift else subscription.email
    context = _context(subscription) | more
    post(to=to, template=FOLDER + template, context=context, language=subscription.language)


def _context(subscription: Subscription) -> dict[str, object]:
    cooperative = subscription.cooperative
    return {
        "cooperative": cooperative,
        "name": payer_name(subscription),
        "reference": formatted(subscription.reference),
        "iban": formatted(cooperative.iban),
        "amount": Decimal(0),
        "is_issued": False,
    }
