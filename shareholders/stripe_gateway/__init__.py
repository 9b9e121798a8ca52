"""Stripe's border: payments asked of Stripe and read back from it. No database, no decision.

Only `sdk` imports the `stripe` package. Amounts are integer cents here and nowhere else.
"""

from shareholders.stripe_gateway.account import Account, is_live, to_cents, to_euros
from shareholders.stripe_gateway.checkout import CheckoutOpened, close_checkout, open_checkout
from shareholders.stripe_gateway.errors import ForgedEvent, ProviderDown, ProviderRefused
from shareholders.stripe_gateway.events import Event, read_event
from shareholders.stripe_gateway.pictures import (
    ChargePicture,
    DisputePicture,
    PaymentPicture,
    RefundPicture,
    merged,
)
from shareholders.stripe_gateway.reading import payments_between, picture_of_intent, picture_of_session
from shareholders.stripe_gateway.refunding import refund

__all__ = [
    "Account",
    "ChargePicture",
    "CheckoutOpened",
    "DisputePicture",
    "Event",
    "ForgedEvent",
    "PaymentPicture",
    "ProviderDown",
    "ProviderRefused",
    "RefundPicture",
    "close_checkout",
    "is_live",
    "merged",
    "open_checkout",
    "payments_between",
    "picture_of_intent",
    "picture_of_session",
    "read_event",
    "refund",
    "to_cents",
    "to_euros",
]
