"""Webhooks: who sent it, when, and which payment to look at again. What it says else is not believed."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shareholders.stripe_gateway import sdk
from shareholders.stripe_gateway.account import Account
from shareholders.stripe_gateway.errors import ForgedEvent
from shareholders.stripe_gateway.pictures import id_of

TOLERANCE = dt.timedelta(minutes=5)

TYPES_OF_SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
# Twenty at most: that many fit in one question to Stripe's list of events.
TYPES_OF_CHANGES = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.pending",
    "charge.succeeded",
    "charge.failed",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.created",
    "refund.updated",
    "refund.failed",
)
# What an endpoint must be set to receive, in Stripe's dashboard.
TYPES = TYPES_OF_SESSIONS + TYPES_OF_CHANGES


@dataclass(frozen=True)
class Event:
    """A genuine event. Without `intent_id` nor `session_id` it concerns no payment: accept, do nothing."""

    id: str
    type: str
    created: dt.datetime
    intent_id: str
    session_id: str
    livemode: bool


def read_event(
    account: Account,
    payload: bytes,
    signature: str,
    *,
    now: dt.datetime,
    tolerance: dt.timedelta = TOLERANCE,
) -> Event:
    """The event in a webhook's body. Raises ForgedEvent: signature, age above `tolerance`, or unreadable.

    The signature covers time and body (HMAC-SHA256, https://docs.stripe.com/webhooks/signature).
    """
    sdk.check_signature(payload, signature, account.webhook_secret)
    if _signed_at(signature) < (now - tolerance).timestamp():
        raise ForgedEvent("stale")
    try:
        return _event(json.loads(payload))
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        raise ForgedEvent("unreadable") from None


def concerned(event: Mapping[str, Any]) -> tuple[str, str]:
    """Payment and Checkout page an event is about; empty for what is unknown or isn't there yet."""
    if event["type"] not in TYPES:
        return "", ""
    about = event["data"]["object"]
    if about["object"] == "payment_intent":
        return id_of(about), ""
    return id_of(about.get("payment_intent")), id_of(about) if event["type"] in TYPES_OF_SESSIONS else ""


def _signed_at(signature: str) -> int:
    """The instant in a header whose signature was found right."""
    return int(next(part for part in signature.split(",") if part.startswith("t=")).split("=")[1])


def _event(body: Mapping[str, Any]) -> Event:
    intent, session = concerned(body)
    key, kind = body["id"], body["type"]
    if not (isinstance(key, str) and key.startswith("evt_") and isinstance(kind, str)):
        raise ValueError("an event has an id and a type")
    return Event(
        id=key,
        type=kind,
        created=dt.datetime.fromtimestamp(body["created"], tz=dt.UTC),
        intent_id=intent,
        session_id=session,
        livemode=body["livemode"] is True,
    )
