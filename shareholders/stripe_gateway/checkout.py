"""Hosted Checkout: the payer types her card or IBAN at Stripe's, never here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from shareholders.stripe_gateway import sdk
from shareholders.stripe_gateway.account import Account
from shareholders.stripe_gateway.errors import ProviderRefused
from shareholders.stripe_gateway.reading import of_kind

Method = Literal["card", "sepa_debit"]


@dataclass(frozen=True)
class CheckoutOpened:
    """Where to send the payer. `intent` is empty until she has tried to pay: Stripe makes it only then."""

    id: str
    url: str
    intent: str = ""


def open_checkout(
    account: Account,
    *,
    claim_reference: str,
    amount_cents: int,
    description: str,
    email: str,
    success_url: str,
    cancel_url: str,
    idempotency_key: str,
    expires_at: dt.datetime,
    metadata: Mapping[str, str],
    currency: str = "eur",
    methods: Sequence[Method] = ("card", "sepa_debit"),
    locale: Literal["fr", "en"] = "fr",
) -> CheckoutOpened:
    """Open a payment page for `amount_cents` [cents].

    `success_url` may hold `{CHECKOUT_SESSION_ID}`. `expires_at` lies 30 minutes to 24 hours ahead (Stripe's
    rule). Asked twice with the same `idempotency_key`, the same page comes back; every argument must then be
    the same too, `expires_at` included. `metadata` (its "cooperative" is read back in pictures) and the
    reference are laid on page and payment alike.
    Raises ProviderDown, ProviderRefused.
    """
    marks = {**metadata, "reference": claim_reference}
    with sdk.asking(_nothing_taken()):
        session = sdk.connected(account).v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": currency,
                            "unit_amount": amount_cents,
                            "product_data": {"name": description},
                        },
                    }
                ],
                "allowed_payment_method_types": list(methods),
                "customer_email": email,
                "success_url": success_url,
                "cancel_url": cancel_url,
                "expires_at": int(expires_at.timestamp()),
                "locale": locale,
                # Shares are paid in their own currency: a payer's bank converts, Stripe doesn't.
                "adaptive_pricing": {"enabled": False},
                "metadata": marks,
                "payment_intent_data": {"metadata": marks, "description": description},
            },
            {"idempotency_key": idempotency_key},
        )
    found = session.to_dict()
    return CheckoutOpened(
        id=found["id"], url=found.get("url") or "", intent=found.get("payment_intent") or ""
    )


def close_checkout(account: Account, session_id: str) -> bool:
    """Close a page so that nobody pays there any more; True when nobody can.

    False when it was paid, or a debit is under way: look at `picture_of_session` then. Raises ProviderDown,
    and ProviderRefused for a page that isn't of this account.
    """
    of_kind("cs", session_id)
    sessions = sdk.connected(account).v1.checkout.sessions
    with sdk.asking():
        try:
            with sdk.asking():
                return sessions.expire(session_id).status == "expired"
        except ProviderRefused:
            # Already closed, by the payer or by time: which of the two is asked, not guessed.
            return sessions.retrieve(session_id).status == "expired"


def _nothing_taken() -> str:
    return _(
        "Le prestataire de paiement ne répond pas. Rien n’a été débité ; réessayez dans quelques minutes, "
        "ou payez par virement."
    )
