"""Everything known now of one payment, as one value, whichever event led to it.

A ledger written from pictures doesn't depend on the order of events: a picture is the state, not the step.
Two pictures of one payment can still cross on the way; `merged` keeps what is furthest of both.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

Seen = Mapping[str, Any]


@dataclass(frozen=True)
class ChargePicture:
    """One try at taking the money. `status`: "pending", "succeeded", "failed"."""

    id: str
    amount_cents: int
    status: str
    method: str
    failure_code: str = ""


@dataclass(frozen=True)
class RefundPicture:
    """Money given back. `status`: "pending", "succeeded", "failed", "canceled"; a success may fail later."""

    id: str
    charge: str
    amount_cents: int
    status: str
    failure_code: str = ""


@dataclass(frozen=True)
class DisputePicture:
    """The payer's bank takes the money back. `status` is Stripe's own; a debit's dispute is lost at once.

    What moved is in the two sums [cents], positive, from Stripe's balance; its fee is in neither.
    """

    id: str
    charge: str
    amount_cents: int
    status: str
    reason: str
    funds_withdrawn_cents: int
    funds_reinstated_cents: int


@dataclass(frozen=True)
class PaymentPicture:
    """One payment. `intent` and `status` are empty while nobody has tried to pay on the page `session`.

    `status` is Stripe's ("processing", "succeeded", "requires_payment_method" after a refusal, "canceled"…).
    """

    intent: str
    reference: str
    cooperative: str
    currency: str
    amount_cents: int
    status: str
    method: str
    livemode: bool
    charges: tuple[ChargePicture, ...] = ()
    refunds: tuple[RefundPicture, ...] = ()
    disputes: tuple[DisputePicture, ...] = ()
    session: str = ""
    session_status: str = ""

    @property
    def received_cents(self) -> int:
        """Taken from the payer [cents]; what was given or taken back later isn't deducted."""
        return sum(charge.amount_cents for charge in self.charges if charge.status == "succeeded")

    @property
    def given_back_cents(self) -> int:
        """Refunds that hold or are on their way [cents]."""
        return sum(back.amount_cents for back in self.refunds if back.status in ("pending", "succeeded"))

    @property
    def taken_back_cents(self) -> int:
        """Withdrawn by disputes, less what came back [cents]."""
        return sum(one.funds_withdrawn_cents - one.funds_reinstated_cents for one in self.disputes)

    @property
    def net_cents(self) -> int:
        """What is left of it [cents]; below zero when a payer was refunded and her bank took it back too."""
        return self.received_cents - self.given_back_cents - self.taken_back_cents


def payment_seen(
    intent: Seen, charges: Iterable[Seen], refunds: Iterable[Seen], disputes: Iterable[Seen]
) -> PaymentPicture:
    """The picture in Stripe's own objects; charges, refunds and disputes by id."""
    marks = intent.get("metadata") or {}
    tries = sorted(charges, key=lambda charge: (charge["created"], charge["id"]))
    seen = tuple(charge_seen(charge) for charge in tries)
    return PaymentPicture(
        intent=intent["id"],
        reference=marks.get("reference", ""),
        cooperative=marks.get("cooperative", ""),
        currency=intent["currency"],
        amount_cents=intent["amount"],
        status=intent["status"],
        method=seen[-1].method if seen else "",
        livemode=bool(intent["livemode"]),
        charges=tuple(sorted(seen, key=lambda charge: charge.id)),
        refunds=tuple(sorted(map(refund_seen, refunds), key=lambda back: back.id)),
        disputes=tuple(sorted(map(dispute_seen, disputes), key=lambda dispute: dispute.id)),
    )


def session_seen(session: Seen) -> PaymentPicture:
    """The picture of a page on which nobody has tried to pay yet."""
    marks = session.get("metadata") or {}
    return PaymentPicture(
        intent="",
        reference=marks.get("reference", ""),
        cooperative=marks.get("cooperative", ""),
        currency=session.get("currency") or "",
        amount_cents=session.get("amount_total") or 0,
        status="",
        method="",
        livemode=bool(session["livemode"]),
        session=session["id"],
        session_status=session.get("status") or "",
    )


def charge_seen(charge: Seen) -> ChargePicture:
    """One of Stripe's charges."""
    return ChargePicture(
        id=charge["id"],
        amount_cents=charge["amount"],
        status=charge["status"],
        method=(charge.get("payment_method_details") or {}).get("type", ""),
        failure_code=charge.get("failure_code") or "",
    )


def refund_seen(back: Seen) -> RefundPicture:
    """One of Stripe's refunds. One that waits for the payer ("requires_action") is pending like another."""
    status = back.get("status") or "pending"
    return RefundPicture(
        id=back["id"],
        charge=id_of(back.get("charge")),
        amount_cents=back["amount"],
        status="pending" if status == "requires_action" else status,
        failure_code=back.get("failure_reason") or "",
    )


def dispute_seen(dispute: Seen) -> DisputePicture:
    """One of Stripe's disputes, with what moved on the balance."""
    moves = [_moved_cents(line, dispute) for line in dispute.get("balance_transactions") or ()]
    return DisputePicture(
        id=dispute["id"],
        charge=id_of(dispute.get("charge")),
        amount_cents=dispute["amount"],
        status=dispute["status"],
        reason=dispute.get("reason") or "",
        funds_withdrawn_cents=-sum(cents for cents in moves if cents < 0),
        funds_reinstated_cents=sum(cents for cents in moves if cents > 0),
    )


def _moved_cents(line: Seen, dispute: Seen) -> int:
    """A balance kept in another currency says which way the money went, not how much of the payment's own."""
    cents: int = line["amount"]
    if line["currency"] == dispute["currency"]:
        return cents
    return int(dispute["amount"]) * (1 if cents > 0 else -1)


def id_of(field: Any) -> str:
    """The id in a field that holds an id, a whole object, or nothing."""
    found = field.get("id") if isinstance(field, Mapping) else field
    return found if isinstance(found, str) else ""


# How far an object has come: what stands later can't go back to what stands before it.
CHARGE_STEPS = ("pending", "succeeded", "failed")
REFUND_STEPS = ("pending", "succeeded", "canceled", "failed")
DISPUTE_STEPS = (
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "prevented",
    "lost",
    "appeal_needs_response",
    "appeal_under_review",
    "won",
)
INTENT_STEPS = (
    "",
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "canceled",
    "succeeded",
)
SESSION_STEPS = ("", "open", "expired", "complete")


def merged(first: PaymentPicture, second: PaymentPicture) -> PaymentPicture:
    """What two pictures of one payment know together; neither order nor repetition changes it.

    Raises ValueError for pictures of two payments.
    """
    if first.intent and second.intent and first.intent != second.intent:
        raise ValueError("two payments have no picture in common")
    later, earlier = sorted((first, second), key=_progress, reverse=True)
    session = max(first, second, key=lambda one: (_step(SESSION_STEPS, one.session_status), one.session))
    return replace(
        later,
        reference=later.reference or earlier.reference,
        cooperative=later.cooperative or earlier.cooperative,
        charges=_united(first.charges + second.charges, lambda one: (_step(CHARGE_STEPS, one.status),)),
        refunds=_united(first.refunds + second.refunds, lambda one: (_step(REFUND_STEPS, one.status),)),
        disputes=_united(first.disputes + second.disputes, _dispute_progress),
        session=session.session or later.session or earlier.session,
        session_status=session.session_status,
    )


def _progress(picture: PaymentPicture) -> tuple[int, int, str]:
    """A refused try goes back to "requires_payment_method": decided tries count before words are compared."""
    decided = sum(charge.status != "pending" for charge in picture.charges)
    return decided, _step(INTENT_STEPS, picture.status), repr(picture)


def _dispute_progress(dispute: DisputePicture) -> tuple[int, ...]:
    moved = dispute.funds_withdrawn_cents + dispute.funds_reinstated_cents
    return moved, _step(DISPUTE_STEPS, dispute.status)


def _step(steps: tuple[str, ...], status: str) -> int:
    """A word Stripe may add one day comes before those known."""
    return steps.index(status) if status in steps else -1


Part = TypeVar("Part", ChargePicture, RefundPicture, DisputePicture)


def _united(parts: Iterable[Part], progress: Callable[[Part], tuple[int, ...]]) -> tuple[Part, ...]:
    """Each object once, as far as either side saw it."""
    furthest: dict[str, Part] = {}
    for part in sorted(parts, key=lambda one: (progress(one), repr(one))):
        furthest[part.id] = part
    return tuple(furthest[key] for key in sorted(furthest))
