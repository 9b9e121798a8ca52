"""Pictures taken at Stripe's: of one payment, or of all that was touched between two instants."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shareholders.stripe_gateway import sdk
from shareholders.stripe_gateway.account import Account
from shareholders.stripe_gateway.events import TYPES_OF_CHANGES, concerned
from shareholders.stripe_gateway.pictures import PaymentPicture, Seen, id_of, payment_seen, session_seen

PAGE = 100  # objects a page: Stripe's largest


def of_kind(prefixes: str, given: str) -> str:
    """`given` if it looks like one of Stripe's ids. What comes from an address bar never reaches a path."""
    if not re.fullmatch(rf"(?:{prefixes})_[A-Za-z0-9_]{{1,250}}", given):
        raise sdk.refused("resource_missing")
    return given


def picture_of_session(account: Account, session_id: str) -> PaymentPicture:
    """The payment of a Checkout page, paid or not. Raises ProviderDown, ProviderRefused."""
    of_kind("cs", session_id)
    with sdk.asking():
        session = sdk.connected(account).v1.checkout.sessions.retrieve(session_id).to_dict()
    intent = id_of(session.get("payment_intent"))
    if not intent:
        return session_seen(session)
    status = session.get("status") or ""
    return replace(picture_of_intent(account, intent), session=session["id"], session_status=status)


def picture_of_intent(account: Account, intent_id: str) -> PaymentPicture:
    """One payment with its charges, refunds and disputes. Raises ProviderDown, ProviderRefused."""
    of_kind("pi", intent_id)
    with sdk.asking():
        found = sdk.connected(account).v1
        intent = found.payment_intents.retrieve(intent_id).to_dict()
        charges = _all(found.charges.list({"payment_intent": intent_id, "limit": PAGE}))
        if not charges:
            return payment_seen(intent, (), (), ())
        refunds = _all(found.refunds.list({"payment_intent": intent_id, "limit": PAGE}))
        disputes = _all(found.disputes.list({"payment_intent": intent_id, "limit": PAGE}))
    return payment_seen(intent, charges, refunds, disputes)


def payments_between(account: Account, start: dt.datetime, end: dt.datetime) -> Iterator[PaymentPicture]:
    """Every payment made, tried, refunded, disputed or otherwise changed from `start` until before `end`.

    A payment made since `start` is read from four lists, 100 objects a page; only those made before are
    asked for one by one. Changes of older objects (a refund sent back, a dispute won) come from Stripe's
    events, which it keeps for 30 days. Session fields stay empty. Raises ProviderDown, ProviderRefused.
    """
    with sdk.asking():
        since = int(start.timestamp())
        intents = {intent["id"]: intent for intent in _intents_since(account, since)}
        parts, touched = _parts_since(account, since, int(end.timestamp()))
        touched |= _changed_between(account, since, int(end.timestamp()))
    touched |= {key for key, intent in intents.items() if intent["created"] < end.timestamp()}
    for key in sorted(touched):
        if key in intents:
            yield payment_seen(intents[key], *(kind[key] for kind in parts))
        else:
            yield picture_of_intent(account, key)


def _intents_since(account: Account, since: int) -> list[dict[str, Any]]:
    return _all(
        sdk.connected(account).v1.payment_intents.list({"created": {"gte": since}, "limit": PAGE}),
    )


Grouped = defaultdict[str, list[Seen]]


def _parts_since(account: Account, since: int, until: int) -> tuple[list[Grouped], set[str]]:
    """Charges, refunds and disputes by payment, and the payments of those made before `until`.

    Read up to now: a payment of the window must come with all of its refunds, later ones included.
    """
    found = sdk.connected(account).v1
    lists = (
        _all(found.charges.list({"created": {"gte": since}, "limit": PAGE})),
        _all(found.refunds.list({"created": {"gte": since}, "limit": PAGE})),
        _all(found.disputes.list({"created": {"gte": since}, "limit": PAGE})),
    )
    parts: list[Grouped] = [defaultdict(list), defaultdict(list), defaultdict(list)]
    touched = set()
    for kind, grouped in zip(lists, parts, strict=True):
        for one in kind:
            # A charge without a payment was made by other software of the same account.
            if key := id_of(one.get("payment_intent")):
                grouped[key].append(one)
                touched |= {key} if one["created"] < until else set()
    return parts, touched


def _changed_between(account: Account, since: int, until: int) -> set[str]:
    """Payments that Stripe's own history names in the window."""
    listed = sdk.connected(account).v1.events.list(
        {"created": {"gte": since, "lt": until}, "types": list(TYPES_OF_CHANGES), "limit": PAGE}
    )
    return {intent for event in _all(listed) if (intent := concerned(event)[0])}


def _all(listed: Any) -> list[dict[str, Any]]:
    """Every object of a list, page after page, as plain data."""
    return [one.to_dict() for one in listed.auto_paging_iter()]
