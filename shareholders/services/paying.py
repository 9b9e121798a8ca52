"""How a subscription can be paid now: by transfer always, online where the cooperative has an account."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from shareholders.amounts_due import SMALLEST_ONLINE, asked_now
from shareholders.banking.iban import IbanRefused
from shareholders.banking.references import formatted
from shareholders.banking.transfer_code import TransferCodeRefused, transfer_code_svg
from shareholders.models import Cooperative, ProviderAccount, Subscription
from shareholders.services.company_bank import account_name_of

SALT = "shareholders.pay"


@dataclass(frozen=True, slots=True)
class PayInstructions:
    """What the payer copies or clicks. `code_svg` is empty where no code can be drawn."""

    token: str
    amount: Decimal
    due_on: dt.date | None
    reference: str
    beneficiary: str
    iban: str
    bic: str
    code_svg: str
    takes_online: bool
    pending_since: dt.datetime | None
    is_closed: bool

    @property
    def is_due(self) -> bool:
        return self.amount > 0 and not self.is_closed


def pay_instructions(subscription: Subscription) -> PayInstructions:
    """What to show the payer of a subscription."""
    cooperative = subscription.cooperative
    asked = asked_now(subscription, timezone.localdate())
    pending = subscription.checkouts.filter(pending_since__isnull=False).order_by("pk").first()
    return PayInstructions(
        token=pay_token(subscription),
        amount=asked.amount,
        due_on=asked.due_on,
        reference=formatted(subscription.reference),
        beneficiary=account_name_of(cooperative),
        iban=formatted(cooperative.iban),
        bic=cooperative.bic,
        code_svg=transfer_code(cooperative, subscription.reference, asked.amount),
        takes_online=asked.amount >= SMALLEST_ONLINE and _has_account(cooperative),
        pending_since=pending.pending_since if pending else None,
        is_closed=subscription.has_ended,
    )


def _has_account(cooperative: Cooperative) -> bool:
    return ProviderAccount.objects.filter(cooperative=cooperative, is_open=True).exists()


def transfer_code(cooperative: Cooperative, reference: str, amount: Decimal) -> str:
    """The code that fills in a transfer to the company; "" where none can be drawn."""
    try:
        return transfer_code_svg(
            name=account_name_of(cooperative),
            iban=cooperative.iban,
            amount=amount,
            reference=reference,
            title=_("Code à lire avec l’application de votre banque"),
        )
    except (TransferCodeRefused, IbanRefused):
        return ""


def pay_token(subscription: Subscription) -> str:
    """What opens the pay page: whoever holds it may pay, and learns the amount and the reference alone."""
    return signing.dumps(subscription.pk, salt=SALT, compress=True)


def subscription_of(cooperative: Cooperative, token: str) -> Subscription | None:
    """The subscription a token opens in this cooperative; None for a forged one."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    own = Subscription.objects.of(cooperative).select_related("round", "holder", "cooperative")
    return own.filter(pk=key).first()
