"""Money given back through Stripe, to the card or account it came from."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shareholders.stripe_gateway import sdk
from shareholders.stripe_gateway.account import Account
from shareholders.stripe_gateway.pictures import RefundPicture, refund_seen
from shareholders.stripe_gateway.reading import of_kind

# A card's charge is "ch_…"; any other method's, a debit's among them, "py_…".
CHARGE = "ch|py"


def refund(
    account: Account,
    *,
    intent: str = "",
    charge: str = "",
    amount_cents: int,
    idempotency_key: str,
    metadata: Mapping[str, str],
) -> RefundPicture:
    """Give back `amount_cents` [cents] of a payment (`intent`) or of one of its `charge`s.

    A refund that is "succeeded" today may fail later, when the bank sends it back: read the picture again.
    Raises ProviderDown (ask again with the same key: it is done once), ProviderRefused (code
    "charge_disputed", "charge_already_refunded", …), ValueError unless exactly one of the two is named.
    """
    if bool(intent) == bool(charge):
        raise ValueError("a refund names a payment or a charge, one of the two")
    with sdk.asking(_try_again()):
        refunds = sdk.connected(account).v1.refunds
        given = refunds.create(
            {
                **(
                    {"payment_intent": of_kind("pi", intent)}
                    if intent
                    else {"charge": of_kind(CHARGE, charge)}
                ),
                "amount": amount_cents,
                "reason": "requested_by_customer",
                "metadata": dict(metadata),
            },
            {"idempotency_key": idempotency_key},
        )
    return refund_seen(given.to_dict())


def _try_again() -> str:
    return _(
        "Le prestataire de paiement ne répond pas. Demandez à nouveau ce remboursement dans quelques "
        "minutes : il ne sera fait qu’une fois."
    )
